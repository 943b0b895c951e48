"""What a course allows: doses apart by the protocol's interval, none beyond an open response check."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from reprieve.core.outcomes.trajectory import CHECKED_AFTER


class CourseReason(StrEnum):
    """What the course says of a day. `stops` tells which of them forbid it."""

    TOO_SOON = "too_soon"  # before the protocol's shortest interval has passed
    BEFORE_ANOTHER = "before_another"  # a later dose is booked, or given, too close after
    BEYOND_CHECK = "beyond_check"  # somebody first judges whether the doses so far helped
    COURSE_COMPLETE = "course_complete"
    TOO_LATE = "too_late"  # later than the protocol's longest interval: a gap, not a danger

    @property
    def stops(self) -> bool:
        return self is not CourseReason.TOO_LATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course so far. Days are local days of the clinic.

    given_on, booked_on: doses given and doses in the calendar. decided_on: days on which somebody
    judged the response. interval_days: shortest and longest of the protocol; None where it names none.
    sessions: how many the plan has; None where it is open.
    """

    given_on: tuple[date, ...] = ()
    booked_on: tuple[date, ...] = ()
    decided_on: tuple[date, ...] = ()
    interval_days: tuple[int, int] | None = None
    sessions: int | None = None

    @property
    def planned(self) -> int:
        return len(self.given_on) + len(self.booked_on)


def last_bookable_dose(course: Course) -> int | None:
    """The number of the last dose that may be in the calendar now; None where no check limits it.

    A check after dose n stops the booking of dose n + 1 until it has been decided on or after the day
    of dose n. Source: project_default, the same doses as outcomes/trajectory.CHECKED_AFTER.
    """
    given = sorted(course.given_on)
    decided = max(course.decided_on, default=date.min)
    reached = [n for n in CHECKED_AFTER if n <= len(given)]
    if reached and decided < given[reached[-1] - 1]:
        return reached[-1]
    return next((n for n in CHECKED_AFTER if n > len(given)), None)


def course_reasons(course: Course, on: date) -> tuple[CourseReason, ...]:
    """Everything the course has against a dose on a day, and the gap it would leave."""
    found = []
    days = sorted((*course.given_on, *course.booked_on))
    before = [day for day in days if day <= on]
    after = [day for day in days if day > on]
    shortest, longest = course.interval_days or (0, 0)
    apart = timedelta(days=max(shortest, 1))  # never two visits with a dose on one day
    if before and on < before[-1] + apart:
        found.append(CourseReason.TOO_SOON)
    if after and after[0] < on + apart:
        found.append(CourseReason.BEFORE_ANOTHER)
    if course.sessions is not None and course.planned >= course.sessions:
        found.append(CourseReason.COURSE_COMPLETE)
    limit = last_bookable_dose(course)
    if limit is not None and course.planned >= limit:
        found.append(CourseReason.BEYOND_CHECK)
    if before and longest and on > before[-1] + timedelta(days=longest):
        found.append(CourseReason.TOO_LATE)
    return tuple(found)


def earliest_day(course: Course, today: date) -> date:
    """The first day the interval allows for the dose after all that are given or booked."""
    days = (*course.given_on, *course.booked_on)
    if not days or not course.interval_days:
        return today
    return max(today, max(days) + timedelta(days=course.interval_days[0]))
