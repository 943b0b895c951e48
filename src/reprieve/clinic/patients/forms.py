"""The forms of the chart. What cannot be used is said beside the field and in the summary."""

import uuid
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.patients.models import (
    AllergyIntolerance,
    Condition,
    MedicationStatement,
    Observation,
    Patient,
    PatientIdentifier,
    PriorTreatment,
    Procedure,
)
from reprieve.clinic.patients.services import RECORD_NUMBER
from reprieve.clinic.ui.forms import DateInput, DateTimeInput, NumberInput
from reprieve.core.units import CM_PER_UNIT, KG_PER_UNIT

OLDEST_YEARS = 110  # as the dosing models take it; contracts, simulate
WEIGHT_KG = (30, 250)
HEIGHT_CM = (120, 230)
KG_PER_LB, CM_PER_IN = KG_PER_UNIT["[lb_av]"], CM_PER_UNIT["[in_i]"]


class RowForm(forms.ModelForm):
    """Reads a row and checks what was typed; the services write, so the row is left as it stands."""

    def _post_clean(self) -> None:
        return


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


class ChartForm(RowForm):
    """Base of the inline forms. A new row brings its id; a correction asks why."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Why is it changed?"), max_length=100, help_text=_("Kept with what stood before.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.adding = self.instance._state.adding
        if self.adding:
            del self.fields["reason"]
            self.fields["id"].initial = uuid.uuid4()
        else:
            del self.fields["id"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.Meta.dates:
            if cleaned.get(name) and cleaned[name] > timezone.localdate():
                self.add_error(name, _("This date lies in the future."))
        return cleaned

    def row_fields(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


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


Kind = Observation.Kind
# What we ask for by name: the unit it is kept in, others we convert, and what is plausible in it.
MEASURES: dict[str, tuple[str, dict[str, float], tuple[float, float]]] = {
    Kind.WEIGHT: ("kg", {"[lb_av]": KG_PER_LB}, WEIGHT_KG),
    Kind.HEIGHT: ("cm", {"[in_i]": CM_PER_IN}, HEIGHT_CM),
    Kind.BLOOD_PRESSURE: ("mm[Hg]", {}, (40, 300)),  # project default, as the four below
    Kind.HEART_RATE: ("/min", {}, (20, 250)),
    Kind.SPO2: ("%", {}, (40, 100)),
    Kind.ALT: ("U/L", {}, (1, 10_000)),
    Kind.CREATININE: ("mg/dL", {"umol/L": 1 / 88.42}, (0.1, 30)),  # creatinine 113.12 g/mol
}
UNITS = ["kg", "[lb_av]", "cm", "[in_i]", "mm[Hg]", "/min", "%", "U/L", "mg/dL", "umol/L"]
UNIT_NAMES = {"[lb_av]": _("lb"), "[in_i]": _("in"), "mm[Hg]": "mmHg", "umol/L": "µmol/L"}


class ObservationForm(ChartForm):
    """A measured value. Nothing is filled in beforehand: not the value, not its unit."""

    class Meta:
        model = Observation
        fields: ClassVar = [
            "kind",
            "value",
            "second_value",
            "unit",
            "measured_at",
            "text",
            "value_text",
            "note",
        ]
        dates: ClassVar = []
        labels: ClassVar = {
            "text": _("Name, if other"),
            "value_text": _("Result in words, if other"),
        }
        widgets: ClassVar = {
            "value": NumberInput,
            "second_value": NumberInput,
            "measured_at": DateTimeInput,
            "note": forms.Textarea({"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False
        names = [(unit, UNIT_NAMES.get(unit, unit)) for unit in UNITS]
        self.fields["unit"].widget = forms.Select(choices=[("", "–"), *names])
        for name in ("value", "unit"):  # asked for by kind, in clean
            self.fields[name].needed = True
        if self.adding:
            self.fields["kind"].choices = [("", _("Choose")), *Kind.choices]
            self.initial["kind"] = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        when = cleaned.get("measured_at")
        if when and when > timezone.now():
            self.add_error("measured_at", _("This time lies in the future."))
        kind = cleaned.get("kind")
        if kind in MEASURES:
            self._clean_measure(cleaned, kind)
        elif kind == Kind.OTHER and not cleaned.get("text"):
            self.add_error("text", _("Say what was measured."))
        return cleaned

    def _clean_measure(self, cleaned: dict[str, Any], kind: str) -> None:
        unit, others, (low, high) = MEASURES[kind]
        cleaned["text"] = Kind(kind).label
        needed = ["value", *(["second_value"] if kind == Kind.BLOOD_PRESSURE else [])]
        if cleaned.get("unit") not in (unit, *others):
            names = ", ".join(str(UNIT_NAMES.get(u, u)) for u in (unit, *others))
            self.add_error("unit", _("Choose one of: %(units)s.") % {"units": names})
            return
        for name in needed:
            if cleaned.get(name) is None:
                self.add_error(name, _("Give the value."))
                continue
            value = float(cleaned[name]) * others.get(cleaned["unit"], 1.0)
            if not low <= value <= high:
                self.add_error(name, _plausible(value, unit, low, high))
            elif cleaned["unit"] in others:
                self._convert(cleaned, name, value, unit)
        if not self.errors and cleaned["unit"] in others:
            cleaned["unit"] = unit
        self._check_order(cleaned, kind)

    def _convert(self, cleaned: dict[str, Any], name: str, value: float, unit: str) -> None:
        given = f"{cleaned[name].normalize():f} {UNIT_NAMES.get(cleaned['unit'], cleaned['unit'])}"
        cleaned["value_text"] = str(_("converted from %(given)s") % {"given": given})
        cleaned[name] = type(cleaned[name])(f"{value:.2f}")

    def _check_order(self, cleaned: dict[str, Any], kind: str) -> None:
        upper, lower = cleaned.get("value"), cleaned.get("second_value")
        if kind == Kind.BLOOD_PRESSURE and upper and lower and lower >= upper:
            self.add_error("second_value", _("The diastolic value is below the systolic one."))


def _plausible(value: float, unit: str, low: float, high: float) -> str:
    return _(
        "%(value)g %(unit)s is outside %(low)g to %(high)g %(unit)s. Check the number and its unit."
    ) % {
        "value": value,
        "unit": UNIT_NAMES.get(unit, unit),
        "low": low,
        "high": high,
    }


FORMS: dict[str, type[ChartForm]] = {
    "conditions": ConditionForm,
    "medicines": MedicationForm,
    "allergies": AllergyForm,
    "observations": ObservationForm,
    "procedures": ProcedureForm,
    "prior-treatments": PriorTreatmentForm,
}
