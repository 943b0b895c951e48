"""Who answers what cannot wait, and sending a link."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.contact.models import ContactPolicy
from reprieve.clinic.contact.policy import responders
from reprieve.clinic.ui.forms import NumberInput


class RulesForm(forms.Form):
    phone = forms.CharField(label=_("Telephone number patients call"), max_length=40)
    responder = forms.ChoiceField(label=_("Opens urgent answers"), required=False)
    minutes = forms.IntegerField(
        label=_("Within how many minutes, also at night"), required=False, widget=NumberInput
    )
    second = forms.ChoiceField(label=_("Called when nobody has opened it by then"), required=False)

    def __init__(
        self, *args: Any, clinic: Clinic, standing: ContactPolicy | None, **kwargs: Any
    ) -> None:
        if standing:
            kwargs["initial"] = {
                "phone": standing.phone,
                "responder": standing.responder_id,
                "second": standing.second_id,
                "minutes": standing.response_minutes,
            }
        super().__init__(*args, **kwargs)
        people = [("", _("nobody")), *((str(u.pk), str(u)) for u in responders(clinic))]
        self.fields["responder"].choices = people
        self.fields["second"].choices = people
