"""A planned pause: agreed, drawn once, lived through, compared."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.followup.models import PlannedPause
from reprieve.clinic.followup.pauses import compared, list_pauses, lived_pauses, plan_pause
from reprieve.clinic.followup.selectors import trajectory
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.plan.models import CarePlan
from reprieve.core.outcomes.pause import draw_delay

from .test_followup import given, prescriber, says, treated

__all__ = ["prescriber", "treated"]
pytestmark = pytest.mark.django_db


def agreed(**changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "consented_on": today,
        "due_on": today + timedelta(days=3),
        "earliest_days": 7,
        "latest_days": 28,
        "rescue_points": 8,
        **changes,
    }


def plan_of(patient: Patient) -> CarePlan:
    course = trajectory(patient)
    assert course is not None
    return course.plan


def typed(**changes: Any) -> dict[str, str]:
    return {name: str(value) for name, value in agreed(**changes).items()}


def test_the_day_is_drawn_once_and_anybody_can_draw_it_again(
    treated: Patient, prescriber: Actor
) -> None:
    row = plan_pause(plan=plan_of(treated), agreed=agreed(), by=prescriber)

    assert row.drawn_days == draw_delay(row.window, row.seed)
    assert 7 <= row.drawn_days <= 28
    with pytest.raises(TypeError):
        row.save()  # nobody draws until they like the day


def test_a_second_pause_waits_until_the_first_is_over(treated: Patient, prescriber: Actor) -> None:
    plan_pause(plan=plan_of(treated), agreed=agreed(), by=prescriber)

    with pytest.raises(ValidationError):
        plan_pause(plan=plan_of(treated), agreed=agreed(), by=prescriber)
    assert list_pauses(treated).count() == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 302),
        ({"due_on": timezone.localdate() - timedelta(days=1)}, 422),
        ({"consented_on": timezone.localdate() + timedelta(days=1)}, 422),
        ({"earliest_days": 28}, 422),
        ({"latest_days": 57}, 422),
        ({"rescue_points": ""}, 422),
    ],
)
def test_what_is_agreed_must_make_sense(
    treated: Patient,
    clinic: Clinic,
    signed_in: Callable[..., Client],
    change: dict[str, Any],
    status: int,
) -> None:
    browser = signed_in(clinic, Role.PRESCRIBER)

    answer = browser.post(f"/patients/{treated.pk}/follow-up/pause/draw/", typed(**change))
    assert answer.status_code == status
    assert list_pauses(treated).exists() is (status == 302)


def test_a_nurse_reads_pauses_and_agrees_on_none(
    treated: Patient, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.NURSE)

    assert browser.get(f"/patients/{treated.pk}/follow-up/pause/").status_code == 200
    answer = browser.post(f"/patients/{treated.pk}/follow-up/pause/draw/", typed())
    assert answer.status_code == 403


def a_pause_lived(patient: Patient, by: Actor, drawn: int, given_after: int) -> PlannedPause:
    """Due 60 days ago; the infusion came `given_after` days later; the diary was kept."""
    due = timezone.localdate() - timedelta(days=60)
    course = trajectory(patient)
    assert course is not None
    CarePlan.objects.filter(pk=course.plan.pk).update(start_on=due - timedelta(days=30))
    session = patient.encounters.first()
    given(session, 90)
    given(session, 60 - given_after)
    for day in range(-7, 45):
        says(patient, by, 60 - day - 0.1, 7 if day <= given_after else 3)
    return PlannedPause.objects.create(
        clinic=patient.clinic,
        patient=patient,
        plan=course.plan,
        recorded_by=by.user,
        seed=1,
        drawn_days=drawn,
        **agreed(consented_on=due, due_on=due),
    )


def test_a_pause_that_went_as_drawn_is_compared(treated: Patient, prescriber: Actor) -> None:
    a_pause_lived(treated, prescriber, drawn=14, given_after=14)
    course = trajectory(treated)
    assert course is not None
    lived = lived_pauses(course, list(list_pauses(treated)))
    found = compared(course, lived)

    assert [p.as_drawn for p in lived] == [True]
    assert found is not None
    assert found.difference == pytest.approx(4, abs=0.6)  # 7 before, 3 after


def test_an_infusion_on_another_day_is_shown_and_left_out(
    treated: Patient, prescriber: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    a_pause_lived(treated, prescriber, drawn=20, given_after=14)
    course = trajectory(treated)
    assert course is not None

    assert compared(course, lived_pauses(course, list(list_pauses(treated)))) is None
    page = signed_in(clinic, Role.NURSE).get(f"/patients/{treated.pk}/follow-up/pause/")
    assert "not as drawn: left out" in page.content.decode()
