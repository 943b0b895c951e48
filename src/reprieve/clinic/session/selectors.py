"""What the session pages read: a visit, its events, and what follows from them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.patients.models import Observation, Patient
from reprieve.clinic.plan.models import MedicationRequest
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.policy import Policy, policy_of
from reprieve.core.dosing.order import Order, RescueDrug
from reprieve.core.session.advisories import (
    Acknowledgement,
    Advisory,
    Shown,
    check_observations,
    next_set_due,
    shown,
)
from reprieve.core.session.delivered import Delivery, PumpCheck, delivery, pump_checks
from reprieve.core.session.escalation import Escalated, Sound, escalated, sound
from reprieve.core.session.events import Event, EventKind, Source, in_force
from reprieve.core.session.handover import Handover, in_charge, waiting
from reprieve.core.session.readings import (
    PARAMETERS,
    Baseline,
    Observations,
    Reading,
    baseline_of,
    observe,
)
from reprieve.core.session.state import CLOSED, State, state_of

SESSIONS = (
    Encounter.Kind.INFUSION,
    Encounter.Kind.INTRAMUSCULAR,
    Encounter.Kind.ORAL,
    Encounter.Kind.NASAL,
)
_SOURCES = {source.value: source for source in Source}
STALE = timedelta(minutes=15)  # older than the usual interval between two sets


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A session as it stands at a moment; everything is derived from its events and the clinic's rules."""

    session: Encounter
    now: datetime
    policy: Policy
    events: tuple[Event, ...]
    state: State
    order: Order | None
    given: Delivery
    observations: Observations
    baseline: Baseline
    advisories: tuple[Shown, ...]
    due_at: datetime | None
    stopped_at: datetime | None
    stop_pressed_at: datetime | None

    @property
    def escalated(self) -> tuple[Escalated, ...]:
        """High advisories that nobody put their name to within a minute."""
        return () if self.closed else escalated(self.advisories, self.now)

    @property
    def escalated_advisories(self) -> tuple[Advisory, ...]:
        return tuple(e.shown.advisory for e in self.escalated)

    @property
    def own_values(self) -> list[tuple[str, float]]:
        """The patient's own values before the start, in the order they are charted."""
        found = self.baseline.values
        return [(name, found[name]) for name in PARAMETERS if name in found]

    @property
    def own_gait(self) -> str:
        passed = [e for e in in_force(self.events) if e.kind is EventKind.GATE_PASSED]
        return str(passed[-1].payload.get("gait", "")) if passed else ""

    @property
    def last_set(self) -> list[str]:
        """The newest vital signs in a few words, for the board."""
        found = {p: f"{r.value:g}" for p, r in self.observations.latest.items()}
        systolic, diastolic = found.get("systolic_mmhg"), found.get("diastolic_mmhg")
        pressure = [f"{systolic or '–'}/{diastolic or '–'}"] if systolic or diastolic else []
        others = (("heart_rate_per_min", "HR"), ("spo2_percent", "SpO2"), ("moaa_s_points", "S"))
        return [*pressure, *(f"{label} {found[p]}" for p, label in others if p in found)]

    @property
    def sound(self) -> Sound | None:
        return None if self.closed else sound(self.advisories, self.policy.repeat_s)

    @property
    def handover(self) -> Handover | None:
        """The handover that waits to be taken."""
        return None if self.closed else waiting(self.events)

    @property
    def nurse(self) -> str | None:
        """Who looks after the patient."""
        return in_charge(self.events)

    @property
    def pump(self) -> tuple[PumpCheck, ...]:
        return pump_checks(self.events)

    @property
    def dose_route(self) -> str | None:
        """The route of a single dose; None for an infusion."""
        order = self.session.order
        single = self.session.kind != Encounter.Kind.INFUSION and order is not None
        return str(order.order["route"]) if single else None

    @property
    def last_sequence(self) -> int:
        """What this page has seen: a form sent from it says so."""
        return max((row.sequence for row in self.session.events.all()), default=0)

    @property
    def closed(self) -> bool:
        return self.state in CLOSED

    @property
    def ended_at(self) -> datetime | None:
        """When the patient left; what is charted afterwards, the call of the next day, is no part of it."""
        ends = (EventKind.DISCHARGED, EventKind.TRANSFERRED, EventKind.CANCELLED)
        return last_at(self.events, *ends) if self.closed else None

    @property
    def elapsed(self) -> timedelta | None:
        """From the start to the stop, or to now."""
        start = self.observations.started_at
        return (self.stopped_at or self.now) - start if start else None

    @property
    def total_mg(self) -> float:
        return self.observations.given_mg

    @property
    def open_advisories(self) -> tuple[Shown, ...]:
        return tuple(s for s in self.advisories if not s.quiet)

    def rows(self) -> list[tuple[str, Reading | None, bool]]:
        """Each parameter with its newest reading and whether it is stale."""
        latest = self.observations.latest
        return [
            (name, latest.get(name), bool(latest.get(name)) and self.now - latest[name].at > STALE)
            for name in PARAMETERS
            if name in latest or name != "cadss6_points"  # shown once somebody used the sheet
        ]


def as_event(row: SessionEvent) -> Event:
    """A row of the event table as core's Event."""
    return Event(
        id=row.pk,
        kind=EventKind(row.kind),
        measured_at=row.measured_at,
        recorded_at=row.recorded_at,
        by=str(row.recorded_by or ""),
        source=_SOURCES.get(row.source, Source.PERSON),
        payload=row.payload,
        corrects=row.corrects_id,
        reason=row.reason or None,
    )


def order_of(row: MedicationRequest | None) -> Order | None:
    """The signed order as core's Order; None for what is no infusion (no rate was signed)."""
    if row is None or row.order.get("start_rate_mg_per_h") is None:
        return None
    said = row.order
    return Order(
        start_rate_mg_per_h=said["start_rate_mg_per_h"],
        maximum_rate_mg_per_h=said["maximum_rate_mg_per_h"],
        maximum_total_mg=said["maximum_total_mg"],
        weight_kg=float(row.weight_kg),
        step_mg_per_h=said.get("step_mg_per_h"),
        step_after_min=said.get("step_after_min") or 0.0,
        bolus_mg=said.get("bolus_mg"),
        rescue=rescue_of(row),
        hold_systolic_mmhg=said.get("hold_systolic_mmhg"),
        hold_spo2_percent=said.get("hold_spo2_percent"),
        call_systolic_mmhg=said.get("call_systolic_mmhg"),
        call_distress=said.get("call_distress"),
    )


def rescue_of(row: MedicationRequest | None) -> tuple[RescueDrug, ...]:
    """The as-needed drugs of an order, whatever its route."""
    return tuple(RescueDrug(**drug) for drug in (row.order.get("rescue") if row else None) or ())


def strength_of(session: Encounter) -> float | None:
    """mg/mL of base of what is in the pump, as charted last; None when nobody has said."""
    charted = in_force(as_event(row) for row in session.events.all())
    said = [e.payload.get("concentration_mg_per_ml") for e in charted]
    return next((float(found) for found in reversed(said) if found), None)


def list_sessions(patient: Patient) -> QuerySet[Encounter]:
    """Sessions of a patient, newest first, with their events."""
    return _sessions(patient.clinic).filter(patient=patient).order_by("-planned_at", "-recorded_at")


def lock_session(session: Encounter) -> Encounter:
    """The session read afresh, with its events, and held until the transaction ends."""
    rows = Encounter.objects.for_clinic(session.clinic).select_for_update(of=("self",))
    rows = rows.select_related("clinic", "patient", "order").prefetch_related(
        _event_rows(session.clinic)
    )
    return rows.get(pk=session.pk)


def get_session(*, clinic: Clinic, patient_id: uuid.UUID, session_id: uuid.UUID) -> Encounter:
    return get_object_or_404(_sessions(clinic), patient_id=patient_id, pk=session_id)


def live(session: Encounter, now: datetime | None = None, policy: Policy | None = None) -> Live:
    """Fold the session's events. One query each for the events and the clinic's rules, when not read yet."""
    now = now or timezone.now()
    policy = policy or policy_of(session.clinic)
    if "events" not in getattr(session, "_prefetched_objects_cache", {}):
        prefetch_related_objects([session], _event_rows(session.clinic))
    events = tuple(as_event(row) for row in session.events.all())
    observations, baseline = observe(events, now), baseline_of(events)
    order, limits = order_of(session.order), policy.limits
    found = check_observations(observations, limits, baseline, order, now)
    return Live(
        session=session,
        now=now,
        policy=policy,
        events=events,
        state=state_of(events),
        order=order,
        given=delivery(events),
        observations=observations,
        baseline=baseline,
        advisories=shown(found, acknowledged(events), now),
        due_at=next_set_due(observations, limits),
        stopped_at=last_at(events, EventKind.INFUSION_STOPPED, EventKind.DOSE_GIVEN),
        stop_pressed_at=_pressed(events),
    )


def last_at(events: Iterable[Event], *kinds: EventKind) -> datetime | None:
    """When one of these last happened."""
    return max((e.measured_at for e in in_force(events) if e.kind in kinds), default=None)


def sessions_today(clinic: Clinic, now: datetime | None = None) -> list[Live]:
    """Sessions of today, and any that still goes on: those that run first, by how urgent they are."""
    now = now or timezone.now()
    start = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    today = Q(planned_at__gte=start, planned_at__lt=start + timedelta(days=1))
    still_here = Q(status=Encounter.Status.IN_PROGRESS)
    found = _sessions(clinic).filter(today | still_here)
    policy = policy_of(clinic)
    return sorted((live(row, now, policy) for row in found), key=_urgency)


def going_on(clinic: Clinic) -> QuerySet[Encounter]:
    """Sessions whose patient is in the chair now, whatever day they were planned for."""
    there = (Encounter.Status.ARRIVED, Encounter.Status.IN_PROGRESS)
    return _sessions(clinic).filter(status__in=there)


def measured_weight_kg(row: MedicationRequest) -> float:
    """The weight on the scale the order was reckoned from, whatever weight counted in it."""
    if row.weight_basis == "actual":
        return float(row.weight_kg)
    found = Observation.objects.for_clinic(row.clinic).filter(
        patient=row.patient, kind=Observation.Kind.WEIGHT, unit="kg", value__isnull=False
    )
    of_the_day = found.filter(measured_at__date=row.weight_on).order_by("-measured_at").first()
    return float(of_the_day.value) if of_the_day else float(row.weight_kg)


def event_rows(session: Encounter) -> list[dict[str, Any]]:
    """Events for the list, newest first, each with the one that replaced it."""
    rows = list(session.events.all())
    replaced = {row.corrects_id: row for row in rows if row.corrects_id}
    return [
        {"row": row, "replaced_by": replaced.get(row.pk)}
        for row in sorted(rows, key=lambda r: (r.measured_at, r.sequence), reverse=True)
    ]


def _event_rows(clinic: Clinic) -> Prefetch:
    rows = SessionEvent.objects.for_clinic(clinic).select_related("recorded_by")
    return Prefetch("events", rows.order_by("sequence"))


def _sessions(clinic: Clinic) -> QuerySet[Encounter]:
    return (
        Encounter.objects.for_clinic(clinic)
        .filter(kind__in=SESSIONS)
        .exclude(status=Encounter.Status.ENTERED_IN_ERROR)
        .select_related(
            "clinic", "patient", "patient__clinic", "order", "order__plan", "order__recorded_by"
        )
        .prefetch_related(_event_rows(clinic))
    )


def acknowledged(events: Iterable[Event]) -> list[Acknowledgement]:
    return [
        Acknowledgement(
            code=e.payload["code"],
            since=datetime.fromisoformat(e.payload["since"]),
            by=e.by,
            at=e.measured_at,
        )
        for e in in_force(events)
        if e.kind is EventKind.ADVISORY_ACKNOWLEDGED
    ]


def _pressed(events: Iterable[Event]) -> datetime | None:
    """The first press of a stop that is neither confirmed nor taken back."""
    pressed: datetime | None = None
    for event in sorted(in_force(events), key=lambda e: e.recorded_at):
        if event.kind is EventKind.STOP_PRESSED:
            pressed = pressed or event.measured_at
        elif event.kind in (EventKind.STOP_WITHDRAWN, EventKind.INFUSION_STOPPED):
            pressed = None
    return pressed


_ORDER_OF_STATES = (
    State.EMERGENCY,
    State.RUNNING,
    State.PAUSED,
    State.RECOVERY,
    State.READY,
    State.PLANNED,
)


def _urgency(row: Live) -> tuple[int, int, datetime]:
    worst = max((s.advisory.priority for s in row.open_advisories), default=0)
    worst += 10 * bool(row.escalated)
    place = _ORDER_OF_STATES.index(row.state) if row.state in _ORDER_OF_STATES else 9
    return place, -worst, row.session.planned_at or row.now
