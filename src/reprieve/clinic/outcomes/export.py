"""Courses for a registry: one row each, without names, clinicians or days, with their data dictionary.

CSV carries the dictionary as comments above its rows, Parquet as file metadata under `dictionary`.
"""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO

from reprieve.clinic.outcomes.report import FEWEST, Course

Row = dict[str, Any]
# Column, type, unit, meaning.
DICTIONARY = (
    (
        "condition",
        "VARCHAR",
        "",
        "pain to be treated, as charted; cells of fewer than 11 courses say 'other'",
    ),
    ("protocol", "VARCHAR", "", "id of the protocol in the knowledge base"),
    ("month", "VARCHAR", "YYYY-MM", "month of the first infusion"),
    ("planned", "INTEGER", "1", "infusions planned"),
    ("given", "INTEGER", "1", "infusions started"),
    (
        "baseline",
        "DOUBLE",
        "0-10",
        "mean of at least 4 scores in the 7 days before; empty: missing",
    ),
    (
        "drop_percent",
        "DOUBLE",
        "%",
        "fall from baseline at the newest score 3-42 days after the last infusion",
    ),
    ("relief_after_days", "DOUBLE", "d", "relief still held at this day after the last infusion"),
    ("relief_by_days", "DOUBLE", "d", "relief was lost by this day; empty: not known to be lost"),
    (
        "relief_ended",
        "VARCHAR",
        "",
        "relapse, next_course, stopped, died, watched; empty: no relief to lose",
    ),
    ("mme_before", "DOUBLE", "mg/d", "opioid dose before, morphine equivalents"),
    ("mme_after", "DOUBLE", "mg/d", "opioid dose after"),
    ("adverse", "INTEGER", "1", "adverse events charted"),
)
COLUMNS = tuple(name for name, *_rest in DICTIONARY)


def deidentified(courses: Sequence[Course]) -> list[Row]:
    """The columns of the dictionary; conditions with fewer than FEWEST courses are joined."""
    counts: dict[str, int] = {}
    for c in courses:
        counts[c["condition"]] = counts.get(c["condition"], 0) + 1
    return [
        _flat(c, c["condition"] if counts[c["condition"]] >= FEWEST else "other") for c in courses
    ]


def as_csv(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    for name, _type, unit, meaning in DICTIONARY:
        out.write(f"# {name} [{unit}]: {meaning}\n")
    _write(rows, out)
    return out.getvalue()


def as_parquet(rows: Sequence[Row]) -> bytes:
    """Typed columns, nulls where a value is missing; loaded only when somebody asks for it."""
    import duckdb

    types = ", ".join(f"'{name}': '{type_}'" for name, type_, *_rest in DICTIONARY)
    dictionary = json.dumps([{"name": n, "unit": u, "meaning": m} for n, _t, u, m in DICTIONARY])
    quoted = dictionary.replace("'", "''")
    with duckdb.connect() as base, tempfile.TemporaryDirectory() as folder:
        plain, path = Path(folder) / "courses.csv", Path(folder) / "courses.parquet"
        with plain.open("w", encoding="utf-8", newline="") as out:
            _write(rows, out)
        base.execute(
            f"COPY (FROM read_csv('{plain}', header = true, columns = {{{types}}})) TO '{path}' "
            f"(FORMAT parquet, KV_METADATA {{dictionary: '{quoted}'}})"
        )
        return path.read_bytes()


def _write(rows: Sequence[Row], out: TextIO) -> None:
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(["" if row[name] is None else row[name] for name in COLUMNS] for row in rows)


def _flat(course: Course, condition: str) -> Row:
    relief, mme = course["relief"] or {}, course["mme"] or (None, None)
    found = {
        **course,
        "condition": condition,
        "relief_after_days": relief.get("after_days"),
        "relief_by_days": relief.get("by_days"),
        "relief_ended": relief.get("ended"),
        "mme_before": mme[0],
        "mme_after": mme[1],
    }
    return {name: found[name] for name in COLUMNS}


Writer = Callable[[Sequence[Row]], str | bytes]
KINDS: dict[str, tuple[str, Writer]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "parquet": ("application/vnd.apache.parquet", as_parquet),
}
