"""Writing the chart: each write is one transaction with its audit row and its reason."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.patients.models import (
    CHART,
    ListConfirmation,
    Patient,
    PatientIdentifier,
    Source,
)
from reprieve.clinic.patients.search import index_patient

RECORD_NUMBER = "urn:reprieve:record-number"  # the clinic's own; an import brings others


@transaction.atomic
def register_patient(
    *,
    fields: Mapping[str, Any],
    record_number: str = "",
    by: Actor,
    patient_id: uuid.UUID | None = None,
    invented: bool = False,
) -> Patient:
    """Add a patient to the actor's clinic.

    `patient_id` comes from the form or device: the same form sent twice is one patient.
    """
    mine = Patient.objects.for_clinic(by.clinic)
    if patient_id and (standing := mine.filter(pk=patient_id).first()):
        return standing
    patient = Patient(clinic=by.clinic, created_by=by.user, invented=invented, **fields)
    patient.pk = patient_id or patient.pk
    patient.save(force_insert=True)
    set_record_number(patient, record_number)
    index_patient(patient)
    audit(patient, action=Action.CREATE, by=by)
    return patient


@transaction.atomic
def change_patient(
    patient: Patient, *, fields: Mapping[str, Any], record_number: str, by: Actor
) -> Patient:
    """Change what identifies or reaches the patient; the audit row names the fields, not the values."""
    changed = [name for name, value in fields.items() if getattr(patient, name) != value]
    for name in changed:
        setattr(patient, name, fields[name])
    patient.save()
    set_record_number(patient, record_number)
    index_patient(patient)
    audit(patient, action=Action.UPDATE, by=by, detail={"fields": changed})
    return patient


def set_record_number(patient: Patient, value: str) -> None:
    """The clinic's own number for the patient; empty takes it away."""
    own = PatientIdentifier.objects.for_clinic(patient.clinic).filter(
        patient=patient, system=RECORD_NUMBER
    )
    if not value:
        own.delete()
    elif row := own.first():
        row.value = value
        row.save()
    else:
        PatientIdentifier.objects.create(
            clinic=patient.clinic, patient=patient, system=RECORD_NUMBER, value=value
        )


@transaction.atomic
def record_chart_row(
    *,
    patient: Patient,
    section: str,
    fields: Mapping[str, Any],
    by: Actor,
    source: Source = Source.PERSON,
    row_id: uuid.UUID | None = None,
) -> Any:
    """Add one row to a section of the chart. The same id sent twice is one row."""
    model = CHART[section]
    if row_id and (standing := model.objects.for_clinic(patient.clinic).filter(pk=row_id).first()):
        return standing
    row = model(
        clinic=patient.clinic, patient=patient, recorded_by=by.user, source=source, **fields
    )
    row.pk = row_id or row.pk
    row.save(force_insert=True)
    audit(row, action=Action.CREATE, by=by)
    return row


@transaction.atomic
def correct_chart_row(row: Any, *, fields: Mapping[str, Any], reason: str, by: Actor) -> Any:
    """Change a row; what stood before stays in its history with who, when and why."""
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, fields[name])
    row._change_reason = reason[:100]
    row._history_user = by.user
    row.save()
    audit(row, action=Action.UPDATE, by=by, detail={"fields": changed})
    return row


@transaction.atomic
def confirm_list(*, patient: Patient, kind: str, complete: bool, by: Actor) -> ListConfirmation:
    """Somebody vouches that a list is complete, or says that it no longer is."""
    row = ListConfirmation.objects.create(
        clinic=patient.clinic,
        patient=patient,
        recorded_by=by.user,
        recorded_at=timezone.now(),
        list=kind,
        complete=complete,
    )
    audit(row, action=Action.CREATE, by=by, detail={"list": kind, "complete": complete})
    return row
