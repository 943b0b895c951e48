"""When the next infusion, if any: what each way of timing it would bring, and what it costs.

It compares; a named clinician decides. It never proposes more often than now, nor beyond a ceiling,
and says so when there are too few scores to tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from reprieve.core.outcomes.relief_model import Floats, ReliefPosterior

WEEK, YEAR = 7.0, 365.0


class Timing(StrEnum):
    """A way of timing the next infusions."""

    NONE = "none"
    ON_RELAPSE = "on_relapse"
    WEEKS_4 = "every_4_weeks"
    WEEKS_6 = "every_6_weeks"
    WEEKS_8 = "every_8_weeks"
    WEEKS_12 = "every_12_weeks"


INTERVAL_DAYS = {
    Timing.WEEKS_4: 28.0,
    Timing.WEEKS_6: 42.0,
    Timing.WEEKS_8: 56.0,
    Timing.WEEKS_12: 84.0,
}


class Advice(StrEnum):
    """What the figures come to."""

    TOO_FEW = "too_few"  # scores, or no baseline: nothing is proposed
    REVIEW_OR_STOP = "review_or_stop"
    PROPOSE = "propose"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisorRule:
    """How timings are weighed; the figures and whose they are stand in knowledge, advisor.

    relief_percent: fall from baseline that counts as relief. least_scores: after a dose, outside 24 h.
    detection_days: from losing relief to an infusion, when infusions follow relapse.
    worth_weeks: relief an infusion must add in a year to be worth giving.
    likely: belief in relief under which nothing is proposed. sure: belief from which shortening counts.
    ceiling_infusions, ceiling_mg: in a year.
    """

    relief_percent: float
    least_scores: float
    least_span_days: float
    detection_days: float
    worth_weeks: float
    likely: float
    sure: float
    ceiling_infusions: float
    ceiling_mg: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Where this patient stands. mg of base in one infusion; prices of one infusion in US dollars."""

    baseline_points: float | None
    days_since_last: float
    current_interval_days: float | None
    scores_after_dose: int
    scores_span_days: float
    infusion_mg: float
    price_usd: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way of timing over the coming year. Intervals hold 80 % of the belief: (low, median, high).

    avoided: infusions fewer than at the current interval; None when there is none.
    barred: why it may not be proposed, or None.
    """

    timing: Timing
    relief_weeks: tuple[float, float, float]
    infusions: tuple[float, float, float]
    mg: float
    cost_usd: tuple[float, float] | None
    avoided: float | None
    barred: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """relief_likely: belief that the next infusion brings relief at all. shortening: that each brings less."""

    advice: Advice
    proposed: Timing | None
    because: tuple[str, ...]
    options: tuple[Option, ...]
    relief_likely: float | None
    shortening: float | None


def advise(belief: ReliefPosterior, situation: Situation, rule: AdvisorRule) -> Advised:
    """Compare the ways of timing, and propose the one worth its infusions, or none."""
    too_few = _too_few(belief, situation, rule)
    if situation.baseline_points is None:
        return _nothing(too_few)
    need = _need(belief, situation.baseline_points, rule)
    options = tuple(_option(t, belief, need, situation, rule) for t in Timing)
    likely = float(np.mean(belief.relief_points > need))
    shortening = float(np.mean(belief.change < 0)) if belief.infusions > 2 else None
    if too_few:
        advice, proposed, because = Advice.TOO_FEW, None, tuple(too_few)
    else:
        advice, proposed, because = _weigh(options, likely, shortening, rule)
    return Advised(
        advice=advice,
        proposed=proposed,
        because=because,
        options=options,
        relief_likely=likely,
        shortening=shortening,
    )


def _too_few(belief: ReliefPosterior, at: Situation, rule: AdvisorRule) -> list[str]:
    said = []
    if at.baseline_points is None:
        said.append("no baseline: too few daily scores before the first infusion")
    if belief.infusions == 0:
        said.append("no infusion yet")
    if at.scores_after_dose < rule.least_scores:
        n = at.scores_after_dose
        scores = "score" if n == 1 else "scores"
        said.append(f"{n} {scores} after a dose, {rule.least_scores:g} are needed")
    elif at.scores_span_days < rule.least_span_days:
        said.append(
            f"scores span {at.scores_span_days:.0f} days, {rule.least_span_days:g} are needed"
        )
    return said


def _nothing(because: Sequence[str]) -> Advised:
    return Advised(
        advice=Advice.TOO_FEW,
        proposed=None,
        because=tuple(because),
        options=(),
        relief_likely=None,
        shortening=None,
    )


def _need(belief: ReliefPosterior, baseline: float, rule: AdvisorRule) -> Floats:
    """Relief each draw needs so that pain stands `relief_percent` under the recorded baseline."""
    return belief.pain_points - baseline * (1 - rule.relief_percent / 100)


def _held_days(relief: Floats, need: Floats, half_life_days: Floats) -> Floats:
    """How long relief of this size stays above what is needed; at most a year."""
    with np.errstate(divide="ignore", invalid="ignore"):
        days = half_life_days * np.log2(relief / need)
    days = np.where(relief > need, days, 0.0)
    return np.clip(np.where(need <= 0, YEAR, days), 0.0, YEAR)


def _option(
    timing: Timing, belief: ReliefPosterior, need: Floats, at: Situation, rule: AdvisorRule
) -> Option:
    relief_days, infusions = _year(timing, belief, need, at, rule)
    usual = at.current_interval_days
    mean = float(infusions.mean())
    return Option(
        timing=timing,
        relief_weeks=_interval(relief_days / WEEK),
        infusions=_interval(infusions),
        mg=mean * at.infusion_mg,
        cost_usd=(mean * at.price_usd[0], mean * at.price_usd[1]) if at.price_usd else None,
        avoided=None if usual is None else YEAR / usual - mean,
        barred=_barred(timing, mean, at, rule),
    )


def _year(
    timing: Timing, belief: ReliefPosterior, need: Floats, at: Situation, rule: AdvisorRule
) -> tuple[Floats, Floats]:
    """Days in relief and infusions in the coming year, for each draw."""
    shortest = at.current_interval_days or 0.0
    left = _held_days(belief.last_relief_points, need, belief.half_life_days) - at.days_since_last
    left = np.maximum(left, 0.0) if belief.infusions else np.where(need <= 0, YEAR, 0.0)
    if timing is Timing.NONE:
        return np.minimum(left, YEAR), np.zeros_like(left)
    fixed = INTERVAL_DAYS.get(timing)
    wait = max((fixed or shortest) - at.days_since_last, 0.0)
    now = np.full_like(left, wait) if fixed else np.maximum(left + rule.detection_days, wait)
    relief_days, infusions = np.minimum(left, np.minimum(now, YEAR)), np.zeros_like(left)
    for nth in range(_most(fixed or max(shortest, rule.detection_days))):
        going = now < YEAR
        if not going.any():
            break
        relief = belief.relief_points * np.exp(belief.change * nth)
        held = _held_days(relief, need, belief.half_life_days)
        cycle = (
            np.full_like(held, fixed) if fixed else np.maximum(held + rule.detection_days, shortest)
        )
        seen = np.minimum(cycle, YEAR - now)
        relief_days += np.where(going, np.minimum(held, seen), 0.0)
        infusions += going
        now = now + cycle
    return relief_days, infusions


def _most(cycle_days: float) -> int:
    return int(YEAR // cycle_days) + 1


def _barred(timing: Timing, infusions: float, at: Situation, rule: AdvisorRule) -> str | None:
    fixed, usual = INTERVAL_DAYS.get(timing), at.current_interval_days
    if fixed and usual and fixed < usual:
        return "more often than now"
    if infusions > rule.ceiling_infusions:
        return f"more than {rule.ceiling_infusions:g} infusions a year"
    if rule.ceiling_mg is not None and infusions * at.infusion_mg > rule.ceiling_mg:
        return f"more than {rule.ceiling_mg:g} mg a year"
    return None


def _weigh(
    options: Sequence[Option], likely: float, shortening: float | None, rule: AdvisorRule
) -> tuple[Advice, Timing | None, tuple[str, ...]]:
    because = []
    if likely < rule.likely:
        because.append(f"relief from another infusion is believed at {100 * likely:.0f} %")
    if shortening is not None and shortening >= rule.sure:
        because.append("each infusion seems to bring less than the one before")
    open_to = [o for o in options if o.barred is None]
    best = max(open_to, key=lambda o: (_net(o, rule), -o.infusions[1]))
    if because or best.timing is Timing.NONE:
        none = "no timing adds enough relief for its infusions"
        return Advice.REVIEW_OR_STOP, None, tuple(because or [none])
    said = f"{best.relief_weeks[1]:.0f} weeks of relief for {best.infusions[1]:.0f} infusions"
    return Advice.PROPOSE, best.timing, (said,)


def _net(option: Option, rule: AdvisorRule) -> float:
    return option.relief_weeks[1] - rule.worth_weeks * option.infusions[1]


def _interval(values: Floats) -> tuple[float, float, float]:
    low, mid, high = np.percentile(values, (10, 50, 90))
    return float(low), float(mid), float(high)
