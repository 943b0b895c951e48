"""One pooled estimate with its uncertainty, heterogeneity and prediction interval.

What cannot be computed is None, and `why` says why: nothing is filled in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from reprieve.core.synthesis.effects import Effects
from reprieve.core.synthesis.fit import Fit, fit, ones
from reprieve.core.synthesis.numbers import (
    UPPER_TAIL,
    Floats,
    Interval,
    chi2_upper_p,
    normal_quantile,
    t_quantile,
)
from reprieve.core.synthesis.tau2 import estimate_tau2
from reprieve.core.synthesis.tau2.generalised_q import q_profile

METHODS = ("FE", "DL", "PM", "REML", "ML", "EB", "HE", "HS", "SJ")
INTERVALS = ("wald", "knapp-hartung", "knapp-hartung-adhoc")
PREDICTIONS = ("z", "t-k-1", "t-k-2")
NO_TAU2 = "the fixed-effect model has no variance between studies"
ONE_STUDY = "one study says nothing about differences between studies"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pooled:
    """A pooled effect on the scale of its effects (log for ratios).

    `i2` in percent. `weights` (k,), in percent of their sum. `why` gives, by field, why it is None.
    """

    k: int
    method: str
    estimate: float
    se: float
    ci: Interval | None
    tau2: float | None
    tau2_ci: Interval | None
    i2: float | None
    h2: float | None
    q: float | None
    q_df: int
    q_p: float | None
    prediction_interval: Interval | None
    weights: Floats
    why: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """Cochran's Q on k - 1 degrees of freedom, I² in percent and H² that go with one tau²."""

    q: float
    q_p: float
    i2: float
    h2: float


def pool(
    effects: Effects, *, method: str = "REML", ci: str = "wald", prediction: str = "t-k-2"
) -> Pooled:
    """Pool by inverse variance, with tau² by `method`, one of METHODS.

    Args:
        ci: wald; knapp-hartung (Hartung & Knapp 2001, Stat Med 20:3875); or its ad hoc form, which is
            never narrower than wald's standard error (Roever 2015, BMC Med Res Methodol 15:99).
        prediction: quantile of the prediction interval; t-k-2 is Higgins 2009 (J R Stat Soc A 172:137).
    """
    if effects.k == 1:
        return _one_study(effects, method, ci)
    yi, vi, x = effects.yi, effects.vi, ones(effects.k)
    tau2 = estimate_tau2(method, yi, vi, x)
    fixed, model = fit(yi, vi), fit(yi, vi, tau2)
    scale = variance_scale(model, ci)
    estimate, se = float(model.beta[0]), sqrt(scale * float(model.vb[0, 0]))
    why: dict[str, str] = {}
    spread = heterogeneity(fixed, tau2, method)
    return Pooled(
        k=effects.k,
        method=method,
        estimate=estimate,
        se=se,
        ci=around(estimate, se, ci_quantile(ci, model.df)),
        tau2=tau2,
        tau2_ci=_tau2_ci(method, effects, why),
        i2=spread.i2,
        h2=spread.h2,
        q=spread.q,
        q_df=fixed.df,
        q_p=spread.q_p,
        prediction_interval=_prediction(method, prediction, effects.k, estimate, se, tau2, why),
        weights=percent(model.weights),
        why=why,
        notes=_narrower(scale),
    )


def variance_scale(model: Fit, ci: str) -> float:
    """What the Wald variance is multiplied with: 1, or Q(tau²) / df, or the larger of the two (ad hoc)."""
    if ci == "wald":
        return 1.0
    scale = model.q / model.df
    return max(1.0, scale) if ci == "knapp-hartung-adhoc" else scale


def ci_quantile(ci: str, df: int) -> float:
    return normal_quantile(UPPER_TAIL) if ci == "wald" else t_quantile(UPPER_TAIL, df)


def heterogeneity(fixed: Fit, tau2: float, method: str) -> Heterogeneity:
    """Q from the fixed-effect fit. I² and H² from Q for FE, else from tau² and the typical sampling
    variance df / tr P (Higgins & Thompson 2002, Stat Med 21:1539)."""
    q, df = fixed.q, fixed.df
    typical = df / fixed.trace_p
    i2 = 100 * tau2 / (tau2 + typical)
    h2 = 1 + tau2 / typical
    if method == "FE":
        i2, h2 = i2_of_q(q, df), q / df
    return Heterogeneity(q=q, q_p=chi2_upper_p(q, df), i2=i2, h2=h2)


def i2_of_q(q: float, df: int) -> float:
    """Percent; 0 where Q is below its degrees of freedom."""
    return max(0.0, 100 * (q - df) / q) if q > 0 else 0.0


def around(estimate: float, se: float, quantile: float) -> Interval:
    return estimate - quantile * se, estimate + quantile * se


def percent(weights: Floats) -> Floats:
    return np.asarray(100 * weights / np.sum(weights))


def _prediction(
    method: str,
    convention: str,
    k: int,
    estimate: float,
    se: float,
    tau2: float,
    why: dict[str, str],
) -> Interval | None:
    """Where the effect of a new study is expected: estimate ± quantile × √(tau² + se²)."""
    df = {"z": 1, "t-k-1": k - 1, "t-k-2": k - 2}[convention]
    if method == "FE":
        why["prediction_interval"] = NO_TAU2
    elif df < 1:
        why["prediction_interval"] = f"{convention} needs at least 3 studies, {k} given"
    else:
        z = convention == "z"
        quantile = normal_quantile(UPPER_TAIL) if z else t_quantile(UPPER_TAIL, df)
        return around(estimate, sqrt(tau2 + se**2), quantile)
    return None


def _tau2_ci(method: str, effects: Effects, why: dict[str, str]) -> Interval | None:
    if method == "FE":
        why["tau2_ci"] = NO_TAU2
        return None
    interval = q_profile(effects.yi, effects.vi, ones(effects.k))
    if interval is None:
        why["tau2_ci"] = "effects agree more closely than chance allows: no tau² fits (empty set)"
    return interval


def _narrower(scale: float) -> tuple[str, ...]:
    if scale >= 1:
        return ()
    return (
        "this Knapp-Hartung standard error is smaller than Wald's: compare knapp-hartung-adhoc",
    )


def _one_study(effects: Effects, method: str, ci: str) -> Pooled:
    estimate, se = float(effects.yi[0]), sqrt(float(effects.vi[0]))
    missing = ("tau2", "tau2_ci", "i2", "h2", "q", "q_p", "prediction_interval")
    why = dict.fromkeys(missing, ONE_STUDY)
    wald = ci == "wald"
    if not wald:
        why["ci"] = "Knapp-Hartung needs at least 2 studies"
    return Pooled(
        k=1,
        method=method,
        estimate=estimate,
        se=se,
        ci=around(estimate, se, normal_quantile(UPPER_TAIL)) if wald else None,
        tau2=None,
        tau2_ci=None,
        i2=None,
        h2=None,
        q=None,
        q_df=0,
        q_p=None,
        prediction_interval=None,
        weights=np.array([100.0]),
        why=why,
    )
