"""How complete and how honest a chart looks. It judges the charting, never the patient or the nurse."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reprieve.core.session.advisories import next_set_due
from reprieve.core.session.events import Event, EventKind, Source, in_force
from reprieve.core.session.readings import VITAL_SIGNS, Observations, observe
from reprieve.core.session.thresholds import Threshold

LATE = timedelta(minutes=5)  # project_default: written down later than this counts as late
GRACE = timedelta(minutes=2)  # project_default: a set this much after its time is on time
FLAT_RUN = 4  # project_default: so many equal readings in a row look copied
FLAT_WATCHED = ("systolic_mmhg", "diastolic_mmhg", "heart_rate_per_min")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Counts, not a grade of a person.

    sets_due, sets_missed: vital sets asked for by the interval, and those that came late or never.
    late: entries by people written down more than five minutes after they were so.
    flat: parameters with four or more equal readings in a row, which beating hearts rarely give.
    """

    sets_due: int
    sets_missed: int
    entries: int
    late: int
    flat: tuple[str, ...]

    @property
    def percent(self) -> float | None:
        """100 less the shares missed and late and ten for each flat run; None when nothing was due.

        Our own arithmetic (project_default): for looking at one's own work, not for comparing people.
        """
        if not self.sets_due or not self.entries:
            return None
        missed, late = self.sets_missed / self.sets_due, self.late / self.entries
        return max(0.0, 100 * (1 - 0.7 * missed - 0.3 * late) - 10 * len(self.flat))


def quality(events: Iterable[Event], limits: Sequence[Threshold], as_of: datetime) -> Quality:
    """Look at a session's charting from the start to `as_of` or its end."""
    standing = in_force(events)
    people = [e for e in standing if e.source is Source.PERSON]
    due, missed = _sets(standing, limits, as_of)
    return Quality(
        sets_due=due,
        sets_missed=missed,
        entries=len(people),
        late=sum(_written_at(e) - e.measured_at > LATE for e in people),
        flat=_flat(observe(standing, as_of)),
    )


def _written_at(event: Event) -> datetime:
    """When somebody typed it: earlier than it was recorded when there was no connection."""
    typed = event.payload.get("typed_at")
    return datetime.fromisoformat(typed) if typed else event.recorded_at


def _sets(
    standing: Sequence[Event], limits: Sequence[Threshold], as_of: datetime
) -> tuple[int, int]:
    """How many sets fell due, and how many of them were not charted in time."""
    sets = sorted(
        {
            e.measured_at
            for e in standing
            if any(e.payload.get(p) is not None for p in VITAL_SIGNS) and e.kind is EventKind.VITALS
        }
    )
    starts = [
        e.measured_at
        for e in standing
        if e.kind in (EventKind.INFUSION_STARTED, EventKind.DOSE_GIVEN)
    ]
    if not starts:
        return 0, 0
    due_count = missed = 0
    moment = min(starts)
    while True:
        known = [e for e in standing if e.measured_at <= moment]
        due = next_set_due(observe(known, moment), limits)
        if due is None:
            return due_count, missed
        following = next((at for at in sets if at > moment), None)
        closed = _closed_at(standing)
        horizon = min(as_of, closed) if closed else as_of
        if following is None or following > horizon:
            late_now = horizon > due + GRACE
            return due_count + late_now, missed + late_now
        due_count += 1
        missed += following > due + GRACE
        moment = following


def _closed_at(standing: Sequence[Event]) -> datetime | None:
    ends = (EventKind.DISCHARGED, EventKind.TRANSFERRED, EventKind.CANCELLED)
    return min((e.measured_at for e in standing if e.kind in ends), default=None)


def _flat(seen: Observations) -> tuple[str, ...]:
    found = []
    for parameter in FLAT_WATCHED:
        run, last = 0, None
        for value in (r.value for r in seen.readings if r.parameter == parameter):
            run, last = (run + 1 if value == last else 1), value
            if run >= FLAT_RUN and parameter not in found:
                found.append(parameter)
    return tuple(found)
