"""Calendar files: iCalendar text by RFC 5545, for one visit or for a feed.

Written by hand: of the RFC we need one component, text values and times in UTC. Lines end in CRLF and are
folded at 75 octets (3.1); text is escaped (3.3.11); times are UTC, form 2 (3.3.5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

PRODUCT = "-//Reprieve//Calendar//EN"
LONGEST_OCTETS = 75  # of a line without its CRLF; RFC 5545, 3.1


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """One visit. Times with their zone. uid: the same for ever; revision: 0, then one more for each move."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    revision: int = 0
    cancelled: bool = False


def calendar_text(events: Iterable[CalendarEvent], *, name: str = "") -> str:
    """A VCALENDAR with these events. Raises ValueError for a time without a zone, or an end before its start."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    lines.append("METHOD:PUBLISH")
    if name:
        lines.append(f"X-WR-CALNAME:{escaped(name)}")
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(folded(line) for line in lines)


def _event(event: CalendarEvent) -> list[str]:
    if event.ends_at <= event.starts_at:
        raise ValueError("a visit ends after it begins")
    optional = {
        "DESCRIPTION": escaped(event.description),
        "LOCATION": escaped(event.location),
        "URL": event.url,
    }
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"DTSTAMP:{utc(event.changed_at)}",
        f"DTSTART:{utc(event.starts_at)}",
        f"DTEND:{utc(event.ends_at)}",
        f"SEQUENCE:{event.revision}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        f"SUMMARY:{escaped(event.summary)}",
        *(f"{key}:{value}" for key, value in optional.items() if value),
        "END:VEVENT",
    ]


def utc(moment: datetime) -> str:
    """20261123T150000Z. Raises ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time in a calendar file has a zone")
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """TEXT as 3.3.11 wants it; control characters, which no value may hold, become spaces."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c if (c >= " " and c != "\x7f") or c == "\n" else " " for c in lines)
    kept = kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return kept.replace("\n", "\\n")


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, never inside a character, with its line ends."""
    pieces, piece, size = [], "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LONGEST_OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece += character
        size += octets
    return "\r\n".join([*pieces, piece]) + "\r\n"
