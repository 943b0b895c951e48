"""One table says who may open what; a page that is not in it is closed."""

from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path

from reprieve.clinic.accounts.models import Clinic, Membership, Role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.config import urls as real_urls
from reprieve.clinic.config.permissions import ROUTES, Open, may_open
from reprieve.clinic.patients.models import Patient

from .conftest import a_patient, acting, somebody


def routes(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"


def test_every_route_has_a_row_in_the_table() -> None:
    missing = sorted(set(routes(get_resolver())) - set(ROUTES))

    assert missing == [], "add these routes to clinic/config/permissions.py"


def test_the_table_has_no_row_for_a_route_that_is_gone() -> None:
    assert sorted(set(ROUTES) - set(routes(get_resolver()))) == []


def test_no_role_opens_a_route_that_is_not_in_the_table() -> None:
    assert not may_open("patients:forgotten", frozenset(Role))


def test_only_signing_in_health_language_visitors_pages_and_links_are_open_to_strangers() -> None:
    public = {route for route, access in ROUTES.items() if access is Open.PUBLIC}
    others = (
        "account_",
        "mfa_",
        "learn:",
        "assess:",
        "cost:",
        "find:",
        "links:",
        "request:",
    )

    assert {r for r in public if not r.startswith(others)} == {
        "alive",
        "ready",
        "language",
        "scheduling:feed",
        "session:worker",
        "session:manifest",
        "session:authority",
    }


class UrlsWithAForgottenPage:
    urlpatterns: ClassVar = [
        *real_urls.urlpatterns,
        path("forgotten/", lambda request: pytest.fail("opened"), name="forgotten"),
    ]
    handler403 = real_urls.handler403


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=UrlsWithAForgottenPage)
def test_a_forgotten_page_is_closed_even_to_a_manager(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    assert signed_in(clinic, Role.MANAGER).get("/forgotten/").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.FRONT_DESK, 403),
        (Role.NURSE, 200),
        (Role.PRESCRIBER, 200),
        (Role.PHARMACIST, 200),
        (Role.MANAGER, 403),
        (Role.PATIENT, 403),
    ],
)
def test_who_opens_a_chart(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client], role: Role, status: int
) -> None:
    assert signed_in(clinic, role).get(f"/patients/{patient.pk}/").status_code == status


@pytest.mark.django_db
def test_a_refusal_says_who_can(
    clinic: Clinic, patient: Patient, nurse: Actor, signed_in: Callable[..., Client]
) -> None:
    page = signed_in(clinic, Role.FRONT_DESK).get(f"/patients/{patient.pk}/").content.decode()

    assert "Ruth Okafor" in page
    assert "Abara" not in page


@pytest.mark.django_db
def test_another_clinics_patient_does_not_exist_here(
    patient: Patient, other_clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    stranger = signed_in(other_clinic, Role.PRESCRIBER)

    assert stranger.get(f"/patients/{patient.pk}/").status_code == 404
    assert (
        stranger.post(f"/patients/{patient.pk}/conditions/add/", {"text": "x"}).status_code == 404
    )
    assert "Abara" not in stranger.get("/patients/?q=abara").content.decode()


@pytest.mark.django_db
def test_a_row_of_another_clinic_cannot_be_reached_through_ones_own_patient(
    patient: Patient, other_clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    theirs = patient.conditions.create(clinic=patient.clinic, text="theirs")
    own = a_patient(acting(somebody(other_clinic, Role.NURSE), other_clinic, Role.NURSE))

    answer = signed_in(other_clinic, Role.NURSE).get(
        f"/patients/{own.pk}/conditions/{theirs.pk}/correct/"
    )

    assert answer.status_code == 404


@pytest.mark.django_db
def test_an_ended_membership_opens_nothing(clinic: Clinic, patient: Patient) -> None:
    user = somebody(clinic, Role.NURSE)
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    Membership.objects.filter(user=user).update(ended_at="2026-11-01T00:00Z")

    assert browser.get(f"/patients/{patient.pk}/").headers["Location"] == "/clinic/"


@pytest.mark.django_db
def test_roles_count_in_the_clinic_they_were_given_in(
    clinic: Clinic, other_clinic: Clinic, patient: Patient
) -> None:
    user = somebody(clinic, Role.FRONT_DESK)
    Membership.objects.create(user=user, clinic=other_clinic, role=Role.PRESCRIBER)
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert browser.get("/").headers["Location"] == "/clinic/"
    browser.post("/clinic/", {"clinic": str(clinic.pk)})
    assert browser.get(f"/patients/{patient.pk}/").status_code == 403


@pytest.mark.django_db
@override_settings(MFA_REQUIRED=True)
def test_where_a_second_factor_is_required_nothing_opens_before_it_is_set_up(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    assert signed_in(clinic, Role.NURSE).get("/").headers["Location"] == "/account/second-factor/"


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in_and_back() -> None:
    assert (
        Client().get("/patients/?q=a").headers["Location"]
        == "/account/login/?next=/patients/%3Fq%3Da"
    )
