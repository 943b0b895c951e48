"""What is charted, one small form each. Nothing is filled in; a blank time means now."""

import uuid
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.session.words import effects
from reprieve.clinic.ui.forms import DateTimeInput, NumberInput
from reprieve.core.session.events import EventKind

K = EventKind
YES_NO = (("yes", _("yes")), ("no", _("no")))


def number(
    label: Any, low: float, high: float, *, required: bool = False, unit: Any = ""
) -> forms.FloatField:
    """A number inside what a body can show; a slip of a digit is refused, not stored."""
    return forms.FloatField(
        label=label,
        required=required,
        help_text=unit,
        widget=NumberInput({"class": "big"}),
        validators=[MinValueValidator(low), MaxValueValidator(high)],
    )


class ChartForm(forms.Form):
    """The id is made with the form, so that sending it twice is one event."""

    event_id = forms.UUIDField(widget=forms.HiddenInput)
    measured_at = forms.DateTimeField(
        label=_("When, if not now"), required=False, widget=DateTimeInput
    )
    kind = K.NOTE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}-%s")
        kwargs.setdefault("initial", {}).setdefault("event_id", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    def payload(self) -> dict[str, Any]:
        """What was typed, without what is blank."""
        skip = {"event_id", "measured_at", *OutsideOrder.names}
        said = self.cleaned_data
        return {k: v for k, v in said.items() if k not in skip and v not in (None, "")}

    def measured_or_now(self) -> Any:
        return self.cleaned_data.get("measured_at") or timezone.now()


class OutsideOrder(forms.Form):
    """When a prescriber orders more than the order allows: who, read back, why."""

    names = ("prescriber", "read_back", "why")
    prescriber = forms.CharField(label=_("Prescriber who orders it"), required=False)
    read_back = forms.BooleanField(label=_("Read back and confirmed"), required=False)
    why = forms.CharField(label=_("Why beyond the order"), required=False, max_length=300)

    def outside_order(self) -> dict[str, Any] | None:
        said = self.cleaned_data
        if not (said.get("prescriber") or said.get("why")):
            return None
        return {
            "by": said.get("prescriber", ""),
            "how": "telephone" if said.get("read_back") else "in person",
            "read_back": bool(said.get("read_back")),
            "reason": said.get("why", ""),
        }


class VitalsForm(ChartForm):
    kind = K.VITALS
    systolic_mmhg = number(_("Systolic"), 40, 300, unit="mmHg")
    diastolic_mmhg = number(_("Diastolic"), 20, 200, unit="mmHg")
    heart_rate_per_min = number(_("Heart rate"), 20, 250, unit="/min")
    spo2_percent = number(_("SpO2"), 50, 100, unit="%")
    respiratory_rate_per_min = number(_("Breaths"), 1, 60, unit="/min")
    moaa_s_points = number(_("MOAA/S"), 0, 5, unit="0-5")
    pain_points = number(_("Pain"), 0, 10, unit="0-10")
    dissociation_points = number(_("Dissociation"), 0, 10, unit="0-10")
    distress_points = number(_("Distress"), 0, 10, unit="0-10")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        systolic, diastolic = said.get("systolic_mmhg"), said.get("diastolic_mmhg")
        if systolic and diastolic and diastolic >= systolic:
            self.add_error("diastolic_mmhg", _("Diastolic is not below systolic."))
        if not self.errors and not self.payload():
            self.add_error(None, _("Nothing was typed."))
        return said


class RateForm(ChartForm, OutsideOrder):
    kind = K.RATE_CHANGED
    rate_mg_per_h = number(_("New rate"), 0, 500, required=True, unit=_("mg/h of base"))


class StartForm(RateForm):
    kind = K.INFUSION_STARTED
    rate_mg_per_h = number(_("Starting rate"), 0.01, 500, required=True, unit=_("mg/h of base"))


class BolusForm(ChartForm, OutsideOrder):
    kind = K.BOLUS_GIVEN
    amount_mg = number(_("Bolus"), 0.01, 100, required=True, unit=_("mg of base"))


class DoseForm(ChartForm, OutsideOrder):
    """One dose by mouth, nose or muscle."""

    kind = K.DOSE_GIVEN
    amount_mg = number(_("Dose"), 0.01, 500, required=True, unit=_("mg of base"))
    product = forms.CharField(label=_("Product and site"), required=False, max_length=100)


class RescueForm(ChartForm, OutsideOrder):
    kind = K.DRUG_GIVEN
    drug = forms.CharField(label=_("Drug"), max_length=80)
    dose_mg = number(_("Dose"), 0.001, 2000, required=True, unit="mg")
    route = forms.CharField(label=_("Route"), max_length=20)

    def __init__(self, *args: Any, ordered: tuple[Any, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if ordered:
            listed = [(d.drug, f"{d.drug} {d.dose_mg:g} mg {d.route}") for d in ordered]
            self.fields["drug"] = forms.ChoiceField(
                label=_("Drug"), choices=[("", "–"), *listed], widget=forms.Select
            )


def _effects() -> list[tuple[str, Any]]:
    return [("", "–"), *effects(), ("other", _("other"))]


class AdverseForm(ChartForm):
    kind = K.ADVERSE_EVENT
    effect = forms.ChoiceField(label=_("What happens"), choices=_effects)
    severity = forms.ChoiceField(
        label=_("How bad"),
        choices=(
            ("", "–"),
            ("mild", _("mild")),
            ("moderate", _("moderate")),
            ("severe", _("severe")),
        ),
    )
    text = forms.CharField(label=_("In words"), required=False, max_length=300)


class NoteForm(ChartForm):
    kind = K.NOTE
    text = forms.CharField(label=_("Note"), max_length=1000, widget=forms.Textarea({"rows": 2}))


class MoveForm(ChartForm):
    """A press with nothing to type: pause, resume, ask to stop, confirm the stop."""


class CancelForm(ChartForm):
    kind = K.CANCELLED
    text = forms.CharField(label=_("Why"), max_length=300)


class PlanSessionForm(forms.Form):
    planned_at = forms.DateTimeField(label=_("When"), widget=DateTimeInput)
    chair = forms.CharField(label=_("Chair"), max_length=40, required=False)


class GateForm(forms.Form):
    """What is asked and measured on the day."""

    event_id = forms.UUIDField(widget=forms.HiddenInput)
    name_checked = forms.BooleanField(label=_("The patient says their full name: it fits"))
    birth_date_checked = forms.BooleanField(
        label=_("The patient says their date of birth: it fits")
    )
    weight_kg = number(_("Weight today"), 30, 250, required=True, unit="kg")
    changes = forms.ChoiceField(
        label=_("Changed since the last visit: medicines, diagnoses, pregnancy, mood, bladder"),
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    changes_text = forms.CharField(label=_("What changed"), required=False, max_length=500)
    eaten = forms.ChoiceField(
        label=_("Ate or drank within the clinic's fasting time"),
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    intoxicated = forms.ChoiceField(
        label=_(
            "Alcohol, cannabis, stimulant, opioid or sedative beyond what is prescribed in 24 h"
        ),
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    capacity = forms.ChoiceField(
        label=_("Understands what will be done and still agrees"),
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    escort_name = forms.CharField(label=_("Escort, by name"), max_length=100)
    escort_present = forms.ChoiceField(
        label=_("The escort is here or has confirmed by telephone"),
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    pregnancy = forms.ChoiceField(
        label=_("Pregnancy"),
        choices=(
            ("", "–"),
            ("negative", _("test negative today")),
            ("impossible", _("not possible")),
            ("positive", _("test positive")),
            ("untested", _("not tested")),
        ),
    )
    systolic_mmhg = number(_("Systolic"), 40, 300, required=True, unit="mmHg")
    diastolic_mmhg = number(_("Diastolic"), 20, 200, required=True, unit="mmHg")
    systolic_again_mmhg = number(_("Systolic, after 5-10 min rest"), 40, 300, unit="mmHg")
    diastolic_again_mmhg = number(_("Diastolic, after rest"), 20, 200, unit="mmHg")
    heart_rate_per_min = number(_("Heart rate"), 20, 250, required=True, unit="/min")
    spo2_percent = number(_("SpO2"), 50, 100, required=True, unit="%")
    respiratory_rate_per_min = number(_("Breaths"), 1, 60, required=True, unit="/min")
    moaa_s_points = number(_("MOAA/S"), 0, 5, required=True, unit="0-5")
    pain_points = number(_("Pain now"), 0, 10, unit="0-10")
    dissociation_points = number(_("Dissociation"), 0, 10, unit="0-10")
    pump_checked = forms.BooleanField(
        label=_("Drug, dose, concentration and pump programme checked against the order")
    )
    second_user = forms.ChoiceField(label=_("Second person who checked dose and pump"))
    second_password = forms.CharField(
        label=_("Their own password"),
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )
    decided_by = forms.CharField(
        label=_("Prescriber who decides to go on, if something speaks against"),
        required=False,
        max_length=200,
    )

    IDENTITY = ("name_checked", "birth_date_checked", "weight_kg")
    TODAY = ("changes", "changes_text", "eaten", "intoxicated", "capacity", "pregnancy")
    ESCORT = ("escort_name", "escort_present")
    SET = (
        "systolic_mmhg",
        "diastolic_mmhg",
        "systolic_again_mmhg",
        "diastolic_again_mmhg",
        "heart_rate_per_min",
        "spo2_percent",
        "respiratory_rate_per_min",
        "moaa_s_points",
        "pain_points",
        "dissociation_points",
    )
    SECOND = ("pump_checked", "second_user", "second_password", "decided_by")

    def __init__(self, *args: Any, checkers: list[Any] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("event_id", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        people = [(str(m.user_id), m.user.full_name) for m in checkers or []]
        self.fields["second_user"].choices = [("", "–"), *people]

    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The form in the order of the work at the chair."""
        return [
            (_("Who, and how heavy"), [self[n] for n in self.IDENTITY]),
            (_("Today"), [self[n] for n in self.TODAY]),
            (_("Going home"), [self[n] for n in self.ESCORT]),
            (_("The patient's own values"), [self[n] for n in self.SET]),
            (_("Second check of dose and pump"), [self[n] for n in self.SECOND]),
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("changes") == "yes" and not said.get("changes_text"):
            self.add_error("changes_text", _("Say what changed, and put it in the chart."))
        if bool(said.get("systolic_again_mmhg")) != bool(said.get("diastolic_again_mmhg")):
            self.add_error("diastolic_again_mmhg", _("A second reading has two numbers."))
        return said


class DischargeForm(ChartForm):
    """What is looked at before somebody goes home. Blank is not looked at, and keeps the gate closed."""

    kind = K.DISCHARGED
    score = number(_("Discharge score (PADSS)"), 0, 10, unit="0-10")
    dissociation_points = number(_("Dissociation now"), 0, 10, unit="0-10")
    systolic_mmhg = number(_("Systolic now"), 40, 300, unit="mmHg")
    diastolic_mmhg = number(_("Diastolic now"), 20, 200, unit="mmHg")
    spo2_percent = number(_("SpO2 now"), 50, 100, unit="%")
    oriented = forms.BooleanField(label=_("Knows who, where and when"), required=False)
    fluids = forms.BooleanField(label=_("Drinks and keeps it down"), required=False)
    walked = forms.BooleanField(label=_("Has walked, steady"), required=False)
    cannula_out = forms.BooleanField(label=_("Cannula is out"), required=False)
    instructions_given = forms.BooleanField(label=_("Instructions given on paper"), required=False)
    no_driving_told = forms.BooleanField(
        label=_("Told not to drive until the next day"), required=False
    )
    escort_name = forms.CharField(label=_("Escort, by name"), required=False, max_length=100)
    escort_present = forms.BooleanField(label=_("Escort is here"), required=False)


class CorrectForm(forms.Form):
    """A correction is a new event; the old one stays readable."""

    event_id = forms.UUIDField(widget=forms.HiddenInput)
    measured_at = forms.DateTimeField(label=_("When it was so"), widget=DateTimeInput)
    reason = forms.CharField(label=_("Why it is corrected"), max_length=300)
    take_back = forms.BooleanField(label=_("It did not happen: take it back"), required=False)
