"""Calendar files by RFC 5545: line ends, folding, escaping, UTC."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.core.scheduling.ical import CalendarEvent, calendar_text, escaped, folded

CHICAGO = timezone(timedelta(hours=-6))
EVENT = CalendarEvent(
    uid="1@reprieve",
    starts_at=datetime(2026, 11, 23, 9, 0, tzinfo=CHICAGO),
    ends_at=datetime(2026, 11, 23, 11, 10, tzinfo=CHICAGO),
    changed_at=datetime(2026, 11, 21, 20, 0, tzinfo=UTC),
    summary="Your visit",
)


def test_a_visit_as_the_rfc_writes_it() -> None:
    # 9:00 at UTC-6 is 15:00 UTC
    assert calendar_text([EVENT]).split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Reprieve//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:1@reprieve",
        "DTSTAMP:20261121T200000Z",
        "DTSTART:20261123T150000Z",
        "DTEND:20261123T171000Z",
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
        "SUMMARY:Your visit",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_cancelled_visit_says_so_with_a_higher_sequence() -> None:
    text = calendar_text([replace(EVENT, cancelled=True, revision=2)])

    assert "STATUS:CANCELLED\r\n" in text
    assert "SEQUENCE:2\r\n" in text


def test_text_is_escaped_by_section_3_3_11() -> None:
    assert escaped("a\\b; c, d\r\ne\nf") == "a\\\\b\\; c\\, d\\ne\\nf"


def test_a_line_injected_through_a_name_stays_text() -> None:
    text = calendar_text([replace(EVENT, summary="x\r\nATTENDEE:mailto:a@example.org")])

    assert "SUMMARY:x\\nATTENDEE:mailto:a@example.org\r\n" in text


@pytest.mark.parametrize(("octets", "lines"), [(74, 1), (75, 1), (76, 2), (149, 2), (150, 3)])
def test_lines_are_folded_above_75_octets(octets: int, lines: int) -> None:
    # the second line has a space and 74 octets: 75 + 74 = 149
    assert len(folded("x" * octets).rstrip("\r\n").split("\r\n")) == lines


def test_folding_never_cuts_a_character() -> None:
    # 74 + 2 octets: the é begins the second line
    assert folded("x" * 74 + "é") == "x" * 74 + "\r\n é\r\n"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_a_reader_that_unfolds_and_unescapes_has_the_text_back(text: str) -> None:
    line = f"SUMMARY:{escaped(text)}"
    written = folded(line)

    assert all(len(part.encode()) <= 75 for part in written.split("\r\n"))
    assert written.replace("\r\n ", "").removesuffix("\r\n") == line
    assert not any(c < " " for c in line)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        calendar_text([replace(EVENT, changed_at=datetime(2026, 11, 21))])


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after"):
        calendar_text([replace(EVENT, ends_at=EVENT.starts_at)])
