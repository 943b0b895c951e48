"""The work list of the follow-up, exposure, checks and the letter."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.followup.exposure import given_to, record_check
from reprieve.clinic.followup.models import CheckDone, WorkNote
from reprieve.clinic.followup.services import decide
from reprieve.clinic.followup.worklist import Kind, settle, work_of
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.plan.models import CarePlan
from reprieve.clinic.session.models import SessionEvent

from .test_followup import given, prescriber, says, treated, week_before

__all__ = ["prescriber", "treated"]
pytestmark = pytest.mark.django_db


def stopped(patient: Patient) -> None:
    """The first infusion ended an hour after it began."""
    session = patient.encounters.get()
    began = session.events.get(kind="infusion_started").measured_at
    SessionEvent.objects.create(
        clinic=session.clinic,
        patient=patient,
        encounter=session,
        sequence=session.events.count() + 1,
        kind="infusion_stopped",
        measured_at=began + timedelta(hours=1),
    )


def kinds(clinic: Clinic) -> list[Kind]:
    return [item.kind for item in work_of(clinic).items]


def a_check(patient: Patient, by: Actor, **said: object) -> CheckDone:
    plain = {
        "check": "srv_pdmp",
        "done_on": timezone.localdate(),
        "result": "as_expected",
        "note": "",
    }
    return record_check(plan=patient.careplans.get(), said=plain | said, by=by)


def test_milligrams_of_a_visit_are_its_rate_over_its_time(treated: Patient) -> None:
    """32 mg/h for one hour."""
    stopped(treated)
    [visit] = given_to(treated.clinic, [treated.pk])[treated.pk]
    assert visit.amount_mg == pytest.approx(32, abs=0.01)
    assert visit.on == timezone.localdate() - timedelta(days=30)


@pytest.mark.parametrize(("days", "silent"), [(27, False), (28, True)])
def test_nobody_heard_of_for_four_weeks_is_an_item_and_before_that_a_score_to_ask_for(
    treated: Patient, nurse: Actor, clinic: Clinic, days: int, silent: bool
) -> None:
    """Two planned follow-ups have gone by unanswered since the last score."""
    says(treated, nurse, 10, 5)
    work = work_of(clinic, timezone.localdate() + timedelta(days=days - 10))
    assert (Kind.SILENT in [item.kind for item in work.items]) is silent
    assert [patient.pk for patient, _due in work.scores] == ([] if silent else [treated.pk])


def test_a_relapse_is_an_item_until_somebody_writes_what_was_decided(
    treated: Patient, nurse: Actor, clinic: Clinic
) -> None:
    """8 before, 4 on day 10, then 8 twice: relief is lost."""
    week_before(treated, nurse)
    for days_ago, pain in ((20, 4), (10, 8), (5, 8)):
        says(treated, nurse, days_ago, pain)
    [item] = [i for i in work_of(clinic).items if i.kind is Kind.RELAPSE]

    settle(item=item, note="Called; no further infusion wanted.", by=nurse)
    settle(item=item, note="Again.", by=nurse)

    assert Kind.RELAPSE not in kinds(clinic)
    assert WorkNote.objects.get().note == "Called; no further infusion wanted."
    assert AuditEvent.objects.filter(object_id=str(WorkNote.objects.get().pk)).count() == 1


def test_an_answer_that_cannot_wait_comes_first_and_a_corrected_one_not_at_all(
    treated: Patient, nurse: Actor, clinic: Clinic
) -> None:
    a_check(treated, nurse, result="abnormal", note="A second prescriber.")
    row = QuestionnaireResponse.objects.create(
        clinic=clinic,
        patient=treated,
        recorded_by=nurse.user,
        questionnaire="PHQ-9",
        knowledge_version="2026.1",
        answers={"phq9-9": 1},
        scores={"score": 9, "urgent": ["phq9-9"]},
        answered_at=timezone.now(),
    )
    assert kinds(clinic)[:2] == [Kind.URGENT_ANSWER, Kind.FOUND]

    QuestionnaireResponse.objects.create(
        clinic=clinic,
        patient=treated,
        recorded_by=nurse.user,
        questionnaire="PHQ-9",
        knowledge_version="2026.1",
        answers={"phq9-9": 0},
        scores={"score": 8, "urgent": []},
        answered_at=timezone.now(),
        corrects=row,
        reason="wrong box",
    )
    assert Kind.URGENT_ANSWER not in kinds(clinic)


def test_a_response_nobody_judged_waits_and_a_decision_settles_it(
    treated: Patient, prescriber: Actor, clinic: Clinic
) -> None:
    [item] = [i for i in work_of(clinic).items if i.kind is Kind.RESPONSE]
    assert (item.text, item.since) == ("1", timezone.localdate() - timedelta(days=23))

    plan = treated.careplans.get()
    decide(plan=plan, decision="repeat", reason="Sleeps.", at=timezone.now(), by=prescriber)
    assert Kind.RESPONSE not in kinds(clinic)


@pytest.mark.parametrize(("hours", "rises"), [(1.49, False), (1.5, True), (2.0, True)])
def test_half_as_much_again_as_at_the_start_is_looked_at(
    treated: Patient, prescriber: Actor, nurse: Actor, clinic: Clinic, hours: float, rises: bool
) -> None:
    """32 mg first, then 32 mg/h for longer: 50 % more is 48 mg."""
    stopped(treated)
    first = treated.encounters.get()
    second = type(first).objects.create(
        clinic=clinic, patient=treated, kind=first.kind, order=first.order, status="finished"
    )
    given(second, 10)
    SessionEvent.objects.create(
        clinic=clinic,
        patient=treated,
        encounter=second,
        sequence=2,
        kind="infusion_stopped",
        measured_at=second.events.get().measured_at + timedelta(hours=hours),
    )
    assert (Kind.RISING_DOSE in kinds(clinic)) is rises


def test_checks_fall_due_with_the_first_dose_and_are_done_by_the_chart_too(
    treated: Patient, nurse: Actor, clinic: Clinic
) -> None:
    [(patient, standing)] = work_of(clinic).checks
    assert patient == treated
    due = {s.check.id for s in standing}
    assert {"srv_bladder", "srv_liver", "srv_pdmp", "srv_urine", "srv_dependence"} == due

    a_check(treated, nurse)
    a_check(treated, nurse, check="srv_urine", result="declined")
    QuestionnaireResponse.objects.create(
        clinic=clinic,
        patient=treated,
        recorded_by=nurse.user,
        questionnaire="BLADDER",
        knowledge_version="2026.1",
        answers={},
        scores={"score": 0, "urgent": []},
        answered_at=timezone.now(),
    )
    [(_patient, standing)] = work_of(clinic).checks
    assert {s.check.id for s in standing} == {"srv_liver", "srv_urine", "srv_dependence"}


def test_another_clinic_sees_none_of_it(
    treated: Patient, nurse: Actor, other_clinic: Clinic
) -> None:
    a_check(treated, nurse, result="abnormal", note="Found.")
    work = work_of(other_clinic)
    assert (work.items, work.scores, work.checks) == ((), (), ())


def test_a_course_that_ended_asks_nothing_more(treated: Patient, clinic: Clinic) -> None:
    plan = treated.careplans.get()
    plan.status = CarePlan.Status.REVOKED
    plan.save()
    work = work_of(clinic)
    assert (work.scores, work.checks) == ((), ())


def test_an_item_without_words_is_not_settled_and_the_page_says_so(
    treated: Patient, nurse: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    a_check(treated, nurse, result="abnormal", note="A second prescriber.")
    [item] = [i for i in work_of(clinic).items if i.kind is Kind.FOUND]
    browser = signed_in(clinic, Role.NURSE)

    refused = browser.post("/follow-up/settle/", {"item": item.key, "note": "  "})
    assert refused.status_code == 422
    assert "Nothing was written." in refused.content.decode()

    browser.post("/follow-up/settle/", {"item": item.key, "note": "Spoken with; stays."})
    assert Kind.FOUND not in kinds(clinic)
    assert (
        "settled it meanwhile"
        in (
            browser.post("/follow-up/settle/", {"item": item.key, "note": "x"}, follow=True)
        ).content.decode()
    )


def test_something_found_needs_words_and_a_day_that_has_come(
    treated: Patient, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    page = f"/patients/{treated.pk}/follow-up/exposure/check/"
    tomorrow = timezone.localdate() + timedelta(days=1)
    said = {"check": "srv_liver", "done_on": tomorrow, "result": "abnormal", "note": ""}
    refused = signed_in(clinic, Role.NURSE).post(page, said)

    assert refused.status_code == 422
    assert "Say what was found." in refused.content.decode()
    assert "That day has not come yet." in refused.content.decode()
    assert not CheckDone.objects.exists()


def test_a_pharmacist_reads_the_exposure_but_records_no_check(
    treated: Patient, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.PHARMACIST)
    page = browser.get(f"/patients/{treated.pk}/follow-up/exposure/").content.decode()
    assert "Isomers and routes are not added up" in page
    assert "Record a check" not in page
    assert browser.post(f"/patients/{treated.pk}/follow-up/exposure/check/", {}).status_code == 403


def test_the_letter_says_what_was_given_found_and_decided(
    treated: Patient, nurse: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    stopped(treated)
    week_before(treated, nurse)
    says(treated, nurse, 5, 4, side_effects_text="vivid dreams")
    sent = signed_in(clinic, Role.PRESCRIBER).get(f"/patients/{treated.pk}/follow-up/letter.pdf")
    text = " ".join(
        "".join(p.extract_text() for p in PdfReader(BytesIO(sent.content)).pages).split()
    )

    for words in ("8.0 / 10", "4 / 10", "vivid dreams", "none signed yet", "32 (ketamine, iv)"):
        assert words in text
    assert "not proof of an effect" in text


def test_the_course_prints_on_one_page(
    treated: Patient, nurse: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    week_before(treated, nurse)
    says(treated, nurse, 5, 4)
    sent = signed_in(clinic, Role.NURSE).get(f"/patients/{treated.pk}/follow-up/course.pdf")
    assert len(PdfReader(BytesIO(sent.content)).pages) == 1
