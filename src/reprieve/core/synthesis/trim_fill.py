"""Trim and fill: how many studies seem missing on one side, and the estimate with their mirror images.

A sensitivity analysis of funnel asymmetry, whatever its cause; not a correction of the truth.
Duval & Tweedie 2000 (Biometrics 56:455; J Am Stat Assoc 95:89).
"""

from dataclasses import dataclass

import numpy as np

from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.synthesis.effects import Effects
from reprieve.core.synthesis.fit import fit, ones
from reprieve.core.synthesis.numbers import Floats
from reprieve.core.synthesis.pool import Pooled, pool
from reprieve.core.synthesis.tau2 import estimate_tau2

MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrimAndFill:
    """`missing` studies on `side` (left or right); `filled` has the given studies, then the imputed."""

    side: str
    missing: int
    filled: Effects
    pooled: Pooled


def trim_and_fill(
    effects: Effects,
    *,
    method: str = "REML",
    ci: str = "wald",
    estimator: str = "L0",
    side: str | None = None,
) -> TrimAndFill:
    """Impute what the estimator L0 or R0 says is missing.

    `side` None: where the regression of effect on standard error says, left unless its slope is below 0.
    Raises UnusableInput with fewer than 3 studies.
    """
    if effects.k < 3:
        raise UnusableInput([Problem("rows", f"needs at least 3 studies, {effects.k} given")])
    chosen = side or _missing_side(effects, method)
    sign = -1.0 if chosen == "right" else 1.0
    order = np.argsort(sign * effects.yi, kind="stable")
    yi, vi = sign * effects.yi[order], effects.vi[order]
    missing, centre = _count(yi, vi, method, estimator)
    at = order[effects.k - missing :]
    filled = Effects(
        yi=np.append(effects.yi, sign * (2 * centre - yi[effects.k - missing :])),
        vi=np.append(effects.vi, effects.vi[at]),
        labels=effects.labels + tuple(f"filled: {effects.labels[i]}" for i in at),
    )
    pooled = pool(filled, method=method, ci=ci)
    return TrimAndFill(side=chosen, missing=missing, filled=filled, pooled=pooled)


def _missing_side(effects: Effects, method: str) -> str:
    sei = np.sqrt(effects.vi)
    if np.ptp(sei) <= 1e-12 * sei.max():
        return "left"
    x = np.column_stack([np.ones(effects.k), sei])
    tau2 = estimate_tau2(method, effects.yi, effects.vi, x)
    return "right" if fit(effects.yi, effects.vi, tau2, x).beta[1] < 0 else "left"


def _count(yi: Floats, vi: Floats, method: str, estimator: str) -> tuple[int, float]:
    """Number missing on the left of ascending effects, and the centre after trimming as many right."""
    missing, before, centre = 0, -1, 0.0
    for _ in range(MOST_ROUNDS):
        if missing == before:
            break
        before = missing
        kept = len(yi) - missing
        tau2 = estimate_tau2(method, yi[:kept], vi[:kept], ones(kept)) if kept > 1 else 0.0
        centre = float(fit(yi[:kept], vi[:kept], tau2).beta[0])
        missing = _missing(yi - centre, estimator)
    return before, centre


def _missing(centred: Floats, estimator: str) -> int:
    k = len(centred)
    ranks = np.empty(k)
    ranks[np.argsort(np.abs(centred), kind="stable")] = np.arange(1, k + 1)
    left = ranks[centred < 0]
    if len(left) == 0:
        return 0
    if estimator == "R0":
        return max(0, k - int(left.max()) - 1)
    right = float(np.sum(ranks[centred > 0]))
    return max(0, round((4 * right - k * (k + 1)) / (2 * k - 1)))
