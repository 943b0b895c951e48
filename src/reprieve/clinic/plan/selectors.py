"""What the planner reads: the assessment it rests on, and what was given before."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from reprieve.clinic.assessment.models import Assessment
from reprieve.clinic.assessment.selectors import list_assessments
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.plan.models import CarePlan, MedicationRequest
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.selectors import as_event
from reprieve.core.session.delivered import delivery
from reprieve.core.session.events import Event

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Given:
    """What this clinic gave in the last 365 days, from the sessions' events. mg of base."""

    sessions: int
    total_mg: float


def assessment_to_plan_on(patient: Patient) -> Assessment | None:
    """The newest assessment when it says to go on; an older yes does not outlive a newer no."""
    newest = list_assessments(patient).first()
    if newest is None or newest.decision != Assessment.Decision.PROCEED:
        return None
    return newest


def list_orders(patient: Patient) -> QuerySet[MedicationRequest]:
    """As signed, newest first."""
    return (
        MedicationRequest.objects.for_clinic(patient.clinic)
        .filter(patient=patient)
        .select_related("plan", "recorded_by")
        .order_by("-signed_at")
    )


def active_plan(patient: Patient) -> CarePlan | None:
    return (
        CarePlan.objects.for_clinic(patient.clinic)
        .filter(patient=patient, status=CarePlan.Status.ACTIVE)
        .order_by("-recorded_at")
        .first()
    )


def given_in_a_year(patient: Patient, *, as_of: date) -> Given:
    """Sessions and mg of the 365 days up to a day."""
    since = timezone.now() - timedelta(days=YEAR_DAYS + (timezone.localdate() - as_of).days)
    rows = (
        SessionEvent.objects.for_clinic(patient.clinic)
        .filter(patient=patient, measured_at__gte=since)
        .exclude(encounter__status=Encounter.Status.ENTERED_IN_ERROR)
        .order_by("encounter_id", "measured_at")
    )
    visits: dict[object, list[Event]] = {}
    for row in rows:
        visits.setdefault(row.encounter_id, []).append(as_event(row))
    totals = [delivery(events).total_mg(timezone.now()) for events in visits.values()]
    return Given(sessions=sum(mg > 0 for mg in totals), total_mg=sum(totals))
