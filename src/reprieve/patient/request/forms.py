"""What a clinic needs to call back, and no more."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.accounts.models import Clinic
from reprieve.patient.guard import GuardedForm

NOW = (
    ("emergency", _("Chest pain, trouble breathing, fainting, or something else that cannot wait")),
    ("crisis", _("Thoughts of suicide or of hurting myself")),
    ("pregnancy", _("I am pregnant, or may be")),
)


class RequestForm(GuardedForm):
    """form_id: the same form sent twice is one request. assessment: sealed answers, when attached."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)
    assessment = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20_000)
    clinic = forms.ModelChoiceField(Clinic.objects.none(), label=_("Clinic"))
    given_names = forms.CharField(label=_("Given names"), max_length=100)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    email = forms.EmailField(label=_("Email"), max_length=200, required=False)
    times = forms.CharField(
        label=_("When can you come, or be called?"), max_length=200, required=False
    )
    text = forms.CharField(
        label=_("What should the clinic know?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    now = forms.MultipleChoiceField(
        label=_("Is any of this so today?"),
        choices=NOW,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("form_id", uuid.uuid4())
        super().__init__(*args, **kwargs)
        clinics = Clinic.objects.order_by("name")
        self.fields["clinic"].queryset = clinics
        self.fields["email"].needed = self.fields["phone"].needed = True
        if len(clinics[:2]) == 1:
            self.fields["clinic"].widget = forms.HiddenInput()
            self.fields["clinic"].initial = clinics[0].pk

    def clean(self) -> dict[str, object]:
        said = super().clean()
        if not said.get("phone") and not said.get("email") and not self.errors.get("email"):
            self.add_error("phone", _("A telephone number or an e-mail address, to call you back."))
        return said
