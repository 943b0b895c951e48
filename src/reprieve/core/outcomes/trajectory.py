"""Pain before a course and after each dose: what counts, what is due, what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean

BASELINE_DAYS = 7
BASELINE_SCORES = 4  # project_default: fewer daily scores make no baseline
NEAR_DOSE = timedelta(hours=24)  # scores this soon after a dose speak of the dose, not of relief
FIRST_DAYS = (1, 3, 7, 14)  # project_default, days after the last dose
THEN_EVERY_DAYS = 14
FOR_DAYS = 365
LATE_AFTER_DAYS = 3  # project_default
CHECKED_AFTER = (1, 3)  # project_default: doses after which somebody asks whether it helps
CHECK_WAITS_DAYS = 7  # project_default: by then the scores after that dose have come in


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreAt:
    """One answer of one measure. Points of its own scale."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineScores:
    """The scores of the days before the first dose; `mean` is None while there are too few."""

    scores: tuple[ScoreAt, ...]

    @property
    def mean(self) -> float | None:
        if len(self.scores) < BASELINE_SCORES:
            return None
        return fmean(s.value for s in self.scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One planned follow-up. late_days: how long it has been waiting; 0 on its day."""

    on: date
    day: int
    late_days: int

    @property
    def late(self) -> bool:
        return self.late_days > LATE_AFTER_DAYS


def baseline_scores(scores: Iterable[ScoreAt], first_dose_at: datetime | None) -> BaselineScores:
    """The scores in the 7 days before the first dose; before any dose, none yet."""
    if first_dose_at is None:
        return BaselineScores(scores=())
    since = first_dose_at - timedelta(days=BASELINE_DAYS)
    # An evening score of the first day counts although the infusion was in the morning a week later.
    kept = (s for s in scores if since.date() <= s.at.date() and s.at < first_dose_at)
    return BaselineScores(scores=tuple(sorted(kept, key=lambda s: s.at)))


def counts(score: ScoreAt, doses: Iterable[datetime]) -> bool:
    """False within 24 h after a dose: such a score never enters response."""
    return not any(dose <= score.at < dose + NEAR_DOSE for dose in doses)


def counting(scores: Iterable[ScoreAt], doses: Sequence[datetime]) -> tuple[ScoreAt, ...]:
    """The scores that speak of relief, oldest first."""
    return tuple(sorted((s for s in scores if counts(s, doses)), key=lambda s: s.at))


def schedule(last_dose_on: date, until: date) -> tuple[date, ...]:
    """Day 1, 3, 7, 14, then every 2 weeks, for a year after the last dose (project_default)."""
    later = range(FIRST_DAYS[-1] + THEN_EVERY_DAYS, FOR_DAYS + 1, THEN_EVERY_DAYS)
    days = (last_dose_on + timedelta(days=n) for n in (*FIRST_DAYS, *later))
    return tuple(day for day in days if day <= until)


def due(last_dose_on: date | None, answered_on: Iterable[date], as_of: date) -> Due | None:
    """The newest planned follow-up that nobody has answered since it fell due; older ones are past."""
    if last_dose_on is None:
        return None
    planned = schedule(last_dose_on, as_of)
    if not planned or any(day >= planned[-1] for day in answered_on):
        return None
    return Due(
        on=planned[-1],
        day=(planned[-1] - last_dose_on).days,
        late_days=(as_of - planned[-1]).days,
    )


def response_check(
    doses_on: Sequence[date], decided_on: Iterable[date], as_of: date
) -> tuple[int, date] | None:
    """The dose whose response nobody has judged since, and the day the check fell due; None when none waits.

    After the first and the third dose of a course. doses_on: ascending.
    """
    decided = max(decided_on, default=date.min)
    reached = [n for n in CHECKED_AFTER if n <= len(doses_on)]
    if not reached or decided >= doses_on[reached[-1] - 1]:
        return None
    since = doses_on[reached[-1] - 1] + timedelta(days=CHECK_WAITS_DAYS)
    return (reached[-1], since) if since <= as_of else None
