"""What a nurse may chart, checked against the state of the session and the signed order."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from reprieve.clinic.accounts.models import Role
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.patients.models import Patient, Source
from reprieve.clinic.plan.models import MedicationRequest
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.selectors import Live, live
from reprieve.clinic.session.services import record_event
from reprieve.core.dosing.order import TOLERANCE, bolus_refusals, rate_refusals
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.session.events import EventKind, in_force
from reprieve.core.session.rescue import rescue_refusals
from reprieve.core.session.state import State, may_record

K = EventKind
AHEAD = timedelta(minutes=2)  # clocks differ; nothing is charted further in the future
KIND_OF_ROUTE = {
    "iv": Encounter.Kind.INFUSION,
    "im": Encounter.Kind.INTRAMUSCULAR,
    "oral": Encounter.Kind.ORAL,
    "sublingual": Encounter.Kind.ORAL,
    "intranasal": Encounter.Kind.NASAL,
}
STATUS = {
    State.PLANNED: Encounter.Status.PLANNED,
    State.READY: Encounter.Status.ARRIVED,
    State.DISCHARGED: Encounter.Status.FINISHED,
    State.TRANSFERRED: Encounter.Status.FINISHED,
    State.CANCELLED: Encounter.Status.CANCELLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Charted:
    """What somebody wants to chart: id made by the form, when it was so, values with units in keys.

    outside_order: {"by", "how", "read_back", "reason"} when a prescriber ordered it beyond the order.
    source, device: when a person takes over what a device measured.
    """

    event_id: uuid.UUID
    kind: EventKind
    measured_at: datetime
    payload: Mapping[str, Any]
    corrects: SessionEvent | None = None
    reason: str = ""
    outside_order: Mapping[str, Any] | None = None
    source: Source = Source.PERSON
    device: str = ""


@transaction.atomic
def plan_session(
    *, patient: Patient, order: MedicationRequest, planned_at: datetime, chair: str, by: Actor
) -> Encounter:
    """A visit on a signed order. Raises UnusableInput for an order that is no longer the last."""
    if order.replaced_by.exists() or order.plan.status != order.plan.Status.ACTIVE:
        raise UnusableInput([Problem("order", "A newer order stands, or the course has ended.")])
    session = Encounter.objects.create(
        clinic=patient.clinic,
        patient=patient,
        recorded_by=by.user,
        kind=KIND_OF_ROUTE.get(order.order["route"], Encounter.Kind.OTHER),
        order=order,
        chair=chair,
        planned_at=planned_at,
    )
    audit(session, action=Did.CREATE, by=by)
    return session


@transaction.atomic
def chart(*, session: Encounter, said: Charted, by: Actor) -> SessionEvent:
    """Add one event when the state and the order allow it. The same id twice is one event.

    Raises UnusableInput with every reason why it was not charted.
    """
    locked = Encounter.objects.select_for_update().get(pk=session.pk)
    if standing := SessionEvent.objects.filter(pk=said.event_id).first():
        if standing.encounter_id != locked.pk:
            raise UnusableInput([Problem("event_id", "This entry stands in another session.")])
        return standing
    now = live(locked)
    problems = _problems(now, said, by)
    if problems:
        raise UnusableInput(problems)
    payload = dict(said.payload)
    if said.outside_order:
        payload["outside_order"] = dict(said.outside_order)
    event = record_event(
        encounter=locked,
        event_id=said.event_id,
        kind=said.kind,
        measured_at=said.measured_at,
        payload=payload,
        by=by,
        source=said.source,
        device=said.device,
        corrects=said.corrects,
        reason=said.reason,
    )
    follow_state(locked, by)
    return event


def follow_state(session: Encounter, by: Actor) -> None:
    """Bring the row's status, which lists read, up to the state its events lead to."""
    now = live(session)
    status = STATUS.get(now.state, Encounter.Status.IN_PROGRESS)
    began = now.observations.started_at
    ended = max(e.measured_at for e in now.events) if now.closed else None
    if (session.status, session.began_at, session.ended_at) == (status, began, ended):
        return
    session.status, session.began_at, session.ended_at = status, began, ended
    session._history_user = by.user
    session.save()


def _problems(now: Live, said: Charted, by: Actor) -> list[Problem]:
    problems = []
    if said.measured_at > timezone.now() + AHEAD:
        problems.append(Problem("measured_at", "That time has not come yet."))
    if said.corrects and not said.reason.strip():
        problems.append(Problem("reason", "Say why it is corrected."))
    if said.corrects is None and not may_record(now.state, said.kind):
        problems.append(Problem("", f"Not possible while the session is {now.state}: {said.kind}."))
        return problems
    # A correction says what truly happened; it is no new act that the order could refuse.
    refused = () if said.corrects else _outside_order(now, said)
    if refused and not said.outside_order:
        problems += [Problem("outside_order", _sentence(text)) for text in refused]
    elif refused and said.outside_order:
        problems += _telephone_problems(said.outside_order, by)
    return problems


def _outside_order(now: Live, said: Charted) -> tuple[str, ...]:
    """Why this is outside the signed order; empty for what needs none."""
    if said.kind is K.DOSE_GIVEN:
        return _dose(now, said.payload["amount_mg"])
    if now.order is None:
        return ()
    if said.kind in (K.INFUSION_STARTED, K.RATE_CHANGED, K.INFUSION_RESUMED):
        rate = said.payload.get("rate_mg_per_h")
        if rate is None:
            return ()
        return rate_refusals(
            now.order,
            rate_mg_per_h=rate,
            at=said.measured_at,
            current_mg_per_h=_current_rate(now, said.kind),
            last_change_at=_last_increase(now),
        )
    if said.kind is K.BOLUS_GIVEN:
        amount = said.payload["amount_mg"]
        return bolus_refusals(now.order, amount_mg=amount, given_mg=now.total_mg)
    if said.kind is K.DRUG_GIVEN:
        return _rescue(now, said)
    return ()


def _dose(now: Live, amount_mg: float) -> tuple[str, ...]:
    """A dose by mouth, nose or muscle against the total the order allows in a session."""
    if now.session.order is None:
        return ("there is no order",)
    most = now.session.order.order["maximum_total_mg"]
    if now.total_mg + amount_mg > most * (1 + TOLERANCE):
        return (f"the total would pass {most:g} mg",)
    return ()


def _current_rate(now: Live, kind: EventKind) -> float | None:
    if kind is K.INFUSION_STARTED:
        return None
    running = now.given.rate_mg_per_h(now.now)
    segments = now.given.segments
    return running or (segments[-1].rate_mg_per_h if segments else 0.0)


def _last_increase(now: Live) -> datetime | None:
    """The start or the last time the rate went up."""
    found, rate = None, 0.0
    for segment in now.given.segments:
        if segment.rate_mg_per_h > rate:
            found = segment.start
        rate = segment.rate_mg_per_h
    return found


def _rescue(now: Live, said: Charted) -> tuple[str, ...]:
    assert now.order is not None
    name = said.payload["drug"]
    ordered = next((d for d in now.order.rescue if d.drug == name), None)
    if ordered is None:
        return (f"the order holds no {name}",)
    given = [
        e.measured_at
        for e in in_force(now.events)
        if e.kind is K.DRUG_GIVEN and e.payload.get("drug") == name
    ]
    return rescue_refusals(
        ordered, dose_mg=said.payload["dose_mg"], at=said.measured_at, given_at=given
    )


def _telephone_problems(order: Mapping[str, Any], by: Actor) -> list[Problem]:
    """Beyond the order only a prescriber decides: in person, or by telephone and read back."""
    problems = []
    if Role.PRESCRIBER not in by.roles and not order.get("by"):
        problems.append(Problem("prescriber", "Say which prescriber ordered it."))
    if Role.PRESCRIBER not in by.roles and not order.get("read_back"):
        problems.append(Problem("read_back", "The order must be read back to the prescriber."))
    if not str(order.get("reason", "")).strip():
        problems.append(Problem("why", "Say why it goes beyond the order."))
    return problems


def _sentence(text: str) -> str:
    return f"Outside the order: {text}."
