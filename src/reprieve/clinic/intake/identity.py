"""Whether the person of an imported record is somebody the clinic has already. In doubt a person says."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from django.db.models import Q

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.patients.models import Patient, PatientIdentifier
from reprieve.clinic.patients.search import search_patients, split
from reprieve.fhir.bundle import Imported
from reprieve.fhir.patient import Identifier, Person

SOURCE_ID = "urn:reprieve:source-id"  # the Patient resource's own id, where it comes from
NOT_KEPT = {
    "SS",
    "PPN",
    "DL",
}  # social security, passport, driver's license: care does not need them
SSN = "http://hl7.org/fhir/sid/us-ssn"


class Known(StrEnum):
    """Whether the person is here already."""

    NEW = "new"
    HERE = "here"  # the same identifier, and nothing speaks against it
    UNSURE = "unsure"  # a person must say


def kept_identifiers(imported: Imported) -> tuple[Identifier, ...]:
    """Record numbers of other systems, and the resource's own id; never national numbers."""
    person = imported.person
    assert person is not None
    kept = [
        i
        for i in person.identifiers
        if i.system and i.kind not in NOT_KEPT and i.system != SSN and len(i.system) <= 200
    ]
    own = next((e.id for e in imported.entries if e.type == "Patient"), None)
    return (*kept, *([Identifier(system=SOURCE_ID, value=own)] if own else []))


def who_is(
    clinic: Clinic, person: Person, identifiers: Iterable[Identifier]
) -> tuple[Known, tuple[Patient, ...]]:
    """By shared record numbers, then by the id where it comes from, then by name and date of birth."""
    numbers = [i for i in identifiers if i.system != SOURCE_ID]
    owners = _owners(clinic, numbers)
    if len(owners) == 1 and not _agrees(owners[0], person):
        return Known.UNSURE, owners
    if owners:
        return Known.HERE, owners
    own = _owners(clinic, [i for i in identifiers if i.system == SOURCE_ID])
    if own and _same_person(own[0], person):  # ids such as "1" are used by many systems
        return Known.HERE, own
    alike = _alike(clinic, person)
    return (Known.UNSURE, alike) if alike else (Known.NEW, ())


def _owners(clinic: Clinic, identifiers: Iterable[Identifier]) -> tuple[Patient, ...]:
    wanted = Q(pk__in=[])
    for item in identifiers:
        wanted |= Q(system=item.system, value=item.value)
    rows = PatientIdentifier.objects.for_clinic(clinic).filter(wanted).select_related("patient")
    found = {row.patient_id: row.patient for row in rows.order_by("patient__created_at")}
    return tuple(found.values())


def _alike(clinic: Clinic, person: Person) -> tuple[Patient, ...]:
    born = birth_date(person)
    if born is None:
        return ()
    found = search_patients(clinic, f"{person.family} {born.isoformat()}").order_by("created_at")
    return tuple(p for p in found[:20] if _same_person(p, person))


def _agrees(patient: Patient, person: Person) -> bool:
    """Nothing speaks against it: no other date of birth, and a name in common."""
    born = birth_date(person)
    same_day = born is None or patient.birth_date is None or patient.birth_date == born
    return same_day and split(patient.family_name) == split(person.family)


def _same_person(patient: Patient, person: Person) -> bool:
    """The same date of birth, family name and first given name."""
    return (
        patient.birth_date is not None
        and patient.birth_date == birth_date(person)
        and split(patient.family_name) == split(person.family)
        and split(patient.given_names)[:1] == split(person.given)[:1]
    )


def birth_date(person: Person) -> date | None:
    """Only a whole date: a year alone is never made into a day."""
    born = person.born
    return born.earliest if born and born.earliest == born.latest else None
