"""What the generalised Q(tau²) = y'P(tau²)y answers: Paule-Mandel, empirical Bayes, and the Q profile.

Q falls strictly as tau² grows (unless it is 0 throughout), so each question has at most one root.
"""

from reprieve.core.synthesis.fit import fit
from reprieve.core.synthesis.numbers import (
    UPPER_TAIL,
    Floats,
    Interval,
    chi2_quantile,
    falling_root,
)


def paule_mandel(yi: Floats, vi: Floats, x: Floats) -> float:
    """tau² where Q(tau²) equals its degrees of freedom. Paule & Mandel 1982 (J Res Natl Bur Stand 87:377).

    Morris's empirical Bayes estimator (1983, J Am Stat Assoc 78:47) solves the same equation.
    """
    return _tau2_at(float(len(yi) - x.shape[1]), yi, vi, x) or 0.0


def q_profile(yi: Floats, vi: Floats, x: Floats) -> Interval | None:
    """95 % interval of tau²; None when even tau² = 0 makes Q improbably small, so that no tau² fits.

    Not cut at any multiple of the estimate. Viechtbauer 2007 (Stat Med 26:37).
    """
    df = len(yi) - x.shape[1]
    upper = _tau2_at(chi2_quantile(1 - UPPER_TAIL, df), yi, vi, x)
    if upper is None:
        return None
    return _tau2_at(chi2_quantile(UPPER_TAIL, df), yi, vi, x) or 0.0, upper


def _tau2_at(q: float, yi: Floats, vi: Floats, x: Floats) -> float | None:
    """tau² >= 0 with Q(tau²) = q; None when Q is below q already at 0."""

    def excess(tau2: float) -> float:
        return fit(yi, vi, tau2, x).q - q

    if excess(0.0) < 0:
        return None
    high = float(vi.min())
    while excess(high) > 0:
        high *= 2
    return falling_root(excess, 0.0, high)
