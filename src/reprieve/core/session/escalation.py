"""A high advisory that nobody has acknowledged goes to the prescriber and to the board."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from reprieve.core.session.advisories import Priority, Shown

ESCALATES_AFTER = timedelta(seconds=60)  # project_default
REPEATS = (30, 60)  # seconds: the range a clinic may choose the sound's repetition from
REPEAT_S = 45  # project_default: seconds between two soundings of a high advisory
REPEAT_MEDIUM_S = 300  # project_default: a medium one sounds again when its rest is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """A high advisory that has stood longer than a minute under nobody's name."""

    shown: Shown
    since: datetime  # when it went to the prescriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What a tablet sounds: the worst that does not rest, and how often. None of it: silence."""

    priority: Priority
    repeat_s: int


def escalated(rows: Iterable[Shown], as_of: datetime) -> tuple[Escalated, ...]:
    """The high advisories nobody acknowledged within 60 s of their crossing, oldest first.

    An acknowledgement ends the escalation, not the advisory. A value charted late that had
    crossed long ago escalates at once: nobody has looked at it since.
    """
    found = [
        Escalated(shown=row, since=row.advisory.since + ESCALATES_AFTER)
        for row in rows
        if row.advisory.priority is Priority.HIGH
        and row.acknowledged is None
        and as_of - row.advisory.since >= ESCALATES_AFTER
    ]
    return tuple(sorted(found, key=lambda e: e.since))


def sound(rows: Iterable[Shown], repeat_s: int = REPEAT_S) -> Sound | None:
    """A high one repeats while its value lasts, acknowledged or not; others only until acknowledged.

    A low one makes no sound. repeat_s: 30 to 60, the clinic's choice.
    """
    loud = [r.advisory.priority for r in rows if not r.quiet]
    worst = max(loud, default=Priority.LOW)
    if worst is Priority.LOW:
        return None
    return Sound(priority=worst, repeat_s=repeat_s if worst is Priority.HIGH else REPEAT_MEDIUM_S)
