"""A measured value: its unit is asked for, converted in the open, and never guessed."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve import knowledge
from reprieve.clinic.patients.forms.base import ChartForm
from reprieve.clinic.patients.models import Observation
from reprieve.clinic.patients.units import UNIT_NAMES
from reprieve.clinic.ui.forms import DateTimeInput, NumberInput
from reprieve.core.units import CM_PER_UNIT, KG_PER_UNIT
from reprieve.knowledge.kinds import EntryRange

Kind = Observation.Kind
# What else is taken, and how much of the kept unit one of it is; creatinine has 113.12 g/mol.
OTHER_UNITS: dict[str, dict[str, float]] = {
    Kind.WEIGHT: {"[lb_av]": KG_PER_UNIT["[lb_av]"]},
    Kind.HEIGHT: {"[in_i]": CM_PER_UNIT["[in_i]"]},
    Kind.CREATININE: {"umol/L": 1 / 88.42},
}
RANGES: dict[str, EntryRange] = {r.loinc: r for r in knowledge.entry_ranges()}
UNITS = list(
    dict.fromkeys(
        unit for loinc, r in RANGES.items() for unit in (r.unit, *OTHER_UNITS.get(loinc, {}))
    )
)


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
        if kind in RANGES:
            self._clean_measure(cleaned, kind)
        elif kind == Kind.OTHER and not cleaned.get("text"):
            self.add_error("text", _("Say what was measured."))
        return cleaned

    def _clean_measure(self, cleaned: dict[str, Any], kind: str) -> None:
        believed, others = RANGES[kind], OTHER_UNITS.get(kind, {})
        unit = believed.unit
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
            if not believed.low <= value <= believed.high:
                self.add_error(name, _doubted(value, believed))
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


def _doubted(value: float, believed: EntryRange) -> str:
    said = _(
        "%(value)g %(unit)s is outside %(low)g to %(high)g %(unit)s. Check the number and its unit."
    )
    unit = UNIT_NAMES.get(believed.unit, believed.unit)
    return said % {"value": value, "unit": unit, "low": believed.low, "high": believed.high}
