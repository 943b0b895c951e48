"""The figures of a page from counted courses: each with n, missing, denominator and interval."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median, quantiles, stdev
from typing import Any

from reprieve.core.outcomes.durability import RELIEF_PERCENT, Ended
from reprieve.core.outcomes.figures import (
    Share,
    Xmr,
    rate_interval,
    responder_curve,
    share_of,
    xmr,
)
from reprieve.core.outcomes.survival import (
    Curve,
    Incidence,
    Intervals,
    cumulative_incidence,
    kaplan_meier,
    turnbull,
)

Course = dict[str, Any]
GROUPS = ("condition", "protocol", "clinician")
WATCHED_WEEKS = (0, 2, 4, 8, 12, 26, 52)
LEAST_MONTHS = 6  # project default: fewer points make no control chart
FEWEST = 11  # project default: smaller cells leave no de-identified export
CAUSES = {Ended.RELAPSE: 1, Ended.NEXT_COURSE: 2, Ended.STOPPED: 3, Ended.DIED: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One condition, protocol or clinician with its responders. `beyond`: outside the 95 % funnel."""

    name: str
    share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """How long relief lasts among those who had it. at_risk: people still watched, by WATCHED_WEEKS.

    intervals: relapse or a new course, known to lie between visits; stopping and death end the watching.
    """

    n: int
    intervals: Intervals
    incidence: Incidence
    at_risk: tuple[int, ...]
    latest: Curve
    watched_days: float

    @property
    def by_week(self) -> list[tuple[int, int, float, tuple[float, float] | None]]:
        """(week, still watched, share in relief, its interval), if each was lost at the later visit."""
        rows = []
        for week, n in zip(WATCHED_WEEKS, self.at_risk, strict=True):
            if n or not week:
                rows.append((week, n, self.latest.at(7 * week), self.latest.interval_at(7 * week)))
        return rows

    def still_in_relief(self, week: float) -> tuple[float, float]:
        return self.intervals.bounds_at(7 * week)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Fall in points, baseline minus the score afterwards, of those who have both."""

    n: int
    mean: float
    sd: float | None
    quartiles: tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opioids:
    """Of those with a dose before and after: share that at least halved, share that stopped, median ratio."""

    halved: Share
    stopped: Share
    median_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """n: courses. no_baseline, no_score: why a course counts as no response though nobody knows."""

    n: int
    people_asked: int
    no_baseline: int
    no_score: int
    responders: Share
    curve: tuple[Share, ...]
    change: Change | None
    lasting: Lasting | None
    opioids: Opioids | None
    adverse: tuple[int, int, float, float, float]
    completed: Share
    months: tuple[tuple[str, float, int], ...]
    chart: Xmr | None
    groups: dict[str, tuple[Group, ...]]


def report_on(courses: Sequence[Course]) -> Report | None:
    """None of nothing. The caller has chosen the courses."""
    if not courses:
        return None
    drops = [c["drop_percent"] for c in courses]
    responders = share_of(_responded(courses), len(courses))
    completed = share_of(
        sum(c["given"] >= c["planned"] for c in courses if c["planned"]),
        sum(1 for c in courses if c["planned"]),
    )
    assert responders is not None
    months = _months(courses)
    return Report(
        n=len(courses),
        people_asked=sum(1 for c in courses if c["asked"]),
        no_baseline=sum(c["baseline"] is None for c in courses),
        no_score=sum(c["baseline"] is not None and c["drop_percent"] is None for c in courses),
        responders=responders,
        curve=responder_curve(drops),
        change=change_of(courses),
        lasting=_lasting(courses),
        opioids=_opioids(courses),
        adverse=_adverse(courses),
        completed=completed or responders,
        months=months,
        chart=xmr([value for _m, value, _n in months]) if len(months) >= LEAST_MONTHS else None,
        groups={key: _groups(courses, key) for key in GROUPS},
    )


def change_of(courses: Sequence[Course]) -> Change | None:
    """None where nobody has a score before and after. Quartiles as R's type 7."""
    falls = [
        c["baseline"] - c["last"]
        for c in courses
        if c["baseline"] is not None and c["last"] is not None
    ]
    if not falls:
        return None
    several = len(falls) > 1
    low, middle, high = quantiles(falls, method="inclusive") if several else falls * 3
    return Change(
        n=len(falls),
        mean=fmean(falls),
        sd=stdev(falls) if several else None,
        quartiles=(low, middle, high),
    )


def _responded(courses: Sequence[Course]) -> int:
    return sum(
        c["drop_percent"] is not None and c["drop_percent"] >= RELIEF_PERCENT for c in courses
    )


def _lasting(courses: Sequence[Course]) -> Lasting | None:
    stretches = [c["relief"] for c in courses if c["relief"]]
    if not stretches:
        return None
    intervals = [_whole_days(s["after_days"], s["by_days"]) for s in stretches]
    ends = [b if b < math.inf else max(a, 1.0) for a, b in intervals]
    causes = [CAUSES.get(Ended(s["ended"]), 0) for s in stretches]
    return Lasting(
        n=len(stretches),
        intervals=turnbull(intervals),
        incidence=cumulative_incidence(ends, causes),
        latest=kaplan_meier(ends, [c in (1, 2) for c in causes]),
        watched_days=max(ends),
        at_risk=tuple(sum(end > 7 * week for end in ends) for week in WATCHED_WEEKS),
    )


def _whole_days(after: float, by: float | None) -> tuple[float, float]:
    """The interval widened to whole days, so that it never becomes empty."""
    low = math.floor(after)
    return float(low), math.inf if by is None else float(max(math.ceil(by), low + 1))


def _opioids(courses: Sequence[Course]) -> Opioids | None:
    pairs = [c["mme"] for c in courses if c["mme"] and c["mme"][0] > 0]
    if not pairs:
        return None
    halved = share_of(sum(after <= before / 2 for before, after in pairs), len(pairs))
    stopped = share_of(sum(after == 0 for _b, after in pairs), len(pairs))
    assert halved is not None
    assert stopped is not None
    return Opioids(
        halved=halved, stopped=stopped, median_ratio=median(after / b for b, after in pairs)
    )


def _adverse(courses: Sequence[Course]) -> tuple[int, int, float, float, float]:
    """(events, infusions, per 100 infusions, low, high); none among few still has an upper limit."""
    events, infusions = sum(c["adverse"] for c in courses), sum(c["given"] for c in courses)
    rate, low, high = rate_interval(events, infusions)
    return events, infusions, 100 * rate, 100 * low, 100 * high


def _months(courses: Sequence[Course]) -> tuple[tuple[str, float, int], ...]:
    """Mean fall in percent of the courses begun in each month, where anybody has one."""
    found: dict[str, list[float]] = defaultdict(list)
    for c in courses:
        if c["drop_percent"] is not None:
            found[c["month"]].append(c["drop_percent"])
    return tuple((m, fmean(found[m]), len(found[m])) for m in sorted(found))


def _groups(courses: Sequence[Course], key: str) -> tuple[Group, ...]:
    """Largest first; never in the order of their result."""
    found: dict[str, list[Course]] = defaultdict(list)
    for c in courses:
        found[c[key] or "–"].append(c)
    groups = [
        Group(name=name, share=share)
        for name, rows in found.items()
        if (share := share_of(_responded(rows), len(rows)))
    ]
    return tuple(sorted(groups, key=lambda g: (-g.share.n, g.name)))
