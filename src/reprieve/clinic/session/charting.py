"""What a nurse may chart, checked against the state of the session and the signed order."""

from datetime import datetime

from django.db import transaction

from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.plan.models import MedicationRequest
from reprieve.clinic.session.allowed import Charted, refusals
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.policy import policy_of
from reprieve.clinic.session.selectors import live, lock_session
from reprieve.clinic.session.services import record_event
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.session.state import State

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


@transaction.atomic
def plan_session(
    *,
    patient: Patient,
    order: MedicationRequest,
    planned_at: datetime,
    chair: str,
    by: Actor,
    place: str = Encounter.Place.CLINIC,
) -> Encounter:
    """A visit on a signed order.

    Raises UnusableInput for an order that is no longer the last, and for dosing at home where the
    clinic has not signed that it allows it.
    """
    if order.replaced_by.exists() or order.plan.status != order.plan.Status.ACTIVE:
        raise UnusableInput([Problem("order", "A newer order stands, or the course has ended.")])
    if place == Encounter.Place.HOME and not policy_of(patient.clinic).home_signed_by:
        raise UnusableInput([Problem("place", "This clinic has not signed for dosing at home.")])
    session = Encounter.objects.create(
        clinic=patient.clinic,
        patient=patient,
        recorded_by=by.user,
        kind=KIND_OF_ROUTE.get(order.order["route"], Encounter.Kind.OTHER),
        order=order,
        chair=chair,
        place=place,
        planned_at=planned_at,
    )
    audit(session, action=Did.CREATE, by=by)
    return session


@transaction.atomic
def chart(*, session: Encounter, said: Charted, by: Actor) -> SessionEvent:
    """Add one event when the state and the order allow it. The same id twice is one event.

    Raises UnusableInput with every reason why it was not charted.
    """
    locked = lock_session(session)
    if standing := SessionEvent.objects.filter(pk=said.event_id).first():
        if standing.encounter_id != locked.pk:
            raise UnusableInput([Problem("event_id", "This entry stands in another session.")])
        return standing
    now = live(locked)
    problems = refusals(now, said, by)
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
    follow_state(lock_session(session), by)
    return event


def follow_state(session: Encounter, by: Actor) -> None:
    """Bring the row's status, which lists read, up to the state its events lead to."""
    now = live(session)
    status = STATUS.get(now.state, Encounter.Status.IN_PROGRESS)
    began = now.observations.started_at
    ended = now.ended_at
    if (session.status, session.began_at, session.ended_at) == (status, began, ended):
        return
    session.status, session.began_at, session.ended_at = status, began, ended
    session._history_user = by.user
    session.save()
