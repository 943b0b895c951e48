"""What every form of a session has: an id made with it, a time, and what the page had shown."""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.session.models import Encounter
from reprieve.clinic.ui.forms import DateTimeInput, NumberInput
from reprieve.core.session.events import EventKind

K = EventKind
YES_NO = (("yes", _("yes")), ("no", _("no")))


OUTSIDE = ("prescriber", "how", "read_back", "why")  # fields of an order beyond the order


def number(
    label: Any, low: float, high: float, *, required: bool = False, unit: Any = ""
) -> forms.FloatField:
    """A number inside what a body can show; a slip of a digit is refused, not stored."""
    return forms.FloatField(
        label=label,
        required=required,
        help_text=unit,
        widget=NumberInput({"class": "big", "data-low": str(low), "data-high": str(high)}),
        validators=[MinValueValidator(low), MaxValueValidator(high)],
    )


class ChartForm(forms.Form):
    """The id is made with the form, so that sending it twice is one event."""

    event_id = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seconds_ago = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
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
        skip = {"event_id", "seen", "seconds_ago", "measured_at", *OUTSIDE}
        said = self.cleaned_data
        return {k: v for k, v in said.items() if k not in skip and v not in (None, "", [])}

    def measured_or_now(self) -> Any:
        """When it was so: as typed, or so many seconds ago (sent late by a script), or now."""
        said = self.cleaned_data
        late = timedelta(seconds=said.get("seconds_ago") or 0)
        return said.get("measured_at") or timezone.now() - late


class MoveForm(ChartForm):
    """A press with nothing to type: pause, resume, ask to stop, confirm the stop."""


class CancelForm(ChartForm):
    kind = K.CANCELLED
    text = forms.CharField(label=_("Why"), max_length=300)


class PlanSessionForm(forms.Form):
    planned_at = forms.DateTimeField(label=_("When"), widget=DateTimeInput)
    chair = forms.CharField(label=_("Chair"), max_length=40, required=False)
    place = forms.ChoiceField(
        label=_("Where"), required=False, choices=Encounter.Place.choices, initial="clinic"
    )

    def __init__(self, *args: Any, at_home: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not at_home:  # off unless the clinic has signed for it
            del self.fields["place"]


class CorrectForm(forms.Form):
    """A correction is a new event; the old one stays readable."""

    event_id = forms.UUIDField(widget=forms.HiddenInput)
    measured_at = forms.DateTimeField(label=_("When it was so"), widget=DateTimeInput)
    reason = forms.CharField(label=_("Why it is corrected"), max_length=300)
    take_back = forms.BooleanField(label=_("It did not happen: take it back"), required=False)
