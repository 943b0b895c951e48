"""One patient's relief and how it wears off, with its uncertainty, from scores between infusions.

Pain follows  B − R·exp(δ·j)·2^(−t/H) + noise:  B without treatment, R the relief right after the first
infusion, H the half-life of relief, j the number of earlier infusions, t the days since the last one.
H, δ and the noise lie on a grid; B and R given them are normal, in closed form; the draws are then
weighed by what a whole-number scale from 0 to 10 can show. It describes; it cannot tell the drug from expectancy or from pain that would have fallen anyway (see `pause`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

Floats = NDArray[np.float64]
POOL, DRAWS = 8000, 4000  # drawn from the grid; kept after weighing
LOWEST, HIGHEST = 0, 10  # of the scale
HALF_LIVES_DAYS = np.geomspace(1.0, 250.0, 32)
ROUNDING = 1 / 12  # variance that whole numbers add to a score
NOISE_POINTS = np.geomspace(0.35, 3.5, 9)
SEEN_POINTS = np.sqrt(NOISE_POINTS**2 + ROUNDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefPrior:
    """What is believed before the first score. Points of the 0-10 scale, days.

    half_life_days, half_life_log_sd: lognormal. The size of relief has no source, so it centres on none.
    change_per_infusion_sd: of δ, the change of log R from one infusion to the next.
    """

    half_life_days: float
    half_life_log_sd: float
    relief_sd_points: float
    pain_points: float
    pain_sd_points: float
    noise_points: float
    noise_log_sd: float
    change_per_infusion_sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefPosterior:
    """Draws from what is believed now; each array has shape (DRAWS,).

    pain_points: B. relief_points: R of the next infusion, were it given; last_relief_points: of the
    last one given. change: δ. infusions: how many there were.
    """

    pain_points: Floats
    relief_points: Floats
    last_relief_points: Floats
    half_life_days: Floats
    change: Floats
    infusions: int

    def pain_at(self, days_since_last: float) -> Floats:
        """True mean pain of each draw, with no further infusion; shape (DRAWS,)."""
        if self.infusions == 0:
            return self.pain_points
        left = np.exp2(-days_since_last / self.half_life_days)
        return np.clip(self.pain_points - self.last_relief_points * left, 0, 10)

    def band(self, days_since_last: float, percent: float = 80) -> tuple[float, float, float]:
        """(low, median, high) of true mean pain; `percent` of the belief lies between."""
        tail = (100 - percent) / 2
        low, mid, high = np.percentile(self.pain_at(days_since_last), (tail, 50, 100 - tail))
        return float(low), float(mid), float(high)


class _Draws(NamedTuple):
    """Draws of the parameters, each of shape (draws,); relief is that of the first infusion."""

    pain_points: Floats
    relief_points: Floats
    half_life_days: Floats
    change: Floats
    noise_points: Floats


def believe(
    days: Sequence[float], scores: Sequence[float], infusions: Sequence[float], prior: ReliefPrior
) -> ReliefPosterior:
    """What the scores say of one patient.

    Args:
        days: shape (n,), when each score was given; scores within 24 h of a dose are the caller's to leave out.
        scores: shape (n,), 0-10. infusions: days of the infusions, ascending; same clock as `days`.
    Returns:
        Draws in a fixed order: the same scores give the same answer.
    """
    at, y = np.asarray(days, float), np.asarray(scores, float)
    since, earlier = _since_last(at, np.asarray(infusions, float))
    changes = prior.change_per_infusion_sd * np.linspace(-2.5, 2.5, 7)
    half, change = (g.ravel() for g in np.meshgrid(HALF_LIVES_DAYS, changes, indexing="ij"))
    shape = np.exp(change[:, None] * earlier) * np.exp2(-since / half[:, None])
    shape[:, since == np.inf] = 0.0
    log_weight, mean, root = _given_shape(y, shape, prior)
    log_weight += _log_normal(np.log(half / prior.half_life_days), prior.half_life_log_sd)[:, None]
    log_weight += _log_normal(change, prior.change_per_infusion_sd)[:, None]
    log_weight += _log_normal(np.log(NOISE_POINTS / prior.noise_points), prior.noise_log_sd)
    draws = _within_scale(_draw(log_weight, mean, root, half, change), y, since, earlier)
    count = len(infusions)
    return ReliefPosterior(
        pain_points=draws.pain_points,
        relief_points=draws.relief_points * np.exp(draws.change * count),
        last_relief_points=draws.relief_points * np.exp(draws.change * max(count - 1, 0)),
        half_life_days=draws.half_life_days,
        change=draws.change,
        infusions=count,
    )


def _since_last(at: Floats, infusions: Floats) -> tuple[Floats, Floats]:
    """Days since the last infusion (inf before the first), and how many came before that one."""
    index = np.searchsorted(infusions, at, side="right") - 1
    padded = np.append(infusions, -np.inf)  # index -1 is "before the first"
    since = np.where(index >= 0, at - padded[index], np.inf)
    return since, np.maximum(index, 0).astype(float)


def _given_shape(y: Floats, shape: Floats, prior: ReliefPrior) -> tuple[Floats, Floats, Floats]:
    """For each curve and each noise: log evidence, mean and Cholesky root of (B, R).

    shape: (curves, n). Returns (curves, noises), (curves, noises, 2), (curves, noises, 2, 2).
    """
    variance = SEEN_POINTS**2
    residual = y - prior.pain_points  # B is measured from its prior mean; R from zero
    p_b, p_r = prior.pain_sd_points**-2, prior.relief_sd_points**-2
    n, total = len(y), residual.sum()
    g, gg, gy = shape.sum(axis=1), (shape**2).sum(axis=1), shape @ residual
    # Precision of (B, R) given a curve and a noise: the design's columns are 1 and -shape.
    a = n / variance + p_b + 0 * g[:, None]
    b = -g[:, None] / variance
    d = gg[:, None] / variance + p_r
    det = a * d - b * b
    u, v = total / variance + 0 * g[:, None], -gy[:, None] / variance
    m_b, m_r = (d * u - b * v) / det, (a * v - b * u) / det
    fit = u * m_b + v * m_r
    log_weight = 0.5 * (fit - np.log(det) - residual @ residual / variance) - n * np.log(
        SEEN_POINTS
    )
    mean = np.stack((m_b + prior.pain_points, m_r), axis=-1)
    root = np.zeros((*mean.shape, 2))
    root[..., 0, 0] = np.sqrt(d / det)
    root[..., 1, 0] = -b / det / root[..., 0, 0]
    root[..., 1, 1] = np.sqrt(1 / d)
    return log_weight, mean, root


def _draw(log_weight: Floats, mean: Floats, root: Floats, half: Floats, change: Floats) -> _Draws:
    """Systematic draws over the grid, normal inside each cell."""
    cell = _systematic(np.exp(log_weight - log_weight.max()).ravel(), POOL)
    normal = np.random.default_rng(20).standard_normal((POOL, 2))
    both = mean.reshape(-1, 2)[cell] + np.einsum("kij,kj->ki", root.reshape(-1, 2, 2)[cell], normal)
    curve, noise = np.divmod(cell, len(NOISE_POINTS))
    return _Draws(both[:, 0], both[:, 1], half[curve], change[curve], SEEN_POINTS[noise])


def _within_scale(draws: _Draws, y: Floats, since: Floats, earlier: Floats) -> _Draws:
    """The draws again, in proportion to how they explain scores at the ends of the scale.

    The grid took every score for a normal quantity; a 0 or a 10 stands for everything beyond it.
    Without this a person near an end is believed too precisely.
    """
    ends = (y <= LOWEST) | (y >= HIGHEST)
    y, since, earlier = y[ends], since[ends], earlier[ends]
    left = np.exp2(-since / draws.half_life_days[:, None]) * (since < np.inf)
    grown = np.exp(draws.change[:, None] * earlier)
    mean = draws.pain_points[:, None] - draws.relief_points[:, None] * left * grown
    sd = draws.noise_points[:, None]
    inward = np.where(y <= LOWEST, y + 0.5 - mean, mean - y + 0.5) / sd
    taken = -0.5 * ((y - mean) / sd) ** 2 - np.log(sd)
    log_weight = (log_ndtr(inward) - taken).sum(axis=1)
    kept = _systematic(np.exp(log_weight - log_weight.max()), DRAWS)
    return _Draws(*(values[kept] for values in draws))


def _systematic(weight: Floats, count: int) -> NDArray[np.intp]:
    """Indices, each as often as its weight says, without chance; shape (count,)."""
    edges = np.cumsum(weight) / weight.sum()
    found = np.searchsorted(edges, (np.arange(count) + 0.5) / count)
    return np.minimum(found, len(weight) - 1)


def _log_normal(value: Floats, sd: float) -> Floats:
    """Log density up to a constant."""
    return -0.5 * (value / sd) ** 2
