"""How long relief lasts, against R's survival 3.x and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.core.outcomes.survival import (
    cumulative_incidence,
    kaplan_meier,
    restricted_mean,
    turnbull,
)

INF = math.inf
# Twenty invented relief times in weeks, and whether each ended in a relapse.
WEEKS = [1, 2, 2, 3, 4, 4, 5, 6, 6, 8, 8, 9, 10, 12, 12, 12, 12, 3, 7, 11]
RELAPSED = [True] * 5 + [False] + [True] * 4 + [False] + [True] * 2 + [False] * 4
RELAPSED += [True, True, False]
# R, survfit(conf.type = "log-log"): week, at risk, survival, standard error, low, high
R_LOG_LOG = [
    (2, 19, 0.85, 0.079843597113, 0.60378969922, 0.94899610979),
    (4, 15, 0.7, 0.10246950757, 0.45054598471, 0.85251816856),
    (8, 9, 0.43076923077, 0.11356754651, 0.21108491773, 0.63382761602),
]


@pytest.mark.parametrize("row", R_LOG_LOG)
def test_relief_over_time_as_r_reckons_it(row: tuple[float, ...]) -> None:
    week, at_risk, survival, error, low, high = row
    curve = kaplan_meier(WEEKS, RELAPSED)
    i = int(np.searchsorted(curve.times, week))

    got = (curve.survival[i], curve.standard_error[i], curve.low[i], curve.high[i])
    assert got == pytest.approx((survival, error, low, high), rel=1e-8)
    assert curve.at_risk[i] == at_risk


def test_the_median_is_the_first_week_with_half_or_fewer_in_relief() -> None:
    assert kaplan_meier(WEEKS, RELAPSED).median == 7  # R: 7
    assert kaplan_meier([1, 2, 3, 4], [True, True, False, False]).median == 2  # exactly half
    assert kaplan_meier([1, 2, 3], [True, False, False]).median is None


def test_everybody_relapsed_leaves_no_interval() -> None:
    curve = kaplan_meier([1, 2], [True, True])

    assert curve.survival[-1] == 0
    assert math.isnan(curve.low[-1])
    assert math.isnan(curve.high[-1])


def test_nobody_relapsed() -> None:
    curve = kaplan_meier([3, 4], [False, False])

    assert curve.times.size == 0
    assert curve.at(10) == 1.0
    assert restricted_mean(curve, 10) == 10


def test_mean_time_in_relief_is_the_area_under_the_curve() -> None:
    # 1 until week 1, 2/3 until week 2, 1/3 until week 3: 1 + 2/3 + 1/3
    assert restricted_mean(kaplan_meier([1, 2, 3], [True] * 3), 3) == pytest.approx(2)


def test_competing_causes_as_r_reckons_them_with_ties() -> None:
    times = [1, 2, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8]
    causes = [1, 1, 2, 0, 2, 1, 1, 0, 2, 1, 0, 1]
    found = cumulative_incidence(times, causes)

    # R survival, survfit(Surv(t, factor(c)) ~ 1), the rows with an event
    one = [0.0833333333333, 0.1666666666667, 0.1666666666667, 0.3541666666667]
    one += [0.4713541666667, 0.7057291666667]
    two = [0, 0.0833333333333, 0.1770833333333, 0.1770833333333, 0.2942708333333, 0.2942708333333]
    assert found.by_cause[1] == pytest.approx(one, abs=1e-12)
    assert found.by_cause[2] == pytest.approx(two, abs=1e-12)


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 2)), min_size=1, max_size=60))
def test_whatever_happened_happened_to_everybody_once(seen: list[tuple[int, int]]) -> None:
    times, causes = zip(*seen, strict=True)
    found = cumulative_incidence(times, causes)

    total = found.survival + sum(found.by_cause.values())
    assert total == pytest.approx(np.ones(len(found.times)))


def test_one_minus_the_curve_of_one_cause_overstates_it() -> None:
    """Half stop treatment in week 1, the other half relapse in week 2: a half relapsed, not all."""
    times, causes = [1, 1, 2, 2], [2, 2, 1, 1]

    assert cumulative_incidence(times, causes).by_cause[1][-1] == 0.5
    assert kaplan_meier(times, [c == 1 for c in causes]).survival[-1] == 0


def test_a_relapse_between_two_visits_is_counted_in_the_half_open_interval() -> None:
    """Two in (0, 1], one in (1, 2], three in (0, 2]: p of the first is 2/3, by symmetry of shares."""
    found = turnbull([(0, 1), (0, 1), (1, 2), (0, 2), (0, 2), (0, 2)])

    assert list(zip(found.left, found.right, strict=True)) == [(0, 1), (1, 2)]
    assert found.mass == pytest.approx([2 / 3, 1 / 3], abs=1e-9)


def test_the_end_of_one_interval_is_not_the_start_of_the_next() -> None:
    """Closed intervals would let (0, 4] and (4, 8] share week 4; half-open ones do not."""
    found = turnbull([(0, 4), (4, 8), (4, INF)])

    assert found.bounds_at(4) == pytest.approx((2 / 3, 2 / 3))


def test_visits_of_twelve_people_as_r_reckons_them() -> None:
    lefts = [0, 0, 2, 2, 2, 4, 4, 6, 8, 8, 12, 12]
    rights = [2, 4, 4, 4, 6, 6, 8, INF, 12, INF, INF, INF]
    found = turnbull(list(zip(lefts, rights, strict=True)))

    # R survival, survfit(Surv(l, r, type = "interval2")): its own tolerance is about 1e-5
    for week, survival in ((2, 0.893369795), (4, 0.618636211), (6, 0.416674576), (12, 0.277776460)):
        assert found.bounds_at(week)[0] == pytest.approx(survival, abs=2e-5)


def test_an_interval_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends where it begins"):
        turnbull([(0, 2), (3, 3)])


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(1, 8)).map(lambda p: (p[0], p[0] + p[1])),
        min_size=1,
        max_size=40,
    )
)
def test_no_small_shift_of_mass_makes_the_intervals_likelier(seen: list[tuple[int, int]]) -> None:
    """The self-consistency conditions of a maximum: no support point has a gradient above one."""
    found = turnbull(seen)
    left, right = (np.array(side) for side in zip(*seen, strict=True))
    holds = (found.left >= left[:, None]) & (found.right <= right[:, None])
    gradient = (holds / (holds @ found.mass)[:, None]).mean(axis=0)

    assert found.mass.sum() == pytest.approx(1)
    assert gradient.max() <= 1 + 1e-8


def test_a_published_trial_of_maintenance_chemotherapy() -> None:
    """AML, maintained arm; times as Miller (1981) prints them. R: 0.909, 0.716, 0.614, 0.368."""
    weeks = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161]
    relapsed = [True, True, False, True, True, False, True, True, False, True, False]
    curve = kaplan_meier(weeks, relapsed)

    at = [curve.at(t) for t in (10, 20, 30, 40)]
    assert at == pytest.approx([0.90909090909, 0.71590909091, 0.61363636364, 0.36818181818])
    assert curve.median == 31
