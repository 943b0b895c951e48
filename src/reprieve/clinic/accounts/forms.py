"""Adding somebody to the team."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.accounts.models import Role
from reprieve.clinic.accounts.services import STAFF_ROLES


class InviteForm(forms.Form):
    full_name = forms.CharField(
        label=_("Name as signed"), max_length=200, help_text=_("For example: Ruth Okafor, RN")
    )
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role, Role(role).label) for role in STAFF_ROLES]
    )
