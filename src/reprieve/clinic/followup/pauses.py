"""The planned pause: drawing it, and comparing what was lived through."""

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.followup.models import PlannedPause
from reprieve.clinic.followup.selectors import Trajectory
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.plan.models import CarePlan
from reprieve.clinic.ui.forms import DateInput, NumberInput
from reprieve.core.outcomes.pause import Compared, Pause, Window, compare, draw_delay
from reprieve.core.outcomes.trajectory import counting

LONGEST_DAYS = 56  # project default: a longer delay is a stop, not a pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """One pause and what became of it. as_drawn: the infusion came on the drawn day; None while waiting."""

    row: PlannedPause
    given_on: date | None
    as_drawn: bool | None


class PauseForm(forms.Form):
    """What patient and prescriber agree on before the lot is drawn."""

    consented_on = forms.DateField(label=_("The patient agreed on"), widget=DateInput)
    due_on = forms.DateField(label=_("The infusion would be due on"), widget=DateInput)
    earliest_days = forms.IntegerField(
        label=_("Shortest delay, days"), min_value=0, max_value=LONGEST_DAYS, widget=NumberInput
    )
    latest_days = forms.IntegerField(
        label=_("Longest delay, days"), min_value=1, max_value=LONGEST_DAYS, widget=NumberInput
    )
    rescue_points = forms.IntegerField(
        label=_("Infusion may come early from pain of, 0-10"),
        help_text=_("On two diary days in a row."),
        min_value=1,
        max_value=10,
        widget=NumberInput,
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        today = timezone.localdate()
        if (agreed := said.get("consented_on")) and agreed > today:
            self.add_error("consented_on", _("This date lies in the future."))
        if (due := said.get("due_on")) and due < today:
            self.add_error("due_on", _("A pause is drawn before the infusion is due."))
        first, last = said.get("earliest_days"), said.get("latest_days")
        if first is not None and last is not None and first >= last:
            self.add_error("latest_days", _("The longest delay is longer than the shortest."))
        return said


def list_pauses(patient: Patient) -> QuerySet[PlannedPause]:
    """As agreed, newest first."""
    mine = PlannedPause.objects.for_clinic(patient.clinic).filter(patient=patient)
    return mine.select_related("recorded_by").order_by("-due_on", "-recorded_at")


@transaction.atomic
def plan_pause(*, plan: CarePlan, agreed: dict[str, Any], by: Actor) -> PlannedPause:
    """Draw the day and write it down. Raises ValidationError while another pause is waiting."""
    CarePlan.objects.select_for_update().get(pk=plan.pk)
    newest = list_pauses(plan.patient).first()
    if newest and newest.drawn_on >= timezone.localdate():
        raise ValidationError(_("A pause is waiting already; its day stands."))
    seed = secrets.randbits(48)
    window = Window(earliest=agreed["earliest_days"], latest=agreed["latest_days"])
    row = PlannedPause.objects.create(
        clinic=plan.clinic,
        patient=plan.patient,
        plan=plan,
        recorded_by=by.user,
        seed=seed,
        drawn_days=draw_delay(window, seed),
        **agreed,
    )
    audit(row, action=Did.CREATE, by=by)
    return row


def lived_pauses(course: Trajectory, rows: list[PlannedPause]) -> list[Lived]:
    """What became of each: the first infusion on or after the due day is the one that was delayed."""
    given = sorted(timezone.localdate(at) for at in course.doses)
    found = []
    for row in rows:
        on = next((day for day in given if day >= row.due_on), None)
        found.append(
            Lived(row=row, given_on=on, as_drawn=None if on is None else on == row.drawn_on)
        )
    return found


def compared(course: Trajectory, lived: list[Lived]) -> Compared | None:
    """Pauses that went as drawn, together; None before the first."""
    diary = _diary(course)
    pauses = [
        Pause(
            window=p.row.window,
            drawn=p.row.drawn_days,
            diary={(day - p.row.due_on).days: pain for day, pain in diary.items()},
        )
        for p in lived
        if p.as_drawn and timezone.localdate() > p.row.drawn_on + timedelta(days=7)
    ]
    return compare(pauses) if pauses else None


def _diary(course: Trajectory) -> dict[date, float]:
    """Mean pain of each day that has a score outside 24 h after a dose."""
    days: dict[date, list[float]] = defaultdict(list)
    for score in counting(course.pain, course.doses):
        days[timezone.localdate(score.at)].append(score.value)
    return {day: fmean(scores) for day, scores in days.items()}
