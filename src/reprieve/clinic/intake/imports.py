"""A record from another system: kept while somebody looks at it, then written whole or not at all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.assessment.models import RuleAnswer
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.intake.identity import (
    SOURCE_ID,
    Known,
    birth_date,
    kept_identifiers,
    who_is,
)
from reprieve.clinic.intake.models import PendingImport
from reprieve.clinic.intake.rows import Row, rows_of
from reprieve.clinic.patients.models import CHART, Patient, PatientIdentifier, Source
from reprieve.clinic.patients.search import index_patient
from reprieve.clinic.patients.services import register_patient
from reprieve.clinic.session.models import Encounter
from reprieve.core.patient import Ignored
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.strict_json import LARGEST_BYTES, parse_json, too_large
from reprieve.fhir.bundle import Imported, read_bundle
from reprieve.fhir.patient import Identifier, Person

KEPT_HOURS = 24
OTHER = "other"  # the choice "somebody else"
MODELS: dict[str, Any] = {**CHART, "visits": Encounter}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a waiting file would do. With problems it can do nothing.

    new, here, differs: rows to be added, rows that stand already, and rows whose content has changed
    where they come from; those are left as they stand here.
    """

    pending: PendingImport
    problems: tuple[Problem, ...]
    person: Person | None = None
    known: Known = Known.NEW
    candidates: tuple[Patient, ...] = ()
    new: tuple[Row, ...] = ()
    here: tuple[Row, ...] = ()
    differs: tuple[Row, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    imported: Imported | None = None

    @property
    def patient(self) -> Patient | None:
        """The person here, when that is sure."""
        return self.candidates[0] if self.known is Known.HERE else None

    @property
    def numbers(self) -> list[Identifier]:
        """The record numbers people know; the resource's own id is for the next import alone."""
        return [i for i in self.identifiers if i.system != SOURCE_ID]

    @property
    def reasons(self) -> list[tuple[str, list[str]]]:
        """Why things were left out, the most frequent first, each with its paths."""
        table: dict[str, list[str]] = {}
        for item in self.ignored:
            table.setdefault(item.why, []).append(item.path)
        return sorted(table.items(), key=lambda pair: (-len(pair[1]), pair[0]))


@transaction.atomic
def keep_upload(file: UploadedFile, *, by: Actor) -> PendingImport:
    """Keep a Bundle for the person who sent it.

    Raises UnusableInput: too large (nothing is read then), not JSON, or not a Bundle.
    """
    drop_expired(by.clinic)
    if file.size is None or file.size > LARGEST_BYTES:
        raise too_large()
    raw = file.read()
    data = parse_json(raw)
    text = raw.decode("utf-8-sig")
    kind = data.get("resourceType") if isinstance(data, dict) else None
    if kind != "Bundle":
        found = f"resourceType {kind!r}" if kind else "no resourceType"
        raise UnusableInput([Problem("resourceType", f"a FHIR R4 Bundle is needed; {found} found")])
    if "\\u0000" in text:
        raise UnusableInput([Problem("$", "holds the character NUL, which is no text")])
    name = (file.name or "")[-200:]
    row = PendingImport.objects.create(clinic=by.clinic, user=by.user, name=name, text=text)
    audit(row, action=Action.CREATE, by=by, detail={"bytes": len(raw)})
    return row


def drop_expired(clinic: Clinic) -> None:
    """A file waits a day at most."""
    too_old = timezone.now() - timedelta(hours=KEPT_HOURS)
    PendingImport.objects.for_clinic(clinic).filter(created_at__lt=too_old).delete()


@transaction.atomic
def cancel_import(pending: PendingImport, *, by: Actor) -> None:
    audit(pending, action=Action.UPDATE, by=by, detail={"cancelled": True})
    pending.delete()


def preview_of(pending: PendingImport, *, as_of: date) -> Preview:
    """What would be written, and everything that would not. Writes nothing."""
    imported, problems = read_bundle(parse_json(pending.text.encode()), as_of=as_of)
    person = imported.person
    problems = list(dict.fromkeys(problems))
    if person and not (person.family or person.given):
        problems.append(Problem("Patient.name", "a name is needed"))
    if person is None or problems:
        return Preview(pending=pending, problems=tuple(problems), person=person)
    rows, left_out = rows_of(imported, as_of=as_of)
    identifiers = kept_identifiers(imported)
    known, candidates = who_is(pending.clinic, person, identifiers)
    if known is Known.HERE and len(candidates) > 1:
        names = "; ".join(str(p) for p in candidates)
        problems.append(
            Problem(
                "Patient.identifier", f"these identifiers belong to several people here: {names}"
            )
        )
    patient = candidates[0] if known is Known.HERE else None
    new, here, differs = compare(patient, rows)
    return Preview(
        pending=pending,
        problems=tuple(problems),
        person=person,
        known=known,
        candidates=candidates,
        new=new,
        here=here,
        differs=differs,
        ignored=(*imported.snapshot.ignored, *left_out),
        identifiers=identifiers,
        imported=imported,
    )


def compare(
    patient: Patient | None, rows: Iterable[Row]
) -> tuple[tuple[Row, ...], tuple[Row, ...], tuple[Row, ...]]:
    """Rows that are new to the patient's chart, that stand in it, and that differ from what stands."""
    standing = {} if patient is None else _standing(patient)
    new: list[Row] = []
    here: list[Row] = []
    differs: list[Row] = []
    taken: set[tuple[str, str]] = set()
    for row in rows:
        key = (row.section, row.source_id)
        if key in standing:
            (here if _same(standing[key], row) else differs).append(row)
        elif key in taken:
            here.append(row)  # twice in one file
        else:
            taken.add(key)
            new.append(row)
    return tuple(new), tuple(here), tuple(differs)


@transaction.atomic
def confirm_import(
    pending: PendingImport, *, choice: str = "", by: Actor
) -> tuple[Patient, Counter[str]]:
    """Write the person and every new row, all of it or nothing.

    choice: where it is unsure who this is, the id of a person here, or "other".
    Raises UnusableInput: problems in the file, no choice, or somebody was quicker.
    """
    Clinic.objects.select_for_update().get(pk=by.clinic.pk)  # one import of a clinic at a time
    waiting = PendingImport.objects.for_clinic(by.clinic).filter(pk=pending.pk)
    if not waiting.exists():
        raise UnusableInput([Problem("$", _("This file was already imported or cancelled."))])
    preview = preview_of(pending, as_of=timezone.localdate())
    if preview.problems:
        raise UnusableInput(preview.problems)
    patient = _chosen(preview, choice) or _register(preview, by)
    _add_identifiers(patient, preview.identifiers)
    new, _here, _differs = compare(patient, (*preview.new, *preview.here, *preview.differs))
    added = _write(patient, new, by)
    added["answers"] += _answer(patient, preview, by)
    detail = {"added": +added, "known": preview.known}
    audit("import", action=Action.CREATE, by=by, patient_id=patient.pk, detail=detail)
    waiting.delete()
    return patient, +added


def _chosen(preview: Preview, choice: str) -> Patient | None:
    if preview.known is Known.HERE:
        return preview.candidates[0]
    if preview.known is Known.NEW or choice == OTHER:
        return None
    found = next((p for p in preview.candidates if str(p.pk) == choice), None)
    if found is None:
        raise UnusableInput([Problem("choice", _("Say whether this is the same person."))])
    return found


def _register(preview: Preview, by: Actor) -> Patient:
    person = preview.person
    assert person is not None
    spanish = (person.language or "").lower().startswith("es")
    fields = {
        "family_name": (person.family or person.given)[:200],
        "given_names": (person.given if person.family else "")[:200],
        "birth_date": birth_date(person),
        "sex": person.sex.value,
        "language": "es" if spanish else "en",
        "phone": (person.phone or "")[:40],
        "email": (person.email or "")[:200],
    }
    return register_patient(fields=fields, by=by)


def _add_identifiers(patient: Patient, identifiers: Iterable[Identifier]) -> None:
    """What nobody in the clinic has yet: a number belongs to one person."""
    for item in identifiers:
        mine = PatientIdentifier.objects.for_clinic(patient.clinic)
        if not mine.filter(system=item.system, value=item.value).exists():
            PatientIdentifier.objects.create(
                clinic=patient.clinic, patient=patient, system=item.system, value=item.value
            )
    index_patient(patient)


def _write(patient: Patient, rows: Iterable[Row], by: Actor) -> Counter[str]:
    added: Counter[str] = Counter()
    for section, model in MODELS.items():
        found = [
            model(
                clinic=patient.clinic,
                patient=patient,
                recorded_by=by.user,
                source=Source.IMPORT,
                source_id=row.source_id,
                **row.fields,
            )
            for row in rows
            if row.section == section
        ]
        if found:
            bulk_create_with_history(
                found, model, batch_size=200, default_user=by.user, default_change_reason="import"
            )
        added[section] += len(found)
    return added


def _answer(patient: Patient, preview: Preview, by: Actor) -> int:
    """What the record answers by itself (a pregnancy status), unless a later answer stands."""
    assert preview.imported is not None
    count = 0
    for rule, answer in preview.imported.snapshot.answers.items():
        on = answer.on or preview.pending.created_at.date()
        later = RuleAnswer.objects.for_clinic(patient.clinic).filter(
            patient=patient, rule=rule, answered_on__gte=on
        )
        if later.exists():
            continue
        RuleAnswer.objects.create(
            clinic=patient.clinic,
            patient=patient,
            recorded_by=by.user,
            source=Source.IMPORT,
            rule=rule,
            answer=answer.presence.value,
            by_whom=RuleAnswer.By.RECORD,
            answered_on=on,
        )
        count += 1
    return count


def _standing(patient: Patient) -> dict[tuple[str, str], Any]:
    """Rows that came from elsewhere, by where they came from."""
    return {
        (section, row.source_id): row
        for section, model in MODELS.items()
        for row in model.objects.for_clinic(patient.clinic)
        .filter(patient=patient)
        .exclude(source_id="")
    }


def _same(standing: Any, row: Row) -> bool:
    """Whether what a clinician would read is the same."""
    watched = ("text", "status", "verification", "value", "second_value", "unit", "daily_dose")
    return all(
        getattr(standing, name) == row.fields[name] for name in watched if name in row.fields
    )
