"""`reprieve pool`: a table of studies in, the pooled effect with its uncertainty out.

Columns are metafor's, one row per study, paths count rows from 0: `ai n1i ci n2i` or `ai bi ci di` (RR, OR,
RD), `m1i sd1i n1i m2i sd2i n2i spread_type` (MD, SMD), `xi ni` (PLO, PFT), or `yi` with `sei` or `vi`.
"""

import argparse
import csv
import io
import math
from collections.abc import Mapping
from typing import Any

from reprieve import knowledge
from reprieve.cli.main import read_text
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.synthesis import measures, pool, tables_pool, two_by_two
from reprieve.core.synthesis.columns import Columns
from reprieve.core.synthesis.effects import Effects, effects
from reprieve.core.synthesis.means import CI95_QUANTILES
from reprieve.core.synthesis.numbers import UPPER_TAIL, normal_quantile
from reprieve.core.synthesis.small_study import egger

NAMES = ("study", "author", "trial")  # the first of these there is the study's label
LABELS = (*NAMES, "id", "year", "label")  # numbers in these are no data
SHAPES = {
    "yi sei": ("yi", "sei"),
    "yi vi": ("yi", "vi"),
    "totals": ("ai", "n1i", "ci", "n2i"),
    "cells": ("ai", "bi", "ci", "di"),
    "arms": ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"),
    "counts": ("xi", "ni"),
}
SHAPES_OF: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("RR", "OR", "RD"), ("totals", "cells")),
    **dict.fromkeys(("MD", "SMD"), ("arms",)),
    **dict.fromkeys(("PLO", "PFT"), ("counts",)),
    "generic": (),
}
TABLE_METHODS = {"MH": ("RR", "OR", "RD"), "Peto": ("OR",)}
Table = dict[str, list[float]]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="CSV file, or -")
    parser.add_argument("--measure", required=True, choices=measures.MEASURES)
    parser.add_argument("--method", default="REML", choices=(*pool.METHODS, *TABLE_METHODS))
    parser.add_argument("--ci", default="wald", choices=pool.INTERVALS)
    parser.add_argument("--prediction", default="t-k-2", choices=pool.PREDICTIONS)
    parser.add_argument("--add", default=0.5, type=float, help="added to cells of 0 (0.5)")
    parser.add_argument("--to", default="only0", choices=two_by_two.TO, help="where it is added")
    parser.add_argument(
        "--ci95", default="t", choices=CI95_QUANTILES, help="quantile behind a spread of type CI95"
    )


def run(args: argparse.Namespace) -> dict[str, Any]:
    _check_choices(args)
    text = read_text(args.file)
    rows, header = _rows(text)
    shape = _shape(header, args.measure, args.method)
    table, ignored = _table(rows, header, shape)
    labels = _labels(rows, header)
    if args.method in TABLE_METHODS:
        found, pooled = _pool_tables(args, table, labels)
    else:
        found = _effects(args, table, shape, [row.get("spread_type", "") for row in rows], labels)
        pooled = pool.pool(found, method=args.method, ci=args.ci, prediction=args.prediction)
    return _answer(args, found, pooled, ignored)


def _check_choices(args: argparse.Namespace) -> None:
    problems = []
    if not (math.isfinite(args.add) and 0 <= args.add <= 100):
        problems.append(Problem("--add", "a number from 0 to 100 is needed"))
    if args.method in TABLE_METHODS and args.measure not in TABLE_METHODS[args.method]:
        allowed = ", ".join(TABLE_METHODS[args.method])
        problems.append(Problem("--method", f"{args.method} pools 2x2 tables only: {allowed}"))
    if args.method in TABLE_METHODS and args.ci != "wald":
        problems.append(Problem("--ci", f"{args.method} has a wald interval only"))
    if problems:
        raise UnusableInput(problems)


def _rows(text: str) -> tuple[list[dict[str, str]], list[str]]:
    """The data rows by column name, and the header. A ragged row is a problem."""
    try:
        lines = [line for line in csv.reader(io.StringIO(text), strict=True) if line]
    except csv.Error as error:
        raise UnusableInput([Problem("$", f"not CSV: {error}")]) from None
    header = [name.strip() for name in lines[0]] if lines else []
    problems = [
        Problem(f"rows[{i}]", f"{len(line)} values under {len(header)} columns")
        for i, line in enumerate(lines[1:])
        if len(line) != len(header)
    ]
    problems += [Problem(n, "two columns of this name") for n in set(header) if header.count(n) > 1]
    if len(lines) < 2:
        problems.append(Problem("rows", "no study: nothing to pool"))
    if problems:
        raise UnusableInput(problems)
    return [dict(zip(header, line, strict=True)) for line in lines[1:]], header


def _shape(header: list[str], measure: str, method: str) -> str:
    """Which set of columns the table has. Raises UnusableInput when it is none, or two at once."""
    given = () if method in TABLE_METHODS else ("yi sei", "yi vi")
    wanted: tuple[str, ...] = (*SHAPES_OF[measure], *given)
    fits = [name for name in wanted if set(SHAPES[name]) <= set(header)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        columns = " / ".join(" ".join(SHAPES[name]) for name in fits)
        raise UnusableInput([Problem("header", f"give one of these sets of columns: {columns}")])
    nearest = max(wanted, key=lambda name: len(set(SHAPES[name]) & set(header)))
    choices = " / ".join(" ".join(SHAPES[name]) for name in wanted)
    raise UnusableInput(
        Problem(name, f"this column is missing; {measure} needs {choices}")
        for name in SHAPES[nearest]
        if name not in header
    )


def _table(
    rows: list[dict[str, str]], header: list[str], shape: str
) -> tuple[Table, list[dict[str, str]]]:
    """The numeric columns of the shape, and what was left aside with the reason."""
    wanted = SHAPES[shape]
    problems: list[Problem] = []
    table = {
        name: [_number(row[name], f"rows[{i}].{name}", problems) for i, row in enumerate(rows)]
        for name in wanted
    }
    ignored = []
    for name in (n for n in header if n not in wanted and n not in NAMES):
        if name == "spread_type":
            if shape != "arms":
                problems.append(Problem(name, "belongs to arm means, not here"))
        elif name in LABELS or any(_is_text(row[name]) for row in rows):
            ignored.append({"path": name, "why": "a label, not used"})
        else:
            problems.append(Problem(name, "unknown column"))
    if shape == "arms" and "spread_type" not in header:
        problems.append(Problem("spread_type", "is required with arm means: SD, SEM or CI95"))
    if problems:
        raise UnusableInput(problems)
    return table, ignored


def _number(text: str, path: str, problems: list[Problem]) -> float:
    try:
        if "_" in text:
            raise ValueError
        value = float(text)
    except ValueError:
        problems.append(Problem(path, f"a number is needed, not {text.strip()!r}"))
        return math.nan
    if not math.isfinite(value):
        problems.append(Problem(path, "NaN and infinity are not numbers we can use"))
    return value


def _is_text(value: str) -> bool:
    """Whether a value is words: neither blank nor a number."""
    try:
        float(value)
    except ValueError:
        return bool(value.strip())
    return False


def _labels(rows: list[dict[str, str]], header: list[str]) -> list[str]:
    name = next((name for name in NAMES if name in header), None)
    return [
        (row[name].strip() if name else "") or f"study {i}" for i, row in enumerate(rows, start=1)
    ]


def _effects(
    args: argparse.Namespace, table: Table, shape: str, spreads: list[str], labels: list[str]
) -> Effects:
    if shape.startswith("yi"):
        return measures.given_effects(table, labels)
    if shape == "arms":
        return measures.mean_measure(
            args.measure, table, [s.strip() for s in spreads], labels, ci95=args.ci95
        )
    make = measures.proportion_measure if shape == "counts" else measures.table_measure
    return make(args.measure, table, labels, add=args.add, to=args.to)


def _pool_tables(
    args: argparse.Namespace, table: Mapping[str, list[float]], labels: list[str]
) -> tuple[Effects, pool.Pooled]:
    tables = two_by_two.read_tables(Columns(table), totals="n1i" in table)
    rule = {"add": args.add, "to": args.to}
    pooled = tables_pool.pool_tables(tables, measure=args.measure, method=args.method, **rule)
    yi, vi = tables_pool.own_effects(tables, args.measure, args.method, **rule)
    return effects(yi, vi, labels, two_by_two.zero_cell_notes(tables, args.add, args.to)), pooled


def _answer(
    args: argparse.Namespace, found: Effects, pooled: pool.Pooled, ignored: list[dict[str, str]]
) -> dict[str, Any]:
    small = egger(found)
    why = {**pooled.why, **({"egger": small.why} if small.why else {})}
    return {
        "knowledge": knowledge.VERSION,
        "measure": args.measure,
        "method": args.method,
        "ci_method": args.ci,
        "prediction_convention": args.prediction,
        "k": pooled.k,
        "estimate": pooled.estimate,
        "se": pooled.se,
        "ci": pooled.ci,
        "tau2": pooled.tau2,
        "tau2_ci": pooled.tau2_ci,
        "i2": pooled.i2,
        "h2": pooled.h2,
        "q": pooled.q,
        "q_df": pooled.q_df,
        "q_p": pooled.q_p,
        "prediction_interval": pooled.prediction_interval,
        "egger": {"t": small.t, "df": small.df, "p": small.p},
        "studies": _studies(found, pooled),
        "why": why,
        "notes": [*found.notes, *pooled.notes],
        "ignored": ignored,
    }


def _studies(found: Effects, pooled: pool.Pooled) -> list[dict[str, Any]]:
    """One row a study: effect, variance, weight in percent, Wald interval."""
    z = normal_quantile(UPPER_TAIL)
    values = zip(found.labels, found.yi, found.vi, pooled.weights, strict=True)
    return [
        {
            "label": label,
            "yi": float(yi),
            "vi": float(vi),
            "weight": float(weight),
            "ci": pool.around(float(yi), math.sqrt(vi), z),
        }
        for label, yi, vi, weight in values
    ]
