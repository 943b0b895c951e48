"""What was measured elsewhere, as rows of the chart: units converted in the open, halves of a pressure paired."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from reprieve.clinic.intake.row import Row, Work, as_moment, row
from reprieve.clinic.patients.models import Observation
from reprieve.core.patient import BloodPressure, Ignored
from reprieve.core.snapshot import HEIGHT_CM, WEIGHT_KG
from reprieve.core.units import to_cm, to_kg
from reprieve.fhir import observation
from reprieve.fhir.bundle import Entry
from reprieve.fhir.elements import codings, moment_of, quantity

Kind = Observation.Kind
LONGEST_UNIT, LARGEST = 30, Decimal("1e8")


def observation_rows(entry: Entry, work: Work) -> Iterator[Row]:
    read = observation.from_fhir(entry.resource, entry.path)
    if isinstance(read, Ignored | tuple):  # a rule's answer is kept as an answer, not as a value
        return
    found, text = codings(entry.resource, "code")
    at = _measured_at(entry)
    if at is None:
        work.left_out.append(Ignored(entry.path, f"Observation {text}: no date"))
        return
    if timezone.localdate(at) > work.as_of:
        why = f"Observation {text}: dated after {work.as_of.isoformat()}"
        work.left_out.append(Ignored(entry.path, why))
        return
    shared = {"codings": found, "measured_at": at}
    if isinstance(read, BloodPressure):
        if read.systolic_mmhg is None or read.diastolic_mmhg is None:
            work.halves.append((entry, read, at, shared))
        else:
            yield _pressure(entry, read, shared)
        return
    value, unit = quantity(entry.resource, "valueQuantity")
    if value is None and (score := getattr(read, "value", None)) is not None:
        value, unit = score, unit or "{score}"
    yield from _measured(entry, text, float(value or 0), unit or "", shared, work)


def _measured(
    entry: Entry, text: str, value: float, unit: str, shared: dict[str, Any], work: Work
) -> Iterator[Row]:
    loincs = {c.code for c in shared["codings"] if c.system == "loinc"}
    kind = next((k for k in Kind.values if k in loincs), Kind.OTHER)
    converted, given = "", f"{value:g} {unit}".strip()
    if loincs & observation.WEIGHT:
        kind, (value, unit, converted) = Kind.WEIGHT, _converted(value, unit, to_kg, "kg")
    elif loincs & observation.HEIGHT:
        kind, (value, unit, converted) = Kind.HEIGHT, _converted(value, unit, to_cm, "cm")
        if not HEIGHT_CM[0] <= value <= HEIGHT_CM[1]:
            why = f"height {given} is outside {HEIGHT_CM[0]} to {HEIGHT_CM[1]} cm"
            work.left_out.append(Ignored(entry.path, why))
            return
    if kind == Kind.WEIGHT and not WEIGHT_KG[0] <= value <= WEIGHT_KG[1]:
        return  # the reader has said so
    number = round(Decimal(str(value)), 5)
    fits = abs(number) < LARGEST and len(unit) <= LONGEST_UNIT
    yield row(
        entry,
        "observations",
        text or str(Kind(kind).label),
        shared["codings"],
        kind=kind,
        value=number if fits else None,
        unit=unit if fits else "",
        value_text=(f"converted from {given}" if converted else "" if fits else given)[:300],
        measured_at=shared["measured_at"],
        converted=converted,
    )


def _converted(
    value: float, unit: str, convert: Callable[[float, str], float | None], kept: str
) -> tuple[float, str, str]:
    """The value in the unit the chart keeps, rounded to 0.01 as the chart's own form does."""
    found = convert(value, unit)
    assert found is not None  # the reader refused other units
    value_kept = round(found, 2)
    said = "" if unit == kept else f"{value:g} {unit} = {value_kept:g} {kept}"
    return value_kept, kept, said


def _pressure(entry: Entry, read: BloodPressure, shared: dict[str, Any]) -> Row:
    def mmhg(value: float | None) -> Decimal | None:
        return None if value is None else round(Decimal(str(value)), 1)

    return row(
        entry,
        "observations",
        str(Kind.BLOOD_PRESSURE.label),
        shared["codings"],
        kind=Kind.BLOOD_PRESSURE,
        value=mmhg(read.systolic_mmhg),
        second_value=mmhg(read.diastolic_mmhg),
        unit="mm[Hg]",
        measured_at=shared["measured_at"],
    )


def paired(work: Work) -> Iterator[Row]:
    """Systolic and diastolic sent as two resources of one moment become one reading."""
    lower = [half for half in work.halves if half[1].systolic_mmhg is None]
    for entry, read, at, shared in (h for h in work.halves if h[1].systolic_mmhg is not None):
        mate = next((half for half in lower if half[2] == at), None)
        if mate:
            lower.remove(mate)
        both = BloodPressure(
            systolic_mmhg=read.systolic_mmhg,
            diastolic_mmhg=mate[1].diastolic_mmhg if mate else None,
            on=read.on,
        )
        yield _pressure(entry, both, shared)
    yield from (_pressure(entry, read, shared) for entry, read, _at, shared in lower)


def _measured_at(entry: Entry) -> datetime | None:
    found = moment_of(entry.resource, "effectiveDateTime", "issued")
    if found is None and (period := entry.resource.table("effectivePeriod", required=False)):
        found = moment_of(period, "start")
    return as_moment(found)
