"""Whether a visit may be booked at a time, every reason why not, and the times that are left."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from reprieve.core.scheduling.course import Course, CourseReason, course_reasons
from reprieve.core.scheduling.day import STEP_MIN, Day, Hold, Kind, Needs, free_place

OFFERED_EVERY_MIN = 15  # project_default


class Refusal(StrEnum):
    """Why the day has no room."""

    PAST = "past"  # it has begun already
    OFF_STEP = "off_step"  # not on a step of STEP_MIN
    OUTSIDE_HOURS = "outside_hours"
    NO_CHAIR = "no_chair"
    NO_NURSE = "no_nurse"  # nobody on duty, or the ratio is full
    NO_PRESCRIBER = "no_prescriber"


NONE_FREE = {
    Kind.CHAIR: Refusal.NO_CHAIR,
    Kind.NURSE: Refusal.NO_NURSE,
    Kind.PRESCRIBER: Refusal.NO_PRESCRIBER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """holds: what the visit would take; empty unless `possible`.

    warnings: reasons of the course that do not stop it.
    """

    starts_at: datetime
    holds: tuple[Hold, ...]
    refusals: tuple[Refusal | CourseReason, ...]
    warnings: tuple[CourseReason, ...] = ()

    @property
    def possible(self) -> bool:
        return not self.refusals


def may_book(
    day: Day,
    needs: Needs,
    starts_at: datetime,
    *,
    now: datetime,
    course: Course | None = None,
    chair: str = "",
) -> Verdict:
    """Room on the day and in the course, with every reason why not.

    starts_at: in the clinic's own time zone, whose date the course is judged by. chair: only this one; any chair when empty. course: None for a visit without a dose.
    """
    refusals: list[Refusal | CourseReason] = []
    if starts_at < now:
        refusals.append(Refusal.PAST)
    if (starts_at - day.opens_at) % timedelta(minutes=STEP_MIN):
        refusals.append(Refusal.OFF_STEP)
    leaves_at = starts_at + timedelta(minutes=needs.stay_min)
    if starts_at < day.opens_at or leaves_at > day.closes_at:
        refusals.append(Refusal.OUTSIDE_HOURS)
    wanted = _only(day, chair) if chair else day
    holds = []
    for kind, minutes in needs.minutes().items():
        if hold := free_place(wanted, kind, starts_at, minutes):
            holds.append(hold)
        else:
            refusals.append(NONE_FREE[kind])
    said = course_reasons(course, starts_at.date()) if course else ()
    refusals += [reason for reason in said if reason.stops]
    return Verdict(
        starts_at=starts_at,
        holds=() if refusals else tuple(holds),
        refusals=tuple(refusals),
        warnings=tuple(reason for reason in said if not reason.stops),
    )


def find_slots(
    day: Day,
    needs: Needs,
    *,
    now: datetime,
    course: Course | None = None,
    every_min: int = OFFERED_EVERY_MIN,
) -> tuple[Verdict, ...]:
    """Every start of the day that is possible, from opening on, each `every_min` minutes."""
    last = day.closes_at - timedelta(minutes=needs.stay_min)
    count = max(0, (last - day.opens_at) // timedelta(minutes=every_min) + 1)
    starts = (day.opens_at + timedelta(minutes=every_min * n) for n in range(count))
    found = (may_book(day, needs, at, now=now, course=course) for at in starts)
    return tuple(verdict for verdict in found if verdict.possible)


def _only(day: Day, chair: str) -> Day:
    kept = tuple(r for r in day.resources if r.kind != Kind.CHAIR or r.id == chair)
    return replace(day, resources=kept)
