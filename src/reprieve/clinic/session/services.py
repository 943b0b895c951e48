"""Adding to a session. Nothing here changes what already stands."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.patients.models import Source
from reprieve.clinic.session.models import Encounter, SessionEvent


@transaction.atomic
def record_event(
    *,
    encounter: Encounter,
    event_id: uuid.UUID,
    kind: str,
    measured_at: datetime,
    payload: Mapping[str, Any],
    by: Actor,
    source: Source = Source.PERSON,
    device: str = "",
    corrects: SessionEvent | None = None,
    reason: str = "",
) -> SessionEvent:
    """Add one event; sending the same id again gives back what stands.

    Raises:
        ValueError: the id stands in another visit, or the corrected event does.
    """
    Encounter.objects.select_for_update().get(pk=encounter.pk)  # one writer to a visit at a time
    if standing := SessionEvent.objects.filter(pk=event_id).first():
        return _same_visit(standing, encounter)
    if corrects:
        _same_visit(corrects, encounter)
    event = SessionEvent.objects.create(
        id=event_id,
        clinic_id=encounter.clinic_id,
        patient_id=encounter.patient_id,
        encounter=encounter,
        sequence=_last_sequence(encounter) + 1,
        kind=kind,
        measured_at=measured_at,
        payload=dict(payload),
        recorded_by=by.user,
        source=source,
        device=device,
        corrects=corrects,
        reason=reason,
    )
    audit(event, action=Action.CREATE, by=by, detail={"kind": kind})
    return event


def _last_sequence(encounter: Encounter) -> int:
    return encounter.events.aggregate(last=Max("sequence"))["last"] or 0


def _same_visit(event: SessionEvent, encounter: Encounter) -> SessionEvent:
    if event.encounter_id != encounter.pk:
        raise ValueError(f"event {event.pk} belongs to another visit")
    return event
