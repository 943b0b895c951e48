"""One row of the chart as an import would write it, and what is gathered on the way to it."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils import timezone

from reprieve.core.patient import BloodPressure, Coding, Ignored
from reprieve.core.reading import Reader
from reprieve.core.snapshot import SYSTEMS
from reprieve.fhir.bundle import Entry, Imported, Lookup

ADDRESSES = {short: address for address, short in reversed(SYSTEMS.items())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as it would be written. fields: of the section's model.

    source_id: the id it has where it comes from, or the print of its content; a second import knows it again.
    converted: "205 [lb_av] = 93 kg", or nothing.
    """

    section: str
    path: str
    source_id: str
    fields: dict[str, Any]
    converted: str = ""

    @property
    def text(self) -> str:
        return str(self.fields["text"])


@dataclass(slots=True)
class Work:
    """What is gathered on the way."""

    imported: Imported
    as_of: date
    lookup: Lookup
    rows: list[Row] = field(default_factory=list)
    left_out: list[Ignored] = field(default_factory=list)
    halves: list[tuple[Entry, BloodPressure, datetime, dict[str, Any]]] = field(
        default_factory=list
    )


def row(
    entry: Entry,
    section: str,
    text: str,
    found: tuple[Coding, ...],
    *,
    converted: str = "",
    **fields: Any,
) -> Row:
    """A row; a name longer than the chart's column stands in full in the note."""
    text = text.strip()
    coded = [
        {"system": ADDRESSES.get(c.system, c.system), "code": c.code, "display": c.display}
        for c in found
    ]
    fields |= {"text": text[:300], "codings": coded, "note": text if len(text) > 300 else ""}
    return Row(
        section=section,
        path=entry.path,
        source_id=source_id(entry),
        fields=fields,
        converted=converted,
    )


def source_id(entry: Entry) -> str:
    """The id where it comes from; without one, the print of the content."""
    known = f"{entry.type}/{entry.id}" if entry.id else entry.address or ""
    if known and len(known) <= 200:
        return known
    names = entry.resource.keys()
    content = {name: entry.resource.raw(name, required=False) for name in names}
    text = json.dumps(content, sort_keys=True, default=str)
    return f"{entry.type}/sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def each(holder: Any, key: str) -> list[Any]:
    """The members of a list of CodeableConcepts, each readable under the same key."""
    items = holder.array(key, required=False)
    return [Reader({key: item}, holder.path, holder.problems) for item in items]


def as_moment(found: datetime | date | None) -> datetime | None:
    """A day without a time is noon of that day in the clinic: the day stays the day."""
    if found is None or isinstance(found, datetime):
        return found.astimezone(UTC) if found else None
    return timezone.make_aware(datetime.combine(found, time(12)))
