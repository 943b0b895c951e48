"""Array type, the quantiles and tail areas the engine needs, and one root finder that cannot fail.

Written out here so that a cold call need not load SciPy; to 1e-12 of 30-digit arithmetic for up to
10,000 degrees of freedom (tests/core/synthesis/test_numbers.py). Tail areas are relative to
themselves, so a tiny one keeps its digits. Incomplete gamma and beta functions: series and continued fractions of NIST
DLMF 8.7, 8.9 and 8.17; their leading factors after Loader 2000, so that no large logarithms cancel.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Interval = tuple[float, float]
UPPER_TAIL = 0.975  # every interval of the engine is a 95 % interval
EPS = 2.0**-53
TINY = 1e-300


def normal_quantile(p: float) -> float:
    if p > 0.5:
        return -normal_quantile(1.0 - p)
    if p == 0.5:
        return 0.0
    return -_beyond(2.0 * p, normal_two_sided_p)


def normal_two_sided_p(z: float) -> float:
    return math.erfc(abs(z) / math.sqrt(2.0))


def t_quantile(p: float, df: float) -> float:
    if p < 0.5:
        return -t_quantile(1.0 - p, df)
    if p == 0.5:
        return 0.0
    return _beyond(2.0 * (1.0 - p), lambda t: t_two_sided_p(t, df))


def t_two_sided_p(t: float, df: float) -> float:
    return f_upper_p(t * t, 1.0, df)


def chi2_quantile(p: float, df: float) -> float:
    """Found on the smaller tail."""
    if p > 0.5:
        return _beyond(1.0 - p, lambda x: chi2_upper_p(x, df))
    return _beyond(-p, lambda x: -_gamma_tails(df / 2.0, x / 2.0)[0])


def chi2_upper_p(x: float, df: float) -> float:
    return _gamma_tails(df / 2.0, x / 2.0)[1]


def f_upper_p(x: float, df1: float, df2: float) -> float:
    """Upper tail of the F distribution; 1 for x of 0 or less, 0 for infinite x."""
    if math.isnan(x):
        return math.nan
    if x <= 0.0:
        return 1.0
    if math.isinf(x) or math.isinf(df1 * x):
        return 0.0
    total = df2 + df1 * x
    return _beta(df2 / 2.0, df1 / 2.0, df2 / total, df1 * x / total)


def _beyond(area: float, tail: Callable[[float], float]) -> float:
    """Where a falling function of x >= 0 has come down to `area`."""
    high = 1.0
    while tail(high) > area:
        high *= 2.0
    return falling_root(lambda x: tail(x) - area, 0.0, high)


def _gamma_tails(a: float, x: float) -> tuple[float, float]:
    """Regularised incomplete gamma functions P(a, x) and Q(a, x)."""
    if x <= 0.0:
        return 0.0, 1.0
    if math.isinf(x):
        return 1.0, 0.0
    # x**a exp(-x) / gamma(a + 1)
    lead = math.exp(-a * _excess(x / a) - _stirling(a)) / math.sqrt(2.0 * math.pi * a)
    if x < a + 1.0:
        term = total = 1.0
        n = a
        while term > EPS * total:
            n += 1.0
            term *= x / n
            total += term
        return lead * total, 1.0 - lead * total
    upper = lead * a / _fraction(x + 1.0 - a, lambda k: (k * (a - k), x + 2.0 * k + 1.0 - a))
    return 1.0 - upper, upper


def _beta(a: float, b: float, x: float, y: float) -> float:
    """Regularised incomplete beta function I_x(a, b); y is 1 - x, given so that it keeps its digits."""
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - _beta(b, a, y, x)
    # x**a y**b / B(a, b)
    n = a + b
    spread = a * _excess(x * n / a) + b * _excess(y * n / b)
    bend = _stirling(n) - _stirling(a) - _stirling(b)
    lead = math.sqrt(a * b / (2.0 * math.pi * n)) * math.exp(bend - spread)

    def step(k: int) -> tuple[float, float]:
        half, odd = divmod(k, 2)
        if odd:
            return -(a + half) * (n + half) * x / ((a + 2.0 * half) * (a + 2.0 * half + 1.0)), 1.0
        return half * (b - half) * x / ((a + 2.0 * half - 1.0) * (a + 2.0 * half)), 1.0

    return lead / (a * _fraction(1.0, step))


def _fraction(first: float, step: Callable[[int], tuple[float, float]]) -> float:
    """first + n1/(d1 + n2/(d2 + ...)) with (n, d) = step(k), by Lentz's method."""
    value = above = first
    below = 0.0
    for k in range(1, 100_000):
        numerator, denominator = step(k)
        below = 1.0 / (denominator + numerator * below or TINY)
        above = denominator + numerator / above or TINY
        value *= above * below
        if abs(above * below - 1.0) <= 2.0 * EPS:
            break
    return value


def _excess(u: float) -> float:
    """u - 1 - log(u): how far u is from 1, never negative."""
    if u <= 0.0:
        return math.inf
    return (u - 1.0) - (math.log1p(u - 1.0) if 0.5 < u < 2.0 else math.log(u))


def _stirling(a: float) -> float:
    """log gamma(a + 1) less Stirling's a log a - a + log(2 pi a) / 2."""
    if a < 16.0:
        return math.lgamma(a + 1.0) - (a * math.log(a) - a + 0.5 * math.log(2.0 * math.pi * a))
    r = 1.0 / (a * a)
    return (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / a


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
