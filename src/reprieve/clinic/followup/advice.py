"""The interval advisor's page: what is believed of this person's relief, and each timing compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve import knowledge
from reprieve.clinic.followup.selectors import Trajectory
from reprieve.core.outcomes.advisor import Advised, Option, Situation, Timing, advise
from reprieve.core.outcomes.relief_model import ReliefPosterior, believe
from reprieve.core.outcomes.trajectory import ScoreAt, counting
from reprieve.knowledge.relief import advisor_rule, relief_prior

DAY_SECONDS = 86_400
COST = "cost_a000_infusion"
SHOWN_DAYS = 84
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BASE = 760, 280, 40, 84, 14, 240
TIMINGS = {
    Timing.NONE: _("No further infusion"),
    Timing.ON_RELAPSE: _("When relief is lost"),
    Timing.WEEKS_4: _("Every 4 weeks"),
    Timing.WEEKS_6: _("Every 6 weeks"),
    Timing.WEEKS_8: _("Every 8 weeks"),
    Timing.WEEKS_12: _("Every 12 weeks"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvicePage:
    """half_life_days: (low, median, high), 80 % of the belief. choices: (name, option, proposed)."""

    advised: Advised
    choices: tuple[tuple[Any, Option, bool], ...]
    half_life_days: tuple[float, float, float]
    relief_points: tuple[float, float, float]
    interval_days: float | None
    infusions: int
    scores: int
    chart: dict[str, Any] | None


def advice_of(course: Trajectory, as_of: datetime | None = None) -> AdvicePage:
    """Read the course, believe, compare."""
    as_of = as_of or timezone.now()
    scores = counting(course.pain, course.doses)
    start = course.doses[0]
    belief = believe(
        [_days(s.at, start) for s in scores],
        [s.value for s in scores],
        [_days(at, start) for at in course.doses],
        relief_prior(),
    )
    at = _situation(course, scores, as_of)
    advised = advise(belief, at, advisor_rule())
    return AdvicePage(
        advised=advised,
        choices=tuple(
            (TIMINGS[o.timing], o, o.timing is advised.proposed) for o in advised.options
        ),
        half_life_days=_interval(belief.half_life_days),
        relief_points=_interval(belief.last_relief_points),
        interval_days=at.current_interval_days,
        infusions=len(course.doses),
        scores=at.scores_after_dose,
        chart=_chart(belief, course, scores, as_of),
    )


def _situation(course: Trajectory, scores: Sequence[ScoreAt], as_of: datetime) -> Situation:
    after = [s.at for s in scores if s.at > course.doses[0]]
    price = next(c for c in knowledge.costs() if c.id == COST)
    gaps = np.diff([_days(at, course.doses[0]) for at in course.doses])
    return Situation(
        baseline_points=course.baseline.mean,
        days_since_last=_days(as_of, course.doses[-1]),
        current_interval_days=float(gaps[-1]) if gaps.size else None,
        scores_after_dose=len(after),
        scores_span_days=_days(max(after), min(after)) if after else 0.0,
        infusion_mg=course.plan.proposal["totals"]["visit_mg"],
        price_usd=(price.low_usd, price.high_usd),
    )


def _chart(
    belief: ReliefPosterior, course: Trajectory, scores: Sequence[ScoreAt], as_of: datetime
) -> dict[str, Any] | None:
    """True mean pain after the last infusion, were no other given; the scores since then as dots."""
    if course.baseline.mean is None:
        return None
    last = course.doses[-1]
    days = np.linspace(0, SHOWN_DAYS, 57)
    low, mid, high = np.array([belief.band(float(d)) for d in days]).T
    since = [(_days(s.at, last), s.value) for s in scores if s.at > last]
    own, line = course.baseline.mean, course.baseline.mean * (1 - _relief_share())
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "base": BASE,
        "band": "M" + "L".join([*_points(days, low), *_points(days[::-1], high[::-1])]) + "Z",
        "line": "M" + "L".join(_points(days, mid)),
        "dots": [(_x(d), _y(v)) for d, v in since if d <= SHOWN_DAYS],
        "today": _x(min(_days(as_of, last), SHOWN_DAYS)),
        "own": _y(own),
        "relief": _y(line),
        "x_ticks": [(_x(7 * w), w) for w in range(0, SHOWN_DAYS // 7 + 1, 2)],
        "y_ticks": [(_y(n), n) for n in range(0, 11, 2)],
    }


def _relief_share() -> float:
    return advisor_rule().relief_percent / 100


def _points(days: Any, points: Any) -> list[str]:
    return [f"{_x(d)} {_y(p)}" for d, p in zip(days, points, strict=True)]


def _x(days: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * float(days) / SHOWN_DAYS, 1)


def _y(points: float) -> float:
    return round(BASE - (BASE - TOP) * float(points) / 10, 1)


def _interval(values: Any) -> tuple[float, float, float]:
    low, mid, high = np.percentile(values, (10, 50, 90))
    return float(low), float(mid), float(high)


def _days(at: datetime, since: datetime) -> float:
    return (at - since).total_seconds() / DAY_SECONDS
