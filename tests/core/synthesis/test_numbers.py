"""Quantiles and tail areas against 30-digit arithmetic; relative error at most 1e-12."""

import math

import mpmath as mp
import pytest
from scipy import special

from reprieve.core.synthesis import numbers as n

MOST = 1e-12
DEGREES = [0.5, 1.0, 2.0, 3.0, 7.0, 30.0, 31.9, 33.0, 100.0, 999.0, 10_000.0]


def exact_upper_gamma(a: float, x: float) -> mp.mpf:
    return mp.gammainc(mp.mpf(a), mp.mpf(x), mp.inf, regularized=True)


def exact_f_upper(x: float, df1: float, df2: float) -> mp.mpf:
    a, b, f = mp.mpf(df2) / 2, mp.mpf(df1) / 2, mp.mpf(x)
    v = mp.mpf(df1) * f / (mp.mpf(df2) + mp.mpf(df1) * f)
    if v < 0.5:
        return 1 - mp.betainc(b, a, 0, v, regularized=True)
    return mp.betainc(a, b, 0, 1 - v, regularized=True)


def near(ours: float, exact: mp.mpf) -> bool:
    return abs(mp.mpf(ours) - exact) <= MOST * abs(exact)


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("share", [1e-3, 0.2, 0.7, 0.99, 1.0, 1.01, 1.3, 2.0, 4.0, 9.0])
def test_chi_squared_tail(df: float, share: float) -> None:
    x = df * share
    with mp.workdps(40):
        exact = exact_upper_gamma(df / 2, x / 2)
        if exact > 1e-290:
            assert near(n.chi2_upper_p(x, df), exact)


@pytest.mark.parametrize("df2", DEGREES)
@pytest.mark.parametrize("df1", [1.0, 2.0, 5.0, 40.0])
@pytest.mark.parametrize("x", [1e-4, 0.3, 1.0, 1.7, 4.0, 25.0])
def test_f_tail(x: float, df1: float, df2: float) -> None:
    with mp.workdps(40):
        exact = exact_f_upper(x, df1, df2)
        if exact > 1e-290:
            assert near(n.f_upper_p(x, df1, df2), exact)


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("t", [-30.0, -2.1, 0.01, 0.5, 1.0, 1.96, 3.3, 8.0, 100.0])
def test_t_tail_on_both_sides(t: float, df: float) -> None:
    with mp.workdps(40):
        exact = exact_f_upper(t * t, 1.0, df)
        if exact > 1e-290:
            assert near(n.t_two_sided_p(t, df), exact)


@pytest.mark.parametrize("p", [1e-12, 1e-3, 0.025, 0.3, 0.5, 0.8, 0.95, 0.975, 0.9999])
def test_normal_quantile_is_where_the_tail_has_that_area(p: float) -> None:
    with mp.workdps(40):
        exact = mp.sqrt(2) * mp.erfinv(2 * mp.mpf(p) - 1)
    assert abs(mp.mpf(n.normal_quantile(p)) - exact) <= MOST * max(abs(exact), 1)


@pytest.mark.parametrize("df", DEGREES[1:])
@pytest.mark.parametrize("p", [0.025, 0.3, 0.5, 0.9, 0.975, 0.995])
def test_quantiles_undo_the_tails(p: float, df: float) -> None:
    """The tails are checked above; SciPy agrees as far as it goes."""
    t, x = n.t_quantile(p, df), n.chi2_quantile(p, df)
    tail = n.t_two_sided_p(t, df) / 2
    assert (tail if p > 0.5 else 1 - tail if p == 0.5 else tail) == pytest.approx(
        min(p, 1 - p), rel=1e-11
    )
    assert n.chi2_upper_p(x, df) == pytest.approx(1 - p, rel=1e-11)
    assert t == pytest.approx(special.stdtrit(df, p), rel=1e-10, abs=1e-12)
    assert x == pytest.approx(special.chdtri(df, 1 - p), rel=1e-10)


def test_ends_of_the_scales() -> None:
    assert n.chi2_upper_p(0.0, 3.0) == 1.0
    assert n.chi2_upper_p(math.inf, 3.0) == 0.0
    assert n.f_upper_p(0.0, 1.0, 3.0) == 1.0
    assert n.f_upper_p(math.inf, 1.0, 3.0) == 0.0
    assert n.t_two_sided_p(0.0, 4.0) == 1.0
    assert n.normal_two_sided_p(0.0) == 1.0
    assert n.t_quantile(0.5, 4.0) == 0.0
    assert math.isnan(n.t_two_sided_p(math.nan, 4.0))


def test_many_degrees_approach_the_normal_distribution() -> None:
    assert n.t_two_sided_p(1.96, 1e8) == pytest.approx(n.normal_two_sided_p(1.96), rel=1e-6)
    assert n.t_quantile(0.975, 1e8) == pytest.approx(n.normal_quantile(0.975), rel=1e-6)
