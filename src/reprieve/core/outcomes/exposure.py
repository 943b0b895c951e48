"""What somebody has been given in all, and which checks that makes due."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from reprieve.core.evidence import Currency, Evidence

MONTH_DAYS, YEAR_DAYS = 30, 365
BEFORE_COURSE_DAYS = 90  # project_default: an older result does not speak for a new course


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One visit. drug: "ketamine" (racemic) or "esketamine"; amount_mg: of base."""

    on: date
    drug: str
    route: str
    amount_mg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Visits and mg of base."""

    visits: int
    amount_mg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One isomer by one route. Isomers are never added up: a milligram of one is not one of the other."""

    drug: str
    route: str
    month: Total
    year: Total
    ever: Total


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A fact: what is looked at, when it falls due, and when it stops the course.

    before_course: also wanted in the 90 days before the first dose. every_infusions, every_days: whichever
    comes first; None: not by that. stop_at: the number of the stop rule, where it has one, in `unit`.
    """

    id: str
    name: str
    statement: str
    before_course: bool
    stop_rule: str
    evidence: Evidence
    every_infusions: int | None = None
    every_days: int | None = None
    stop_at: float | None = None
    unit: str | None = None
    interval_evidence: Evidence | None = None
    currency: Currency = field(default_factory=Currency)


class Why(StrEnum):
    """Why a check is due."""

    BEFORE_COURSE = "before_course"
    INFUSIONS = "infusions"
    DAYS = "days"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDue:
    """since: the day it fell due."""

    check: Check
    since: date
    why: Why


def exposure(given: Iterable[Given], as_of: date) -> tuple[Exposure, ...]:
    """What was given by isomer and route, the most recent first: 30 days, 365 days, ever.

    A window of n days ends with `as_of` and holds n calendar days.
    """
    found: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for one in given:
        if one.on <= as_of:
            found[one.drug, one.route].append(one)
    rows = [
        Exposure(
            drug=drug,
            route=route,
            month=_total(rows, as_of - timedelta(days=MONTH_DAYS)),
            year=_total(rows, as_of - timedelta(days=YEAR_DAYS)),
            ever=_total(rows, date.min),
        )
        for (drug, route), rows in found.items()
    ]
    return tuple(
        sorted(rows, key=lambda e: max(g.on for g in found[e.drug, e.route]), reverse=True)
    )


def check_due(
    check: Check, *, done_on: Iterable[date], doses_on: Sequence[date], as_of: date
) -> CheckDue | None:
    """Whether a check is wanted now in a course that goes on; None before its first dose.

    Args:
        done_on: the days it was done, whatever came out.
        doses_on: of this course, ascending.
    """
    past = [day for day in doses_on if day <= as_of]
    if not past or not (check.before_course or check.every_infusions or check.every_days):
        return None
    last = max((d for d in done_on if d <= as_of), default=None)
    if last is None or last < past[0] - timedelta(days=BEFORE_COURSE_DAYS):
        if check.before_course:
            return CheckDue(check=check, since=past[0], why=Why.BEFORE_COURSE)
        last = past[0]
    return min(_repeats(check, last, past, as_of), key=lambda d: d.since, default=None)


def rise_percent(amounts_mg: Sequence[float]) -> float | None:
    """How much more the last visit got than the first, in percent; None of fewer than two visits."""
    given = [mg for mg in amounts_mg if mg > 0]
    if len(given) < 2:
        return None
    return 100 * (given[-1] - given[0]) / given[0]


def _repeats(check: Check, last: date, past: Sequence[date], as_of: date) -> list[CheckDue]:
    found = []
    since = [day for day in past if day > last]
    if check.every_infusions and len(since) >= check.every_infusions:
        day = since[check.every_infusions - 1]
        found.append(CheckDue(check=check, since=day, why=Why.INFUSIONS))
    if check.every_days and (day := last + timedelta(days=check.every_days)) <= as_of:
        found.append(CheckDue(check=check, since=day, why=Why.DAYS))
    return found


def _total(rows: Iterable[Given], after: date) -> Total:
    kept = [row.amount_mg for row in rows if row.on > after and row.amount_mg > 0]
    return Total(visits=len(kept), amount_mg=sum(kept))
