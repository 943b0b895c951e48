"""A day of a clinic: who and what is there, what a visit takes, and what is taken already.

A nurse who may watch three patients is three places of one resource, so that the ratio and the
single use of a chair are one rule: a place holds one visit at a time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

STEP_MIN = 5  # project_default: visits begin and last in steps of this many minutes


class Kind(StrEnum):
    """What a visit may need."""

    CHAIR = "chair"
    NURSE = "nurse"
    PRESCRIBER = "prescriber"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """places: how many visits it holds at the same time; for a nurse the ratio."""

    kind: Kind
    id: str
    places: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What one visit takes. All lengths in minutes, in steps of STEP_MIN; 0 where it is not needed.

    treatment_min: from arrival to the end of the dose, or of the talk. recovery_min: watched after it.
    turnover_min: the chair alone, after the patient has left. prescriber_min: from the start.
    """

    treatment_min: int
    recovery_min: int = 0
    turnover_min: int = 0
    prescriber_min: int = 0
    chair: bool = True
    nurse: bool = True

    @property
    def stay_min(self) -> int:
        """How long the patient is there."""
        return self.treatment_min + self.recovery_min

    def minutes(self) -> dict[Kind, int]:
        """How long each kind of resource is held, from the start; without those not needed."""
        held = {
            Kind.CHAIR: self.stay_min + self.turnover_min if self.chair else 0,
            Kind.NURSE: self.stay_min if self.nurse else 0,
            Kind.PRESCRIBER: self.prescriber_min,
        }
        return {kind: minutes for kind, minutes in held.items() if minutes}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One place of one resource for [starts_at, ends_at)."""

    kind: Kind
    id: str
    place: int
    starts_at: datetime
    ends_at: datetime

    @property
    def lane(self) -> tuple[Kind, str, int]:
        return (self.kind, self.id, self.place)

    def meets(self, other: "Hold") -> bool:
        """Whether both want the same place at the same time."""
        return (
            self.lane == other.lane
            and self.starts_at < other.ends_at
            and other.starts_at < self.ends_at
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """opens_at, closes_at: patients are there between these. Turnover may run past the end."""

    opens_at: datetime
    closes_at: datetime
    resources: tuple[Resource, ...]
    taken: tuple[Hold, ...] = ()

    def of(self, kind: Kind) -> tuple[Resource, ...]:
        return tuple(r for r in self.resources if r.kind == kind)


def free_place(day: Day, kind: Kind, starts_at: datetime, minutes: int) -> Hold | None:
    """The first place of this kind that is free for so long; None when none is."""
    ends_at = starts_at + timedelta(minutes=minutes)
    for resource in day.of(kind):
        for place in range(1, resource.places + 1):
            hold = Hold(
                kind=kind, id=resource.id, place=place, starts_at=starts_at, ends_at=ends_at
            )
            if not meets_any(hold, day.taken):
                return hold
    return None


def meets_any(hold: Hold, taken: Iterable[Hold]) -> bool:
    return any(hold.meets(other) for other in taken)


def steps(hold: Hold) -> tuple[datetime, ...]:
    """The starts of the steps a hold covers, the last one in full."""
    step = timedelta(minutes=STEP_MIN)
    count = -(-(hold.ends_at - hold.starts_at) // step)
    return tuple(hold.starts_at + n * step for n in range(count))
