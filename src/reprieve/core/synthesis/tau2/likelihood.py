"""Maximum likelihood and restricted maximum likelihood of tau².

The log likelihood can have more than one peak, so its slope is scanned over the whole range where a
peak can lie, every peak is found by bisection, and the highest one (or 0) is the estimate.
Viechtbauer 2005 (J Educ Behav Stat 30:261).
"""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from reprieve.core.synthesis.fit import Fit, fit
from reprieve.core.synthesis.numbers import Floats, falling_root

PER_DECADE = 4  # points of the scan


def reml(yi: Floats, vi: Floats, x: Floats) -> float:
    """Peak of the restricted likelihood; its slope is (y'PPy - tr P) / 2."""
    return _highest_peak(yi, vi, x, lambda f: f.trace_p, _restricted)


def ml(yi: Floats, vi: Floats, x: Floats) -> float:
    """Peak of the likelihood; its slope is (y'PPy - tr W) / 2."""
    return _highest_peak(yi, vi, x, lambda f: float(np.sum(f.weights)), _full)


def _full(f: Fit) -> float:
    return (float(np.sum(np.log(f.weights))) - f.q) / 2


def _restricted(f: Fit) -> float:
    return _full(f) + float(np.linalg.slogdet(f.vb)[1]) / 2


def _highest_peak(
    yi: Floats,
    vi: Floats,
    x: Floats,
    trace: Callable[[Fit], float],
    log_likelihood: Callable[[Fit], float],
) -> float:
    def slope(tau2: float) -> float:
        f = fit(yi, vi, tau2, x)
        return float(np.sum((f.weights * f.residuals) ** 2)) - trace(f)

    grid = _grid(yi, vi)
    slopes = [slope(tau2) for tau2 in grid]
    peaks = [
        falling_root(slope, low, high)
        for (low, high), (before, after) in zip(pairwise(grid), pairwise(slopes), strict=True)
        if before > 0 >= after
    ]
    return max([0.0, *peaks], key=lambda tau2: log_likelihood(fit(yi, vi, tau2, x)))


def _grid(yi: Floats, vi: Floats) -> list[float]:
    """0, then evenly on the log scale up to where all weights are alike and the slope must be negative."""
    low = 1e-3 * float(vi.min())
    high = 4 * len(yi) * (float(np.ptp(yi)) ** 2 + float(vi.max()))
    points = 2 + math.ceil(PER_DECADE * math.log10(high / low))
    return [0.0, *(float(tau2) for tau2 in np.geomspace(low, high, points))]
