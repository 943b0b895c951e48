"""The FHIR data types our resources share, read strictly but leaving unknown elements alone."""

from datetime import date, datetime

from reprieve.core.patient import Coding
from reprieve.core.reading import Reader
from reprieve.core.snapshot import span_of, system_name

UCUM = "http://unitsofmeasure.org"


def codings(resource: Reader, key: str) -> tuple[tuple[Coding, ...], str]:
    """A CodeableConcept: its codings and its text (or the first display)."""
    concept = resource.table(key, required=False)
    if concept is None:
        return (), ""
    found = []
    for item in concept.tables("coding", required=False):
        system, code = item.text("system", required=False), item.text("code", required=False)
        display = item.text("display", required=False) or ""
        if code:
            found.append(Coding(system_name(system or ""), code, display))
    text = concept.text("text", required=False)
    shown = text or next((c.display for c in found if c.display), "")
    return tuple(found), shown


def code_of(resource: Reader, key: str) -> str | None:
    """The first code of a CodeableConcept, as for a status."""
    found, _ = codings(resource, key)
    return found[0].code if found else None


def day_of(resource: Reader, *keys: str) -> date | None:
    """The day of the first dateTime present; a partial date counts from its first day."""
    for key in keys:
        text = resource.text(key, required=False)
        if text is None:
            continue
        day = parse_day(text)
        if day is None:
            resource.problem(key, f"{text!r} is not a FHIR date or dateTime")
        return day
    return None


def parse_day(text: str) -> date | None:
    """The day of a FHIR date or dateTime, as written in its own time zone."""
    if len(text) <= 10:
        span = span_of(text)
        return span.earliest if span else None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def moment_of(resource: Reader, *keys: str) -> datetime | date | None:
    """The first dateTime present, with its time and zone where it has them."""
    for key in keys:
        text = resource.text(key, required=False)
        if text is None:
            continue
        if len(text) <= 10:
            return parse_day(text)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.date()
    return None


def quantity(resource: Reader, key: str) -> tuple[float | None, str | None]:
    """A Quantity: value and unit. The UCUM code wins; a bare unit stands as written."""
    table = resource.table(key, required=False)
    if table is None:
        return None, None
    value = table.number("value", required=False)
    system = table.text("system", required=False)
    code = table.text("code", required=False)
    unit = table.text("unit", required=False)
    return value, code if code and system in (UCUM, None) else unit
