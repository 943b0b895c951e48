"""Checks by exposure of the invented people: most done in time, some late, a few that found something."""

import random
from datetime import date, timedelta

from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import audit
from reprieve.clinic.commands.demo_data_course import Course
from reprieve.clinic.followup.models import CheckDone

FORGOTTEN = 0.07
FOUND = {
    "srv_bladder": "Has to go twice a night since the third infusion; no infection.",
    "srv_pdmp": "A second prescriber of a sedative, not named before.",
}


def checks(course: Course, *, finds: str = "") -> None:
    """Before the course and as often as each falls due. finds: the check that found something at last."""
    assert course.order is not None
    chance = random.Random(f"{course.patient.family_name} {course.patient.given_names}")  # noqa: S311
    start, today = course.order.plan.start_on, timezone.localdate()
    doses = [timezone.localtime(at).date() for at in course.given_at] or [start]
    rows = []
    for check in knowledge.surveillance():
        days = [start - timedelta(days=3)] if check.before_course else []
        if check.every_infusions:
            days += doses[check.every_infusions - 1 :: check.every_infusions]
        elif check.every_days:
            days += _every(check.every_days, start, today)
        kept = [d for d in days if d <= today and chance.random() > FORGOTTEN]
        rows += [_row(course, check.id, day) for day in kept]
    if finds:
        last = _row(course, finds, today - timedelta(days=2))
        last.result, last.note = CheckDone.Result.ABNORMAL, FOUND[finds]
        rows.append(last)
    CheckDone.objects.bulk_create(rows)
    detail = {"checks": len(rows), "invented": True}
    audit(course.patient, action=Did.CREATE, by=course.team.nurse, detail=detail)


def _every(days: int, start: date, today: date) -> list[date]:
    return [start + timedelta(days=n) for n in range(days - 4, (today - start).days, days - 4)]


def _row(course: Course, check_id: str, day: date) -> CheckDone:
    assert course.order is not None
    return CheckDone(
        clinic=course.patient.clinic,
        patient=course.patient,
        recorded_by=course.team.nurse.user,
        plan=course.order.plan,
        check_id=check_id,
        done_on=day,
        result=CheckDone.Result.AS_EXPECTED,
    )
