"""From a person's scores to how long relief lasted, and why the watching ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from reprieve.core.outcomes.response import drop_percent
from reprieve.core.outcomes.trajectory import ScoreAt

RELIEF_PERCENT = 30.0  # project_default for relapse; IMMPACT's moderate improvement for response
SCORES_TO_RELAPSE = 2  # project_default: one bad day is no relapse
DAY_SECONDS = 86_400


class Ended(StrEnum):
    """What ended a stretch of relief, or the watching of it."""

    RELAPSE = "relapse"
    NEXT_COURSE = "next_course"  # a new course or rescue for pain: counted as a relapse by rule
    STOPPED = "stopped"  # treatment stopped while relief held: a competing event
    DIED = "died"
    WATCHED = "watched"  # relief still held at the last score: censored


@dataclass(frozen=True, slots=True, kw_only=True)
class RelapseRule:
    """Written down before the course: what counts as losing relief."""

    relief_percent: float = RELIEF_PERCENT
    scores: int = SCORES_TO_RELAPSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """One stretch of relief. It ended somewhere in (after_days, by_days] since the last dose.

    by_days: None while it is not known to have ended (`ended` is WATCHED, STOPPED or DIED).
    """

    after_days: float
    by_days: float | None
    ended: Ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Something other than a score that ended a stretch."""

    at: datetime
    why: Ended


def relief_after(
    *,
    baseline: float | None,
    last_dose_at: datetime,
    scores: Sequence[ScoreAt],
    rule: RelapseRule,
    ending: Ending | None = None,
) -> Relief | None:
    """How long relief held after one dose; None when there was none to lose.

    scores: those that count (not within 24 h of a dose), oldest first; later than `ending` is ignored.
    Relapse lies between the last score in relief and the first of the row of scores out of it.
    """
    seen = [s for s in scores if s.at >= last_dose_at and (ending is None or s.at <= ending.at)]
    if baseline is None or baseline <= 0 or not seen or not _in_relief(seen[0], baseline, rule):
        return None
    first_out = _relapse(seen, baseline, rule)
    if first_out is not None:
        held = max(s.at for s in seen[:first_out])
        return _stretch(last_dose_at, held, seen[first_out].at, Ended.RELAPSE)
    held = max(s.at for s in seen if _in_relief(s, baseline, rule))
    if ending is None:
        return _stretch(last_dose_at, held, None, Ended.WATCHED)
    by = ending.at if ending.why is Ended.NEXT_COURSE else None
    return _stretch(last_dose_at, held, by, ending.why)


def _relapse(seen: Sequence[ScoreAt], baseline: float, rule: RelapseRule) -> int | None:
    """Index of the first of `rule.scores` scores in a row out of relief."""
    row = 0
    for i, score in enumerate(seen):
        row = 0 if _in_relief(score, baseline, rule) else row + 1
        if row == rule.scores:
            return i - rule.scores + 1
    return None


def _in_relief(score: ScoreAt, baseline: float, rule: RelapseRule) -> bool:
    """Exact at the boundary: 7 to 4.9 is a fall of 30 %."""
    drop = drop_percent(baseline, score.value)
    return drop is not None and drop >= Fraction(str(rule.relief_percent))


def _stretch(dose: datetime, held: datetime, by: datetime | None, why: Ended) -> Relief:
    def days(at: datetime) -> float:
        return (at - dose).total_seconds() / DAY_SECONDS

    return Relief(after_days=days(held), by_days=None if by is None else days(by), ended=why)
