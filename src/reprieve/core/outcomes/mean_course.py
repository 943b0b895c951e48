"""Pain week by week after the first dose: who was asked, what they said, what a model makes of the gaps.

The raw mean of a late week is the mean of those who still answer. The modelled mean takes into account
what the silent ones said before; it is right if nothing but that decided who fell silent. Both are shown.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from reprieve.core.outcomes.mixed import MixedFit, fit_mixed
from reprieve.core.problems import Problem, UnusableInput

WEEKS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 26)
FEWEST_COURSES = 10  # project_default: fewer give no variance between people worth a name
FEWEST_AT_A_WEEK = 3  # project_default


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredCourse:
    """One course. baseline: mean before the first dose, week 0. scores: (days since the first dose, points)."""

    person: Hashable
    baseline: float | None
    scores: Sequence[tuple[float, float]]

    def by_week(self) -> dict[int, float]:
        """The mean of what was said around each week of WEEKS, the baseline at week 0."""
        found: dict[int, list[float]] = defaultdict(list)
        for day, points in self.scores:
            if day > 0 and (week := nearest_week(day)) is not None:
                found[week].append(points)
        weekly = {week: fmean(points) for week, points in found.items() if week}
        return weekly if self.baseline is None else {0: self.baseline, **weekly}


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """n courses with a score around this week; their mean; the modelled mean and its 95 % interval."""

    week: int
    n: int
    mean: float
    modelled: float
    low: float
    high: float


def nearest_week(day: float) -> int | None:
    """The week of WEEKS a day belongs to, by the midpoints between them; None long after the last."""
    if day > 7 * (WEEKS[-1] + 4):
        return None
    midpoints = [7 * (a + b) / 2 for a, b in pairwise(WEEKS[1:])]
    return WEEKS[1 + bisect_right(midpoints, day)]


def mean_course(courses: Sequence[ScoredCourse]) -> tuple[Week, ...]:
    """The weeks with at least three scores, in order.

    Model: a mean for each week, a random intercept for each person and, where somebody has several
    courses, for each course.
    Raises:
        UnusableInput: fewer than ten courses with a score, or a fit that did not settle.
    """
    points = [
        (course.person, n, week, value)
        for n, course in enumerate(courses)
        for week, value in course.by_week().items()
    ]
    counts: dict[int, list[float]] = defaultdict(list)
    for _person, _n, week, value in points:
        counts[week].append(value)
    weeks = [w for w in WEEKS if len(counts[w]) >= FEWEST_AT_A_WEEK]
    used = [p for p in points if p[2] in weeks]
    scored = {p[1] for p in used}
    if len(scored) < FEWEST_COURSES:
        said = f"{len(scored)} courses with a score; {FEWEST_COURSES} are needed"
        raise UnusableInput([Problem(path="courses", message=said)])
    fit = _fit(used, weeks)
    return tuple(_week(fit, week, counts[week]) for week in weeks)


def _fit(points: Sequence[tuple[Hashable, int, int, float]], weeks: Sequence[int]) -> MixedFit:
    people = {p[0] for p in points}
    several = len({p[1] for p in points}) > len(people)
    fit = fit_mixed(
        [p[3] for p in points],
        {str(w): [float(p[2] == w) for p in points] for w in weeks},
        [p[0] for p in points],
        nested=[p[1] for p in points] if several else None,
    )
    if not fit.converged:
        raise UnusableInput([Problem(path="courses", message="the fit did not settle")])
    return fit


def _week(fit: MixedFit, week: int, said: Sequence[float]) -> Week:
    found = fit.fixed[str(week)]
    low, high = found.interval
    return Week(
        week=week, n=len(said), mean=fmean(said), modelled=found.estimate, low=low, high=high
    )
