"""What is seen and said: vital sets, scores, effects, setting, notes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.session.forms.base import ChartForm, number
from reprieve.clinic.session.words import effects
from reprieve.core.session.events import EventKind

K = EventKind


class VitalsForm(ChartForm):
    kind = K.VITALS
    systolic_mmhg = number(_("Systolic"), 40, 300, unit="mmHg")
    diastolic_mmhg = number(_("Diastolic"), 20, 200, unit="mmHg")
    heart_rate_per_min = number(_("Heart rate"), 20, 250, unit="/min")
    spo2_percent = number(_("SpO2"), 50, 100, unit="%")
    respiratory_rate_per_min = number(_("Breaths"), 1, 60, unit="/min")
    moaa_s_points = number(_("MOAA/S"), 0, 5, unit="/5")
    pain_points = number(_("Pain"), 0, 10, unit="/10")
    dissociation_points = number(_("Dissociation"), 0, 10, unit="/10")
    distress_points = number(_("Distress"), 0, 10, unit="/10")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        systolic, diastolic = said.get("systolic_mmhg"), said.get("diastolic_mmhg")
        if systolic and diastolic and diastolic >= systolic:
            self.add_error("diastolic_mmhg", _("Diastolic is not below systolic."))
        if not self.errors and not self.payload():
            self.add_error(None, _("Nothing was typed."))
        return said


class ScoresForm(ChartForm):
    """What the patient says, apart from a vital set."""

    kind = K.DISSOCIATION
    pain_points = number(_("Pain"), 0, 10, unit="0-10")
    dissociation_points = number(_("Dissociation"), 0, 10, unit="0-10")
    distress_points = number(_("Distress"), 0, 10, unit="0-10")
    cadss6_points = number(_("CADSS-6, total of the sheet"), 0, 24, unit="0-24")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not self.payload():
            self.add_error(None, _("Nothing was typed."))
        return said


class SettingForm(ChartForm):
    """Set and setting: what the room and the preparation were like."""

    kind = K.SETTING
    light = forms.ChoiceField(
        label=_("Light"),
        required=False,
        choices=(("", "–"), ("dim", _("dim")), ("normal", _("normal")), ("mask", _("eye mask"))),
    )
    music = forms.ChoiceField(
        label=_("Sound"),
        required=False,
        choices=(
            ("", "–"),
            ("quiet", _("quiet")),
            ("own music", _("own music")),
            ("clinic music", _("the clinic's music")),
        ),
    )
    preparation = forms.BooleanField(
        label=_("Prepared: told what may be felt, that it passes, and how to stop it"),
        required=False,
    )
    text = forms.CharField(label=_("Anything else"), required=False, max_length=300)


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
