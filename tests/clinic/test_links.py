"""A link opens one thing for one patient, by a button, for a while; every refusal helps and is in the trail."""

import re
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.models import Action, AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.contact.accounts import open_account
from reprieve.clinic.contact.links import (
    Purpose,
    Refusal,
    find_link,
    make_link,
    open_link,
    questionnaires_for,
    refusal_of,
    revoke_link,
    send_link,
)
from reprieve.clinic.contact.models import PortalMessage, SentLink
from reprieve.clinic.contact.policy import set_policy
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.session.models import Encounter
from reprieve.core.problems import UnusableInput
from reprieve.patient.links.access import MOST_REFUSED

from .conftest import a_patient, acting, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_was_refused_before() -> None:
    cache.clear()


@pytest.fixture
def ada(nurse: Actor) -> Patient:
    return a_patient(nurse, email="ada@example.org", phone="555-0111")


def a_link(patient: Patient, by: Actor, purpose: str = Purpose.DIARY, *ids: str) -> str:
    return make_link(patient=patient, purpose=purpose, questionnaires=ids, by=by)[1]


def with_responder(clinic: Clinic, by: Actor) -> None:
    doctor = somebody(clinic, Role.PRESCRIBER, "Miriam Castellanos")
    set_policy(
        clinic=clinic,
        phone="+1 555 0100",
        responder=str(by.user.pk),
        second=str(doctor.pk),
        minutes=30,
        by=by,
    )


def test_looking_at_a_link_does_not_use_it(ada: Patient, nurse: Actor) -> None:
    """A mail scanner opens every address it sees."""
    path = a_link(ada, nurse, Purpose.QUESTIONNAIRE, "PEG")

    for _ in range(3):
        assert Client().get(path).status_code == 200

    assert SentLink.objects.get().uses == 0
    assert Client().post(path).headers["Location"] == "/l/questions/"


def test_before_it_is_opened_a_link_shows_initials_and_no_name(ada: Patient, nurse: Actor) -> None:
    page = Client().get(a_link(ada, nurse)).content.decode()

    assert "A. A." in page
    assert "Abara" not in page


def test_the_secret_is_not_kept_and_leaves_the_address(ada: Patient, nurse: Actor) -> None:
    path = a_link(ada, nurse)
    token = path.strip("/").rpartition("/")[2]
    browser = Client()

    assert browser.get(path).headers["Referrer-Policy"] == "strict-origin"
    opened = browser.post(path)

    assert token not in opened.headers["Location"]
    assert token not in str(SentLink.objects.values().get())
    assert token not in str(opened.cookies)
    assert opened.cookies["link"]["path"] == "/l/"
    assert opened.cookies["link"]["httponly"]


def test_an_opened_link_serves_its_purpose_and_no_other(ada: Patient, nurse: Actor) -> None:
    browser = Client()
    browser.post(a_link(ada, nurse, Purpose.DIARY))

    assert browser.get("/l/diary/").status_code == 200
    assert browser.get("/l/questions/").status_code == 403
    assert browser.get("/my/").status_code == 302  # to the sign-in page


@pytest.mark.parametrize("why", list(Refusal))
def test_each_refusal_helps_says_nothing_of_the_patient_and_is_in_the_trail(
    why: Refusal, ada: Patient, nurse: Actor, clinic: Clinic
) -> None:
    with_responder(clinic, nurse)
    path = a_link(ada, nurse, Purpose.QUESTIONNAIRE, "PEG")
    link = SentLink.objects.get()
    if why is Refusal.UNKNOWN:  # one letter of the secret changed
        path = path[:-2] + ("A" if path[-2] != "A" else "B") + "/"
    elif why is Refusal.EXPIRED:
        SentLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif why is Refusal.USED:
        Client().post(path)
    else:
        revoke_link(link, by=nurse)

    for answer in (Client().get(path), Client().post(path)):
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "+1 555 0100" in page
        assert "Abara" not in page
        assert "A. A." not in page
    rows = AuditEvent.objects.filter(action=Action.REFUSED)
    assert [row.detail for row in rows] == [{"why": why.value}] * 2
    assert {row.patient_id for row in rows} == {None if why is Refusal.UNKNOWN else ada.pk}


def test_the_log_line_of_a_refusal_holds_no_name_and_no_secret(
    ada: Patient, nurse: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    path = a_link(ada, nurse)
    revoke_link(SentLink.objects.get(), by=nurse)

    Client().get(path)

    assert "Abara" not in caplog.text
    assert "ada@" not in caplog.text


@pytest.mark.parametrize(("seconds", "refused"), [(1, False), (0, True), (-1, True)])
def test_a_link_ends_at_its_time(ada: Patient, nurse: Actor, seconds: int, refused: bool) -> None:
    link, _path = make_link(patient=ada, purpose=Purpose.DIARY, by=nurse)
    at = link.expires_at - timedelta(seconds=seconds)

    assert (refusal_of(link, at) is Refusal.EXPIRED) is refused


def test_of_two_who_open_the_last_use_one_is_refused(ada: Patient, nurse: Actor) -> None:
    link, path = make_link(
        patient=ada, purpose=Purpose.QUESTIONNAIRE, questionnaires=("PEG",), by=nurse
    )
    stale = find_link(path.strip("/").rpartition("/")[2])
    assert stale is not None

    assert open_link(link, by=nurse) is None
    assert stale.uses == 0  # read before the other opened it
    assert open_link(stale, by=nurse) is Refusal.USED


def test_taking_a_link_back_ends_what_it_opened(ada: Patient, nurse: Actor) -> None:
    browser = Client()
    browser.post(a_link(ada, nurse))
    assert browser.get("/l/diary/").status_code == 200

    revoke_link(SentLink.objects.get(), by=nurse)

    assert browser.get("/l/diary/").status_code == 403
    assert browser.get("/l/diary/sync/").status_code == 403


def test_a_cookie_somebody_made_up_opens_nothing(ada: Patient, nurse: Actor) -> None:
    a_link(ada, nurse)
    browser = Client()
    browser.cookies["link"] = f"{SentLink.objects.get().pk}:1tXyZ0:forged"

    assert browser.get("/l/diary/").status_code == 403


def test_too_many_wrong_links_from_one_address_have_to_wait(ada: Patient, nurse: Actor) -> None:
    """At the limit less one a good link opens; at the limit nothing does, from there."""
    good = a_link(ada, nurse)
    wrong = "/l/" + "x" * 43 + "/"
    for _ in range(MOST_REFUSED - 1):
        Client().get(wrong)
    assert Client().get(good).status_code == 200

    Client().get(wrong)

    assert Client().get(good).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").get(good).status_code == 200


def test_the_same_browser_may_tap_its_link_again(ada: Patient, nurse: Actor) -> None:
    path = a_link(ada, nurse, Purpose.QUESTIONNAIRE, "PEG")
    browser = Client()
    browser.post(path)

    assert browser.get(path).headers["Location"] == "/l/questions/"


def test_answers_by_link_are_the_patients_own_kept_once_and_end_the_link(
    ada: Patient, nurse: Actor
) -> None:
    browser = Client()
    path = a_link(ada, nurse, Purpose.QUESTIONNAIRE, "PEG", "FOLLOW_UP")
    browser.post(path)
    peg = {"questionnaire": "PEG", "peg-p": "6", "peg-e": "5", "peg-g": "4"}

    assert browser.post("/l/questions/", peg).status_code == 302
    assert browser.post("/l/questions/", peg).status_code == 302  # the back button
    done = browser.post("/l/questions/", {"questionnaire": "FOLLOW_UP", "effects": ["Nausea"]})

    assert "Thank you" in done.content.decode()
    row = QuestionnaireResponse.objects.get(questionnaire="PEG")
    assert (row.source, row.scores["score"], row.patient) == ("patient", 5.0, ada)  # (6+5+4)/3
    said = QuestionnaireResponse.objects.get(questionnaire="FOLLOW_UP")
    assert said.answers == {"side_effects": ["Nausea"]}
    assert browser.get("/l/questions/").status_code == 403
    assert Client().get(path).status_code == 403


def test_an_answer_left_out_is_asked_again(ada: Patient, nurse: Actor) -> None:
    browser = Client()
    browser.post(a_link(ada, nurse, Purpose.QUESTIONNAIRE, "PEG"))

    answer = browser.post("/l/questions/", {"questionnaire": "PEG", "peg-p": "6"})

    assert answer.status_code == 422
    assert not QuestionnaireResponse.objects.exists()


def test_phq9_is_sent_only_where_somebody_answers_in_time(
    ada: Patient, nurse: Actor, clinic: Clinic
) -> None:
    def send() -> None:
        send_link(
            patient=ada,
            purpose=Purpose.QUESTIONNAIRE,
            channel="email",
            questionnaires=("PHQ-9",),
            origin="https://clinic.example.org",
            by=nurse,
        )

    assert "PHQ-9" not in questionnaires_for(ada)
    with pytest.raises(UnusableInput):
        send()

    with_responder(clinic, nurse)

    assert "PHQ-9" in questionnaires_for(ada)
    send()
    assert len(mail.outbox) == 1


def test_a_sent_message_holds_the_link_and_no_name(ada: Patient, nurse: Actor) -> None:
    made = send_link(
        patient=ada,
        purpose=Purpose.DIARY,
        channel="email",
        origin="https://clinic.example.org",
        by=nurse,
    )

    [sent] = mail.outbox
    assert made.sent
    assert sent.to == ["ada@example.org"]
    assert re.search(r"https://clinic\.example\.org/l/[\w-]{43}/", sent.body)
    assert "Abara" not in sent.body + sent.subject
    assert "ketamine" not in (sent.body + sent.subject).lower()


def test_a_mail_server_that_is_away_is_said_and_not_a_crash(ada: Patient, nurse: Actor) -> None:
    with patch(
        "reprieve.clinic.contact.senders.send_mail", side_effect=ConnectionRefusedError("x")
    ):
        made = send_link(
            patient=ada, purpose=Purpose.DIARY, channel="email", origin="https://x", by=nurse
        )

    assert not made.sent


@pytest.mark.parametrize("channel", ["sms", "pigeon", ""])
def test_a_channel_the_clinic_does_not_have_is_refused(
    ada: Patient, nurse: Actor, channel: str
) -> None:
    with pytest.raises(UnusableInput) as problem:
        send_link(patient=ada, purpose=Purpose.DIARY, channel=channel, origin="https://x", by=nurse)

    assert [p.path for p in problem.value.problems] == ["id_channel"]


def test_a_sign_in_link_signs_the_patient_in_once(ada: Patient, nurse: Actor) -> None:
    open_account(ada, by=nurse)
    path = a_link(ada, nurse, Purpose.SIGN_IN)
    browser = Client()

    assert browser.post(path).headers["Location"] == "/my/"
    assert "Ada" in browser.get("/my/").content.decode()
    assert Client().post(path).status_code == 403


def test_a_patients_account_is_never_made_from_a_colleagues_address(
    nurse: Actor, clinic: Clinic
) -> None:
    colleague = a_patient(nurse, email=nurse.user.email)

    with pytest.raises(UnusableInput):
        open_account(colleague, by=nurse)


def test_staff_send_and_take_back_a_link_from_the_follow_up_page(
    ada: Patient, nurse: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.NURSE)

    browser.post(f"/patients/{ada.pk}/links/send/", {"purpose": "diary", "channel": "email"})
    link = SentLink.objects.get()
    page = browser.get(f"/patients/{ada.pk}/follow-up/").content.decode()
    browser.post(f"/patients/{ada.pk}/links/{link.pk}/revoke/")

    assert "not opened yet" in page
    assert "/l/" not in page  # the secret is for the patient alone, outside the demo
    link.refresh_from_db()
    assert link.revoked_at


def test_another_clinic_cannot_take_a_link_back(
    ada: Patient, nurse: Actor, other_clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    a_link(ada, nurse)
    link = SentLink.objects.get()
    own = a_patient(acting(somebody(other_clinic, Role.NURSE), other_clinic, Role.NURSE))
    stranger = signed_in(other_clinic, Role.NURSE)

    for patient in (ada, own):
        url = f"/patients/{patient.pk}/links/{link.pk}/revoke/"
        assert stranger.post(url).status_code == 404
    link.refresh_from_db()
    assert link.revoked_at is None


def a_visit(patient: Patient) -> Encounter:
    return Encounter.objects.create(
        clinic=patient.clinic,
        patient=patient,
        kind=Encounter.Kind.INFUSION,
        planned_at=timezone.now() + timedelta(days=2),
    )


@pytest.mark.parametrize(("said", "words"), [("yes", "I will come on"), ("no", "I cannot come on")])
def test_a_visit_is_confirmed_or_declined_once_and_the_clinic_reads_it(
    ada: Patient, nurse: Actor, said: str, words: str
) -> None:
    _link, path = make_link(patient=ada, purpose=Purpose.CONFIRMATION, visit=a_visit(ada), by=nurse)
    browser = Client()
    browser.post(path)
    browser.get("/l/visit/")
    assert not PortalMessage.objects.exists()  # looking says nothing

    browser.post("/l/visit/", {"coming": said})

    assert words in PortalMessage.objects.get().text
    assert browser.post("/l/visit/", {"coming": "yes"}).status_code == 403
    assert PortalMessage.objects.count() == 1


def test_the_visit_of_somebody_else_cannot_be_sent(ada: Patient, nurse: Actor) -> None:
    theirs = a_visit(a_patient(nurse))

    with pytest.raises(UnusableInput):
        send_link(
            patient=ada,
            purpose=Purpose.CONFIRMATION,
            visit=theirs,
            channel="email",
            origin="https://x",
            by=nurse,
        )


def test_phq9_is_not_asked_once_nobody_is_named_any_more(
    ada: Patient, nurse: Actor, clinic: Clinic
) -> None:
    with_responder(clinic, nurse)
    browser = Client()
    browser.post(a_link(ada, nurse, Purpose.QUESTIONNAIRE, "PHQ-9", "PEG"))
    assert 'value="PHQ-9"' in browser.get("/l/questions/").content.decode()

    set_policy(clinic=clinic, phone="1", responder="", second="", minutes=None, by=nurse)

    page = browser.get("/l/questions/").content.decode()
    assert 'value="PHQ-9"' not in page
    assert 'value="PEG"' in page
