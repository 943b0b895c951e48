"""What a year may cost: exact where nothing is uncertain, a spread where something is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.core.costs.estimate import (
    CoursePrices,
    Range,
    Spread,
    cost_per_extra_responder,
    estimate_year,
)
from reprieve.core.outcomes.benefit import risk_difference
from reprieve.core.problems import UnusableInput

NOTHING = Range(low=0, high=0)


def fixed(value: float) -> Range:
    return Range(low=value, high=value)


def prices(**changed: Range | None) -> CoursePrices:
    usual: dict[str, Range | None] = {
        "consultation_usd": fixed(500),
        "infusion_usd": fixed(400),
        "sessions": fixed(6),
        "between_weeks": fixed(2),
        "upkeep_usd": fixed(300),
        "upkeep_every_weeks": fixed(4),
        "extras_usd": fixed(20),
    }
    return CoursePrices(**{**usual, **changed})  # type: ignore[arg-type]


def test_fixed_prices_give_the_sum_one_reckons_by_hand() -> None:
    made = estimate_year(prices(), seed=1)
    # six drips, the last in week 10; floor((52 - 10) / 4) = 10 later ones; 1 + 6 + 10 visits
    assert made.series_usd.middle_usd == 2400
    assert made.upkeep_usd.middle_usd == 3000
    assert made.extras_usd.middle_usd == 340
    assert (made.year_usd.low_usd, made.year_usd.high_usd) == (6240, 6240)


def test_without_later_drips_the_year_is_the_series() -> None:
    assert estimate_year(prices(upkeep_every_weeks=None), seed=1).year_usd.middle_usd == 3040


def test_a_price_between_400_and_600_spreads_evenly() -> None:
    made = estimate_year(prices(consultation_usd=Range(low=400, high=600)), seed=1).consultation_usd
    # 5, 50 and 95 % of an even spread; three standard errors of 10,000 draws are 1.3, 3.0 and 1.3
    assert made.low_usd == pytest.approx(410, abs=1.4)
    assert made.middle_usd == pytest.approx(500, abs=3.0)
    assert made.high_usd == pytest.approx(590, abs=1.4)


def test_each_number_of_sessions_is_as_likely_as_the_next() -> None:
    """One to three drips at $1, no more: the mean of the drawn numbers is not shown, their ends are."""
    made = estimate_year(
        prices(infusion_usd=fixed(1), sessions=Range(low=1, high=3), upkeep_every_weeks=None),
        seed=1,
    ).series_usd
    assert (made.least_usd, made.middle_usd, made.most_usd) == (1, 2, 3)


def test_the_same_seed_gives_the_same_figures_and_another_gives_others() -> None:
    asked = prices(infusion_usd=Range(low=350, high=2000))
    assert estimate_year(asked, seed=7) == estimate_year(asked, seed=7)
    assert estimate_year(asked, seed=7).year_usd != estimate_year(asked, seed=8).year_usd


@given(low=st.floats(0, 5000), more=st.floats(0, 5000), seed=st.integers(0, 99))
def test_a_year_never_leaves_what_its_prices_allow(low: float, more: float, seed: int) -> None:
    asked = prices(infusion_usd=Range(low=low, high=low + more), sessions=Range(low=1, high=6))
    made = estimate_year(asked, seed=seed)
    assert low - 1e-6 <= made.series_usd.least_usd
    assert made.series_usd.most_usd <= 6 * (low + more) + 1e-6
    assert made.year_usd.low_usd <= made.year_usd.middle_usd <= made.year_usd.high_usd


def test_every_range_that_cannot_be_used_is_named() -> None:
    with pytest.raises(UnusableInput) as refused:
        estimate_year(
            prices(infusion_usd=Range(low=9, high=1), sessions=fixed(0), extras_usd=fixed(-1)),
            seed=1,
        )
    assert [p.path for p in refused.value.problems] == [
        "infusion_usd.high",
        "sessions.low",
        "extras_usd.low",
    ]


def flat(amount: float) -> Spread:
    return Spread(
        low_usd=amount, middle_usd=amount, high_usd=amount, least_usd=amount, most_usd=amount
    )


def test_the_cost_of_one_more_responder_is_a_range() -> None:
    # Newcombe 1998, example (a): 56/70 against 48/80, difference 0.0524 to 0.3339
    cost = cost_per_extra_responder(flat(1000), risk_difference(56, 70, 48, 80))
    assert cost is not None
    assert cost.low == pytest.approx(1000 / 0.3339, rel=1e-3)
    assert cost.high == pytest.approx(1000 / 0.0524, rel=2e-3)


@pytest.mark.parametrize("counts", [(29, 93, 25, 92), (2, 12, 2, 12), (48, 80, 56, 70)])
def test_where_the_drug_may_do_nothing_the_cost_of_a_responder_is_not_known(
    counts: tuple[int, int, int, int],
) -> None:
    assert cost_per_extra_responder(flat(1000), risk_difference(*counts)) is None
