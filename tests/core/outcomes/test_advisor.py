"""What scores say of one person's relief, and which timing of infusions is worth it."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from reprieve.core.outcomes.advisor import (
    Advice,
    Advised,
    Situation,
    Timing,
    advise,
)
from reprieve.core.outcomes.relief_model import ReliefPosterior, believe
from reprieve.knowledge.relief import advisor_rule, relief_prior

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
from advisor_study import TRUTHS, study

PRIOR, RULE = relief_prior(), advisor_rule()
BASELINE_DAYS = list(range(-7, 0))
INFUSIONS = [0.0, 42.0, 84.0]
AFTER = [3, 7, 14, 28, 40, 45, 49, 56, 70, 82, 87, 91, 98, 112]
HERE = Situation(
    baseline_points=7.0,
    days_since_last=28.0,
    current_interval_days=42.0,
    scores_after_dose=len(AFTER),
    scores_span_days=109.0,
    infusion_mg=40.0,
    price_usd=(350.0, 1200.0),
)


def somebody(relief: float, half_life_days: float, change: float = 0.0) -> ReliefPosterior:
    """Someone at 7 of 10 without treatment, with ordinary scatter; the same scatter each time."""
    days = np.array(BASELINE_DAYS + AFTER, float)
    index = np.searchsorted(INFUSIONS, days, side="right") - 1
    since = days - np.array([*INFUSIONS, np.inf])[index]
    left = np.where(index < 0, 0, np.exp(change * index) * 2 ** (-since / half_life_days))
    scatter = np.random.default_rng(1).normal(0, 0.8, len(days))
    scores = np.clip(np.round(7 - relief * left + scatter), 0, 10)
    return believe(list(days), list(scores), INFUSIONS, PRIOR)


def advice(belief: ReliefPosterior, **changes: object) -> Advised:
    return advise(belief, replace(HERE, **changes), RULE)


def test_without_scores_the_belief_is_the_prior() -> None:
    belief = believe([], [], [0.0], PRIOR)

    # Lognormal about 10.9 days with log sd 0.9: a quarter lies under 10.9 * exp(-0.6745 * 0.9) = 5.9
    assert np.median(belief.half_life_days) == pytest.approx(10.9, rel=0.1)
    assert np.percentile(belief.half_life_days, 25) == pytest.approx(5.94, rel=0.15)
    assert np.median(belief.relief_points) == pytest.approx(0, abs=0.1)
    assert np.std(belief.relief_points) == pytest.approx(3, rel=0.1)


def test_the_belief_is_the_prior_weighed_by_the_scores() -> None:
    """Against a million draws from the prior, each weighed by how it explains the scores."""
    days, scores = np.array([-3.0, -1, 3, 7, 14]), np.array([7.0, 8, 4, 4, 6])
    r = np.random.default_rng(5)
    n = 1_000_000
    base = r.normal(6.5, 2, n)
    relief = r.normal(0, 3, n)
    half = 10.9 * np.exp(r.normal(0, 0.9, n))
    noise = np.sqrt(np.exp(r.normal(0, 0.4, n)) ** 2 + 1 / 12)
    weight = np.zeros(n)
    for day, score in zip(days, scores, strict=True):
        mean = base - (relief * 2 ** (-day / half) if day > 0 else 0)
        weight += norm.logpdf(score, mean, noise)
    weight = np.exp(weight - weight.max())
    at = np.clip(base - relief * 2 ** (-28 / half), 0, 10)
    order = np.argsort(at)
    share = np.cumsum(weight[order]) / weight.sum()
    expected = [at[order][np.searchsorted(share, q)] for q in (0.1, 0.5, 0.9)]

    got = believe(list(days), list(scores), [0.0], PRIOR).band(28)
    assert got == pytest.approx(expected, abs=0.12)


def test_the_same_scores_give_the_same_answer() -> None:
    assert somebody(4, 20).band(28) == somebody(4, 20).band(28)


def test_a_person_at_the_end_of_the_scale_is_believed_less_precisely() -> None:
    """Ten tens say "ten or more", not "exactly ten"."""
    days = [float(d) for d in range(-10, 0)]
    at_the_end = believe(days, [10.0] * 10, [], PRIOR).pain_points
    inside = believe(days, [7.0] * 10, [], PRIOR).pain_points

    assert np.std(at_the_end) > np.std(inside)
    assert np.median(at_the_end) > 10


@pytest.mark.parametrize("truth", [t for t in TRUTHS if t.name == "of the model's kind"])
def test_the_interval_holds_what_it_says_where_the_model_is_right(truth: object) -> None:
    """80 % of 150 people is 120, standard deviation 5: 105 to 135 is three of them."""
    found = study(truth, 150)  # type: ignore[arg-type]

    assert ((found.coverage > 0.70) & (found.coverage < 0.90)).all()


def test_without_effect_nothing_is_proposed() -> None:
    found = advice(somebody(0, 20))

    assert (found.advice, found.proposed) == (Advice.REVIEW_OR_STOP, None)


def test_long_relief_is_given_a_longer_interval() -> None:
    found = advice(somebody(5, 60))

    assert found.advice is Advice.PROPOSE
    assert found.proposed in (Timing.WEEKS_12, Timing.ON_RELAPSE)
    option = next(o for o in found.options if o.timing is found.proposed)
    assert option.avoided is not None
    assert option.avoided > 2


def test_relief_of_days_is_not_worth_a_calendar_of_weeks() -> None:
    assert advice(somebody(4, 2)).advice is Advice.REVIEW_OR_STOP


@pytest.mark.parametrize(("current", "barred"), [(28.0, False), (28.1, True), (42.0, True)])
def test_it_never_proposes_more_often_than_now(current: float, barred: bool) -> None:
    found = advice(somebody(5, 10), current_interval_days=current)
    four = next(o for o in found.options if o.timing is Timing.WEEKS_4)

    assert (four.barred == "more often than now") is barred
    if barred:
        assert found.proposed is not Timing.WEEKS_4


def test_it_never_proposes_more_than_the_years_ceiling() -> None:
    """Every four weeks is 13 or 14 infusions a year; the ceiling is 12."""
    found = advice(somebody(5, 10), current_interval_days=28.0)
    four = next(o for o in found.options if o.timing is Timing.WEEKS_4)

    assert four.barred == "more than 12 infusions a year"
    assert found.proposed is not Timing.WEEKS_4


def test_a_ceiling_in_mg_bars_what_goes_beyond_it() -> None:
    belief = somebody(5, 60)
    # 12 weeks: 4 infusions of 40 mg from now; 8 weeks: 6 or 7
    rule = replace(RULE, ceiling_mg=200.0)
    found = advise(belief, HERE, rule)

    by_timing = {o.timing: o for o in found.options}
    assert by_timing[Timing.WEEKS_12].barred is None
    assert by_timing[Timing.WEEKS_8].barred == "more than 200 mg a year"


@pytest.mark.parametrize(("scores", "advised"), [(3, False), (4, True), (5, True)])
def test_too_few_scores_are_said_and_nothing_is_proposed(scores: int, advised: bool) -> None:
    found = advice(somebody(5, 60), scores_after_dose=scores)

    assert (found.advice is not Advice.TOO_FEW) is advised
    if not advised:
        assert found.proposed is None
        assert found.because == ("3 scores after a dose, 4 are needed",)


def test_without_a_baseline_there_is_no_comparison() -> None:
    found = advice(somebody(5, 60), baseline_points=None)

    assert found.advice is Advice.TOO_FEW
    assert found.options == ()


def test_relief_that_shrinks_with_each_infusion_raises_review() -> None:
    found = advice(somebody(6, 60, change=-0.9))

    assert found.advice is Advice.REVIEW_OR_STOP
    assert found.shortening is not None
    assert found.shortening > 0.9


def test_money_and_mg_follow_the_infusions() -> None:
    found = advice(somebody(5, 60))
    twelve = next(o for o in found.options if o.timing is Timing.WEEKS_12)

    # 56, 140, 224, 308 days from now: four infusions of 40 mg at 350 to 1,200 dollars
    assert twelve.infusions == (4, 4, 4)
    assert twelve.mg == 160
    assert twelve.cost_usd == (1400, 4800)
    none = next(o for o in found.options if o.timing is Timing.NONE)
    assert (none.mg, none.infusions) == (0, (0, 0, 0))
