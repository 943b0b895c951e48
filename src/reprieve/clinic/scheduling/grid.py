"""The day drawn: a column for each chair and each prescriber, a row for each step."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reprieve.clinic.scheduling.models import Appointment
from reprieve.core.scheduling.day import STEP_MIN, Day, Kind

HEAD_ROWS = 1
STEP = timedelta(minutes=STEP_MIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One visit and where it stands. Rows and columns as CSS grid counts them, from 1."""

    row: Appointment
    column: int
    first_row: int
    rows: int
    turnover_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """columns: kind and name of each. hours: the full hours with their row. lengths in steps."""

    columns: tuple[tuple[Kind, str, str], ...]
    hours: tuple[tuple[datetime, int], ...]
    cards: tuple[Card, ...]
    rows: int


def grid_of(day: Day | None, rows: list[Appointment], names: dict[str, str]) -> Grid | None:
    """Where each visit stands. names: of people, by id. None when there is nothing to draw."""
    if day is None and not rows:
        return None
    columns = _columns(day, rows, names)
    start = min([*(r.expected_at for r in rows), *([day.opens_at] if day else [])])
    start = start.replace(minute=0, second=0, microsecond=0)
    end = max([*(_ends(r) for r in rows), *([day.closes_at] if day else [])])
    count = -(-(end - start) // STEP)
    place = {(kind, key): n for n, (kind, key, _name) in enumerate(columns, 2)}
    cards = tuple(
        Card(
            row=r,
            column=place[_column(r)],
            first_row=(r.expected_at - start) // STEP + 1 + HEAD_ROWS,
            rows=-(-(r.leaves_at - r.expected_at) // STEP),
            turnover_rows=r.turnover_min // STEP_MIN if r.chair else 0,
        )
        for r in rows
    )
    each_hour = timedelta(hours=1)
    hours = [start + n * each_hour for n in range((end - start) // each_hour + 1)]
    return Grid(
        columns=columns,
        hours=tuple((h, (h - start) // STEP + 1 + HEAD_ROWS) for h in hours),
        cards=cards,
        rows=count,
    )


def _columns(
    day: Day | None, rows: list[Appointment], names: dict[str, str]
) -> tuple[tuple[Kind, str, str], ...]:
    """Chairs and prescribers of the day, and those somebody is booked with although they are off it."""
    wanted = [(r.kind, r.id) for r in day.resources if r.kind is not Kind.NURSE] if day else []
    wanted += [_column(r) for r in rows]
    return tuple(
        (kind, key, key if kind is Kind.CHAIR else names.get(key, ""))
        for kind, key in dict.fromkeys(wanted)
    )


def _column(row: Appointment) -> tuple[Kind, str]:
    if row.chair:
        return (Kind.CHAIR, row.chair)
    return (Kind.PRESCRIBER, str(row.prescriber_id or ""))


def _ends(row: Appointment) -> datetime:
    return row.leaves_at + timedelta(minutes=row.turnover_min if row.chair else 0)


def as_css(grid: Grid) -> str:
    """One rule for each head, hour and visit, of whole numbers alone: pages hold no styles of their own."""
    columns = len(grid.columns)
    rules = [
        f"#day{{grid-template-columns:3.5rem repeat({columns},minmax(8.5rem,1fr))}}",
        f"#day{{grid-template-rows:repeat({HEAD_ROWS},auto) repeat({grid.rows},.5rem)}}",
    ]
    rules += [f"#c{n}{{grid-column:{n + 1};grid-row:1}}" for n in range(1, columns + 1)]
    rules += [f"#h{n}{{grid-row:{row}/span 12}}" for n, (_hour, row) in enumerate(grid.hours, 1)]
    for n, card in enumerate(grid.cards, 1):
        until = card.first_row + card.rows
        rules.append(f"#v{n}{{grid-column:{card.column};grid-row:{card.first_row}/{until}}}")
        if card.turnover_rows:
            end = until + card.turnover_rows
            rules.append(f"#t{n}{{grid-column:{card.column};grid-row:{until}/{end}}}")
    return f"@media (min-width: 48.01rem){{{''.join(rules)}}}"
