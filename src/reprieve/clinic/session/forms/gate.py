"""The day-of gate: identity, today's answers, what is ready, the patient's own values, the second check."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.session.forms.base import YES_NO, number
from reprieve.core.session.questions import GateQuestion

REST_MIN = 5.0  # project_default: the label of esketamine asks for a repeat, not for a time


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
        label=_("Alcohol in the last 24 h, or under the influence of anything now"),
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
    rest_min = number(_("Rest between the two"), 0, 60, unit=_("min, at least 5"))
    heart_rate_per_min = number(_("Heart rate"), 20, 250, required=True, unit="/min")
    spo2_percent = number(_("SpO2"), 50, 100, required=True, unit="%")
    respiratory_rate_per_min = number(_("Breaths"), 1, 60, required=True, unit="/min")
    moaa_s_points = number(_("MOAA/S"), 0, 5, required=True, unit="0-5")
    pain_points = number(_("Pain now"), 0, 10, unit="0-10")
    dissociation_points = number(_("Dissociation"), 0, 10, unit="0-10")
    gait = forms.ChoiceField(
        label=_("Walks, before the start"),
        choices=(
            ("", "–"),
            ("steady", _("steady, without help")),
            ("aid", _("with a stick, frame or person")),
            ("none", _("does not walk")),
        ),
    )
    pump_checked = forms.BooleanField(
        label=_("Drug, dose, concentration and pump programme checked against the order")
    )
    second_user = forms.ChoiceField(label=_("Second person who checked dose and pump"))
    second_password = forms.CharField(
        label=_("Their own password"),
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )
    decided_by = forms.ChoiceField(
        label=_("Prescriber who decides to go on, if something speaks against"), required=False
    )
    home_address = forms.CharField(label=_("Address of this visit"), max_length=300)
    home_hospital = forms.CharField(
        label=_("Nearest hospital with an emergency room"), max_length=200
    )
    home_ems_min = number(
        _("Ambulance, usual time to this address"), 1, 240, required=True, unit="min"
    )
    home_second = forms.CharField(label=_("Second trained person, by name"), max_length=100)

    IDENTITY = ("name_checked", "birth_date_checked", "weight_kg")
    TODAY = ("changes", "changes_text", "eaten", "intoxicated", "capacity", "pregnancy")
    ESCORT = ("escort_name", "escort_present")
    SET = (
        "systolic_mmhg",
        "diastolic_mmhg",
        "systolic_again_mmhg",
        "diastolic_again_mmhg",
        "rest_min",
        "heart_rate_per_min",
        "spo2_percent",
        "respiratory_rate_per_min",
        "moaa_s_points",
        "pain_points",
        "dissociation_points",
        "gait",
    )
    SECOND = ("pump_checked", "second_user", "second_password", "decided_by")
    HOME = ("home_address", "home_hospital", "home_ems_min", "home_second")

    def __init__(
        self,
        *args: Any,
        checkers: Sequence[tuple[str, str]] = (),
        prescribers: Sequence[tuple[str, str]] = (),
        questions: Sequence[GateQuestion] = (),
        at_home: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", {}).setdefault("event_id", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.questions, self.at_home = questions, at_home
        self.fields["second_user"].choices = [("", "–"), *checkers]
        self.fields["decided_by"].choices = [("", "–"), *prescribers]
        for question in questions:
            self.fields[question.id] = forms.ChoiceField(
                label=question.question, choices=YES_NO, widget=forms.RadioSelect
            )
        if not at_home:
            for name in self.HOME:
                del self.fields[name]

    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The form in the order of the work at the chair."""
        found = [
            (_("Who, and how heavy"), [*self.IDENTITY, *self._of("identity")]),
            (_("Today"), [*self.TODAY, *self._of("today")]),
            (_("Ready for trouble"), self._of("safety")),
            (_("Going home"), self.ESCORT),
            (_("The patient's own values"), self.SET),
            (_("Second check of dose and pump"), self.SECOND),
        ]
        if self.at_home:
            found.insert(3, (_("At home"), [*self.HOME, *self._of("home")]))
        return [(heading, [self[name] for name in names]) for heading, names in found]

    def answers(self) -> dict[str, str]:
        """Question id to yes or no, where it was answered."""
        said = getattr(self, "cleaned_data", {})
        return {q.id: said[q.id] for q in self.questions if said.get(q.id)}

    def _of(self, section: str) -> list[str]:
        return [q.id for q in self.questions if q.section == section]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("changes") == "yes" and not said.get("changes_text"):
            self.add_error("changes_text", _("Say what changed, and put it in the chart."))
        if bool(said.get("systolic_again_mmhg")) != bool(said.get("diastolic_again_mmhg")):
            self.add_error("diastolic_again_mmhg", _("A second reading has two numbers."))
        if said.get("systolic_again_mmhg") and (said.get("rest_min") or 0) < REST_MIN:
            self.add_error("rest_min", _("Rest at least 5 minutes before the second reading."))
        return said
