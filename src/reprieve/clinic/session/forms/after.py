"""Afterwards: recovery score, going home, handing over, transfer, the call on the next day."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.session.forms.base import YES_NO, ChartForm, number
from reprieve.clinic.session.words import STEPS
from reprieve.core.session.events import EventKind

K = EventKind


class LookedAt(ChartForm):
    """Nothing here is optional in the end: what is blank was not looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.needed = name != "measured_at"


def points(label: Any, *words: Any) -> forms.TypedChoiceField:
    """An item of a score: two, one or no points, in words. Blank: not looked at."""
    choices = [(str(2 - i), word) for i, word in enumerate(words)]
    return forms.TypedChoiceField(
        label=label,
        choices=choices,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class RecoveryForm(LookedAt):
    """Modified Aldrete. Pressure and saturation are reckoned from the values, not judged by eye."""

    kind = K.RECOVERY_SCORED
    activity = points(_("Moves on command"), _("all four limbs"), _("two limbs"), _("none"))
    respiration = points(
        _("Breathing"), _("deep, coughs freely"), _("shallow or laboured"), _("no breath")
    )
    consciousness = points(_("Awake"), _("fully"), _("when called"), _("no answer"))
    on_oxygen = forms.ChoiceField(
        label=_("On oxygen"), choices=YES_NO, required=False, widget=forms.RadioSelect
    )
    systolic_mmhg = number(_("Systolic now"), 40, 300, unit="mmHg")
    spo2_percent = number(_("SpO2 now"), 50, 100, unit="%")
    chair = forms.CharField(label=_("Recovery chair"), required=False, max_length=40)


class DischargeForm(LookedAt):
    """What is looked at before somebody goes home. Blank is not looked at, and keeps the gate closed."""

    kind = K.DISCHARGED
    VALUES = (
        "measured_at",
        "systolic_mmhg",
        "diastolic_mmhg",
        "heart_rate_per_min",
        "spo2_percent",
        "pain_points",
        "dissociation_points",
    )
    systolic_mmhg = number(_("Systolic now"), 40, 300, unit="mmHg")
    diastolic_mmhg = number(_("Diastolic now"), 20, 200, unit="mmHg")
    heart_rate_per_min = number(_("Heart rate now"), 20, 250, unit="/min")
    spo2_percent = number(_("SpO2 now"), 50, 100, unit="%")
    pain_points = number(_("Pain now"), 0, 10, unit="0-10")
    dissociation_points = number(_("Dissociation now"), 0, 10, unit="0-10")
    ambulation = points(
        _("Walks"),
        _("as before the start, not dizzy"),
        _("with more help than before"),
        _("dizzy, or not at all"),
    )
    nausea = points(_("Nausea and vomiting"), _("minimal"), _("moderate"), _("severe"))
    bleeding = points(_("Bleeding at the cannula"), _("minimal"), _("moderate"), _("severe"))
    oriented = forms.BooleanField(label=_("Knows who, where and when"), required=False)
    fluids = forms.BooleanField(label=_("Drinks and keeps it down"), required=False)
    walked = forms.BooleanField(label=_("Has walked, as steadily as before"), required=False)
    cannula_out = forms.BooleanField(label=_("Cannula is out"), required=False)
    instructions_given = forms.BooleanField(label=_("Instructions given on paper"), required=False)
    no_driving_told = forms.BooleanField(
        label=_("Told not to drive until the next day"), required=False
    )
    escort_name = forms.CharField(label=_("Escort, by name"), required=False, max_length=100)
    escort_present = forms.BooleanField(label=_("Escort is here"), required=False)


class HandoverForm(ChartForm):
    """To a colleague by name. It counts when they take it."""

    kind = K.HANDOVER
    to = forms.ChoiceField(label=_("To"))
    occasion = forms.ChoiceField(
        label=_("Why"),
        choices=(
            ("break", _("break")),
            ("shift", _("end of shift")),
            ("other", _("something else")),
        ),
    )
    text = forms.CharField(
        label=_("What they must know"), max_length=500, widget=forms.Textarea({"rows": 2})
    )

    def __init__(
        self, *args: Any, colleagues: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "–"), *colleagues]

    def payload(self) -> dict[str, Any]:
        said = super().payload()
        return {
            "to": dict(self.fields["to"].choices)[said["to"]],
            "to_id": said["to"],
            "why": said["occasion"],
            "text": said["text"],
        }


class StepForm(ChartForm):
    """One tap in an emergency. The time of the tap is the time of the step."""

    kind = K.EMERGENCY_STEP
    step = forms.ChoiceField(choices=list(STEPS.items()))
    text = forms.CharField(required=False, max_length=200)


class EmergencyForm(ChartForm):
    kind = K.EMERGENCY_STARTED
    text = forms.CharField(required=False, max_length=60)


class TransferForm(ChartForm):
    """To hospital: where, with whom, told what."""

    kind = K.TRANSFERRED
    hospital = forms.CharField(label=_("To which hospital"), max_length=200)
    text = forms.CharField(
        label=_("Taken over by, and what they were told"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )


class CallForm(ChartForm):
    """The call 24 to 48 h after the session, along its script."""

    kind = K.PATIENT_CALLED
    reached = forms.ChoiceField(
        label=_("Reached"),
        choices=(("yes", _("yes")), ("no", _("no, left word to call back"))),
        widget=forms.RadioSelect,
    )
    pain_on_call_points = number(_("Pain now"), 0, 10, unit="0-10")
    sick = forms.BooleanField(label=_("Still sick, dizzy or unsteady"), required=False)
    strange = forms.BooleanField(label=_("Still feels strange or unreal"), required=False)
    bladder = forms.BooleanField(label=_("Burning, urgency or blood in the urine"), required=False)
    arm = forms.BooleanField(label=_("Arm red, swollen or painful"), required=False)
    drove = forms.BooleanField(label=_("Drove before the next day"), required=False)
    suicidal = forms.BooleanField(label=_("Thoughts of not wanting to live"), required=False)
    text = forms.CharField(
        label=_("In their words"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )

    WORRIES = ("sick", "strange", "bladder", "arm", "suicidal")

    def payload(self) -> dict[str, Any]:
        said = super().payload()
        found = [name for name in self.WORRIES if said.get(name)]
        kept = {k: v for k, v in said.items() if v is not False and k != "reached"}
        return {**kept, "reached": said["reached"] == "yes", "worries": found}
