"""From the columns of a table of studies to effects, by the measure's short name."""

from collections.abc import Mapping, Sequence

import numpy as np

from reprieve.core.problems import Problem
from reprieve.core.synthesis import means, proportions, two_by_two
from reprieve.core.synthesis.columns import Columns
from reprieve.core.synthesis.effects import Effects, effects
from reprieve.core.synthesis.numbers import Floats

MEASURES = ("RR", "OR", "RD", "MD", "SMD", "PLO", "PFT", "generic")


def table_measure(
    measure: str,
    table: Mapping[str, Sequence[float]],
    labels: Sequence[str] | None = None,
    *,
    add: float = 0.5,
    to: str = "only0",
) -> Effects:
    """RR, OR, RD from `ai n1i ci n2i` or `ai bi ci di`, on the log scale for ratios.

    `add` and `to` are the zero-cell rule (`Tables.corrected`). Raises UnusableInput.
    """
    tables = two_by_two.read_tables(Columns(table), totals="n1i" in table)
    yi, vi = two_by_two.table_effects(measure, tables, add=add, to=to)
    return effects(yi, vi, labels, two_by_two.zero_cell_notes(tables, add, to))


def mean_measure(
    measure: str,
    table: Mapping[str, Sequence[float]],
    spread_types: Sequence[str],
    labels: Sequence[str] | None = None,
    *,
    ci95: str = "t",
) -> Effects:
    """MD or SMD from `m1i sd1i n1i m2i sd2i n2i` and the spread type of each row. Raises UnusableInput."""
    arms = means.read_arms(Columns(table), spread_types, ci95=ci95)
    with np.errstate(over="ignore", invalid="ignore"):  # Effects refuses what overflows
        yi, vi = means.MEASURES[measure](arms)
    return effects(yi, vi, labels, means.spread_notes(spread_types, ci95))


def proportion_measure(
    measure: str,
    table: Mapping[str, Sequence[float]],
    labels: Sequence[str] | None = None,
    *,
    add: float = 0.5,
    to: str = "only0",
) -> Effects:
    """PLO (logit) or PFT (double arcsine) from `xi ni`. Raises UnusableInput."""
    xi, ni = proportions.read_counts(Columns(table))
    if measure == "PFT":
        return effects(*proportions.double_arcsine(xi, ni), labels)
    return effects(*proportions.logit(xi, ni, add=add, to=to), labels)


def given_effects(
    table: Mapping[str, Sequence[float]], labels: Sequence[str] | None = None
) -> Effects:
    """Effects as published: `yi` with `sei` (standard error) or `vi` (variance). Raises UnusableInput."""
    columns = Columns(table)
    yi = columns.number("yi")
    vi = _squared(columns) if "sei" in table else columns.number("vi", above=0)
    columns.raise_if_any()
    return effects(yi, vi, labels)


def _squared(columns: Columns) -> Floats:
    """Variances from standard errors; a square that leaves the range of a double is a problem of `sei`."""
    sei = columns.number("sei", above=0)
    with np.errstate(over="ignore", under="ignore"):
        vi: Floats = sei**2
    lost = (sei > 0) & np.isfinite(sei) & ((vi == 0) | np.isinf(vi))
    columns.problems += [
        Problem(f"rows[{i}].sei", "too small or too large to be squared")
        for i in np.flatnonzero(lost)
    ]
    return vi
