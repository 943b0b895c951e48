"""The patient's own pages: one's own and nobody else's, on every route."""

import contextlib
import io
import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Membership, Role
from reprieve.clinic.audit.models import Action, AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.config.permissions import ROUTES
from reprieve.clinic.contact.accounts import open_account
from reprieve.clinic.contact.messages import (
    LARGEST_BYTES,
    MOST_A_DAY,
    answer_message,
    write_message,
)
from reprieve.clinic.contact.models import Attachment, PatientAccount, PortalMessage
from reprieve.clinic.contact.reminders import due_questionnaires
from reprieve.clinic.intake.consent import record_consent
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.services import change_patient, record_chart_row
from reprieve.clinic.plan.models import Consent
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.core.problems import UnusableInput
from reprieve.fhir.bundle import read_bundle

from .conftest import a_patient, acting, somebody
from .sessions import a_session

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def ada(nurse: Actor) -> Patient:
    return a_patient(nurse, email="ada@example.org")


@pytest.fixture
def eve(nurse: Actor) -> Patient:
    return a_patient(nurse, family_name="Eastman", given_names="Eve", email="eve@example.org")


@pytest.fixture
def own(ada: Patient, nurse: Actor) -> Client:
    return browser_of(ada, nurse)


def browser_of(patient: Patient, by: Actor) -> Client:
    browser = Client()
    browser.force_login(open_account(patient, by=by).user, backend=BACKEND)
    return browser


def consent_of(patient: Patient, by: Actor) -> Consent:
    return record_consent(
        patient=patient,
        language="en",
        signed_name=str(patient),
        signed_on=timezone.localdate(),
        witness="W. Itness",
        told=True,
        by=by,
    )


def visit_of(patient: Patient) -> Encounter:
    began = timezone.now() - timedelta(days=3)
    return Encounter.objects.create(
        clinic=patient.clinic,
        patient=patient,
        kind=Encounter.Kind.INFUSION,
        status=Encounter.Status.FINISHED,
        began_at=began,
        planned_at=began,
    )


def my_routes() -> list[str]:
    return sorted(r for r in ROUTES if r.startswith("my:"))


def ids_of(patient: Patient, by: Actor) -> dict[str, uuid.UUID]:
    """Something of the patient's for every id a route may take."""
    file = SimpleUploadedFile("photo.png", PNG)
    message = write_message(patient=patient, text="of theirs", files=[file], by=by)
    return {
        "attachment_id": Attachment.objects.get(message=message).pk,
        "session_id": visit_of(patient).pk,
        "consent_id": consent_of(patient, by).pk,
    }


def address(route: str, ids: dict[str, uuid.UUID]) -> str:
    """With the id the route asks for, if it asks for one."""
    for kwargs in ({}, *({name: key} for name, key in ids.items())):
        with contextlib.suppress(NoReverseMatch):
            return reverse(route, kwargs=kwargs)
    raise AssertionError(f"{route} takes an id this test does not know: add it to ids_of")


def test_every_route_shows_ones_own_and_never_anothers(
    own: Client, ada: Patient, eve: Patient, nurse: Actor
) -> None:
    mine, theirs = ids_of(ada, nurse), ids_of(eve, nurse)
    for route in my_routes():
        answer = own.get(address(route, mine))
        assert answer.status_code == 200, route
        page = b"".join(answer) if answer.streaming else answer.content
        assert b"Eastman" not in page, route
        if address(route, theirs) != address(route, mine):
            refused = AuditEvent.objects.filter(action=Action.REFUSED)
            before = refused.count()
            assert own.get(address(route, theirs)).status_code == 404, route
            assert refused.count() == before + 1


def test_another_patients_id_in_a_query_or_a_form_changes_nothing(
    own: Client, ada: Patient, eve: Patient
) -> None:
    for route in ("my:home", "my:chart", "my:export-fhir"):
        page = own.get(f"{reverse(route)}?patient={eve.pk}&patient_id={eve.pk}").content
        assert b"Eastman" not in page

    own.post(reverse("my:messages"), {"text": "hello", "patient_id": str(eve.pk)})

    assert PortalMessage.objects.get().patient == ada


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.PATIENT])
def test_staff_are_refused_on_every_route_of_the_portal(
    clinic: Clinic, ada: Patient, nurse: Actor, role: Role, signed_in: Callable[..., Client]
) -> None:
    ids = ids_of(ada, nurse)
    browser = signed_in(clinic, role)

    assert {browser.get(address(r, ids)).status_code for r in my_routes()} == {403}


def test_a_patient_is_refused_on_every_page_of_the_clinic(own: Client, ada: Patient) -> None:
    for path in ("/patients/", f"/patients/{ada.pk}/", f"/patients/{ada.pk}/follow-up/", "/desk/"):
        assert own.get(path).status_code == 403
    for path in ("/from-patients/", "/chairs/", "/outcomes/", "/team/"):
        assert own.get(path).status_code == 403


def test_an_ended_account_opens_nothing(own: Client, ada: Patient) -> None:
    PatientAccount.objects.update(ended_at=timezone.now())

    assert own.get("/my/").status_code == 403
    assert b"Abara" not in own.get("/my/data/record.json").content


def test_a_patient_role_without_an_account_sees_nobody(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    assert signed_in(clinic, Role.PATIENT).get("/my/").status_code == 403


def test_each_page_read_is_in_the_trail_with_its_patient(own: Client, ada: Patient) -> None:
    for path in ("/my/", "/my/pain/", "/my/messages/", "/my/documents/"):
        before = AuditEvent.objects.filter(action=Action.READ, patient_id=ada.pk).count()
        own.get(path)
        assert AuditEvent.objects.filter(action=Action.READ, patient_id=ada.pk).count() == (
            before + 1
        )


# ---- signing in


def test_a_code_by_email_signs_a_patient_in(ada: Patient, nurse: Actor) -> None:
    open_account(ada, by=nurse)
    browser = Client()

    browser.post("/account/login/code/", {"email": "ada@example.org"})
    [sent] = mail.outbox
    code = next(w for w in sent.body.split() if len(w.replace("-", "")) >= 6 and w.isupper())
    answer = browser.post("/account/login/code/confirm/", {"code": code})

    assert answer.headers["Location"] == "/my/"


@pytest.mark.parametrize("who", ["staff", "stranger"])
def test_staff_and_strangers_get_no_code_and_hear_no_difference(
    ada: Patient, nurse: Actor, who: str
) -> None:
    open_account(ada, by=nurse)
    known = Client().post("/account/login/code/", {"email": "ada@example.org"})
    mail.outbox.clear()
    address = nurse.user.email if who == "staff" else "nobody@example.org"

    answer = Client().post("/account/login/code/", {"email": address})

    assert mail.outbox == []
    assert (answer.status_code, answer.headers["Location"]) == (
        known.status_code,
        known.headers["Location"],
    )


@override_settings(MFA_REQUIRED=True)
def test_where_staff_need_a_second_factor_a_patient_does_not(own: Client) -> None:
    assert own.get("/my/").status_code == 200


@override_settings(MFA_REQUIRED=True)
def test_a_patient_who_works_elsewhere_needs_the_second_factor(
    own: Client, other_clinic: Clinic, ada: Patient
) -> None:
    user = PatientAccount.objects.get().user
    Membership.objects.create(user=user, clinic=other_clinic, role=Role.NURSE)
    own.post("/clinic/", {"clinic": str(ada.clinic_id)})

    assert own.get("/my/").headers["Location"] == "/account/second-factor/"


def test_blood_in_the_portals_diary_shows_whom_to_call(own: Client) -> None:
    answer = own.post("/my/diary/", {"id": str(uuid.uuid4()), "bladder": "blood"})

    assert "Please call now" in answer.content.decode()


def test_the_first_page_of_the_clinic_leads_a_patient_to_their_own(own: Client) -> None:
    assert own.get("/").headers["Location"] == "/my/"


# ---- messages


def test_a_message_waits_until_staff_answer_it(
    own: Client, ada: Patient, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    own.post("/my/messages/", {"text": "May I eat before?"})
    row = PortalMessage.objects.get()
    desk = signed_in(clinic, Role.FRONT_DESK)
    assert "Waiting for an answer <span" in desk.get("/from-patients/").content.decode()

    desk.post(f"/from-patients/{row.pk}/", {"text": "Nothing for six hours."})

    assert "Nothing for six hours." in own.get("/my/messages/").content.decode()
    assert "Every message has been answered" in desk.get("/from-patients/").content.decode()


def test_read_and_no_answer_needed_is_said_to_the_patient(
    own: Client, ada: Patient, nurse: Actor
) -> None:
    answer_message(write_message(patient=ada, text="Thank you!", by=nurse), text="", by=nurse)

    assert "read by the clinic" in own.get("/my/messages/").content.decode()


def test_two_people_do_not_answer_the_same_message(ada: Patient, nurse: Actor) -> None:
    row = write_message(patient=ada, text="?", by=nurse)
    answer_message(row, text="yes", by=nurse)

    with pytest.raises(UnusableInput):
        answer_message(row, text="no", by=nurse)


def test_a_question_to_the_pharmacist_goes_to_the_pharmacist(
    own: Client, ada: Patient, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    own.post("/my/messages/", {"text": "about the cream", "topic": "pharmacist"})
    row = PortalMessage.objects.get()

    seen = {
        role: "about the cream" in signed_in(clinic, role).get("/from-patients/").content.decode()
        for role in (Role.PHARMACIST, Role.PRESCRIBER, Role.NURSE, Role.FRONT_DESK)
    }

    assert seen == {
        Role.PHARMACIST: True,
        Role.PRESCRIBER: True,
        Role.NURSE: False,
        Role.FRONT_DESK: False,
    }
    assert signed_in(clinic, Role.NURSE).get(f"/from-patients/{row.pk}/").status_code == 404


def test_another_clinic_reads_no_message_and_no_file(
    ada: Patient, nurse: Actor, other_clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    ids = ids_of(ada, nurse)
    row = PortalMessage.objects.get()
    stranger = signed_in(other_clinic, Role.PRESCRIBER)

    assert stranger.get(f"/from-patients/{row.pk}/").status_code == 404
    assert stranger.get(f"/from-patients/files/{ids['attachment_id']}/").status_code == 404
    assert "of theirs" not in stranger.get("/from-patients/").content.decode()


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("a.png", PNG, True),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 20, True),
        ("a.pdf", b"%PDF-1.7\n", True),
        ("a.png", b"<svg onload=alert(1)>", False),  # named a picture, is none
        ("a.pdf", b"MZ\x90\0", False),
        ("a.html", b"<!doctype html>", False),
        ("a.png", b"", False),
    ],
)
def test_a_file_is_judged_by_what_is_in_it(
    own: Client, name: str, content: bytes, taken: bool
) -> None:
    file = SimpleUploadedFile(name, content)

    answer = own.post("/my/messages/", {"text": "see", "files": file})

    assert (answer.status_code, Attachment.objects.count()) == ((302, 1) if taken else (422, 0))


@pytest.mark.parametrize(("more", "taken"), [(0, True), (1, False)])
def test_a_file_of_five_megabytes_is_the_largest(
    ada: Patient, nurse: Actor, more: int, taken: bool
) -> None:
    file = io.BytesIO(PNG + b"\0" * (LARGEST_BYTES - len(PNG) + more))
    upload = SimpleUploadedFile("a.png", file.getvalue())

    if taken:
        write_message(patient=ada, text="x", files=[upload], by=nurse)
    else:
        with pytest.raises(UnusableInput):
            write_message(patient=ada, text="x", files=[upload], by=nurse)
    assert Attachment.objects.count() == taken


def test_a_file_is_downloaded_under_its_own_type_and_runs_nothing(
    own: Client, ada: Patient, nurse: Actor
) -> None:
    file = SimpleUploadedFile("../../evil<script>.html.png", PNG)
    write_message(patient=ada, text="x", files=[file], by=nurse)
    row = Attachment.objects.get()

    answer = own.get(f"/my/messages/files/{row.pk}/")

    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert ".." not in row.file.name
    assert "evil" not in row.file.name


def test_the_same_form_sent_twice_is_one_message(own: Client) -> None:
    form = {"id": str(uuid.uuid4()), "text": "hello"}

    own.post("/my/messages/", form)
    own.post("/my/messages/", form)

    assert PortalMessage.objects.count() == 1


def test_many_messages_in_a_day_are_stopped_with_a_number_to_call(
    own: Client, ada: Patient, nurse: Actor
) -> None:
    for _ in range(MOST_A_DAY - 1):
        write_message(patient=ada, text="x", by=nurse)
    assert own.post("/my/messages/", {"text": "the last"}).status_code == 302

    assert own.post("/my/messages/", {"text": "one too many"}).status_code == 422


def test_messages_say_that_they_are_not_for_emergencies(own: Client) -> None:
    page = own.get("/my/messages/").content.decode()

    assert "This is not for emergencies" in page
    assert "tel:911" in page
    assert "tel:988" in page


# ---- documents, consent, export


def test_withdrawing_consent_counts_at_once_and_tells_the_clinic(
    own: Client, ada: Patient, nurse: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    consent_of(ada, nurse)

    assert own.post("/my/consent/withdraw/", {"withdraw_name": " "}).status_code == 422
    own.post("/my/consent/withdraw/", {"withdraw_name": "Ada Abara"})

    assert [c.given for c in Consent.objects.order_by("signed_at", "recorded_at")] == [True, False]
    page = signed_in(clinic, Role.FRONT_DESK).get("/from-patients/").content.decode()
    assert "consent withdrawn" in page


def test_without_a_consent_there_is_nothing_to_withdraw(own: Client) -> None:
    assert "No consent stands" in own.get("/my/consent/withdraw/").content.decode()
    assert own.post("/my/consent/withdraw/", {"withdraw_name": "Ada"}).status_code == 422
    assert not PortalMessage.objects.exists()


def test_the_export_reads_back_as_the_same_record(own: Client, ada: Patient, nurse: Actor) -> None:
    """Our own importer is the reader: nothing ignored that we wrote, no problem, the same values."""
    chart = {
        "conditions": {
            "text": "Fibromyalgia",
            "codings": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M79.7"}],
        },
        "medicines": {
            "text": "gabapentin",
            "daily_dose": 1800,
            "daily_dose_unit": "mg",
            "route": "oral",
            "codings": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "25480"}],
        },
        "allergies": {"text": "penicillin", "reaction": "rash"},
        "observations": {
            "kind": "85354-9",
            "text": "blood pressure",
            "value": 142,
            "second_value": 88,
            "unit": "mm[Hg]",
            "measured_at": timezone.now() - timedelta(hours=1),
        },
    }
    for section, fields in chart.items():
        record_chart_row(patient=ada, section=section, fields=fields, by=nurse)
    wrong = {"text": "asthma", "verification": "entered-in-error"}
    record_chart_row(patient=ada, section="conditions", fields=wrong, by=nurse)
    visit_of(ada)
    QuestionnaireResponse.objects.create(
        clinic=ada.clinic,
        patient=ada,
        questionnaire="NRS",
        knowledge_version="1",
        answers={"nrs-average": 6},
        scores={"score": 6.0},
        answered_at=timezone.now() - timedelta(hours=2),
    )

    answer = own.get("/my/data/record.json")
    bundle = json.loads(answer.content)
    found, problems = read_bundle(bundle, as_of=timezone.localdate() + timedelta(days=1))

    assert problems == []
    assert found.person is not None
    assert (found.person.family, found.person.given) == ("Abara", "Ada")
    record = found.snapshot
    assert [c.text for c in record.conditions] == ["Fibromyalgia"]
    [medicine] = record.medicines
    assert (medicine.name, medicine.rxnorm, medicine.route) == ("gabapentin", ("25480",), "oral")
    assert medicine.daily_dose is not None
    assert (medicine.daily_dose.value, medicine.daily_dose.unit) == (1800, "mg")
    assert [a.name for a in record.allergies] == ["penicillin"]
    [pressure] = record.blood_pressures
    assert (pressure.systolic_mmhg, pressure.diastolic_mmhg) == (142, 88)
    assert [p.value for p in record.pain_scores] == [6.0]
    assert len(found.visits) == 1
    kinds = {e["resource"]["resourceType"] for e in bundle["entry"]}
    assert kinds == {
        "Patient",
        "Condition",
        "MedicationStatement",
        "AllergyIntolerance",
        "Observation",
        "Encounter",
        "QuestionnaireResponse",
    }
    # what the reader leaves aside is only what it never reads
    assert {i.why for i in record.ignored} == {"QuestionnaireResponse is not used"}


def test_the_record_on_paper_is_a_tagged_pdf(own: Client) -> None:
    answer = own.get("/my/data/record.pdf")

    assert answer.content.startswith(b"%PDF-")
    assert AuditEvent.objects.filter(action=Action.EXPORT).count() == 1


@pytest.fixture
def treated(nurse: Actor, clinic: Clinic) -> Patient:
    """A signed course whose first infusion began eight days ago."""
    doctor = somebody(clinic, Role.PRESCRIBER, "Miriam Castellanos")
    session = a_session(nurse, acting(doctor, clinic, Role.PRESCRIBER))
    assert session.order is not None
    plan = session.order.plan
    plan.start_on = timezone.localdate() - timedelta(days=8)
    plan.save()
    SessionEvent.objects.create(
        clinic=clinic,
        patient=session.patient,
        encounter=session,
        sequence=1,
        kind="infusion_started",
        measured_at=timezone.now() - timedelta(days=8),
        payload={"rate_mg_per_h": 32},
    )
    change_patient(session.patient, fields={"email": "t@example.org"}, record_number="", by=nurse)
    return session.patient


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        (0, None),  # the day of the infusion itself
        (1, ("NRS",)),
        (6, ("NRS",)),  # still that of day 3: PEG asks about a week
        (7, ("NRS", "PEG", "PGIC", "FOLLOW_UP")),
    ],
)
def test_what_is_asked_follows_from_the_days_since_the_infusion(
    treated: Patient, day: int, asked: tuple[str, ...] | None
) -> None:
    began = timezone.localdate(timezone.now() - timedelta(days=8))

    found = due_questionnaires(treated, began + timedelta(days=day))

    assert (found.questionnaires if found else None) == asked


def test_an_answer_in_the_diary_ends_the_reminder_and_moves_both_curves(
    treated: Patient, nurse: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    own = browser_of(treated, nurse)
    assert "Your clinic is waiting" in own.get("/my/").content.decode()

    own.post("/my/diary/", {"id": str(uuid.uuid4()), "average": "2", "now": "1"})

    assert "Your clinic is waiting" not in own.get("/my/").content.decode()
    assert due_questionnaires(treated, timezone.localdate()) is None
    mine = own.get("/my/pain/").content.decode()
    staff = signed_in(clinic, Role.NURSE).get(f"/patients/{treated.pk}/follow-up/").content.decode()
    [dot] = re.findall(r'<circle class="dot" cx="[\d.]+" cy="([\d.]+)"', mine)
    assert f'cy="{dot}"' in staff
    assert '<td class="number">2</td>' in mine


def test_nothing_is_due_before_a_plan_is_signed(ada: Patient) -> None:
    assert due_questionnaires(ada, timezone.localdate()) is None


def test_what_is_said_of_ketamine_at_home_has_its_source_or_says_that_it_is_ours(
    own: Client,
) -> None:
    page = own.get("/my/medicine/").content.decode()

    for source in ("FDA23", "FR1999", "BRUTCHER19"):
        assert source in page
    assert "our default, no source" in page
    for word in ("lock box", "alcohol", "children and pets", "left over", "gloves", "heat", "cuts"):
        assert word in page
