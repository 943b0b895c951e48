"""Who somebody is and how to reach them."""

import uuid
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.patients.forms.base import RowForm
from reprieve.clinic.patients.models import Patient, PatientIdentifier
from reprieve.clinic.patients.services import RECORD_NUMBER
from reprieve.clinic.ui.forms import DateInput

OLDEST_YEARS = 110  # as the dosing models take it; contracts, simulate


class PatientForm(RowForm):
    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    record_number = forms.CharField(
        label=_("Record number"),
        max_length=60,
        required=False,
        help_text=_("Your clinic's own number."),
    )

    class Meta:
        model = Patient
        fields: ClassVar = [
            "family_name",
            "given_names",
            "birth_date",
            "sex",
            "language",
            "phone",
            "email",
            "address",
            "emergency_name",
            "emergency_phone",
        ]
        widgets: ClassVar = {
            "birth_date": DateInput,
            "address": forms.Textarea({"rows": 2}),
            "phone": forms.TextInput({"type": "tel"}),
            "email": forms.EmailInput,
            "emergency_phone": forms.TextInput({"type": "tel"}),
        }
        help_texts: ClassVar = {"sex": _("Some limits and dosing models differ by sex.")}

    def __init__(self, *args: Any, clinic: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clinic = clinic
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"  # these are somebody else's details
        self.fields["id"].initial = uuid.uuid4()
        own = [i.value for i in self.instance.identifiers.all() if i.system == RECORD_NUMBER]
        self.fields["record_number"].initial = next(iter(own), "")

    def clean_birth_date(self) -> date | None:
        born = self.cleaned_data["birth_date"]
        if born and born > timezone.localdate():
            raise forms.ValidationError(_("The date of birth lies in the future."))
        if born and timezone.localdate().year - born.year > OLDEST_YEARS:
            raise forms.ValidationError(_("The date of birth is more than 110 years ago."))
        return born

    def clean_record_number(self) -> str:
        value = self.cleaned_data["record_number"].strip()
        taken = PatientIdentifier.objects.for_clinic(self.clinic).filter(
            system=RECORD_NUMBER, value=value
        )
        if value and taken.exclude(patient_id=self.instance.pk).exists():
            raise forms.ValidationError(_("Another patient has this record number."))
        return value

    def patient_fields(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
