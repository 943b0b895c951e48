"""Book, move, cancel, run late, wait: each under the lock of the day, each a row in the trail.

Two locks keep a place from being given twice: the row of the day, so that requests take turns and
each finds a free place where there is one; and the unique steps, which hold even if the first is forgotten.
"""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.plan.models import MedicationRequest
from reprieve.clinic.scheduling.models import Appointment, ClinicDay, HeldStep, WaitingEntry
from reprieve.clinic.scheduling.reminders import wake_for
from reprieve.clinic.scheduling.rules import Rules, needs_of, rules_of
from reprieve.clinic.scheduling.selectors import (
    OVER,
    booked_of,
    course_of,
    day_bounds,
    day_of,
    order_of,
)
from reprieve.clinic.scheduling.words import CLOSED, REASONS
from reprieve.clinic.session.charting import plan_session
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.selectors import SESSIONS
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.scheduling.booking import Verdict, find_slots, may_book
from reprieve.core.scheduling.course import Course
from reprieve.core.scheduling.day import Hold, Kind, Needs, steps
from reprieve.core.scheduling.late import run_late

DOSE = "dose"  # a visit on the signed order, whatever its route
TALKS = (Encounter.Kind.CONSULTATION, Encounter.Kind.FOLLOW_UP)


def slots_on(
    patient: Patient | None,
    kind: str,
    on: date,
    clinic: Clinic,
    *,
    without: Encounter | None = None,
) -> tuple[Verdict, ...] | None:
    """The starts that are possible; None when the clinic is closed. patient: None before one is known.

    without: a visit planned already, which is to be put in the calendar.
    """
    rules = rules_of(clinic)
    day = day_of(clinic, on, rules)
    if day is None:
        return None
    needs, course = _needs_and_course(patient, kind, rules, without=without)
    return find_slots(day, needs, now=timezone.localtime(), course=course)


@transaction.atomic
def book(
    *,
    patient: Patient,
    kind: str,
    starts_at: datetime,
    by: Actor,
    chair: str = "",
    video: bool = False,
    encounter: Encounter | None = None,
    appointment_id: uuid.UUID | None = None,
) -> Appointment:
    """Take chair, nurse and prescriber for a visit, and plan the visit itself.

    kind: `dose`, or a kind of Encounter that is a talk. encounter: a visit planned already, to be put in
    the calendar. The same appointment_id twice is one appointment.
    Raises UnusableInput with every reason why not.
    """
    clinic = patient.clinic
    mine = Appointment.objects.for_clinic(clinic)
    if appointment_id and (standing := mine.filter(pk=appointment_id, patient=patient).first()):
        return standing
    rules = rules_of(clinic)
    lock_days(clinic, [timezone.localdate(starts_at)])
    needs, course = _needs_and_course(patient, kind, rules, without=encounter)
    verdict = _verdict(clinic, starts_at, needs, course, rules, chair)
    if encounter and mine.filter(encounter=encounter).exists():
        raise UnusableInput([Problem("", _("Somebody has put this visit in the calendar."))])
    if encounter is None:
        encounter = _plan(patient, kind, starts_at, verdict, by)
    else:
        _carry(encounter, starts_at, _id_of(verdict.holds, Kind.CHAIR), by)
    row = Appointment(
        clinic=clinic,
        patient=patient,
        recorded_by=by.user,
        encounter=encounter,
        starts_at=starts_at,
        video=video and kind in TALKS,
        treatment_min=needs.treatment_min,
        recovery_min=needs.recovery_min,
        turnover_min=needs.turnover_min,
        prescriber_min=needs.prescriber_min,
    )
    row.pk = appointment_id or row.pk
    take(row, verdict.holds, by)
    wake_for(row)
    settle_waiting(patient, on=timezone.localdate(starts_at), by=by)
    audit(row, action=Action.CREATE, by=by, detail={"kind": kind})
    return row


@transaction.atomic
def move(row: Appointment, *, starts_at: datetime, by: Actor, chair: str = "") -> Appointment:
    """The same visit at another time; the old place is free at the same moment the new one is taken."""
    clinic = row.clinic
    lock_days(clinic, [timezone.localdate(row.starts_at), timezone.localdate(starts_at)])
    row = _standing(row)
    is_dose = row.encounter.kind in SESSIONS
    course = course_of(row.patient, without=row.encounter) if is_dose else None
    verdict = _verdict(clinic, starts_at, row.needs, course, rules_of(clinic), chair, moving=row)
    HeldStep.objects.for_clinic(clinic).filter(appointment=row).delete()
    row.starts_at, row.late_min, row.longer_min = starts_at, 0, 0
    row.revision += 1
    _carry(row.encounter, starts_at, _id_of(verdict.holds, Kind.CHAIR), by)
    take(row, verdict.holds, by)
    wake_for(row)
    settle_waiting(row.patient, on=timezone.localdate(starts_at), by=by)
    audit(row, action=Action.UPDATE, by=by, detail={"moved": True})
    return row


@transaction.atomic
def cancel(row: Appointment, *, because: str, by: Actor) -> Appointment:
    """Free the place. The visit is cancelled with it, and both stay readable.

    Raises UnusableInput without a reason, or when the visit has begun.
    """
    lock_days(row.clinic, [timezone.localdate(row.starts_at)])
    row = _standing(row)
    if not because.strip():
        raise UnusableInput([Problem("id_because", _("Say why, in a few words."))])
    HeldStep.objects.for_clinic(row.clinic).filter(appointment=row).delete()
    row.status, row.cancelled_because = Appointment.Status.CANCELLED, because.strip()[:300]
    row.revision += 1
    _save(row, by)
    row.encounter.status = Encounter.Status.CANCELLED
    _save(row.encounter, by)
    audit(row, action=Action.UPDATE, by=by, detail={"cancelled": True})
    return row


@transaction.atomic
def delay(row: Appointment, *, minutes: int, by: Actor) -> list[Appointment]:
    """A visit begins or, once under way, ends later: everybody after it on the same places begins later.

    Returns the appointments that changed, the late one first. Raises UnusableInput for a delay of
    nothing or of more than 4 hours, or a visit that is over.
    """
    if not 0 < minutes <= 4 * 60:
        raise UnusableInput([Problem("id_minutes", _("Between 1 and 240 minutes."))])
    clinic, on = row.clinic, timezone.localdate(row.starts_at)
    lock_days(clinic, [on])
    visits = booked_of(clinic, on)
    if str(row.pk) not in {v.id for v in visits}:
        raise UnusableInput([Problem("id_minutes", _("This visit is over or cancelled."))])
    begun = row.encounter.status != Encounter.Status.PLANNED
    changed = run_late(visits, str(row.pk), minutes, begun=begun)
    rows = {
        str(r.pk): r
        for r in Appointment.objects.for_clinic(clinic)
        .filter(pk__in=changed)
        .select_related("encounter", "patient", "clinic")
    }
    HeldStep.objects.for_clinic(clinic).filter(appointment__in=rows.values()).delete()
    for key, later in changed.items():
        one = rows[key]
        if key == str(row.pk) and begun:
            one.longer_min += minutes
        else:
            one.late_min = int((later.starts_at - one.starts_at) / timedelta(minutes=1))
        _save(one, by)
        _hold(one, later.holds)
    audit(row, action=Action.UPDATE, by=by, detail={"late": minutes, "changed": len(rows)})
    return [rows[key] for key in changed]


@transaction.atomic
def wait(
    *, patient: Patient, kind: str, from_on: date, until_on: date | None, note: str, by: Actor
) -> WaitingEntry:
    """Put a patient on the list of those who would come earlier; one entry each."""
    rows = WaitingEntry.objects.for_clinic(patient.clinic)
    standing = rows.filter(patient=patient, settled_at=None).first()
    if until_on and until_on < from_on:
        raise UnusableInput([Problem("id_until_on", _("This day is before the first one."))])
    row = standing or WaitingEntry(clinic=patient.clinic, patient=patient, recorded_by=by.user)
    row.kind, row.from_on, row.until_on, row.note = kind, from_on, until_on, note.strip()[:300]
    row.save()
    audit(row, action=Action.UPDATE if standing else Action.CREATE, by=by)
    return row


def settle_waiting(patient: Patient, *, by: Actor, on: date | None = None) -> None:
    """Off the list: booked for a day they waited for, or (on=None) no longer wanted."""
    rows = WaitingEntry.objects.for_clinic(patient.clinic).filter(patient=patient, settled_at=None)
    if on:
        rows = rows.filter(Q(until_on=None) | Q(until_on__gte=on), from_on__lte=on)
    if rows.update(settled_at=timezone.now()):
        audit("waiting list", action=Action.UPDATE, by=by, patient_id=patient.pk)


def lock_days(clinic: Clinic, days: Iterable[date]) -> None:
    """Everybody who books on these days takes turns, in the order of the days.

    The places of visits that are over are given back, so that no step of theirs is in the way.
    """
    for on in sorted(set(days)):
        ClinicDay.objects.get_or_create(clinic=clinic, on=on)
        ClinicDay.objects.select_for_update().get(clinic=clinic, on=on)
        start, end = day_bounds(on)
        steps_of_day = HeldStep.objects.for_clinic(clinic).filter(at__gte=start, at__lt=end)
        steps_of_day.filter(appointment__encounter__status__in=OVER).delete()


def _standing(row: Appointment) -> Appointment:
    """The row as it is now that the day is locked. Raises UnusableInput when it is over or gone."""
    rows = Appointment.objects.select_related("clinic", "patient", "patient__clinic", "encounter")
    now = rows.get(pk=row.pk)
    if now.status != now.Status.BOOKED or now.encounter.status != Encounter.Status.PLANNED:
        raise UnusableInput([Problem("", _("This visit has begun, is over, or was cancelled."))])
    return now


def _needs_and_course(
    patient: Patient | None, kind: str, rules: Rules, *, without: Encounter | None = None
) -> tuple[Needs, Course | None]:
    if kind in TALKS:
        return needs_of(kind, rules), None
    order = order_of(patient) if patient else None
    if kind != DOSE or order is None or patient is None:
        message = _("No order stands: a plan is signed before a dose is booked.")
        raise UnusableInput([Problem("id_kind", message)])
    needs = needs_of(DOSE, rules, dose_min=order.order.get("duration_min"))
    return needs, course_of(patient, without=without)


def _verdict(
    clinic: Clinic,
    starts_at: datetime,
    needs: Needs,
    course: Course | None,
    rules: Rules,
    chair: str,
    moving: Appointment | None = None,
) -> Verdict:
    local = timezone.localtime(starts_at)
    day = day_of(clinic, local.date(), rules, without=[moving.pk] if moving else [])
    if day is None:
        raise UnusableInput([Problem("id_starts_at", str(CLOSED))])
    verdict = may_book(day, needs, local, now=timezone.now(), course=course, chair=chair)
    if not verdict.possible:
        raise UnusableInput([Problem("id_starts_at", str(REASONS[r])) for r in verdict.refusals])
    return verdict


def _plan(patient: Patient, kind: str, at: datetime, verdict: Verdict, by: Actor) -> Encounter:
    """The visit: on the signed order for a dose, by itself for a talk."""
    if kind == DOSE:
        order = order_of(patient)
        assert isinstance(order, MedicationRequest)
        chair = _id_of(verdict.holds, Kind.CHAIR)
        return plan_session(patient=patient, order=order, planned_at=at, chair=chair, by=by)
    visit = Encounter(
        clinic=patient.clinic, patient=patient, recorded_by=by.user, kind=kind, planned_at=at
    )
    _save(visit, by)
    audit(visit, action=Action.CREATE, by=by)
    return visit


def _carry(visit: Encounter, at: datetime, chair: str, by: Actor) -> None:
    """What the pages of the session read follows the calendar."""
    visit.planned_at, visit.chair = at, chair or visit.chair
    _save(visit, by)


def take(row: Appointment, holds: tuple[Hold, ...], by: Actor) -> None:
    row.chair = _id_of(holds, Kind.CHAIR)
    row.nurse_id = _person(holds, Kind.NURSE)
    row.prescriber_id = _person(holds, Kind.PRESCRIBER)
    _save(row, by)
    _hold(row, holds)


def _hold(row: Appointment, holds: tuple[Hold, ...]) -> None:
    HeldStep.objects.bulk_create(
        HeldStep(
            clinic=row.clinic,
            appointment=row,
            kind=hold.kind,
            resource=hold.id,
            place=hold.place,
            at=at,
        )
        for hold in holds
        for at in steps(hold)
    )


def _save(row: Appointment | Encounter, by: Actor) -> None:
    row._history_user = by.user
    row.save()


def _id_of(holds: tuple[Hold, ...], kind: Kind) -> str:
    return next((h.id for h in holds if h.kind is kind), "")


def _person(holds: tuple[Hold, ...], kind: Kind) -> uuid.UUID | None:
    key = _id_of(holds, kind)
    return uuid.UUID(key) if key else None
