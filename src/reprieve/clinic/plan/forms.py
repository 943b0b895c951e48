"""The planner's form: what the clinician may change in a protocol, and the order that is signed."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from reprieve import knowledge
from reprieve.clinic.ui.forms import DateInput, NumberInput
from reprieve.core.dosing.plan import Adjust
from reprieve.core.dosing.protocol import Setting
from reprieve.core.dosing.pump import Vial
from reprieve.core.dosing.weight import Basis

DOSE_BY = {
    "amount_mg_per_kg": _("mg/kg"),
    "amount_mg": _("mg"),
    "rate_mg_per_kg_per_h": _("mg/kg/h"),
    "rate_mg_per_h": _("mg/h"),
}
SETTING_WORDS = {
    Setting.CLINIC: _("For a clinic"),
    Setting.HOME: _("Taken at home, after a response"),
    Setting.HOSPITAL: _("For a hospital only: shown, never signed here"),
}


def protocol_choices() -> list[tuple[str, Any]]:
    """Grouped by where they may be given; none is chosen beforehand."""
    return [
        ("", _("choose one")),
        *_protocols_by_setting(),
    ]


def _protocols_by_setting() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (str(words), [(p.id, p.title) for p in knowledge.protocols() if p.setting is setting])
        for setting, words in SETTING_WORDS.items()
    ]


def _number(
    label: Any, *, required: bool = False, maximum: float, unit: str = ""
) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        required=required,
        widget=NumberInput,
        help_text=unit,
        validators=[MinValueValidator(0.000001), MaxValueValidator(maximum)],
    )


class PlanForm(forms.Form):
    """Blank numbers mean: as the protocol proposes. Nothing is filled in that nobody chose."""

    protocol = forms.ChoiceField(label=_("Protocol"), choices=protocol_choices)
    start_on = forms.DateField(label=_("First session on"), widget=DateInput)
    dose = _number(_("Dose"), maximum=2000)
    dose_by = forms.ChoiceField(label=_("counted in"), choices=DOSE_BY.items(), required=False)
    duration_min = _number(_("Over (min)"), maximum=10_000)
    sessions = forms.IntegerField(label=_("Sessions"), required=False, min_value=1, max_value=60)
    interval_days = forms.IntegerField(
        label=_("Days between them"), required=False, min_value=1, max_value=366
    )
    basis = forms.ChoiceField(
        label=_("Weight that counts"),
        required=False,
        choices=[
            ("", _("actual, unless it must be chosen")),
            (Basis.ACTUAL, _("actual")),
            (Basis.IDEAL, _("ideal")),
            (Basis.ADJUSTED, _("adjusted")),
        ],
    )
    vial_mg_per_ml = _number(_("Vial strength (mg/mL)"), maximum=200)
    vial_ml = _number(_("Vial volume (mL)"), maximum=100)
    bag_ml = _number(_("Bag, final volume (mL)"), maximum=1000)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("dose") and not said.get("dose_by"):
            self.add_error("dose_by", _("Say what the dose is counted in."))
        if bool(said.get("vial_mg_per_ml")) != bool(said.get("vial_ml")):
            self.add_error("vial_ml", _("A vial needs its strength and its volume."))
        if said.get("bag_ml") and not said.get("vial_mg_per_ml"):
            self.add_error("vial_mg_per_ml", _("Needed to fill a bag."))
        return said

    def adjust(self) -> Adjust:
        """What was changed, for the decision."""
        said = self.cleaned_data
        dose = {said["dose_by"]: said["dose"]} if said.get("dose") else {}
        strength, volume = said.get("vial_mg_per_ml"), said.get("vial_ml")
        return Adjust(
            **dose,
            duration_min=said.get("duration_min"),
            sessions=said.get("sessions"),
            interval_days=said.get("interval_days"),
            basis=Basis(said["basis"]) if said.get("basis") else None,
            vial=Vial(mg_per_ml=strength, ml=volume) if strength and volume else None,
            bag_ml=said.get("bag_ml"),
        )


class OrderForm(forms.Form):
    """What the nurse may do without asking again. Blank: not allowed."""

    step_mg_per_h = _number(_("Largest single increase (mg/h)"), maximum=200)
    step_after_min = _number(_("Not sooner than (min)"), maximum=240)
    maximum_rate_mg_per_h = _number(_("Highest rate (mg/h)"), maximum=500)
    maximum_total_mg = _number(_("Highest total in a session (mg)"), maximum=2000)
    bolus_mg = _number(_("Bolus of at most (mg)"), maximum=100)
    hold_systolic_mmhg = _number(_("Hold from systolic (mmHg)"), maximum=250)
    call_systolic_mmhg = _number(_("Call me from systolic (mmHg)"), maximum=250)
    hold_spo2_percent = _number(_("Hold under SpO2 (%)"), maximum=100)
    rescue = forms.CharField(
        label=_("As-needed rescue drugs"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One a line: drug; dose mg; route; for what; repeat after min; at most times"),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("step_mg_per_h") and not said.get("step_after_min"):
            self.add_error("step_after_min", _("Say how soon the next step may follow."))
        if said.get("rescue"):
            self._read_rescue(said)
        return said

    def _read_rescue(self, said: dict[str, Any]) -> None:
        drugs = []
        for line in filter(str.strip, said["rescue"].splitlines()):
            parts = [part.strip() for part in line.split(";")]
            try:
                drug, dose, route, why, after, times = parts
                drugs.append(
                    {
                        "drug": drug,
                        "dose_mg": float(dose),
                        "route": route,
                        "for_what": why,
                        "repeat_after_min": float(after) if after else None,
                        "at_most_times": int(times or 1),
                    }
                )
            except ValueError:
                self.add_error(
                    "rescue",
                    _("Cannot read “%(line)s”: six parts with ; between.") % {"line": line},
                )
        said["rescue_drugs"] = drugs
