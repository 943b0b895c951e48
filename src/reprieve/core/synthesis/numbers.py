"""Array type, the quantiles and tail areas the engine needs, and one root finder that cannot fail.

scipy is loaded at the first quantile asked for, so that importing the engine stays light.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Interval = tuple[float, float]
UPPER_TAIL = 0.975  # every interval of the engine is a 95 % interval


def normal_quantile(p: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(p))


def normal_two_sided_p(z: float) -> float:
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(z)))


def t_quantile(p: float, df: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(df, p))


def t_two_sided_p(t: float, df: float) -> float:
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(t)))


def chi2_quantile(p: float, df: float) -> float:
    from scipy.special import chdtri

    return float(chdtri(df, 1 - p))


def chi2_upper_p(x: float, df: float) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(df, x))


def f_upper_p(x: float, df1: float, df2: float) -> float:
    from scipy.special import fdtrc

    return float(fdtrc(df1, df2, x))


def falling_root(f: Callable[[float], float], low: float, high: float) -> float:
    """Where f falls through zero between `low` (f >= 0) and `high` (f <= 0), by bisection to the last digits."""
    while high - low > 4e-16 * high:
        middle = low + (high - low) / 2
        if middle in (low, high):
            break
        if f(middle) > 0:
            low = middle
        else:
            high = middle
    return low + (high - low) / 2
