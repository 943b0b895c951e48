"""A manager brings people in and ends their roles; everybody else cannot."""

from collections.abc import Callable

import pytest
from django.test import Client

from reprieve.clinic.accounts.models import Clinic, Membership, Role, User

pytestmark = pytest.mark.django_db
RUTH = {"full_name": "Ruth Okafor, RN", "email": "Ruth@Example.org", "role": "nurse"}


@pytest.fixture
def manager(clinic: Clinic, signed_in: Callable[..., Client]) -> Client:
    return signed_in(clinic, Role.MANAGER)


def roles_of(email: str) -> list[str]:
    return [m.role for m in Membership.objects.current().filter(user__email=email)]


def test_a_new_person_gets_a_link_that_sets_a_password_once(manager: Client) -> None:
    page = manager.post("/team/", RUTH).content.decode()
    link = page.split('class="link">')[1].split("<")[0]
    path = "/" + link.split("/", 3)[3]
    assert roles_of("ruth@example.org") == ["nurse"]

    ruth = Client()
    form = ruth.get(path, follow=True)
    set_at = form.redirect_chain[-1][0]
    password = "long enough and hers alone"
    ruth.post(set_at, {"password1": password, "password2": password})

    assert User.objects.get(email="ruth@example.org").check_password(password)
    again = Client().get(path, follow=True)
    assert "password1" not in again.content.decode()


def test_a_person_already_known_gets_the_role_and_no_link(manager: Client) -> None:
    User.objects.create_user("ruth@example.org", "a long enough password", full_name="Ruth Okafor")
    page = manager.post("/team/", RUTH).content.decode()
    assert 'class="link"' not in page
    assert roles_of("ruth@example.org") == ["nurse"]
    assert User.objects.filter(email="ruth@example.org").count() == 1


@pytest.mark.parametrize("wrong", [{"email": "nobody"}, {"full_name": ""}, {"role": "patient"}])
def test_what_cannot_be_used_is_said_and_stays_typed(
    manager: Client, wrong: dict[str, str]
) -> None:
    answer = manager.post("/team/", {**RUTH, **wrong})
    assert answer.status_code == 422
    assert "problems" in answer.content.decode()
    assert not User.objects.filter(email="ruth@example.org").exists()


def test_a_role_ends_and_the_last_manager_stays(clinic: Clinic, manager: Client) -> None:
    manager.post("/team/", RUTH)
    hers = Membership.objects.get(user__email="ruth@example.org")
    own = Membership.objects.get(clinic=clinic, role=Role.MANAGER)
    manager.post(f"/team/{hers.pk}/end/")
    manager.post(f"/team/{own.pk}/end/")
    hers.refresh_from_db()
    own.refresh_from_db()
    assert hers.ended_at is not None
    assert own.ended_at is None


def test_the_team_of_another_clinic_is_out_of_reach(
    manager: Client, other_clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    signed_in(other_clinic, Role.NURSE)
    theirs = Membership.objects.get(clinic=other_clinic)
    assert manager.post(f"/team/{theirs.pk}/end/").status_code == 404


@pytest.mark.parametrize("role", [Role.NURSE, Role.PRESCRIBER, Role.FRONT_DESK, Role.PHARMACIST])
def test_only_a_manager_sees_the_team(
    clinic: Clinic, signed_in: Callable[..., Client], role: Role
) -> None:
    assert signed_in(clinic, role).get("/team/").status_code == 403
