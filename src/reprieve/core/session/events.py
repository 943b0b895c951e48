"""A session is its events. An event is never changed; a correction is a new event with a reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class EventKind(StrEnum):
    """What may be charted. Values are stored: never renamed, never reused."""

    GATE_PASSED = "gate_passed"
    CANCELLED = "cancelled"
    INFUSION_STARTED = "infusion_started"
    RATE_CHANGED = "rate_changed"
    BOLUS_GIVEN = "bolus_given"
    DOSE_GIVEN = "dose_given"
    INFUSION_PAUSED = "infusion_paused"
    INFUSION_RESUMED = "infusion_resumed"
    INFUSION_STOPPED = "infusion_stopped"
    PUMP_READING = "pump_reading"
    DRUG_GIVEN = "drug_given"
    VITALS = "vitals"
    PAIN = "pain"
    SEDATION = "sedation"
    DISSOCIATION = "dissociation"
    DISTRESS = "distress"
    ADVERSE_EVENT = "adverse_event"
    STOP_REQUESTED = "stop_requested"
    STOP_PRESSED = "stop_pressed"
    STOP_WITHDRAWN = "stop_withdrawn"
    EMERGENCY_STARTED = "emergency_started"
    EMERGENCY_STEP = "emergency_step"
    EMERGENCY_ENDED = "emergency_ended"
    TRANSFERRED = "transferred"
    RECOVERY_SCORED = "recovery_scored"
    DISCHARGE_ASSESSED = "discharge_assessed"
    DISCHARGED = "discharged"
    SETTING = "setting"
    HANDOVER = "handover"
    HANDOVER_ACCEPTED = "handover_accepted"
    ORDER_COSIGNED = "order_cosigned"
    PATIENT_CALLED = "patient_called"
    ADVISORY_ACKNOWLEDGED = "advisory_acknowledged"
    NOTE = "note"


class Source(StrEnum):
    """Who or what the value comes from."""

    PERSON = "person"
    DEVICE = "device"
    PATIENT = "patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    measured_at: when it happened. recorded_at: when it was written down.
    corrects: the event this one replaces; `reason` is then required.
    payload: values with units in their names.
    """

    id: UUID
    kind: EventKind
    measured_at: datetime
    recorded_at: datetime
    by: str
    source: Source = Source.PERSON
    payload: Mapping[str, Any] = field(default_factory=dict)
    corrects: UUID | None = None
    reason: str | None = None


def in_force(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events no later event corrects, by the time they happened.

    A correction of a correction leaves only the last. Ties keep the order of recording.
    """
    events = tuple(events)
    corrected = {e.corrects for e in events if e.corrects}
    standing = (e for e in events if e.id not in corrected)
    return tuple(sorted(standing, key=lambda e: (e.measured_at, e.recorded_at, e.id)))
