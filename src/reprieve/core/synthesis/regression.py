"""Do study characteristics explain the differences? Meta-regression and subgroups.

Both compare studies, not patients: an association here is never more than a hypothesis.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.synthesis.effects import Effects
from reprieve.core.synthesis.fit import Fit, fit, ones
from reprieve.core.synthesis.numbers import (
    Floats,
    Interval,
    chi2_upper_p,
    f_upper_p,
    normal_two_sided_p,
    t_two_sided_p,
)
from reprieve.core.synthesis.pool import (
    Pooled,
    around,
    ci_quantile,
    heterogeneity,
    pool,
    variance_scale,
)
from reprieve.core.synthesis.tau2 import estimate_tau2


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One moderator (or the intercept): change of effect per unit."""

    name: str
    estimate: float
    se: float
    ci: Interval
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaRegression:
    """`tau2` is what remains; `r2` percent of it explained, None when there was none to explain.

    `qm` tests all moderators together (chi-square on `qm_df`, or F for Knapp-Hartung), `qe` what is left.
    """

    coefficients: tuple[Coefficient, ...]
    tau2: float
    i2: float
    r2: float | None
    qm: float
    qm_df: int
    qm_p: float
    qe: float
    qe_df: int
    qe_p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroups:
    """Each group pooled by itself; `q_between` on `df` tests that their means are one."""

    groups: Mapping[str, Pooled]
    q_between: float
    df: int
    p: float


def meta_regression(
    effects: Effects,
    moderators: Mapping[str, Sequence[float]],
    *,
    method: str = "REML",
    ci: str = "wald",
) -> MetaRegression:
    """Regress the effects on one or several moderators with tau² by `method`.

    Raises UnusableInput: not one finite value per study, moderators that repeat one another or do not
    vary, or no study to spare. Source: Thompson & Higgins 2002 (Stat Med 21:1559); Knapp & Hartung 2003
    (Stat Med 22:2693) for their interval; R² of Raudenbush 2009.
    """
    x = _design(effects, moderators)
    tau2 = estimate_tau2(method, effects.yi, effects.vi, x)
    model, fixed = fit(effects.yi, effects.vi, tau2, x), fit(effects.yi, effects.vi, x=x)
    vb = variance_scale(model, ci) * model.vb
    qm, qm_p = _joint_test(model, vb, ci)
    spread = heterogeneity(fixed, tau2, method)
    return MetaRegression(
        coefficients=_coefficients(("intercept", *moderators), model, vb, ci),
        tau2=tau2,
        i2=spread.i2,
        r2=_explained(effects, tau2, method),
        qm=qm,
        qm_df=x.shape[1] - 1,
        qm_p=qm_p,
        qe=spread.q,
        qe_df=fixed.df,
        qe_p=spread.q_p,
    )


def subgroups(
    effects: Effects, group: Sequence[str], *, method: str = "REML", ci: str = "wald"
) -> Subgroups:
    """Pool within each group with its own tau², and compare the group means.

    Raises UnusableInput with fewer than two groups or a label per study missing.
    Source: Borenstein 2009, Introduction to Meta-Analysis, chapter 19.
    """
    names = list(dict.fromkeys(group))
    if len(group) != effects.k or len(names) < 2:
        raise UnusableInput([Problem("group", "one group per study and two groups are needed")])
    pooled = {
        name: pool(
            effects.some([i for i, g in enumerate(group) if g == name]), method=method, ci=ci
        )
        for name in names
    }
    means = np.array([p.estimate for p in pooled.values()])
    variances = np.array([p.se**2 for p in pooled.values()])
    if not (variances > 0).all():
        raise UnusableInput([Problem("group", "a group's mean has no variance to compare with")])
    q = fit(means, variances).q
    df = len(names) - 1
    return Subgroups(groups=pooled, q_between=q, df=df, p=chi2_upper_p(q, df))


def _design(effects: Effects, moderators: Mapping[str, Sequence[float]]) -> Floats:
    columns = [np.ones(effects.k)]
    problems = []
    for name, values in moderators.items():
        column = np.asarray(values, dtype=float)
        if column.shape != (effects.k,) or not np.isfinite(column).all():
            problems.append(Problem(name, "one finite number per study is needed"))
        columns.append(column)
    if problems or not moderators:
        raise UnusableInput(problems or [Problem("moderators", "at least one is needed")])
    x = np.column_stack(columns)
    if effects.k <= x.shape[1]:
        raise UnusableInput(
            [Problem("rows", f"needs at least {x.shape[1] + 1} studies, {effects.k} given")]
        )
    if np.linalg.matrix_rank(x / np.abs(x).max(axis=0).clip(1e-300)) < x.shape[1]:
        raise UnusableInput([Problem("moderators", "they do not vary, or repeat one another")])
    return x


def _coefficients(names: Sequence[str], model: Fit, vb: Floats, ci: str) -> tuple[Coefficient, ...]:
    quantile = ci_quantile(ci, model.df)
    found = []
    for name, estimate, variance in zip(names, model.beta, np.diag(vb), strict=True):
        b, se = float(estimate), sqrt(float(variance))
        found.append(
            Coefficient(
                name=name, estimate=b, se=se, ci=around(b, se, quantile), p=_p(b, se, model.df, ci)
            )
        )
    return tuple(found)


def _p(estimate: float, se: float, df: int, ci: str) -> float:
    if se == 0:
        return 1.0 if estimate == 0 else 0.0
    return normal_two_sided_p(estimate / se) if ci == "wald" else t_two_sided_p(estimate / se, df)


def _joint_test(model: Fit, vb: Floats, ci: str) -> tuple[float, float]:
    """Wald test of every coefficient but the intercept, and its p."""
    b, m = model.beta[1:], len(model.beta) - 1
    if not np.any(vb):
        raise UnusableInput([Problem("rows", "the effects lie on the line: no residual variance")])
    q = float(b @ np.linalg.solve(vb[1:, 1:], b))
    return (q, chi2_upper_p(q, m)) if ci == "wald" else (q / m, f_upper_p(q / m, m, model.df))


def _explained(effects: Effects, tau2: float, method: str) -> float | None:
    before = estimate_tau2(method, effects.yi, effects.vi, ones(effects.k))
    return max(0.0, 100 * (before - tau2) / before) if before > 0 else None
