"""People and a clinic to test with. All invented."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.models import Patient

from .people import PASSWORD, a_patient, acting, somebody
from .sessions import at_the_chair, prescriber, second, session

__all__ = [
    "PASSWORD",
    "a_patient",
    "acting",
    "at_the_chair",
    "prescriber",
    "second",
    "session",
    "somebody",
]


@pytest.fixture(scope="session", autouse=True)
def _on_both_databases(database: str) -> None:
    """Everything in this folder runs on SQLite and on PostgreSQL."""


@pytest.fixture(autouse=True)
def _language_forgotten() -> Iterator[None]:
    """A page shown in Spanish leaves Spanish on in its thread: the next test must not meet it."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _limits_forgotten() -> None:
    """What one test sent does not count against the next: three codes a minute to one address, and the like."""
    cache.clear()


@pytest.fixture
def clinic(db: None) -> Clinic:
    return Clinic.objects.create(name="Harbor", time_zone="America/Chicago")


@pytest.fixture
def other_clinic(db: None) -> Clinic:
    return Clinic.objects.create(name="Elsewhere", time_zone="Europe/Madrid", language="es")


@pytest.fixture
def nurse(clinic: Clinic) -> Actor:
    return acting(somebody(clinic, Role.NURSE, "Ruth Okafor"), clinic, Role.NURSE)


@pytest.fixture
def patient(nurse: Actor) -> Patient:
    return a_patient(nurse)


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
