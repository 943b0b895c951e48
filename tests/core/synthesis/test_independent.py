"""The engine against arithmetic of fifty digits, and against an independent library (statsmodels)."""

import mpmath
import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.meta_analysis import combine_effects

from reprieve.core.synthesis.measures import table_measure
from reprieve.core.synthesis.pool import pool
from reprieve.core.synthesis.regression import meta_regression
from reprieve.core.synthesis.sensitivity import influence
from reprieve.core.synthesis.small_study import egger
from tests.core.synthesis.reference import BCG, LATITUDE

DATA = table_measure("RR", BCG)
YEARS = [1948, 1949, 1960, 1977, 1973, 1953, 1973, 1980, 1968, 1961, 1974, 1969, 1976]


def exact() -> tuple[list[mpmath.mpf], list[mpmath.mpf]]:
    rows = [[mpmath.mpf(v) for v in r] for r in zip(*BCG.values(), strict=True)]
    y = [mpmath.log(a / (a + b) / (c / (c + d))) for a, b, c, d in rows]
    v = [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in rows]
    return y, v


def test_fixed_effect_to_twelve_digits() -> None:
    pooled = pool(DATA, method="FE")
    with mpmath.workdps(50):
        y, v = exact()
        w = [1 / x for x in v]
        estimate, se = mpmath.fdot(w, y) / sum(w), 1 / mpmath.sqrt(sum(w))
    assert (pooled.estimate, pooled.se) == pytest.approx((float(estimate), float(se)), rel=1e-12)


def test_knapp_hartung_to_twelve_digits() -> None:
    """Hartung & Knapp 2001: the weighted spread around the estimate over k - 1 times the weights."""
    pooled = pool(DATA, method="DL", ci="knapp-hartung")
    with mpmath.workdps(50):
        y, v = exact()
        r = [1 / (x + mpmath.mpf(pooled.tau2)) for x in v]
        estimate = mpmath.fdot(r, y) / sum(r)
        spread = sum(w * (a - estimate) ** 2 for w, a in zip(r, y, strict=True))
        se = mpmath.sqrt(spread / (len(y) - 1) / sum(r))
    assert pooled.se == pytest.approx(float(se), rel=1e-12)


def test_egger_is_the_intercept_of_the_standardised_effect_on_precision() -> None:
    """Egger's own plot, by the normal equations in fifty digits."""
    with mpmath.workdps(50):
        y, v = exact()
        s = [mpmath.sqrt(x) for x in v]
        z, p = [a / b for a, b in zip(y, s, strict=True)], [1 / b for b in s]
        k, px, pp = len(y), sum(p), sum(x * x for x in p)
        slope = (k * mpmath.fdot(p, z) - px * sum(z)) / (k * pp - px**2)
        intercept = (sum(z) - slope * px) / k
        left = sum((a - intercept - slope * b) ** 2 for a, b in zip(z, p, strict=True)) / (k - 2)
        t = intercept / mpmath.sqrt(left * pp / (k * pp - px**2))
    assert egger(DATA).t == pytest.approx(float(t), rel=1e-12)


def test_influence_of_each_trial_with_the_pooling_of_an_independent_library() -> None:
    """Deletion values from statsmodels' DerSimonian-Laird on the others; formulas of Viechtbauer 2010."""

    def others(keep: np.ndarray) -> tuple[float, float, float]:
        found = combine_effects(DATA.yi[keep], DATA.vi[keep], method_re="chi2")
        return float(found.mean_effect_re), float(found.sd_eff_w_re), float(found.tau2)

    every = np.ones(DATA.k, bool)
    centre, se, tau2 = others(every)
    w = 1 / (DATA.vi + tau2)
    for i, row in enumerate(influence(DATA, method="DL")):
        keep = every.copy()
        keep[i] = False
        without, se_without, tau2_without = others(keep)
        own, hat = DATA.vi[i] + tau2_without, w[i] / w.sum()
        moved = centre - without
        assert row.hat == pytest.approx(hat, rel=1e-9)
        assert row.rstudent == pytest.approx(
            (DATA.yi[i] - without) / np.sqrt(own + se_without**2), rel=1e-9
        )
        assert row.dffits == pytest.approx(moved / np.sqrt(hat * own), rel=1e-9)
        assert row.cooks_distance == pytest.approx((moved / se) ** 2, rel=1e-9)
        assert row.covariance_ratio == pytest.approx((se_without / se) ** 2, rel=1e-9)


def design() -> np.ndarray:
    return sm.add_constant(np.column_stack([LATITUDE, YEARS]).astype(float))


def test_two_moderators_without_tau2_are_weighted_least_squares() -> None:
    found = meta_regression(DATA, {"latitude": LATITUDE, "year": YEARS}, method="FE")
    wls = sm.WLS(DATA.yi, design(), weights=1 / DATA.vi).fit(cov_type="fixed scale")
    for mine, b, se in zip(found.coefficients, wls.params, wls.bse, strict=True):
        assert (mine.estimate, mine.se) == pytest.approx((b, se), rel=1e-7)
    assert found.qm_df == 2


def test_tau2_left_by_two_moderators_solves_the_restricted_likelihood() -> None:
    """At the REML estimate y'PPy = tr P (Harville 1977), P written out here."""
    found = meta_regression(DATA, {"latitude": LATITUDE, "year": YEARS})
    x, w = design(), np.diag(1 / (DATA.vi + found.tau2))
    p = w - w @ x @ np.linalg.inv(x.T @ w @ x) @ x.T @ w
    assert found.tau2 > 0
    assert DATA.yi @ p @ p @ DATA.yi == pytest.approx(np.trace(p), rel=1e-6)
