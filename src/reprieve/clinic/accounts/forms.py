"""Adding somebody to the team."""

from typing import Any

from allauth.account.forms import RequestLoginCodeForm
from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.accounts.models import Role
from reprieve.clinic.accounts.selectors import is_patient_only
from reprieve.clinic.accounts.services import STAFF_ROLES


class InviteForm(forms.Form):
    full_name = forms.CharField(
        label=_("Name as signed"), max_length=200, help_text=_("For example: Ruth Okafor, RN")
    )
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role, Role(role).label) for role in STAFF_ROLES]
    )


class PatientCodeForm(RequestLoginCodeForm):
    """A code by e-mail instead of a password: for patients alone.

    Staff keep password and second factor; to their address nothing is sent, and the page does not
    say whether an address is known.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.label_suffix = ""

    def clean_email(self) -> str:
        address = super().clean_email()
        if self._user is not None and not is_patient_only(self._user):
            self._user = None
        return address
