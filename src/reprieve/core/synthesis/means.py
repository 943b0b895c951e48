"""Arm means: mean difference and standardised mean difference, from a spread whose type is known.

A standard error read as a standard deviation gives a trial about n times its weight, so an unknown
spread is refused, never guessed.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reprieve.core.problems import Problem
from reprieve.core.synthesis.columns import Columns
from reprieve.core.synthesis.numbers import UPPER_TAIL, Floats, normal_quantile, t_quantile

SPREADS = ("SD", "SEM", "CI95")
CI95_QUANTILES = ("t", "z")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arms:
    """k two-arm comparisons of means; shapes (k,), one unit of measurement per row."""

    m1i: Floats
    sd1i: Floats
    n1i: Floats
    m2i: Floats
    sd2i: Floats
    n2i: Floats


def read_arms(columns: Columns, spread_types: Sequence[str], *, ci95: str = "t") -> Arms:
    """Arms from `m1i sd1i n1i m2i sd2i n2i`; `sd1i` and `sd2i` hold what `spread_types` says, row by row.

    Raises UnusableInput with every problem, an unknown spread among them.
    """
    m1i, m2i = columns.number("m1i"), columns.number("m2i")
    s1i, s2i = columns.number("sd1i", above=0), columns.number("sd2i", above=0)
    n1i, n2i = columns.count("n1i", minimum=2), columns.count("n2i", minimum=2)
    columns.problems += [
        Problem(f"rows[{i}].spread_type", f"{kind!r} is not one of: {', '.join(SPREADS)}")
        for i, kind in enumerate(spread_types)
        if kind not in SPREADS
    ]
    columns.raise_if_any()
    kinds = list(spread_types)
    return Arms(
        m1i=m1i,
        sd1i=np.array([to_sd(*row, ci95=ci95) for row in zip(s1i, kinds, n1i, strict=True)]),
        n1i=n1i,
        m2i=m2i,
        sd2i=np.array([to_sd(*row, ci95=ci95) for row in zip(s2i, kinds, n2i, strict=True)]),
        n2i=n2i,
    )


def to_sd(spread: float, kind: str, n: float, *, ci95: str = "t") -> float:
    """The standard deviation behind a reported spread of one arm of n people.

    Args:
        kind: SD, SEM (standard error of the mean) or CI95 (half the width of a 95 % interval of the mean).
        ci95: the quantile that interval was made with, t with n - 1 degrees of freedom or z.
    Source: Cochrane Handbook 6.5.2.2.
    """
    if kind == "SD":
        return spread
    sem = spread
    if kind == "CI95":
        sem /= t_quantile(UPPER_TAIL, n - 1) if ci95 == "t" else normal_quantile(UPPER_TAIL)
    return sem * math.sqrt(n)


def mean_difference(a: Arms) -> tuple[Floats, Floats]:
    """First minus second mean, and its variance without assuming equal spread."""
    return a.m1i - a.m2i, a.sd1i**2 / a.n1i + a.sd2i**2 / a.n2i


def standardised_mean_difference(a: Arms) -> tuple[Floats, Floats]:
    """Hedges' g with the exact correction (Hedges 1981), and its large-sample variance
    1/n1 + 1/n2 + g²/(2(n1 + n2)) (Hedges 1982)."""
    df = a.n1i + a.n2i - 2
    pooled = np.sqrt(((a.n1i - 1) * a.sd1i**2 + (a.n2i - 1) * a.sd2i**2) / df)
    g = np.array([small_sample_correction(m) for m in df]) * (a.m1i - a.m2i) / pooled
    return g, 1 / a.n1i + 1 / a.n2i + g**2 / (2 * (a.n1i + a.n2i))


def small_sample_correction(df: float) -> float:
    """Γ(m/2) / (√(m/2) Γ((m-1)/2)), Hedges 1981 (J Educ Stat 6:107)."""
    return math.exp(math.lgamma(df / 2) - math.log(df / 2) / 2 - math.lgamma((df - 1) / 2))


MEASURES: dict[str, Callable[[Arms], tuple[Floats, Floats]]] = {
    "MD": mean_difference,
    "SMD": standardised_mean_difference,
}


def spread_notes(spread_types: Sequence[str], ci95: str) -> tuple[str, ...]:
    """How spreads other than standard deviations were turned into them."""
    notes = []
    if n := sum(kind == "SEM" for kind in spread_types):
        notes.append(f"{n} of {len(spread_types)} spreads are standard errors: SD = SEM × √n")
    if n := sum(kind == "CI95" for kind in spread_types):
        quantile = "t(n - 1)" if ci95 == "t" else "z"
        notes.append(
            f"{n} of {len(spread_types)} spreads are half widths of 95 % intervals: "
            f"SD = half width / {quantile} × √n"
        )
    return tuple(notes)
