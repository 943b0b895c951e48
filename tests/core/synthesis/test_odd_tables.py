"""Few studies, no spread, zero cells, extreme numbers: the right answer or a reason."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reprieve.core.problems import UnusableInput
from reprieve.core.synthesis.columns import Columns
from reprieve.core.synthesis.effects import effects
from reprieve.core.synthesis.means import small_sample_correction, to_sd
from reprieve.core.synthesis.measures import (
    given_effects,
    mean_measure,
    proportion_measure,
    table_measure,
)
from reprieve.core.synthesis.pool import INTERVALS, METHODS, pool
from reprieve.core.synthesis.regression import meta_regression, subgroups
from reprieve.core.synthesis.sensitivity import cumulative
from reprieve.core.synthesis.small_study import begg, egger
from reprieve.core.synthesis.tables_pool import pool_tables
from reprieve.core.synthesis.trim_fill import trim_and_fill
from reprieve.core.synthesis.two_by_two import read_tables
from tests.core.synthesis.reference import BCG


def problems(error: pytest.ExceptionInfo[UnusableInput]) -> set[str]:
    return {p.path for p in error.value.problems}


def test_no_study_is_refused_with_its_reason() -> None:
    with pytest.raises(UnusableInput, match="nothing to pool"):
        effects([], [])


def test_one_study_is_its_own_estimate_and_says_nothing_about_differences() -> None:
    pooled = pool(effects([-1.5], [0.25]))
    assert (pooled.estimate, pooled.se) == (-1.5, 0.5)
    assert pooled.tau2 is pooled.prediction_interval is pooled.q is None
    assert "one study" in pooled.why["tau2"]


def test_two_studies_have_no_t_k_minus_2() -> None:
    """DL by hand: v 1 and 1, y 0 and 4: Q = 8, tau2 = (8 - 1) / (2 - 2/2) = 7, se = sqrt(8/2) = 2."""
    pooled = pool(effects([0, 4], [1, 1]), method="DL")
    assert (pooled.estimate, pooled.q, pooled.tau2, pooled.se) == pytest.approx((2, 8, 7, 2))
    assert pooled.prediction_interval is None
    assert "at least 3" in pooled.why["prediction_interval"]


@pytest.mark.parametrize("method", [m for m in METHODS if m != "SJ"])
def test_less_spread_than_chance_gives_tau2_of_zero_never_below(method: str) -> None:
    """Q = 0.02 on 2 degrees of freedom; Sidik-Jonkman is above 0 by construction."""
    pooled = pool(effects([0.9, 1.0, 1.1], [1, 1, 1]), method=method)
    assert (pooled.tau2, pooled.i2) == (0.0, 0.0)
    assert pooled.se == pytest.approx(math.sqrt(1 / 3))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("ci", INTERVALS)
def test_equal_effects_pool_to_themselves(method: str, ci: str) -> None:
    pooled = pool(effects([0.3, 0.3, 0.3], [0.1, 0.2, 0.4]), method=method, ci=ci)
    assert pooled.estimate == pytest.approx(0.3)
    assert pooled.tau2 == pytest.approx(0.0, abs=1e-15)
    assert pooled.tau2_ci is None
    assert pooled.why["tau2_ci"]


@pytest.mark.parametrize("method", METHODS)
def test_a_study_with_a_huge_standard_error_changes_nothing(method: str) -> None:
    """HE and SJ weigh all studies alike when they estimate tau2; every other one must hardly move."""
    plain = pool(effects([0.1, 0.5, 0.9], [0.01] * 3), method=method)
    more = pool(effects([0.1, 0.5, 0.9, 3.0], [0.01] * 3 + [1e12]), method=method)
    assert math.isfinite(more.estimate)
    assert more.estimate == pytest.approx(plain.estimate, abs=1e-6)


def test_values_that_are_no_numbers_are_named_by_row_and_column() -> None:
    with pytest.raises(UnusableInput) as error:
        given_effects({"yi": [1, math.nan, math.inf], "sei": [1, 0, 1e200]})
    assert problems(error) == {"rows[1].yi", "rows[2].yi", "rows[1].sei", "rows[2].sei"}


def test_a_standard_deviation_of_zero_is_refused() -> None:
    table = {"m1i": [1], "sd1i": [0], "n1i": [9], "m2i": [2], "sd2i": [1], "n2i": [9]}
    with pytest.raises(UnusableInput) as error:
        mean_measure("MD", table, ["SD"])
    assert problems(error) == {"rows[0].sd1i"}


@pytest.mark.parametrize("kind", ["", "IQR", "sd", "unknown"])
def test_a_spread_of_unknown_type_is_never_pooled(kind: str) -> None:
    table = {"m1i": [1], "sd1i": [1], "n1i": [9], "m2i": [2], "sd2i": [1], "n2i": [9]}
    with pytest.raises(UnusableInput) as error:
        mean_measure("MD", table, [kind])
    assert problems(error) == {"rows[0].spread_type"}


def test_sigtermans_plus_minus_read_as_standard_error() -> None:
    """2.68 (0.51) against 5.45 (0.48), 30 and 30: se = sqrt(0.51² + 0.48²) = 0.7004 as SEM,
    but sqrt((0.51² + 0.48²) / 30) = 0.1279 as SD: a 30-fold weight."""
    table = {
        "m1i": [2.68], "sd1i": [0.51], "n1i": [30], "m2i": [5.45], "sd2i": [0.48], "n2i": [30],
    }  # fmt: skip
    sem, sd = (pool(mean_measure("MD", table, [kind])) for kind in ("SEM", "SD"))
    assert sem.estimate == pytest.approx(-2.77)
    assert sem.se == pytest.approx(0.7004, abs=5e-5)
    assert (sem.se / sd.se) ** 2 == pytest.approx(30)


def test_half_width_of_an_interval_by_t_or_z() -> None:
    """n = 10: t(9) = 2.262157, so 1.0 / 2.262157 × √10 = 1.397904; with z = 1.959964: 1.613437."""
    assert to_sd(1.0, "CI95", 10) == pytest.approx(1.397904, abs=2e-6)
    assert to_sd(1.0, "CI95", 10, ci95="z") == pytest.approx(1.613437, abs=2e-6)


def test_one_zero_cell_gets_half_a_person_in_each_cell() -> None:
    """5/10 against 0/10: log((5.5/11) / (0.5/11)) = log 11; 1/5.5 - 1/11 + 1/0.5 - 1/11 = 2."""
    found = table_measure("RR", {"ai": [5], "n1i": [10], "ci": [0], "n2i": [10]})
    assert (found.yi[0], found.vi[0]) == pytest.approx((math.log(11), 2))
    assert "zero cell" in found.notes[0]


def test_a_zero_cell_with_nothing_added_is_refused() -> None:
    with pytest.raises(UnusableInput) as error:
        table_measure("OR", {"ai": [5], "n1i": [10], "ci": [0], "n2i": [10]}, to="none")
    assert problems(error) == {"rows[0]"}


def test_two_empty_arms_are_said_to_carry_no_information() -> None:
    found = table_measure("RR", {"ai": [0], "n1i": [10], "ci": [0], "n2i": [10]})
    assert "no information" in found.notes[1]


def test_mantel_haenszel_without_any_event_among_controls_is_refused() -> None:
    tables = read_tables(Columns({"ai": [1], "n1i": [9], "ci": [0], "n2i": [9]}), totals=True)
    with pytest.raises(UnusableInput, match="events in both arms"):
        pool_tables(tables, measure="RR")


def test_more_events_than_people_is_refused() -> None:
    with pytest.raises(UnusableInput) as error:
        table_measure("RR", {"ai": [11], "n1i": [10], "ci": [0.5], "n2i": [10]})
    assert problems(error) == {"rows[0].ai", "rows[0].ci"}


def test_ketamine_responders_in_three_small_trials() -> None:
    """Kvarnstrom 2003 and 2004, Noppers 2011 (abstracts); R's metafor: 1.19308415 (0.40727973), and with
    Knapp-Hartung a smaller standard error 0.27134256, which the answer warns of."""
    table = {"ai": [7, 5, 8], "n1i": [12, 10, 12], "ci": [2, 0, 3], "n2i": [12, 10, 12]}
    found = table_measure("RR", table)
    assert pool(found).estimate == pytest.approx(1.19308415, abs=5e-9)
    assert pool(found).se == pytest.approx(0.40727973, abs=5e-9)
    narrow = pool(found, ci="knapp-hartung")
    assert narrow.se == pytest.approx(0.27134256, abs=5e-9)
    assert "smaller" in narrow.notes[0]
    mh = pool_tables(read_tables(Columns(table), totals=True), measure="RR")
    assert mh.estimate == pytest.approx(math.log(4))


def test_egger_and_begg_need_three_studies_of_different_size() -> None:
    assert egger(effects([1, 2], [1, 2])).why
    assert "equal" in str(egger(effects([1, 2, 4], [1, 1, 1])).why)
    assert begg(effects([1, 2, 4], [1, 1, 1])).why


def test_rank_correlation_of_three_studies_by_hand() -> None:
    """Effects rise with variance in all 3 pairs: tau = 1; 1 of 6 orderings is as extreme: p = 2/6."""
    found = begg(effects([0, 1, 5], [0.1, 0.2, 0.3]))
    assert (found.tau, found.p, found.exact) == (1.0, pytest.approx(1 / 3), True)


def test_r0_counts_a_run_of_extreme_effects_on_one_side() -> None:
    mirrored = trim_and_fill(effects([-1, 0, 1, 0.5, -0.5], [1] * 5), method="FE", estimator="R0")
    assert mirrored.missing == 0


def test_moderators_that_do_not_vary_are_refused() -> None:
    with pytest.raises(UnusableInput, match="do not vary"):
        meta_regression(effects([1, 2, 3, 4], [1] * 4), {"dose": [1, 1, 1, 1]})


def test_subgroup_difference_by_hand() -> None:
    """Means 0 and 2, each of variance 1/2: Q = (0 - 2)² / (1/2 + 1/2) = 4 on 1 df, p = 0.0455."""
    result = subgroups(effects([0, 0, 2, 2], [1] * 4), ["iv", "iv", "oral", "oral"], method="FE")
    assert (result.q_between, result.df) == (pytest.approx(4), 1)
    assert result.p == pytest.approx(0.0455, abs=5e-5)


def test_the_last_cumulative_estimate_is_that_of_all_studies() -> None:
    found = table_measure("RR", BCG)
    years = list(range(13, 0, -1))
    steps = cumulative(found, years)
    assert [s.k for s in steps] == list(range(1, 14))
    assert steps[0].estimate == found.yi[-1]
    assert steps[-1].estimate == pytest.approx(pool(found).estimate, rel=1e-9)


def test_double_arcsine_and_logit_of_five_in_ten() -> None:
    """PLO of 5/10 is 0 with variance 1/5 + 1/5; PFT's variance is 1/42."""
    plo, pft = (proportion_measure(m, {"xi": [5], "ni": [10]}) for m in ("PLO", "PFT"))
    assert (plo.yi[0], plo.vi[0]) == pytest.approx((0.0, 0.4))
    assert pft.yi[0] == pytest.approx(
        (math.asin(math.sqrt(5 / 11)) + math.asin(math.sqrt(6 / 11))) / 2
    )
    assert pft.vi[0] == pytest.approx(1 / 42)


@pytest.mark.parametrize("df", [2, 3, 10, 58, 1000])
def test_small_sample_correction_to_twelve_digits(df: int) -> None:
    with mpmath.workdps(40):
        exact = mpmath.gamma(mpmath.mpf(df) / 2) / (
            mpmath.sqrt(mpmath.mpf(df) / 2) * mpmath.gamma(mpmath.mpf(df - 1) / 2)
        )
    assert small_sample_correction(df) == pytest.approx(float(exact), rel=1e-12)


def test_dersimonian_laird_to_twelve_digits() -> None:
    """The published formula in 50-digit arithmetic, on the BCG risk ratios."""
    pooled = pool(table_measure("RR", BCG), method="DL")
    with mpmath.workdps(50):
        rows = [[mpmath.mpf(v) for v in r] for r in zip(*BCG.values(), strict=True)]
        y = [mpmath.log(a / (a + b) / (c / (c + d))) for a, b, c, d in rows]
        v = [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in rows]
        w = [1 / x for x in v]
        mean = mpmath.fdot(w, y) / sum(w)
        q = sum(wi * (yi - mean) ** 2 for wi, yi in zip(w, y, strict=True))
        tau2 = (q - 12) / (sum(w) - sum(x * x for x in w) / sum(w))
        r = [1 / (x + tau2) for x in v]
        estimate, se = mpmath.fdot(r, y) / sum(r), 1 / mpmath.sqrt(sum(r))
    assert pooled.q == pytest.approx(float(q), rel=1e-12)
    assert pooled.tau2 == pytest.approx(float(tau2), rel=1e-12)
    assert (pooled.estimate, pooled.se) == pytest.approx((float(estimate), float(se)), rel=1e-12)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.floats(-5, 5), st.floats(0.01, 10)), min_size=2, max_size=8
    ),
    st.sampled_from(METHODS),
    st.floats(-3, 3),
)  # fmt: skip
def test_moving_every_effect_moves_the_estimate_by_as_much(rows, method, shift) -> None:
    yi, vi = np.array(rows).T
    before = pool(effects(yi, vi), method=method)
    after = pool(effects(yi + shift, vi), method=method)
    assert before.tau2 >= 0
    assert yi.min() - 1e-9 <= before.estimate <= yi.max() + 1e-9
    assert after.estimate == pytest.approx(before.estimate + shift, abs=1e-5)
