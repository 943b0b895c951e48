"""What the calendar reads. Every query starts from the clinic."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.followup.models import FollowUpDecision
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.plan.models import CarePlan, MedicationRequest
from reprieve.clinic.scheduling.models import (
    Appointment,
    ClinicDay,
    ConsultationRequest,
    HeldStep,
    WaitingEntry,
)
from reprieve.clinic.scheduling.rules import Rules, on_duty, resources_of
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.selectors import SESSIONS
from reprieve.core.scheduling.course import Course
from reprieve.core.scheduling.day import STEP_MIN, Day, Hold, Kind
from reprieve.core.scheduling.late import Booked

Status = Encounter.Status
GONE = (Status.CANCELLED, Status.ENTERED_IN_ERROR)
OVER = (Status.FINISHED, *GONE)  # what is over holds nothing


def day_bounds(on: date) -> tuple[datetime, datetime]:
    """Midnight to midnight in the clinic's time zone, which must be active."""
    zone = timezone.get_current_timezone()
    days = (on, on + timedelta(days=1))
    start, end = (
        timezone.make_aware(datetime.combine(day, datetime.min.time()), zone) for day in days
    )
    return start, end


def list_appointments(clinic: Clinic, start: datetime, end: datetime) -> list[Appointment]:
    """Booked for [start, end), in the order of the day."""
    rows = Appointment.objects.for_clinic(clinic).filter(
        status=Appointment.Status.BOOKED, starts_at__gte=start, starts_at__lt=end
    )
    rows = rows.exclude(encounter__status__in=GONE)
    found = rows.select_related("patient", "encounter", "encounter__order", "nurse", "prescriber")
    return list(found.order_by("starts_at", "chair"))


def unplaced(clinic: Clinic, start: datetime, end: datetime) -> list[Encounter]:
    """Planned visits that nobody has put in the calendar: they hold neither chair nor nurse."""
    rows = Encounter.objects.for_clinic(clinic).filter(
        planned_at__gte=start, planned_at__lt=end, appointment=None, status=Status.PLANNED
    )
    return list(rows.select_related("patient").order_by("planned_at"))


def get_appointment(clinic: Clinic, appointment_id: uuid.UUID) -> Appointment:
    rows = Appointment.objects.for_clinic(clinic).select_related(
        "clinic",
        "patient",
        "patient__clinic",
        "encounter",
        "encounter__order",
        "nurse",
        "prescriber",
    )
    return get_object_or_404(rows, pk=appointment_id)


def day_of(
    clinic: Clinic, on: date, rules: Rules, *, without: Iterable[uuid.UUID] = ()
) -> Day | None:
    """The day as the decisions read it; None when the clinic is closed.

    without: appointments to leave out of what is taken, as when they are about to move.
    """
    row = ClinicDay.objects.for_clinic(clinic).filter(on=on).first()
    if (row and row.closed) or on.weekday() not in rules.weekdays:
        return None
    opens_at, closes_at = rules.opening(on)
    start, end = day_bounds(on)
    return Day(
        opens_at=opens_at,
        closes_at=closes_at,
        resources=resources_of(on_duty(clinic, row, rules), rules),
        taken=_taken(clinic, start, end, without),
    )


def booked_of(clinic: Clinic, on: date) -> list[Booked]:
    """The visits of a day that are not over, with what they hold."""
    start, end = day_bounds(on)
    rows = [
        row for row in list_appointments(clinic, start, end) if row.encounter.status not in OVER
    ]
    holds = _holds_by_appointment(clinic, [row.pk for row in rows])
    return [
        Booked(id=str(row.pk), starts_at=row.expected_at, holds=tuple(holds[row.pk]))
        for row in rows
    ]


def _taken(
    clinic: Clinic, start: datetime, end: datetime, without: Iterable[uuid.UUID]
) -> tuple[Hold, ...]:
    rows = HeldStep.objects.for_clinic(clinic).filter(at__gte=start, at__lt=end)
    rows = rows.exclude(appointment__encounter__status__in=OVER)
    return _runs(rows.exclude(appointment__in=list(without)))


def _holds_by_appointment(clinic: Clinic, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Hold]]:
    found: dict[uuid.UUID, list[Hold]] = defaultdict(list)
    for key in ids:
        found[key] = list(_runs(HeldStep.objects.for_clinic(clinic).filter(appointment=key)))
    return found


def _runs(rows: QuerySet[HeldStep]) -> tuple[Hold, ...]:
    """Steps in a row of one place and one appointment, as one hold."""
    fields = ("kind", "resource", "place", "appointment", "at")
    step, zone = timedelta(minutes=STEP_MIN), timezone.get_current_timezone()
    found: list[Hold] = []
    last = None
    for kind, resource, place, appointment, at in rows.order_by(*fields).values_list(*fields):
        key, local = (kind, resource, place, appointment), at.astimezone(zone)
        goes_on = last == key and found[-1].ends_at == local
        start = found.pop().starts_at if goes_on else local
        found.append(
            Hold(kind=Kind(kind), id=resource, place=place, starts_at=start, ends_at=local + step)
        )
        last = key
    return tuple(found)


def order_of(patient: Patient) -> MedicationRequest | None:
    """The newest order of a course that is going on."""
    rows = MedicationRequest.objects.for_clinic(patient.clinic).filter(
        patient=patient, plan__status=CarePlan.Status.ACTIVE, replaced_by=None
    )
    return rows.select_related("plan").order_by("-signed_at").first()


def course_of(patient: Patient, *, without: Encounter | None = None) -> Course | None:
    """The doses of the plan that goes on: given, booked, judged. None when no order stands."""
    order = order_of(patient)
    if order is None:
        return None
    visits = Encounter.objects.for_clinic(patient.clinic).filter(
        patient=patient, kind__in=SESSIONS, order__plan=order.plan
    )
    if without:
        visits = visits.exclude(pk=without.pk)
    given = visits.exclude(began_at=None).exclude(status=Status.ENTERED_IN_ERROR)
    ahead = visits.filter(began_at=None, status__in=(Status.PLANNED, Status.ARRIVED))
    decisions = FollowUpDecision.objects.for_clinic(patient.clinic).filter(plan=order.plan)
    planned = [date.fromisoformat(visit["on"]) for visit in order.plan.proposal.get("course", [])]
    return Course(
        given_on=_days(given.values_list("began_at", flat=True)),
        booked_on=_days(ahead.values_list("planned_at", flat=True)),
        decided_on=_days(decisions.values_list("decided_at", flat=True)),
        interval_days=_interval(order.plan.protocol, planned),
        sessions=len(planned) or None,
    )


def _interval(protocol_id: str, planned: list[date]) -> tuple[int, int] | None:
    """Of the signed plan; its longest as the protocol has it. None for a plan of one visit."""
    if len(planned) < 2:
        return None
    signed = (planned[1] - planned[0]).days
    protocol = next((p for p in knowledge.protocols() if p.id == protocol_id), None)
    longest = protocol.course.interval_days if protocol else None
    return signed, max(signed, longest[1] if longest else signed)


def _days(moments: Iterable[datetime | None]) -> tuple[date, ...]:
    return tuple(sorted(timezone.localdate(at) for at in moments if at))


def list_waiting(clinic: Clinic) -> list[WaitingEntry]:
    """Who would come earlier, the longest waiting first."""
    rows = WaitingEntry.objects.for_clinic(clinic).filter(settled_at=None)
    return list(rows.select_related("patient").order_by("recorded_at"))


def list_requests(clinic: Clinic) -> list[ConsultationRequest]:
    """Open requests: red flags first, then the oldest."""
    rows = ConsultationRequest.objects.for_clinic(clinic).filter(
        status=ConsultationRequest.Status.NEW
    )
    found = rows.select_related("to", "seen_by").order_by("sent_at")
    return sorted(found, key=lambda r: (not r.urgent, not r.red_flag))


def get_request(clinic: Clinic, request_id: uuid.UUID) -> ConsultationRequest:
    rows = ConsultationRequest.objects.for_clinic(clinic).select_related(
        "clinic", "to", "seen_by", "closed_by", "patient"
    )
    return get_object_or_404(rows, pk=request_id)
