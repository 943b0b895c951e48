"""What is asked afterwards, and the decision. Nothing is filled in."""

import uuid
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.followup.models import FollowUpDecision
from reprieve.clinic.followup.selectors import FOLLOW_UP
from reprieve.clinic.session.words import effects
from reprieve.clinic.ui.forms import DateTimeInput, NumberInput

PGIC = (
    ("", "–"),
    ("1", _("very much better")),
    ("2", _("much better")),
    ("3", _("a little better")),
    ("4", _("no change")),
    ("5", _("a little worse")),
    ("6", _("much worse")),
    ("7", _("very much worse")),
)


def _points(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        widget=NumberInput({"class": "big"}),
        validators=[MinValueValidator(0), MaxValueValidator(10)],
    )


class FollowUpForm(forms.Form):
    """Average pain first; the rest where the patient can say."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)
    pain = _points(_("Average pain in the last 24 hours, 0-10"))
    peg_p = _points(_("PEG: average pain in the past week, 0-10"))
    peg_e = _points(_("PEG: kept from enjoying life, 0-10"))
    peg_g = _points(_("PEG: kept from usual activity, 0-10"))
    pgic = forms.ChoiceField(
        label=_("All in all, since the treatment began"), choices=PGIC, required=False
    )
    satisfied = forms.ChoiceField(
        label=_("Satisfied with the result"),
        required=False,
        choices=(("", "–"), ("yes", _("yes")), ("no", _("no"))),
    )
    side_effects = forms.MultipleChoiceField(
        label=_("Side effects since the last infusion"),
        choices=effects,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    side_effects_text = forms.CharField(label=_("Others, in words"), required=False, max_length=300)
    mme_per_day = forms.FloatField(
        label=_("Opioid dose, MME a day, if known"),
        required=False,
        widget=NumberInput,
        validators=[MinValueValidator(0), MaxValueValidator(2000)],
    )
    new_analgesic = forms.ChoiceField(
        label=_("A new painkiller was started"),
        required=False,
        choices=(("", "–"), ("yes", _("yes")), ("no", _("no"))),
    )
    answered_at = forms.DateTimeField(
        label=_("Answered, if not now"), required=False, widget=DateTimeInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("form_id", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        at = said.get("answered_at")
        if at and at > timezone.now():
            self.add_error("answered_at", _("That time has not come yet."))
        if not self.errors and not any(self.answers().values()):
            self.add_error(None, _("Nothing was answered."))
        return said

    def answers(self) -> dict[str, dict[str, Any]]:
        """By questionnaire, only what was said: silence is not a zero."""
        said = self.cleaned_data
        truth = {"yes": True, "no": False}
        own = {
            "satisfied": truth.get(said.get("satisfied", "")),
            "side_effects": said.get("side_effects") or None,
            "side_effects_text": said.get("side_effects_text") or None,
            "mme_per_day": said.get("mme_per_day"),
            "new_analgesic": truth.get(said.get("new_analgesic", "")),
        }
        groups: dict[str, dict[str, Any]] = {
            "NRS": {"nrs-average": said.get("pain")},
            "PEG": {f"peg-{x}": said.get(f"peg_{x}") for x in ("p", "e", "g")},
            "PGIC": {"pgic-1": float(said["pgic"]) if said.get("pgic") else None},
            FOLLOW_UP: own,
        }
        return {
            name: {key: value for key, value in group.items() if value is not None}
            for name, group in groups.items()
        }


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"), choices=FollowUpDecision.Decision.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, widget=forms.Textarea({"rows": 3}), max_length=2000
    )
