"""Asking for a first visit: nothing kept before it is sent, red flags to a named person, abuse held off."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.contact.policy import set_policy
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.scheduling.models import ConsultationRequest
from reprieve.clinic.scheduling.requests import (
    accept_request,
    close_request,
    escalate_request,
    forget,
    see_request,
)
from reprieve.core.problems import UnusableInput
from reprieve.patient import guard
from reprieve.patient.assess import answers as kept
from reprieve.patient.request import views
from tests.clinic.people import acting, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return Clinic.objects.create(name="Harbor", time_zone="America/Chicago")


@pytest.fixture(autouse=True)
def _as_if_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "FASTEST_S", 0)


def a_form(**changes: Any) -> dict[str, Any]:
    return {
        "send": "1",
        "form_id": str(uuid.uuid4()),
        "shown_at": guard.stamp(),
        "clinic": str(Clinic.objects.get().pk),
        "given_names": "Ada",
        "family_name": "Abara",
        "phone": "+1 555 0123",
        **changes,
    }


def sent(**changes: Any) -> ConsultationRequest:
    form = a_form(**changes)
    assert Client().post("/request/", form).status_code == 200
    return ConsultationRequest.objects.get(pk=form["form_id"])


def named(clinic: Clinic) -> tuple[Any, Any]:
    """A responder and a second person, within an hour."""
    first, second = somebody(clinic, Role.NURSE), somebody(clinic, Role.PRESCRIBER)
    manager = acting(somebody(clinic, Role.MANAGER), clinic, Role.MANAGER)
    set_policy(
        clinic=clinic,
        phone="+1 555 0100",
        responder=str(first.pk),
        second=str(second.pk),
        minutes=60,
        by=manager,
    )
    return first, second


def desk(clinic: Clinic) -> Any:
    return acting(somebody(clinic, Role.FRONT_DESK), clinic, Role.FRONT_DESK)


def nurse(clinic: Clinic) -> Any:
    return acting(somebody(clinic, Role.NURSE), clinic, Role.NURSE)


def test_looking_and_a_form_with_a_mistake_store_nothing(clinic: Clinic) -> None:
    browser = Client()
    page = browser.get("/request/")

    assert "Nothing before you press" in page.content.decode()
    assert "deleted after 90 days" in page.content.decode()
    answer = browser.post("/request/", a_form(phone="", email=""))
    assert answer.status_code == 422
    assert "to call you back" in answer.content.decode()
    assert not ConsultationRequest.objects.exists()
    assert "sessionid" not in browser.cookies


def test_a_request_is_kept_for_ninety_days_with_a_row_in_the_trail(clinic: Clinic) -> None:
    row = sent()

    assert (row.phone, row.red_flag, row.to) == ("+1 555 0123", False, None)
    assert row.delete_on == timezone.localdate() + timedelta(days=90)
    trail = AuditEvent.objects.get(object_id=str(row.pk))
    assert "Abara" not in str(trail.detail)


def test_the_same_form_twice_is_one_request(clinic: Clinic) -> None:
    form = a_form()

    assert [Client().post("/request/", form).status_code for _ in range(2)] == [200, 200]
    assert ConsultationRequest.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"website": "http://x"}, {"shown_at": ""}, {"shown_at": "1700000000:x:y"}]
)
def test_a_machine_is_refused(clinic: Clinic, changes: dict[str, str]) -> None:
    assert Client().post("/request/", a_form(**changes)).status_code == 422
    assert not ConsultationRequest.objects.exists()


def test_a_form_filled_faster_than_it_can_be_read_is_refused(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "FASTEST_S", 3)

    assert Client().post("/request/", a_form()).status_code == 422


def test_one_address_sends_five_an_hour(clinic: Clinic) -> None:
    found = [Client().post("/request/", a_form()).status_code for _ in range(views.EACH_HOUR + 1)]

    assert found == [200] * 5 + [429]
    assert ConsultationRequest.objects.count() == 5


def test_another_site_cannot_send_it(clinic: Clinic) -> None:
    answer = Client().post("/request/", a_form(), headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 400
    assert not ConsultationRequest.objects.exists()


def test_an_attached_self_assessment_comes_with_answers_and_findings(clinic: Clinic) -> None:
    sealed = kept.sealed(_urgent_answers("crisis"))
    opened = Client().post("/request/", {"assessment": sealed})
    assert "self-assessment go along" in opened.content.decode()
    assert not ConsultationRequest.objects.exists()

    row = sent(assessment=sealed)

    assert row.assessment["document"] == "SelfAssessment"
    assert "crisis" in row.urgent


def test_attached_answers_that_are_too_old_are_said_so_and_nothing_is_sent(clinic: Clinic) -> None:
    answer = Client().post("/request/", a_form(assessment="old:answers"))

    assert answer.status_code == 422
    assert "older than an hour" in answer.content.decode()
    assert not ConsultationRequest.objects.exists()


@pytest.mark.parametrize(
    ("now", "words"),
    [("emergency", "This may be an emergency"), ("crisis", "You do not have to be alone")],
)
def test_an_urgent_request_shows_whom_to_call_on_the_next_screen(
    clinic: Clinic, now: str, words: str
) -> None:
    page = Client().post("/request/", a_form(now=[now])).content.decode()

    assert words in page
    assert "tel:911" in page


@pytest.mark.django_db(transaction=True)
def test_a_red_flag_calls_the_named_responder_without_patient_data(clinic: Clinic) -> None:
    first, _second = named(clinic)

    row = sent(now=["crisis"])

    assert row.to == first
    assert row.due_at == row.sent_at + timedelta(minutes=60)
    [message] = mail.outbox
    assert message.to == [first.email]
    assert "Abara" not in message.subject + message.body


@pytest.mark.django_db(transaction=True)
def test_a_red_flag_nobody_takes_goes_to_the_second_person_once(clinic: Clinic) -> None:
    _first, second = named(clinic)
    row = sent(now=["emergency"])
    mail.outbox.clear()

    escalate_request.func(str(row.pk))
    escalate_request.func(str(row.pk))

    assert [m.to for m in mail.outbox] == [[second.email]]


@pytest.mark.django_db(transaction=True)
def test_a_red_flag_taken_in_time_calls_nobody_else(clinic: Clinic) -> None:
    named(clinic)
    row = sent(now=["emergency"])
    see_request(row, by=nurse(clinic))
    mail.outbox.clear()

    escalate_request.func(str(row.pk))

    assert mail.outbox == []


def test_the_front_desk_cannot_close_a_red_flag_nor_take_it(clinic: Clinic) -> None:
    row, front = sent(now=["pregnancy"]), desk(clinic)

    for act in (
        lambda: close_request(row, answer="told no", by=front),
        lambda: accept_request(row, by=front),
        lambda: see_request(row, by=front),
    ):
        with pytest.raises(UnusableInput):
            act()
    row.refresh_from_db()
    assert row.status == "new"
    assert close_request(row, answer="referred", by=nurse(clinic)).status == "closed"


def test_a_finding_that_blocks_keeps_the_front_desk_from_closing(clinic: Clinic) -> None:
    row = sent()
    ConsultationRequest.objects.filter(pk=row.pk).update(clinical=True)
    row.refresh_from_db()

    with pytest.raises(UnusableInput, match="red flag"):
        close_request(row, answer="no", by=desk(clinic))


def test_a_calm_request_becomes_a_patient_to_be_booked(clinic: Clinic) -> None:
    browser = Client()
    browser.force_login(
        somebody(clinic, Role.FRONT_DESK),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    row = sent()
    assert "Abara, Ada" in browser.get("/calendar/requests/").content.decode()

    answer = browser.post(f"/calendar/requests/{row.pk}/accept/")

    patient = Patient.objects.get()
    assert answer.headers["Location"] == f"/calendar/book/{patient.pk}/"
    assert (patient.family_name, patient.phone) == ("Abara", "+1 555 0123")
    assert browser.post(f"/calendar/requests/{row.pk}/accept/").status_code == 422
    assert Patient.objects.count() == 1


def test_the_front_desk_reads_why_a_red_flag_is_not_closed(clinic: Clinic) -> None:
    browser = Client()
    browser.force_login(
        somebody(clinic, Role.FRONT_DESK),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    row = sent(now=["crisis"])
    page = browser.get(f"/calendar/requests/{row.pk}/").content.decode()

    assert "The front desk cannot close it." in page
    assert "Close the request" not in page
    answer = browser.post(f"/calendar/requests/{row.pk}/close/", {"answer": "x"})
    assert answer.status_code == 422
    assert browser.post(f"/calendar/requests/{row.pk}/see/").status_code == 403


def test_another_clinics_request_does_not_exist_here(clinic: Clinic) -> None:
    row = sent()
    other = Clinic.objects.create(name="Elsewhere", time_zone="Europe/Madrid")
    browser = Client()
    browser.force_login(
        somebody(other, Role.NURSE),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )

    assert browser.get(f"/calendar/requests/{row.pk}/").status_code == 404


def test_after_its_time_a_request_is_forgotten_unless_it_became_a_patient(clinic: Clinic) -> None:
    row, other = sent(), sent(family_name="Bello")
    accept_request(other, by=desk(clinic))
    forget.func(str(row.pk))
    assert ConsultationRequest.objects.count() == 2, "not before its day"

    ConsultationRequest.objects.update(delete_on=timezone.localdate())
    forget.func(str(row.pk))
    forget.func(str(other.pk))

    assert list(ConsultationRequest.objects.values_list("pk", flat=True)) == [other.pk]


def _urgent_answers(kind: str) -> dict[str, tuple[str, ...]]:
    """The first question with an option that is urgent in this way, so ticked."""
    for question in knowledge.self_assessment():
        for option in question.options:
            if option.urgent == kind:
                return {question.id: (option.id,)}
    raise AssertionError(kind)
