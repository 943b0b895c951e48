"""People and a clinic to test with. All invented."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from reprieve.clinic.accounts.models import Clinic, Membership, Role, User
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.services import register_patient

PASSWORD = "a long enough password"


@pytest.fixture(scope="session", autouse=True)
def _on_both_databases(database: str) -> None:
    """Everything in this folder runs on SQLite and on PostgreSQL."""


@pytest.fixture(autouse=True)
def _language_forgotten() -> Iterator[None]:
    """A page shown in Spanish leaves Spanish on in its thread: the next test must not meet it."""
    yield
    translation.deactivate()


@pytest.fixture
def clinic(db: None) -> Clinic:
    return Clinic.objects.create(name="Harbor", time_zone="America/Chicago")


@pytest.fixture
def other_clinic(db: None) -> Clinic:
    return Clinic.objects.create(name="Elsewhere", time_zone="Europe/Madrid", language="es")


def somebody(clinic: Clinic, role: Role, name: str = "") -> User:
    user = User.objects.create_user(
        f"{uuid.uuid4().hex}@example.org", PASSWORD, full_name=name or f"A {role.label}"
    )
    Membership.objects.create(user=user, clinic=clinic, role=role)
    return user


def acting(user: User, clinic: Clinic, *roles: Role) -> Actor:
    return Actor(user=user, clinic=clinic, roles=frozenset(roles), address="127.0.0.1")


@pytest.fixture
def nurse(clinic: Clinic) -> Actor:
    return acting(somebody(clinic, Role.NURSE, "Ruth Okafor"), clinic, Role.NURSE)


@pytest.fixture
def patient(nurse: Actor) -> Patient:
    return a_patient(nurse)


def a_patient(by: Actor, **fields: Any) -> Patient:
    number = fields.pop("record_number", "")
    names = {"family_name": "Abara", "given_names": "Ada", **fields}
    return register_patient(fields=names, record_number=number, by=by)


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    """A browser in which somebody with this role is signed in."""

    def sign_in(clinic: Clinic, role: Role) -> Client:
        client = Client()
        client.force_login(
            somebody(clinic, role), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return sign_in
