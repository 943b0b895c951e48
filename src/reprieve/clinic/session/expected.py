"""When this chair may be free: from the order, the charted doses and this patient's own earlier sessions."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.selectors import Live, last_at
from reprieve.core.session.discharge import observation_clock
from reprieve.core.session.events import EventKind
from reprieve.core.session.expected import ExpectedReady, expected_ready
from reprieve.core.session.state import State

LOOKED_BACK = 6  # sessions


def expected(live: Live, own_minutes: list[float] | None = None) -> ExpectedReady | None:
    """The range shown on page and board; None before the start and after the end. It gates nothing.

    own_minutes: from stop to discharge in earlier sessions, when already read.
    """
    if live.closed or live.observations.started_at is None:
        return None
    ends_at = live.stopped_at or planned_end(live)
    if own_minutes is None:
        patient = live.session.patient_id
        own_minutes = minutes_to_ready(live.session.clinic, [patient]).get(patient, [])
    return expected_ready(
        ends_at=ends_at,
        last_extra_at=last_at(live.events, EventKind.BOLUS_GIVEN, EventKind.DRUG_GIVEN),
        own_minutes=own_minutes,
        limits=live.policy.limits,
        as_of=live.now,
        observe_parameter=observation_clock(live.dose_route),
    )


def planned_end(live: Live) -> datetime | None:
    """When what the order plans would be in, at the rate of now; None while nothing flows."""
    rate = live.observations.rate_mg_per_h
    order = live.session.order
    if live.state is not State.RUNNING or not rate or order is None:
        return None
    left = max(order.order["visit_mg"] - live.total_mg, 0.0)
    return live.now + timedelta(hours=left / rate)


def minutes_to_ready(clinic: Clinic, patients: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[float]]:
    """Minutes from stop to discharge in earlier sessions, by patient. One query for all of them."""
    ends = (EventKind.INFUSION_STOPPED, EventKind.DOSE_GIVEN, EventKind.DISCHARGED)
    rows = (
        SessionEvent.objects.for_clinic(clinic)
        .filter(patient_id__in=list(patients), kind__in=ends, corrected_by=None)
        .filter(encounter__status=Encounter.Status.FINISHED)
        .order_by("measured_at")
        .values_list("patient_id", "encounter_id", "kind", "measured_at")
    )
    stopped: dict[Any, datetime] = {}
    found: dict[uuid.UUID, list[float]] = {}
    for patient, visit, kind, at in rows:
        if kind != EventKind.DISCHARGED:
            stopped[visit] = at
        elif visit in stopped:
            found.setdefault(patient, []).append((at - stopped[visit]).total_seconds() / 60)
    return {patient: minutes[-LOOKED_BACK:] for patient, minutes in found.items()}
