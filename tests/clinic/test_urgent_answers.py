"""An answer from home that cannot wait: contacts first, a named person called, a second when the first does not open."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic, Role, User
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.contact.links import BY_LINK, FOLLOW_UP, Purpose, make_link
from reprieve.clinic.contact.models import ResponderPage
from reprieve.clinic.contact.policy import LONGEST, SHORTEST, set_policy
from reprieve.clinic.contact.urgent import (
    BLOOD,
    OF_ITEM,
    SUICIDAL,
    escalate,
    open_page,
    page_responder,
)
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Patient
from reprieve.core.problems import UnusableInput

from .conftest import somebody

pytestmark = pytest.mark.django_db
ALL_ZERO = {f"phq9-{n}": "0" for n in range(1, 10)}


@pytest.fixture
def doctor(clinic: Clinic) -> User:
    return somebody(clinic, Role.PRESCRIBER, "Miriam Castellanos")


@pytest.fixture
def named(clinic: Clinic, nurse: Actor, doctor: User) -> None:
    """The nurse opens within 30 minutes, else the prescriber is called."""
    set_policy(
        clinic=clinic,
        phone="+1 555 0100",
        responder=str(nurse.user.pk),
        second=str(doctor.pk),
        minutes=30,
        by=nurse,
    )


def by_link(patient: Patient, nurse: Actor, questionnaire: str) -> Client:
    browser = Client()
    _link, path = make_link(
        patient=patient, purpose=Purpose.QUESTIONNAIRE, questionnaires=(questionnaire,), by=nurse
    )
    browser.post(path)
    return browser


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(("points", "crisis"), [("0", False), ("1", True), ("3", True)])
def test_item_9_above_zero_shows_the_crisis_line_on_the_next_screen(
    patient: Patient,
    nurse: Actor,
    points: str,
    crisis: bool,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    browser = by_link(patient, nurse, "PHQ-9")

    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(
            "/l/questions/", {"questionnaire": "PHQ-9", **ALL_ZERO, "phq9-9": points}
        )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert ("tel:988" in page and "Please call now" in page) is crisis
    assert ResponderPage.objects.count() == crisis
    assert QuestionnaireResponse.objects.count() == 1
    assert [m.to for m in mail.outbox] == [[nurse.user.email]] * crisis


@pytest.mark.usefixtures("named")
def test_an_unfinished_form_with_item_9_shows_the_crisis_line_and_calls_at_once(
    patient: Patient, nurse: Actor
) -> None:
    browser = by_link(patient, nurse, "PHQ-9")

    answer = browser.post("/l/questions/", {"questionnaire": "PHQ-9", "phq9-9": "2"})

    assert answer.status_code == 422
    assert "tel:988" in answer.content.decode()
    assert ResponderPage.objects.get().reasons == [SUICIDAL]
    assert not QuestionnaireResponse.objects.exists()
    browser.post("/l/questions/", {"questionnaire": "PHQ-9", **ALL_ZERO, "phq9-9": "2"})
    assert ResponderPage.objects.count() == 1  # the same call, not a second one


def test_blood_in_the_urine_shows_whom_to_call_also_where_nobody_is_named(
    patient: Patient, nurse: Actor
) -> None:
    browser = by_link(patient, nurse, "BLADDER")
    said = {f"bladder-{n}": "0" for n in range(1, 5)} | {"bladder-5": "1"}

    page = browser.post("/l/questions/", {"questionnaire": "BLADDER", **said}).content.decode()

    assert "needs a doctor today" in page
    row = ResponderPage.objects.get()
    assert (row.reasons, row.to, row.due_at) == ([BLOOD], None, None)


@pytest.mark.usefixtures("named")
def test_the_call_holds_no_patient_data(
    patient: Patient, nurse: Actor, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page_responder(patient=patient, reasons=[SUICIDAL], by=nurse)

    [sent] = mail.outbox
    for word in ("Abara", "Ada", "self-harm", str(patient.pk), "suicid"):
        assert word not in sent.subject + sent.body


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(
    ("minutes", "called"),
    [(29.9, False), (30.0, True), (30.1, True)],  # the clinic said 30
)
def test_what_nobody_opened_goes_to_the_second_person_at_the_time_named(
    patient: Patient,
    nurse: Actor,
    doctor: User,
    minutes: float,
    called: bool,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    page = page_responder(patient=patient, reasons=[BLOOD], by=nurse)
    then = page.recorded_at + timedelta(minutes=minutes)

    with (
        patch("reprieve.clinic.contact.urgent.timezone.now", return_value=then),
        django_capture_on_commit_callbacks(execute=True),
    ):
        escalate.func(str(page.pk))

    page.refresh_from_db()
    assert (page.escalated_at is not None) is called
    assert [m.to for m in mail.outbox] == [[doctor.email]] * called


@pytest.mark.usefixtures("named")
def test_what_was_opened_is_not_escalated_and_the_second_is_called_once(
    patient: Patient, nurse: Actor, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    opened = page_responder(patient=patient, reasons=[BLOOD], by=nurse)
    left = page_responder(patient=patient, reasons=[SUICIDAL], by=nurse)
    open_page(opened, by=nurse)
    later = timezone.now() + timedelta(hours=2)

    with (
        patch("reprieve.clinic.contact.urgent.timezone.now", return_value=later),
        django_capture_on_commit_callbacks(execute=True),
    ):
        for _ in range(2):
            escalate.func(str(opened.pk))
            escalate.func(str(left.pk))

    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("named")
def test_the_job_is_queued_for_the_minute_it_is_due(
    patient: Patient, nurse: Actor, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    from django_tasks_db.models import DBTaskResult

    with django_capture_on_commit_callbacks(execute=True):
        page = page_responder(patient=patient, reasons=[BLOOD], by=nurse)

    assert [row.run_after for row in DBTaskResult.objects.all()] == [page.due_at]


@pytest.mark.usefixtures("named")
def test_opening_a_page_keeps_who_and_takes_it_off_the_list(
    patient: Patient, nurse: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    page = page_responder(patient=patient, reasons=[BLOOD], by=nurse)
    browser = signed_in(clinic, Role.PRESCRIBER)
    assert "Blood in the urine" in browser.get("/from-patients/").content.decode()

    browser.post(f"/from-patients/urgent/{page.pk}/")

    page.refresh_from_db()
    assert page.opened_by is not None
    assert "Blood in the urine" not in browser.get("/from-patients/").content.decode()


@pytest.mark.usefixtures("named")
def test_the_front_desk_neither_sees_nor_closes_an_urgent_answer(
    patient: Patient, nurse: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    page = page_responder(patient=patient, reasons=[BLOOD], by=nurse)
    browser = signed_in(clinic, Role.FRONT_DESK)

    assert "Blood in the urine" not in browser.get("/from-patients/").content.decode()
    assert browser.post(f"/from-patients/urgent/{page.pk}/").status_code == 403
    page.refresh_from_db()
    assert page.opened_at is None


def test_every_urgent_item_that_goes_out_by_link_has_its_reason() -> None:
    items = {
        item.link_id
        for q in knowledge.instruments()
        if q.id in BY_LINK
        for item in q.items
        if item.urgent_from_points is not None
    }

    assert items == set(OF_ITEM)
    assert FOLLOW_UP in BY_LINK


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"minutes": None}, "id_minutes"),
        ({"minutes": SHORTEST - 1}, "id_minutes"),
        ({"minutes": LONGEST + 1}, "id_minutes"),
        ({"second": ""}, "id_second"),
        ({"second": "same"}, "id_second"),
        ({"responder": "a stranger"}, "id_responder"),
        ({"phone": " "}, "id_phone"),
    ],
)
def test_rules_that_would_leave_somebody_waiting_are_refused(
    clinic: Clinic, nurse: Actor, doctor: User, change: dict[str, object], field: str
) -> None:
    said = {
        "phone": "+1 555 0100",
        "responder": str(nurse.user.pk),
        "second": str(doctor.pk),
        "minutes": 30,
    }
    said |= change
    if said["second"] == "same":
        said["second"] = said["responder"]

    with pytest.raises(UnusableInput) as problem:
        set_policy(clinic=clinic, by=nurse, **said)

    assert field in [p.path for p in problem.value.problems]


@pytest.mark.parametrize("minutes", [SHORTEST, LONGEST])
def test_the_shortest_and_the_longest_time_are_taken(
    clinic: Clinic, nurse: Actor, doctor: User, minutes: int
) -> None:
    row = set_policy(
        clinic=clinic,
        phone="1",
        responder=str(nurse.user.pk),
        second=str(doctor.pk),
        minutes=minutes,
        by=nurse,
    )

    assert row.answers_urgent
