"""Between-study variance without iteration: DerSimonian-Laird, Hedges, Hunter-Schmidt, Sidik-Jonkman.

Each takes effects (k,), variances (k,) and a design (k, p), and may return a value below 0: the caller
truncates. General form with moderators: Viechtbauer 2015 (Psychol Methods 20:360) and its references.
"""

import numpy as np

from reprieve.core.synthesis.fit import fit
from reprieve.core.synthesis.numbers import Floats


def dersimonian_laird(yi: Floats, vi: Floats, x: Floats) -> float:
    """(Q - df) / tr P. DerSimonian & Laird 1986 (Control Clin Trials 7:177)."""
    fixed = fit(yi, vi, x=x)
    return (fixed.q - fixed.df) / fixed.trace_p


def hedges(yi: Floats, vi: Floats, x: Floats) -> float:
    """Unweighted residual variance less the mean sampling variance. Hedges & Olkin 1985, chapter 9."""
    plain = fit(yi, np.ones_like(vi), x=x)
    return float(plain.q - np.sum((1 - plain.hat) * vi)) / plain.df


def hunter_schmidt(yi: Floats, vi: Floats, x: Floats) -> float:
    """(Q - k) / Σ w. Hunter & Schmidt 1990; biased downwards."""
    fixed = fit(yi, vi, x=x)
    return (fixed.q - len(yi)) / float(np.sum(fixed.weights))


def sidik_jonkman(yi: Floats, vi: Floats, x: Floats) -> float:
    """Crude variance times its own weighted residual mean square; above 0 unless all effects are equal.
    Sidik & Jonkman 2005 (J R Stat Soc C 54:367)."""
    crude = float(np.mean((yi - np.mean(yi)) ** 2))
    if crude == 0:
        return 0.0
    weighted = fit(yi, vi, crude, x)
    return crude * weighted.q / weighted.df
