"""How far does the answer hang on one study, or on time? Leave-one-out, cumulative, influence."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.synthesis.effects import Effects
from reprieve.core.synthesis.fit import fit, ones
from reprieve.core.synthesis.numbers import Floats
from reprieve.core.synthesis.pool import Pooled, pool, variance_scale
from reprieve.core.synthesis.tau2 import estimate_tau2


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """What one study does to the pooled estimate; the deletion values are of the fit without it.

    `rstudent`: its distance from the others in standard errors. `dffits` and `cooks_distance`: how far
    the estimate moves, in standard errors of the fit without it, and squared in those of the full fit.
    `covariance_ratio` below 1: without it the estimate is more precise. `hat` between 0 and 1.
    """

    label: str
    rstudent: float
    dffits: float
    cooks_distance: float
    covariance_ratio: float
    tau2_deleted: float
    q_deleted: float
    hat: float


def leave_one_out(
    effects: Effects, *, method: str = "REML", ci: str = "wald"
) -> tuple[Pooled, ...]:
    """The pooled estimate without each study in turn. Raises UnusableInput with one study."""
    _need(effects, 2)
    return tuple(pool(effects.without(i), method=method, ci=ci) for i in range(effects.k))


def cumulative(
    effects: Effects, order: Sequence[float], *, method: str = "REML", ci: str = "wald"
) -> tuple[Pooled, ...]:
    """Pooled estimates as the studies arrive by `order`, shape (k,), as publication years; ties stay
    in the order given."""
    arrival = np.argsort(np.asarray(order, dtype=float), kind="stable")
    return tuple(
        pool(effects.some(arrival[:n]), method=method, ci=ci) for n in range(1, effects.k + 1)
    )


def influence(effects: Effects, *, method: str = "REML", ci: str = "wald") -> tuple[Influence, ...]:
    """Deletion diagnostics, study by study. Viechtbauer & Cheung 2010 (Res Synth Methods 1:112).

    Raises UnusableInput with fewer than 3 studies.
    """
    _need(effects, 3)
    tau2 = estimate_tau2(method, effects.yi, effects.vi, ones(effects.k))
    model = fit(effects.yi, effects.vi, tau2)
    full = _Centre(
        estimate=float(model.beta[0]),
        variance=variance_scale(model, ci) * float(model.vb[0, 0]),
        hat=model.hat,
    )
    return tuple(_influence(i, effects, full, method, ci) for i in range(effects.k))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Centre:
    estimate: float
    variance: float
    hat: Floats


def _influence(i: int, effects: Effects, full: _Centre, method: str, ci: str) -> Influence:
    others = effects.without(i)
    tau2 = estimate_tau2(method, others.yi, others.vi, ones(others.k))
    rest = fit(others.yi, others.vi, tau2)
    scale = variance_scale(rest, ci)
    centre, variance = float(rest.beta[0]), scale * float(rest.vb[0, 0])
    moved, hat = full.estimate - centre, float(full.hat[i])
    own = float(effects.vi[i]) + tau2
    return Influence(
        label=effects.labels[i],
        rstudent=(float(effects.yi[i]) - centre) / sqrt(own + variance),
        dffits=_ratio(moved, sqrt(scale * hat * own)),
        cooks_distance=_ratio(moved**2, full.variance),
        covariance_ratio=_ratio(variance, full.variance),
        tau2_deleted=tau2,
        q_deleted=fit(others.yi, others.vi).q,
        hat=hat,
    )


def _ratio(a: float, b: float) -> float:
    """0 where both are 0, as when all effects are equal and Knapp-Hartung leaves no variance."""
    return a / b if b > 0 else 0.0


def _need(effects: Effects, least: int) -> None:
    if effects.k < least:
        raise UnusableInput([Problem("rows", f"needs at least {least} studies, {effects.k} given")])
