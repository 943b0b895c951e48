"""A monitor's export as CSV: which column is what, in which unit, and the readings in it."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from reprieve.core.devices.readings import DeviceReading, Remark, take
from reprieve.core.devices.vocabulary import BY_NAME, UNIT_OF, in_charted_unit
from reprieve.core.problems import Problem, UnusableInput

MOST_BYTES, MOST_ROWS, PROBLEMS_SHOWN = 10_000_000, 100_000, 20
DELIMITERS = ",;\t"
TIME_NAMES = frozenset({"time", "timestamp", "date time", "datetime", "date/time", "date and time"})
# Column titles as monitors and their viewers write them, lower case, without unit and punctuation.
TITLES: Mapping[str, str] = {
    **dict.fromkeys(
        ("sys", "systolic", "sbp", "nibp sys", "nibp systolic", "nibp s", "nbp s"), "systolic_mmhg"
    ),
    **dict.fromkeys(
        ("dia", "diastolic", "dbp", "nibp dia", "nibp diastolic", "nibp d", "nbp d"),
        "diastolic_mmhg",
    ),
    **dict.fromkeys(("mean", "map", "nibp mean", "nibp m", "nbp m"), "mean_mmhg"),
    **dict.fromkeys(
        ("hr", "heart rate", "ecg hr", "pulse", "pulse rate", "pr"), "heart_rate_per_min"
    ),
    **dict.fromkeys(("spo2", "sao2", "oxygen saturation", "sat"), "spo2_percent"),
    **dict.fromkeys(
        ("rr", "resp", "resp rate", "respiratory rate", "respiration"), "respiratory_rate_per_min"
    ),
}
_UNIT = re.compile(r"^(.*?)\s*[\(\[]\s*([^\)\]]*?)\s*[\)\]]\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column we read. unit: as the file writes it; charted_unit: what it is charted in."""

    number: int
    title: str
    parameter: str
    unit: str
    charted_unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvTable:
    """A file as far as it can be used. ignored: titles nobody charts. remarks: each once."""

    columns: tuple[Column, ...]
    ignored: tuple[str, ...]
    readings: tuple[DeviceReading, ...]
    remarks: tuple[tuple[Remark, int], ...]
    without_zone: bool


def read_csv(raw: bytes, zone: tzinfo) -> CsvTable:
    """Read an export. zone: of the clinic, for times without an offset.

    Raises:
        UnusableInput: every problem, with its line: too large, no title row, no time column, a unit
            missing or unfit, a time or number that cannot be read, a time that comes twice.
    """
    if len(raw) > MOST_BYTES:
        raise UnusableInput([Problem("file", f"is larger than {MOST_BYTES // 1_000_000} MB")])
    lines = _lines(_text(raw))
    if len(lines) < 2:
        raise UnusableInput([Problem("file", "holds no row under its titles")])
    titles = [title.strip() for title in lines[0]]
    time_at = next((n for n, t in enumerate(titles) if _plain(_split(t)[0]) in TIME_NAMES), None)
    problems: list[Problem] = []
    if time_at is None:
        problems.append(Problem("line 1", "no column is titled Time"))
    columns = _columns(titles, time_at, problems)
    if problems or time_at is None:
        raise UnusableInput(problems)
    return _read_rows(lines, time_at, columns, titles, zone)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _lines(text: str) -> list[list[str]]:
    """Cells of the lines that are not empty. The delimiter: what the title row holds most of."""
    text = text.replace("\0", "")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise UnusableInput([Problem("file", f"is no CSV: {error}")]) from None
    if len(rows) > MOST_ROWS:
        raise UnusableInput([Problem("file", f"has more than {MOST_ROWS} rows")])
    if delimiter == ";":  # where the comma is a decimal mark
        rows[1:] = [[re.sub(r"^(-?\d+),(\d+)$", r"\1.\2", cell) for cell in r] for r in rows[1:]]
    return rows


def _columns(titles: Sequence[str], time_at: int | None, problems: list[Problem]) -> list[Column]:
    found: dict[str, Column] = {}
    for number, title in enumerate(titles):
        name, unit = _split(title)
        metric = BY_NAME.get(name)
        parameter = metric.parameter if metric else TITLES.get(_plain(name))
        if parameter is None or number == time_at:
            continue
        if parameter in found:
            problems.append(
                Problem("line 1", f"“{title}” and “{found[parameter].title}” say the same")
            )
        elif not unit:
            problems.append(Problem("line 1", f"“{title}” has no unit, as in “{title} (…)”"))
        elif in_charted_unit(parameter, 1.0, unit) is None:
            problems.append(Problem("line 1", f"“{title}”: {unit} is no unit of this value"))
        else:
            found[parameter] = Column(
                number=number,
                title=title,
                parameter=parameter,
                unit=unit,
                charted_unit=UNIT_OF[parameter],
            )
    if not found and not problems:
        problems.append(Problem("line 1", "no column is one that is charted"))
    return list(found.values())


def _read_rows(
    lines: Sequence[Sequence[str]],
    time_at: int,
    columns: Sequence[Column],
    titles: Sequence[str],
    zone: tzinfo,
) -> CsvTable:
    problems: list[Problem] = []
    readings: dict[datetime, DeviceReading] = {}
    counted: dict[Remark, int] = {}
    without_zone = False
    for line, cells in enumerate(lines[1:], 2):
        at, named = _when(cells[time_at] if time_at < len(cells) else "", zone)
        if at is None:
            problems.append(
                Problem(f"line {line}", "the time cannot be read; write 2026-11-21 14:10:05")
            )
            continue
        without_zone |= not named
        values: dict[str, float] = {}
        for column in columns:
            text = cells[column.number].strip() if column.number < len(cells) else ""
            if not text:
                continue
            taken = take(column.parameter, text, column.unit)
            if taken.refuses:
                problems.append(
                    Problem(f"line {line}", f"{column.title}: {text[:20]} is no number")
                )
            elif taken.remark:
                counted[taken.remark] = counted.get(taken.remark, 0) + 1
            if taken.value is not None:
                values[column.parameter] = taken.value
        if at in readings:
            problems.append(Problem(f"line {line}", "this time stands in the file before"))
        elif values:
            readings[at] = DeviceReading(measured_at=at, values=values)
    if problems:
        more = len(problems) - PROBLEMS_SHOWN
        rest = [Problem("file", f"and {more} more")] if more > 0 else []
        raise UnusableInput([*problems[:PROBLEMS_SHOWN], *rest])
    known = {c.number for c in columns} | {time_at}
    return CsvTable(
        columns=tuple(columns),
        ignored=tuple(t for n, t in enumerate(titles) if n not in known and t),
        readings=tuple(readings[at] for at in sorted(readings)),
        remarks=tuple(counted.items()),
        without_zone=without_zone,
    )


def _when(text: str, zone: tzinfo) -> tuple[datetime | None, bool]:
    """An ISO time, in UTC, and whether it named its offset. A time without a date is none."""
    text = text.strip()
    try:
        at = datetime.fromisoformat(text)
        if len(text) < len("2026-11-21T14:10"):
            return None, False
        named = at.tzinfo is not None
        return (at if named else at.replace(tzinfo=zone)).astimezone(UTC), named
    except (ValueError, OverflowError):
        return None, False


def _split(title: str) -> tuple[str, str]:
    """ "HR (bpm)" is "HR" in "bpm"."""
    found = _UNIT.match(title)
    return (found[1].strip(), found[2].strip()) if found else (title.strip(), "")


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-.:]+", " ", name).strip().lower()
