"""Keeping a diary entry, exactly once, with the score that outcomes read."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.contact.urgent import BLOOD, RETENTION, page_responder
from reprieve.clinic.diary import body
from reprieve.clinic.diary.models import DiaryEntry
from reprieve.clinic.diary.selectors import average_given_on
from reprieve.clinic.followup.services import record_follow_up
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Patient, Source
from reprieve.core.problems import Problem, UnusableInput

DAY = timedelta(days=1)
OLDEST = timedelta(
    days=60
)  # an entry that waited longer on a telephone is refused; project_default
MOST_A_DAY = 100  # entries of one patient; project_default
URGENT = {"blood": BLOOD, "retention": RETENTION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An entry as the page sends it, read and checked; see forms.py. None and missing: not said."""

    entry_id: uuid.UUID
    at: datetime
    average: int | None = None
    now: int | None = None
    regions: Mapping[str, int] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def urgent(self) -> tuple[str, ...]:
        """What cannot wait in it, as reasons of contact/urgent.py."""
        return tuple(URGENT[code] for code in self.said.get("bladder", ()) if code in URGENT)


@transaction.atomic
def record_entry(*, patient: Patient, written: Written, by: Actor) -> DiaryEntry:
    """Keep one entry. The same id again is the same entry.

    The first average of a local day becomes an NRS answer, as a follow-up score does; a later one of
    that day stays in the diary alone, so that nobody's day counts twice.
    Raises UnusableInput: an id of somebody else's entry, or a day too long ago.
    """
    _one_at_a_time(patient)
    rows = DiaryEntry.objects.for_clinic(patient.clinic)
    if standing := rows.filter(pk=written.entry_id, patient=patient).first():
        return standing
    if DiaryEntry.objects.filter(pk=written.entry_id).exists():
        raise UnusableInput([Problem("id", "an entry with this id exists")])
    at = min(written.at, timezone.now())
    if at < timezone.now() - OLDEST:
        raise UnusableInput([Problem("at", "older than the diary takes")])
    if rows.filter(patient=patient, recorded_at__gte=timezone.now() - DAY).count() >= MOST_A_DAY:
        raise UnusableInput([Problem("id", "more entries than a day has use for")])
    counted = written.average is not None and not average_given_on(patient, at)
    answers = {name: dict(said) for name, said in written.answers.items()}
    if counted:
        answers["NRS"] = {"nrs-average": written.average}
    entry = DiaryEntry(
        clinic=patient.clinic,
        patient=patient,
        recorded_by=by.user,
        source=Source.PATIENT,
        written_at=at,
        average=written.average,
        now=written.now,
        counted=counted,
        map_version=body.VERSION if written.regions else "",
        regions=dict(written.regions),
        said=dict(written.said),
    )
    entry.pk = written.entry_id
    entry.save(force_insert=True)
    audit(entry, action=Action.CREATE, by=by, detail={"urgent": list(written.urgent)})
    _count(patient, entry, answers, at, by)
    if written.urgent:
        page_id = uuid.uuid5(entry.pk, "page")
        page_responder(patient=patient, reasons=written.urgent, by=by, page_id=page_id)
    return entry


def _one_at_a_time(patient: Patient) -> None:
    """Two tabs may send at once: the second waits, and finds what the first has kept."""
    Patient.objects.for_clinic(patient.clinic).select_for_update().get(pk=patient.pk)


def _count(
    patient: Patient, entry: DiaryEntry, answers: Mapping[str, Any], at: datetime, by: Actor
) -> list[QuestionnaireResponse]:
    return record_follow_up(
        patient=patient,
        form_id=entry.pk,
        answers=answers,
        answered_at=at,
        by=by,
        source=Source.PATIENT,
    )
