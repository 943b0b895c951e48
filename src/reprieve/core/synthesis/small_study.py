"""Do small studies say something else than large ones? Egger's regression and Begg's rank test."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from reprieve.core.synthesis.effects import Effects
from reprieve.core.synthesis.fit import fit
from reprieve.core.synthesis.numbers import Floats, normal_two_sided_p, t_two_sided_p

MOST_EXACT = 170  # studies up to which Kendall's distribution is counted out


@dataclass(frozen=True, slots=True, kw_only=True)
class Egger:
    """Slope of effect on standard error as a t test; `why` when it cannot be made."""

    t: float | None
    df: int
    p: float | None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begg:
    """Kendall's rank correlation of standardised effect and variance."""

    tau: float | None
    p: float | None
    exact: bool
    why: str | None = None


def egger(effects: Effects) -> Egger:
    """Weighted regression of effect on standard error, residual variance estimated, k - 2 df.

    The same t as the intercept of Egger's own plot. Egger 1997 (BMJ 315:629).
    """
    k = effects.k
    sei = np.sqrt(effects.vi)
    if k < 3:
        return Egger(t=None, df=max(0, k - 2), p=None, why="needs at least 3 studies")
    if np.ptp(sei) <= 1e-12 * sei.max():
        return Egger(t=None, df=k - 2, p=None, why="all standard errors are equal")
    line = fit(effects.yi, effects.vi, x=np.column_stack([np.ones(k), sei]))
    scale = line.q / line.df
    if scale <= 1e-24 * np.sum(line.weights * effects.yi**2):
        return Egger(t=None, df=k - 2, p=None, why="the effects lie on a line: no residual spread")
    t = float(line.beta[1]) / sqrt(scale * float(line.vb[1, 1]))
    return Egger(t=t, df=k - 2, p=t_two_sided_p(t, k - 2))


def begg(effects: Effects) -> Begg:
    """Rank correlation; exact p without ties, else normal with the tie correction and no continuity
    correction. Begg & Mazumdar 1994 (Biometrics 50:1088); Kendall 1970, Rank Correlation Methods."""
    if effects.k < 3:
        return Begg(tau=None, p=None, exact=False, why="needs at least 3 studies")
    fixed = fit(effects.yi, effects.vi)
    standardised = fixed.residuals / np.sqrt(effects.vi - fixed.vb[0, 0])
    if np.ptp(effects.vi) == 0 or np.ptp(standardised) == 0:
        return Begg(tau=None, p=None, exact=False, why="all effects or all variances are equal")
    return _kendall(standardised, effects.vi)


def _kendall(a: Floats, b: Floats) -> Begg:
    k = len(a)
    score = sum(float(np.sign(a[i] - a[:i]) @ np.sign(b[i] - b[:i])) for i in range(k))
    ties_a, ties_b = _ties(a), _ties(b)
    pairs = k * (k - 1) / 2
    free_a, free_b = (pairs - float(np.sum(t * (t - 1))) / 2 for t in (ties_a, ties_b))
    tau = score / sqrt(free_a * free_b)
    if len(ties_a) == len(ties_b) == 0 and k <= MOST_EXACT:
        return Begg(tau=tau, p=_exact_p(score, k), exact=True)
    z = score / sqrt(_score_variance(k, ties_a, ties_b))
    return Begg(tau=tau, p=normal_two_sided_p(z), exact=False)


def _ties(values: Floats) -> Floats:
    """Sizes of the groups of equal values."""
    sizes = np.unique(values, return_counts=True)[1]
    return np.asarray(sizes[sizes > 1], dtype=float)


def _exact_p(score: float, k: int) -> float:
    """Two-sided p by counting orderings of k values by their number of concordant pairs."""
    share = np.ones(1)
    for i in range(2, k + 1):
        share = np.convolve(share, np.full(i, 1 / i))
    concordant = round((score + k * (k - 1) / 2) / 2)
    below, above = float(np.sum(share[: concordant + 1])), float(np.sum(share[concordant:]))
    return min(1.0, 2 * min(below, above))


def _score_variance(k: int, a: Floats, b: Floats) -> float:
    def term(t: Floats) -> float:
        return float(np.sum(t * (t - 1) * (2 * t + 5)))

    def triples(t: Floats) -> float:
        return float(np.sum(t * (t - 1) * (t - 2)))

    twos = float(np.sum(a * (a - 1)) * np.sum(b * (b - 1)))
    main = (k * (k - 1) * (2 * k + 5) - term(a) - term(b)) / 18
    return main + twos / (2 * k * (k - 1)) + triples(a) * triples(b) / (9 * k * (k - 1) * (k - 2))
