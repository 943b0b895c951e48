"""A Bundle as rows of the chart: what would be written, converted in the open, and what was left out."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone

from reprieve.clinic.patients.forms import HEIGHT_CM, WEIGHT_KG
from reprieve.clinic.patients.models import AllergyIntolerance, Condition, Observation, Procedure
from reprieve.clinic.patients.models import MedicationStatement as Medicine
from reprieve.clinic.session.models import Encounter
from reprieve.core.patient import BloodPressure, Coding, Ignored
from reprieve.core.snapshot import SYSTEMS
from reprieve.core.units import to_cm, to_kg
from reprieve.fhir import allergy_intolerance, medication, observation
from reprieve.fhir.bundle import Entry, Imported, Lookup
from reprieve.fhir.elements import code_of, codings, day_of, moment_of, quantity

Kind = Observation.Kind
ADDRESSES = {short: address for address, short in reversed(SYSTEMS.items())}
MEDICINE_STATUS = {"cancelled": "stopped", "draft": "intended"}  # FHIR's word to the chart's
LONGEST_UNIT, LARGEST = 30, Decimal("1e8")


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
class _Work:
    """What is gathered on the way."""

    imported: Imported
    as_of: date
    lookup: Lookup
    rows: list[Row] = field(default_factory=list)
    left_out: list[Ignored] = field(default_factory=list)
    halves: list[tuple[Entry, BloodPressure, datetime, dict[str, Any]]] = field(
        default_factory=list
    )


def rows_of(imported: Imported, *, as_of: date) -> tuple[tuple[Row, ...], tuple[Ignored, ...]]:
    """Rows for the chart of one person, and what was left out here beyond `snapshot.ignored`.

    Only for a Bundle without problems. What the reader ignored gives no row.
    """
    work = _Work(imported, as_of, Lookup(list(imported.entries)))
    ignored = {i.path for i in imported.snapshot.ignored}
    for entry in imported.entries:
        write = _WRITERS.get(entry.type)
        if write and entry.path not in ignored:
            work.rows.extend(write(entry, work))
    work.rows.extend(_paired(work))
    return tuple(work.rows), tuple(work.left_out)


def _condition(entry: Entry, work: _Work) -> Iterator[Row]:
    found, text = codings(entry.resource, "code")
    ended = day_of(entry.resource, "abatementDateTime")
    clinical = code_of(entry.resource, "clinicalStatus")
    silent = Condition.ClinicalStatus.RESOLVED if ended else Condition.ClinicalStatus.ACTIVE
    verification = code_of(entry.resource, "verificationStatus")
    yield _row(
        entry,
        "conditions",
        text or found[0].code,
        found,
        status=clinical if clinical in Condition.ClinicalStatus.values else silent,
        verification=verification
        if verification in Condition.Verification.values
        else Condition.Verification.CONFIRMED,
        onset_on=day_of(entry.resource, "onsetDateTime", "recordedDate"),
        ended_on=ended,
    )


def _medicine(entry: Entry, work: _Work) -> Iterator[Row]:
    def resolve(address: str) -> Any:
        return work.lookup.medication(entry, address)

    read = medication.from_fhir(entry.resource, entry.path, resolve)
    if isinstance(read, Ignored):
        return
    found, text = medication.named(entry.resource, resolve)
    status = MEDICINE_STATUS.get(read.status, read.status)
    dose = read.daily_dose
    usable = dose is not None and len(dose.unit) <= 20
    yield _row(
        entry,
        "medicines",
        text or read.name,
        found,
        status=status if status in Medicine.Status.values else Medicine.Status.UNKNOWN,
        daily_dose=round(Decimal(str(dose.value)), 4) if usable else None,
        daily_dose_unit=dose.unit if usable else "",
        route=(read.route or "")[:40],
        as_needed=read.as_needed,
        dosage=_as_written(entry)[:300],
        started_on=read.since,
    )


def _as_written(entry: Entry) -> str:
    keys = ("dosageInstruction", "dosage")
    said = [i for key in keys for i in entry.resource.tables(key, required=False)]
    return "; ".join(t for i in said if (t := i.text("text", required=False)))


def _allergy(entry: Entry, work: _Work) -> Iterator[Row]:
    read = allergy_intolerance.from_fhir(entry.resource, entry.path)
    if read is None or isinstance(read, Ignored):
        return
    status = code_of(entry.resource, "clinicalStatus")
    criticality = entry.resource.text("criticality", required=False)
    reactions = [
        codings(item, "manifestation")[1]
        for reaction in entry.resource.tables("reaction", required=False)
        for item in _each(reaction, "manifestation")
    ]
    yield _row(
        entry,
        "allergies",
        read.name,
        read.codings,
        status=status
        if status in AllergyIntolerance.Status.values
        else AllergyIntolerance.Status.ACTIVE,
        criticality=criticality
        if criticality in AllergyIntolerance.Criticality.values
        else AllergyIntolerance.Criticality.UNABLE,
        reaction=", ".join(r for r in reactions if r)[:300],
    )


def _each(holder: Any, key: str) -> list[Any]:
    """The members of a list of CodeableConcepts, each readable under the same key."""
    from reprieve.core.reading import Reader

    items = holder.array(key, required=False)
    return [Reader({key: item}, holder.path, holder.problems) for item in items]


def _observation(entry: Entry, work: _Work) -> Iterator[Row]:
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
    entry: Entry, text: str, value: float, unit: str, shared: dict[str, Any], work: _Work
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
    yield _row(
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

    return _row(
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


def _paired(work: _Work) -> Iterator[Row]:
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


def _procedure(entry: Entry, work: _Work) -> Iterator[Row]:
    found, text = codings(entry.resource, "code")
    status = entry.resource.text("status", required=False)
    on = day_of(entry.resource, "performedDateTime")
    if on is None and (period := entry.resource.table("performedPeriod", required=False)):
        on = day_of(period, "start")
    if on and on > work.as_of:
        work.left_out.append(
            Ignored(entry.path, f"Procedure {text}: dated after {work.as_of.isoformat()}")
        )
        return
    yield _row(
        entry,
        "procedures",
        text or found[0].code,
        found,
        status=status if status in Procedure.Status.values else Procedure.Status.UNKNOWN,
        performed_on=on,
    )


def _visit(entry: Entry, work: _Work) -> Iterator[Row]:
    text = next(
        (t for item in _each(entry.resource, "type") if (t := codings(item, "type")[1])), ""
    )
    period = entry.resource.table("period", required=False)
    began = _as_moment(moment_of(period, "start")) if period else None
    ended = _as_moment(moment_of(period, "end")) if period else None
    status = entry.resource.text("status", required=False)
    if status in ("cancelled", "entered-in-error") or not (text or began):
        work.left_out.append(Ignored(entry.path, f"Encounter {text}: {status or 'empty'}"))
        return
    if began is None or timezone.localdate(began) > work.as_of:
        why = f"Encounter {text}: no date, or dated after {work.as_of.isoformat()}"
        work.left_out.append(Ignored(entry.path, why))
        return
    fields = {
        "kind": Encounter.Kind.OTHER,
        "status": Encounter.Status.FINISHED,
        "text": text[:300],
        "began_at": began,
        "ended_at": ended,
    }
    yield Row(section="visits", path=entry.path, source_id=_source_id(entry), fields=fields)


def _row(
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
        source_id=_source_id(entry),
        fields=fields,
        converted=converted,
    )


def _source_id(entry: Entry) -> str:
    """The id where it comes from; without one, the print of the content."""
    known = f"{entry.type}/{entry.id}" if entry.id else entry.address or ""
    if known and len(known) <= 200:
        return known
    names = entry.resource.keys()
    content = {name: entry.resource.raw(name, required=False) for name in names}
    text = json.dumps(content, sort_keys=True, default=str)
    return f"{entry.type}/sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _measured_at(entry: Entry) -> datetime | None:
    found = moment_of(entry.resource, "effectiveDateTime", "issued")
    if found is None and (period := entry.resource.table("effectivePeriod", required=False)):
        found = moment_of(period, "start")
    return _as_moment(found)


def _as_moment(found: datetime | date | None) -> datetime | None:
    """A day without a time is noon of that day in the clinic: the day stays the day."""
    if found is None or isinstance(found, datetime):
        return found.astimezone(UTC) if found else None
    return timezone.make_aware(datetime.combine(found, time(12)))


_WRITERS: dict[str, Callable[[Entry, _Work], Iterator[Row]]] = {
    "Condition": _condition,
    "MedicationRequest": _medicine,
    "MedicationStatement": _medicine,
    "AllergyIntolerance": _allergy,
    "Observation": _observation,
    "Procedure": _procedure,
    "Encounter": _visit,
}
