"""The course in plain words, from the signed plan and what has been given."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.followup.selectors import trajectory
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.session.models import Encounter
from reprieve.patient.portal.export import visits

SHOWN = (Encounter.Status.PLANNED, Encounter.Status.ARRIVED, Encounter.Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlan:
    """status: of the plan, as stored. planned, given: how many treatments."""

    title: str
    status: str
    status_words: str
    start_on: date
    planned: int
    given: int
    last_at: datetime | None


def own_plan(patient: Patient) -> OwnPlan | None:
    """None before a plan is signed."""
    course = trajectory(patient)
    if course is None:
        return None
    plan = course.plan
    titles = {p.id: p.title for p in knowledge.protocols()}
    return OwnPlan(
        title=titles.get(plan.protocol, plan.protocol),
        status=plan.status,
        status_words=str(plan.get_status_display()),
        start_on=plan.start_on,
        planned=len(plan.proposal.get("course", ())),
        given=len(course.doses),
        last_at=course.doses[-1] if course.doses else None,
    )


def coming_and_past(patient: Patient) -> tuple[list[Encounter], list[Encounter]]:
    """Visits ahead, the next one first; visits behind, the newest first."""
    now, coming, past = timezone.now(), [], []
    for row in visits(patient):
        ahead = row.status in SHOWN and row.planned_at and row.planned_at >= now
        (coming if ahead else past).append(row)
    return coming[::-1], [row for row in past if row.status != Encounter.Status.PLANNED]
