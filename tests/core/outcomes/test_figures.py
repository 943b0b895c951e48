"""Figures of a clinic, against base R and by hand."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.core.outcomes.figures import (
    funnel_limits,
    rate_interval,
    responder_curve,
    share_of,
    xmr,
)


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [
        (29, 93, 0.219762334, 0.41626391477),  # R binom.test
        (0, 20, 0.0, 0.16843347098),  # none of 20 may still be 17 in 100
    ],
)
def test_a_share_has_its_exact_interval(events: int, n: int, low: float, high: float) -> None:
    found = share_of(events, n)
    assert found is not None

    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-8)


def test_everybody_is_a_share_too_and_nobody_is_none() -> None:
    found = share_of(20, 20)
    assert found is not None
    assert found.high == 1
    assert found.low == pytest.approx(1 - 0.16843347098, rel=1e-8)
    assert share_of(0, 0) is None


def test_a_rate_has_its_exact_interval() -> None:
    """R poisson.test(12, 369)."""
    rate, low, high = rate_interval(12, 369)

    assert rate == pytest.approx(12 / 369)
    assert (low, high) == pytest.approx((0.016803726582, 0.056806463545), rel=1e-8)


def test_no_event_in_369_infusions_is_at_most_one_in_a_hundred() -> None:
    assert rate_interval(0, 369)[2] == pytest.approx(0.01, abs=0.0005)  # 3.689 / 369


def test_who_fell_by_how_much_counts_everybody() -> None:
    drops = [Fraction(30), Fraction(50), None, Fraction(-10), Fraction(100)]
    curve = responder_curve(drops)

    # 0 %: three of five; 30 %: three; 40 and 50 %: two; 60 to 100 %: one
    assert [s.events for s in curve] == [3, 3, 3, 3, 2, 2, 1, 1, 1, 1, 1]
    assert {s.n for s in curve} == {5}


def test_a_neck_pain_trial_by_threshold() -> None:
    """Chow 2006, control arm at 12 weeks as R counts it: 24, 17, 13, 10, 6, 4, 2 of 45, then none."""
    drops = [0] * 7 + [10] * 4 + [20] * 3 + [30] * 4 + [40] * 2 + [50] * 2 + [60] * 2 + [None] * 21
    shares = [s.share for s in responder_curve(drops)]

    expected = [0.53333333333, 0.37777777778, 0.28888888889, 0.22222222222, 0.13333333333]
    assert shares[:5] == pytest.approx(expected)


def test_nobody_has_no_curve() -> None:
    assert responder_curve([]) == ()


def test_control_limits_of_a_pain_series() -> None:
    """Base R: mean 6.3167, mean moving range 0.40909, limits 5.2285 and 7.4048."""
    values = [6.8, 6.5, 7.1, 6.2, 6.6, 6.9, 6.4, 6.0, 5.8, 6.1, 5.9, 5.5]
    found = xmr(values)
    assert found is not None

    assert found.mean == pytest.approx(6.3166666667)
    assert found.moving_range == pytest.approx(0.40909090909)
    assert (found.low, found.high) == pytest.approx((5.2284848485, 7.4048484848))
    assert found.moving_range_high == pytest.approx(1.3365, abs=1e-4)


def rules(values: list[float]) -> set[str]:
    found = xmr(values)
    assert found is not None
    return {s.rule for s in found.signals}


def test_each_rule_speaks_alone() -> None:
    noisy = [5, 6, 5, 6, 5, 6, 5, 6, 5, 6]
    assert rules(noisy) == set()
    assert "beyond a limit" in rules([*noisy, 12])
    assert "6 in a row in one direction" in rules([5, 6, 5, 6, 5, 5.2, 5.4, 5.6, 5.8, 6.0, 5, 6])
    assert "8 in a row on one side" in rules([5, 6] * 4 + [6.2, 7] * 4)


def test_seven_on_one_side_are_not_eight() -> None:
    """Mean 5.5: seven above, then one below, in turn."""
    values = [6, 5.8] * 3 + [6] + [5, 5.2] * 3 + [5]
    assert "8 in a row on one side" not in rules(values)


def test_one_value_has_no_limits() -> None:
    assert xmr([5]) is None


@given(st.floats(0.02, 0.98), st.integers(5, 400))
def test_a_funnel_is_wider_where_fewer_are_counted(share: float, n: int) -> None:
    low, high = funnel_limits(share, n, 0.025)
    wide_low, wide_high = funnel_limits(share, n, 0.001)

    assert 0 <= wide_low <= low <= share + 1 / n
    assert share - 1 / n <= high <= wide_high <= 1
