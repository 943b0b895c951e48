"""The sections of the chart that are words and dates."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.patients.forms.base import ChartForm
from reprieve.clinic.patients.models import (
    AllergyIntolerance,
    Condition,
    MedicationStatement,
    PriorTreatment,
    Procedure,
)
from reprieve.clinic.ui.forms import DateInput, NumberInput


class ConditionForm(ChartForm):
    class Meta:
        model = Condition
        fields: ClassVar = [
            "text",
            "pain",
            "body_site",
            "status",
            "verification",
            "onset_on",
            "note",
        ]
        dates: ClassVar = ["onset_on"]
        labels: ClassVar = {"text": _("Condition")}
        widgets: ClassVar = {"onset_on": DateInput, "note": forms.Textarea({"rows": 2})}


class MedicationForm(ChartForm):
    class Meta:
        model = MedicationStatement
        fields: ClassVar = [
            "text",
            "daily_dose",
            "daily_dose_unit",
            "route",
            "as_needed",
            "status",
            "started_on",
            "note",
        ]
        dates: ClassVar = ["started_on"]
        labels: ClassVar = {"text": _("Medicine")}
        widgets: ClassVar = {
            "daily_dose": NumberInput,
            "started_on": DateInput,
            "note": forms.Textarea({"rows": 2}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        dose = cleaned.get("daily_dose")
        if dose is not None and dose <= 0:
            self.add_error("daily_dose", _("A dose is more than zero."))
        if dose is not None and not cleaned.get("daily_dose_unit"):
            self.add_error("daily_dose_unit", _("Say the unit: it is never guessed."))
        return cleaned


class AllergyForm(ChartForm):
    class Meta:
        model = AllergyIntolerance
        fields: ClassVar = ["text", "reaction", "criticality", "status", "note"]
        dates: ClassVar = []
        labels: ClassVar = {"text": _("Allergy or intolerance")}
        widgets: ClassVar = {"note": forms.Textarea({"rows": 2})}


class PriorTreatmentForm(ChartForm):
    class Meta:
        model = PriorTreatment
        fields: ClassVar = [
            "text",
            "kind",
            "outcome",
            "highest_dose",
            "how_long",
            "tried_on",
            "note",
        ]
        dates: ClassVar = ["tried_on"]
        labels: ClassVar = {"text": _("What was tried")}
        widgets: ClassVar = {"tried_on": DateInput, "note": forms.Textarea({"rows": 2})}


class ProcedureForm(ChartForm):
    class Meta:
        model = Procedure
        fields: ClassVar = ["text", "status", "performed_on", "note"]
        dates: ClassVar = ["performed_on"]
        labels: ClassVar = {"text": _("Procedure")}
        widgets: ClassVar = {"performed_on": DateInput, "note": forms.Textarea({"rows": 2})}
