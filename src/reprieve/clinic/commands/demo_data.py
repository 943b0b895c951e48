"""Invented people for the demo. The same seed gives the same people on every computer."""

import random
import zoneinfo
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic, Role, User
from reprieve.clinic.accounts.services import give_role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.commands.demo_data_after import outcomes
from reprieve.clinic.commands.demo_data_checks import checks
from reprieve.clinic.commands.demo_data_contact import EMAIL, own_pages
from reprieve.clinic.commands.demo_data_course import Course, assess, begin, give_sessions, today
from reprieve.clinic.commands.demo_data_directory import directory
from reprieve.clinic.commands.demo_data_people import fill_chart, person
from reprieve.clinic.commands.demo_data_schedule import calendar
from reprieve.clinic.outcomes.models import OutcomesRun
from reprieve.clinic.outcomes.services import count
from reprieve.clinic.session.rooms import inspect

PASSWORD = "invented-people-only"  # noqa: S105  the demo holds nothing worth stealing
CLINIC = "Harbor Pain Clinic (demo)"
TIME_ZONE = "America/Chicago"
SEED = 20261121

STAFF = {
    Role.FRONT_DESK: "Dana Whitfield",
    Role.NURSE: "Ruth Okafor, RN",
    Role.PRESCRIBER: "Miriam Castellanos, MD",
    Role.PHARMACIST: "Theo Lindqvist, PharmD",
    Role.MANAGER: "Priya Raman",
}
SECOND_NURSE = "Tomás Rey, RN"
# How many people stand at each stage; 60 in all.
REGISTERED, HALF_INTAKE, ASSESSED, PLANNED, TODAY, IN_COURSE, AFTERWARDS = 6, 6, 8, 4, 8, 14, 14
FATES = ("response",) * 5 + ("no response",) * 3 + ("relapse",) * 2 + ("stopped",) * 2
FATES += ("pause",) * 2


@dataclass(frozen=True, slots=True)
class Team:
    """The invented clinicians every step is signed by."""

    nurse: Actor
    second: Actor
    prescriber: Actor
    manager: Actor


def logins() -> list[tuple[str, str]]:
    everybody = [(str(role.label), _email(role)) for role in STAFF]
    more = [
        (str(Role.NURSE.label) + " 2", "nurse-2@demo.example"),
        (str(Role.PATIENT.label), EMAIL),
    ]
    return [*everybody, *more]


def fill() -> None:
    """Add the demo clinic once; a second call changes nothing."""
    if Clinic.objects.filter(name=CLINIC).exists():
        return
    with transaction.atomic(), timezone.override(zoneinfo.ZoneInfo(TIME_ZONE)):
        clinic = Clinic.objects.create(name=CLINIC, time_zone=TIME_ZONE)
        team = _team(clinic)
        _rooms(clinic, team)
        _people(random.Random(SEED), team)  # noqa: S311  people, not secrets
        own_pages(
            clinic,
            nurse=team.nurse,
            prescriber=team.prescriber,
            manager=team.manager,
            password=PASSWORD,
        )
        calendar(clinic, nurse=team.nurse, prescriber=team.prescriber)
        directory(team.manager)
        count(OutcomesRun.objects.create(clinic=clinic))


def _rooms(clinic: Clinic, team: Team) -> None:
    """Every room checked this morning, all there."""
    today = timezone.localdate()
    soon = (today + timedelta(days=45)).isoformat()
    inspect(
        clinic=clinic,
        room="",
        on=today,
        works={item.id: True for item in knowledge.rooms()},
        expires_on={item.id: soon for item in knowledge.rooms() if item.expires},
        note="",
        by=team.nurse,
    )


def _people(chance: random.Random, team: Team) -> None:
    day = timezone.localdate()
    numbers = iter(range(1000))

    def next_person(days_ago: int, complete: bool = True) -> Course:
        patient = person(chance, team.nurse, next(numbers))
        on = day - timedelta(days=days_ago)
        fill_chart(chance, patient, team.nurse, on=on, complete=complete)
        return Course(patient=patient, assessed_on=on, chance=chance, team=team)

    for _n in range(REGISTERED):
        person(chance, team.nurse, next(numbers))
    for _n in range(HALF_INTAKE):
        next_person(3, complete=False)
    for n in range(ASSESSED):
        verdict = ("decline", "decline", "wait", "wait", "wait", "proceed", "proceed", "proceed")[n]
        assess(next_person(10), verdict)
    for n in range(PLANNED):
        begin(next_person(6), day + timedelta(days=1 + n))
    for n in range(TODAY):
        course = next_person(5)
        today(course, n)
        checks(course)
    for n in range(IN_COURSE):
        done = 4 + n % 3
        course = next_person(14 * done + 10)
        begin(course, day - timedelta(days=14 * done - 5 - n % 6), sessions=6 if done < 6 else 8)
        give_sessions(course, done)
        outcomes(course, "response" if n % 4 else "no response")
        checks(course, finds={1: "srv_bladder", 2: "srv_pdmp"}.get(n, ""))
    for n, fate in enumerate(FATES):
        course = next_person(14 * 9 + 40 + 7 * n)
        begin(course, day - timedelta(days=14 * 8 + 22 + 7 * (n % 8)), sessions=9)
        give_sessions(course, 9)
        outcomes(course, fate)
        checks(course)


def _email(role: Role) -> str:
    return f"{role.value.replace('_', '-')}@demo.example"


def _team(clinic: Clinic) -> Team:
    actors = {role: _somebody(clinic, role, _email(role), name) for role, name in STAFF.items()}
    second = _somebody(clinic, Role.NURSE, "nurse-2@demo.example", SECOND_NURSE)
    return Team(
        nurse=actors[Role.NURSE],
        second=second,
        prescriber=actors[Role.PRESCRIBER],
        manager=actors[Role.MANAGER],
    )


def _somebody(clinic: Clinic, role: Role, email: str, name: str) -> Actor:
    user = User.objects.create_user(email, PASSWORD, full_name=name)
    give_role(user=user, clinic=clinic, role=role, by=Actor(user=user, clinic=clinic))
    return Actor(user=user, clinic=clinic, roles=frozenset({role}))
