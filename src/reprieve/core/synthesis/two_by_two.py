"""Two arms, event or not: risk ratio, odds ratio, risk difference, with a stated rule for zero cells.

Formulas: Fleiss & Berlin 2009, in Cooper, Hedges & Valentine, The Handbook of Research Synthesis,
chapter 13. Zero cells: Sweeting 2004 (Stat Med 23:1351) on what a continuity correction does.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.synthesis.columns import Columns
from reprieve.core.synthesis.numbers import Flags, Floats

TO = ("only0", "if0all", "all", "none")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """k tables: `ai` events and `bi` none in the treated, `ci` and `di` in the controls; shapes (k,)."""

    ai: Floats
    bi: Floats
    ci: Floats
    di: Floats

    @property
    def n1i(self) -> Floats:
        return self.ai + self.bi

    @property
    def n2i(self) -> Floats:
        return self.ci + self.di

    @property
    def ni(self) -> Floats:
        return self.n1i + self.n2i

    @property
    def has_zero(self) -> Flags:
        return np.asarray(
            np.minimum(np.minimum(self.ai, self.bi), np.minimum(self.ci, self.di)) == 0
        )

    @property
    def all_or_none(self) -> Flags:
        """Tables where both arms had no event, or both had only events."""
        return np.asarray((self.ai + self.ci == 0) | (self.bi + self.di == 0))

    def corrected(self, add: float, to: str) -> "Tables":
        """`add` in every cell of the tables named by `to`: those with a zero (only0), all if any has one
        (if0all), all, or none."""
        zero = self.has_zero
        chosen = {
            "only0": zero,
            "if0all": np.full(zero.shape, zero.any()),
            "all": np.full(zero.shape, True),
            "none": np.full(zero.shape, False),
        }[to]
        extra = add * chosen
        return Tables(
            ai=self.ai + extra, bi=self.bi + extra, ci=self.ci + extra, di=self.di + extra
        )


def read_tables(columns: Columns, *, totals: bool) -> Tables:
    """Tables from `ai n1i ci n2i` (totals) or `ai bi ci di`. Raises UnusableInput with every problem."""
    ai, ci = columns.count("ai"), columns.count("ci")
    if totals:
        n1i, n2i = columns.count("n1i", minimum=1), columns.count("n2i", minimum=1)
        columns.at_most("ai", ai, "n1i", n1i)
        columns.at_most("ci", ci, "n2i", n2i)
        bi, di = n1i - ai, n2i - ci
    else:
        bi, di = columns.count("bi"), columns.count("di")
        for arm, empty in (("ai", ai + bi == 0), ("ci", ci + di == 0)):
            columns.refuse(arm, empty, "nobody in this arm")
    columns.raise_if_any()
    return Tables(ai=ai, bi=bi, ci=ci, di=di)


def risk_ratio(t: Tables) -> tuple[Floats, Floats]:
    """Log risk ratio and its variance."""
    yi = np.log(t.ai / t.n1i) - np.log(t.ci / t.n2i)
    return yi, 1 / t.ai - 1 / t.n1i + 1 / t.ci - 1 / t.n2i


def odds_ratio(t: Tables) -> tuple[Floats, Floats]:
    """Log odds ratio and its variance (Woolf 1955)."""
    yi = np.log(t.ai) - np.log(t.bi) - np.log(t.ci) + np.log(t.di)
    return yi, 1 / t.ai + 1 / t.bi + 1 / t.ci + 1 / t.di


def risk_difference(t: Tables) -> tuple[Floats, Floats]:
    """Risk difference and its variance."""
    p1, p2 = t.ai / t.n1i, t.ci / t.n2i
    return p1 - p2, p1 * (1 - p1) / t.n1i + p2 * (1 - p2) / t.n2i


MEASURES: dict[str, Callable[[Tables], tuple[Floats, Floats]]] = {
    "RR": risk_ratio,
    "OR": odds_ratio,
    "RD": risk_difference,
}


def table_effects(
    measure: str, tables: Tables, *, add: float = 0.5, to: str = "only0"
) -> tuple[Floats, Floats]:
    """Effects (k,) and variances (k,) of `measure` (RR, OR, RD) after the zero-cell rule.

    Raises UnusableInput for a table whose effect or variance is still not finite or 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        yi, vi = MEASURES[measure](tables.corrected(add, to))
    bad = ~np.isfinite(yi) | ~np.isfinite(vi) | ~(vi > 0)
    if bad.any():
        raise UnusableInput(
            Problem(
                f"rows[{i}]", f"{measure} has no estimate here: a cell is 0 and nothing was added"
            )
            for i in np.flatnonzero(bad)
        )
    return yi, vi


def zero_cell_notes(tables: Tables, add: float, to: str) -> tuple[str, ...]:
    """What the zero-cell rule did, and which tables cannot say anything about a ratio."""
    zeros, empty = int(tables.has_zero.sum()), int(tables.all_or_none.sum())
    notes = []
    if zeros and to != "none":
        notes.append(f"{zeros} of {len(tables.ai)} tables have a zero cell: {add:g} added ({to})")
    if empty:
        notes.append(
            f"in {empty} of them nobody or everybody had the event in both arms: they carry no "
            "information on a ratio, and stay in by the continuity correction alone"
        )
    return tuple(notes)
