"""A Bundle as rows of the chart: what would be written, converted in the open, and what was left out."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from reprieve.clinic.intake.observation_rows import observation_rows, paired
from reprieve.clinic.intake.row import Row, Work, as_moment, each, row, source_id
from reprieve.clinic.patients.models import AllergyIntolerance, Condition, Procedure
from reprieve.clinic.patients.models import MedicationStatement as Medicine
from reprieve.clinic.session.models import Encounter
from reprieve.core.patient import Ignored
from reprieve.fhir import allergy_intolerance, medication
from reprieve.fhir.bundle import Entry, Imported, Lookup
from reprieve.fhir.elements import code_of, codings, day_of, moment_of

MEDICINE_STATUS = {"cancelled": "stopped", "draft": "intended"}  # FHIR's word to the chart's

__all__ = ["Row", "rows_of"]


def rows_of(imported: Imported, *, as_of: date) -> tuple[tuple[Row, ...], tuple[Ignored, ...]]:
    """Rows for the chart of one person, and what was left out here beyond `snapshot.ignored`.

    Only for a Bundle without problems. What the reader ignored gives no row.
    """
    work = Work(imported, as_of, Lookup(list(imported.entries)))
    ignored = {i.path for i in imported.snapshot.ignored}
    for entry in imported.entries:
        write = _WRITERS.get(entry.type)
        if write and entry.path not in ignored:
            work.rows.extend(write(entry, work))
    work.rows.extend(paired(work))
    return tuple(work.rows), tuple(work.left_out)


def _condition(entry: Entry, work: Work) -> Iterator[Row]:
    found, text = codings(entry.resource, "code")
    ended = day_of(entry.resource, "abatementDateTime")
    clinical = code_of(entry.resource, "clinicalStatus")
    silent = Condition.ClinicalStatus.RESOLVED if ended else Condition.ClinicalStatus.ACTIVE
    verification = code_of(entry.resource, "verificationStatus")
    yield row(
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


def _medicine(entry: Entry, work: Work) -> Iterator[Row]:
    def resolve(address: str) -> Any:
        return work.lookup.medication(entry, address)

    read = medication.from_fhir(entry.resource, entry.path, resolve)
    if isinstance(read, Ignored):
        return
    found, text = medication.named(entry.resource, resolve)
    status = MEDICINE_STATUS.get(read.status, read.status)
    dose = read.daily_dose
    usable = dose is not None and len(dose.unit) <= 20
    yield row(
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


def _allergy(entry: Entry, work: Work) -> Iterator[Row]:
    read = allergy_intolerance.from_fhir(entry.resource, entry.path)
    if read is None or isinstance(read, Ignored):
        return
    status = code_of(entry.resource, "clinicalStatus")
    criticality = entry.resource.text("criticality", required=False)
    reactions = [
        codings(item, "manifestation")[1]
        for reaction in entry.resource.tables("reaction", required=False)
        for item in each(reaction, "manifestation")
    ]
    yield row(
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


def _procedure(entry: Entry, work: Work) -> Iterator[Row]:
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
    yield row(
        entry,
        "procedures",
        text or found[0].code,
        found,
        status=status if status in Procedure.Status.values else Procedure.Status.UNKNOWN,
        performed_on=on,
    )


def _visit(entry: Entry, work: Work) -> Iterator[Row]:
    text = next((t for item in each(entry.resource, "type") if (t := codings(item, "type")[1])), "")
    period = entry.resource.table("period", required=False)
    began = as_moment(moment_of(period, "start")) if period else None
    ended = as_moment(moment_of(period, "end")) if period else None
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
    yield Row(section="visits", path=entry.path, source_id=source_id(entry), fields=fields)


_WRITERS: dict[str, Callable[[Entry, Work], Iterator[Row]]] = {
    "Condition": _condition,
    "MedicationRequest": _medicine,
    "MedicationStatement": _medicine,
    "AllergyIntolerance": _allergy,
    "Observation": observation_rows,
    "Procedure": _procedure,
    "Encounter": _visit,
}
