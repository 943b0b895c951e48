"""2x2 tables pooled as tables: Mantel-Haenszel and Peto. Fixed effect; zero cells need no correction.

Only the Q test looks at each table's own effect, and there the zero-cell rule applies.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.synthesis.numbers import UPPER_TAIL, Floats, chi2_upper_p, normal_quantile
from reprieve.core.synthesis.pool import NO_TAU2, ONE_STUDY, Pooled, around, i2_of_q, percent
from reprieve.core.synthesis.two_by_two import Tables, table_effects


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TableEstimate:
    """Log scale for ratios; `weights` (k,) as the method gives them to the tables."""

    estimate: float
    variance: float
    weights: Floats


def mh_risk_ratio(t: Tables) -> TableEstimate:
    """Mantel & Haenszel 1959; variance of Greenland & Robins 1985 (Biometrics 41:55)."""
    treated, controls = np.sum(t.ai * t.n2i / t.ni), np.sum(t.ci * t.n1i / t.ni)
    _need(treated > 0 and controls > 0, "events in both arms")
    spread = np.sum((t.n1i * t.n2i * (t.ai + t.ci) - t.ai * t.ci * t.ni) / t.ni**2)
    return TableEstimate(
        estimate=log(treated / controls),
        variance=float(spread / (treated * controls)),
        weights=t.ci * t.n1i / t.ni,
    )


def mh_odds_ratio(t: Tables) -> TableEstimate:
    """Mantel & Haenszel 1959; variance of Robins, Breslow & Greenland 1986 (Biometrics 42:311)."""
    p, q = (t.ai + t.di) / t.ni, (t.bi + t.ci) / t.ni
    r, s = t.ai * t.di / t.ni, t.bi * t.ci / t.ni
    sum_r, sum_s = float(np.sum(r)), float(np.sum(s))
    _need(sum_r > 0 and sum_s > 0, "people with and without the event in both arms")
    terms = (
        np.sum(p * r) / sum_r**2,
        np.sum(p * s + q * r) / (sum_r * sum_s),
        np.sum(q * s) / sum_s**2,
    )
    return TableEstimate(
        estimate=log(sum_r / sum_s), variance=float(sum(terms)) / 2, weights=t.bi * t.ci / t.ni
    )


def mh_risk_difference(t: Tables) -> TableEstimate:
    """Greenland & Robins 1985; variance of Sato, Greenland & Robins 1989 (Biometrics 45:1323)."""
    weights = t.n1i * t.n2i / t.ni
    total = np.sum(weights)
    difference = np.sum((t.ai * t.n2i - t.ci * t.n1i) / t.ni) / total
    f1, f2 = t.n1i / t.ni, t.n2i / t.ni
    p = np.sum(t.ci * f1**2 - t.ai * f2**2 + f1 * f2 * (t.n2i - t.n1i) / 2)
    q = np.sum(t.ai * (t.n2i - t.ci) / t.ni + t.ci * (t.n1i - t.ai) / t.ni) / 2
    variance = float((difference * p + q) / total**2)
    _need(variance > 0, "events in at least one arm")
    return TableEstimate(estimate=float(difference), variance=variance, weights=weights)


def peto_odds_ratio(t: Tables) -> TableEstimate:
    """Observed less expected events over their hypergeometric variance.
    Yusuf, Peto et al. 1985 (Prog Cardiovasc Dis 27:335)."""
    excess, variance = _peto_parts(t)
    total = float(np.sum(variance))
    _need(total > 0, "people with and without the event")
    return TableEstimate(
        estimate=float(np.sum(excess)) / total, variance=1 / total, weights=variance
    )


MANTEL_HAENSZEL: dict[str, Callable[[Tables], TableEstimate]] = {
    "RR": mh_risk_ratio,
    "OR": mh_odds_ratio,
    "RD": mh_risk_difference,
}


def pool_tables(
    tables: Tables, *, measure: str, method: str = "MH", add: float = 0.5, to: str = "only0"
) -> Pooled:
    """Pool by MH (RR, OR, RD) or Peto (OR). Raises UnusableInput where no table can say anything."""
    result = peto_odds_ratio(tables) if method == "Peto" else MANTEL_HAENSZEL[measure](tables)
    yi, vi = own_effects(tables, measure, method, add, to)
    k, se = len(yi), sqrt(result.variance)
    q = float(np.sum((yi - result.estimate) ** 2 / vi)) if k > 1 else None
    why = {"tau2_ci": NO_TAU2, "prediction_interval": NO_TAU2}
    if q is None:
        why |= dict.fromkeys(("tau2", "i2", "h2", "q", "q_p"), ONE_STUDY)
    return Pooled(
        k=k,
        method=method,
        estimate=result.estimate,
        se=se,
        ci=around(result.estimate, se, normal_quantile(UPPER_TAIL)),
        tau2=None if q is None else 0.0,
        tau2_ci=None,
        i2=None if q is None else i2_of_q(q, k - 1),
        h2=None if q is None else q / (k - 1),
        q=q,
        q_df=k - 1,
        q_p=None if q is None else chi2_upper_p(q, k - 1),
        prediction_interval=None,
        weights=percent(result.weights) if np.sum(result.weights) > 0 else result.weights,
        why=why,
    )


def _peto_effects(tables: Tables) -> tuple[Floats, Floats]:
    """Each table's Peto log odds ratio and variance; the tables must have no zero margin."""
    excess, variance = _peto_parts(tables)
    return excess / variance, 1 / variance


def own_effects(
    tables: Tables, measure: str, method: str, add: float, to: str
) -> tuple[Floats, Floats]:
    """Each table's effect and variance after the zero-cell rule, as its row and the Q test show it."""
    if method == "Peto":
        return _peto_effects(tables.corrected(add, to))
    return table_effects(measure, tables, add=add, to=to)


def _peto_parts(t: Tables) -> tuple[Floats, Floats]:
    events, none = t.ai + t.ci, t.bi + t.di
    excess = t.ai - events * t.n1i / t.ni
    return excess, events * none * t.n1i * t.n2i / (t.ni**2 * (t.ni - 1))


def _need(given: bool | np.bool_, what: str) -> None:
    if not given:
        raise UnusableInput([Problem("rows", f"this method needs {what}, summed over all tables")])
