"""Afterwards: scores that count, the rule, the default to stop, and who is due."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.followup.models import FollowUpDecision
from reprieve.clinic.followup.selectors import due_today, judge, trajectory
from reprieve.clinic.followup.services import decide, record_follow_up
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.plan.models import CarePlan
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.core.outcomes.response import ResponseStatus
from reprieve.core.problems import UnusableInput

from .sessions import a_session, acting, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def prescriber(clinic: Clinic) -> Actor:
    return acting(somebody(clinic, Role.PRESCRIBER, "Miriam Castellanos"), clinic, Role.PRESCRIBER)


@pytest.fixture
def treated(nurse: Actor, prescriber: Actor) -> Patient:
    """One infusion 30 days ago; the rule asks for 3 weeks."""
    session = a_session(nurse, prescriber)
    plan = session.order.plan
    plan.start_on = timezone.localdate() - timedelta(days=30)
    plan.save()
    given(session, 30)
    return session.patient


def given(session: Encounter, days_ago: float) -> None:
    SessionEvent.objects.create(
        clinic=session.clinic,
        patient=session.patient,
        encounter=session,
        sequence=session.events.count() + 1,
        kind="infusion_started",
        measured_at=timezone.now() - timedelta(days=days_ago),
        payload={"rate_mg_per_h": 32},
    )


def says(
    patient: Patient, by: Actor, days_ago: float, pain: float | None = None, **own: Any
) -> None:
    answers: dict[str, dict[str, Any]] = {"FOLLOW_UP": own}
    if pain is not None:
        answers["NRS"] = {"nrs-average": pain}
    record_follow_up(
        patient=patient,
        form_id=uuid.uuid4(),
        answers=answers,
        answered_at=timezone.now() - timedelta(days=days_ago),
        by=by,
    )


def week_before(patient: Patient, by: Actor, pain: float = 8) -> None:
    for day in (31, 32, 33, 34):
        says(patient, by, day, pain)


def found(patient: Patient) -> Any:
    course = trajectory(patient)
    assert course is not None
    return judge(course)


@pytest.mark.parametrize(("pain", "responds"), [(8, False), (7, True), (6, True)])
def test_thirty_percent_is_exact(
    treated: Patient, nurse: Actor, pain: float, responds: bool
) -> None:
    """10 less 30 % is 7."""
    week_before(treated, nurse, 10)
    says(treated, nurse, 2, pain, satisfied=True)
    assert (found(treated).response.status is ResponseStatus.RESPONDED) is responds


def test_three_weeks_must_have_passed(treated: Patient, nurse: Actor) -> None:
    week_before(treated, nurse)
    says(treated, nurse, 10, 3, satisfied=True)  # day 20
    assert found(treated).too_early
    says(treated, nurse, 8.9, 3, satisfied=True)  # day 21
    assert not found(treated).too_early
    assert found(treated).response.status is ResponseStatus.RESPONDED


def test_relief_on_the_day_of_the_dose_is_no_response(treated: Patient, nurse: Actor) -> None:
    week_before(treated, nurse)
    says(treated, nurse, 29.5, 1, satisfied=True)
    assert found(treated).pain is None


def test_a_missing_baseline_is_shown_and_is_no_response(
    treated: Patient, nurse: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    says(treated, nurse, 31, 8)
    says(treated, nurse, 2, 1, satisfied=True)
    assert found(treated).response.status is ResponseStatus.NOT_RESPONDED
    page = signed_in(clinic, Role.NURSE).get(f"/patients/{treated.pk}/follow-up/").content.decode()
    assert "missing: 1 scores of the 7 days before" in page
    assert "recalled, not verified" in page


def test_the_default_is_to_stop_when_the_rule_is_not_met(
    treated: Patient,
    nurse: Actor,
    prescriber: Actor,
    clinic: Clinic,
    signed_in: Callable[..., Client],
) -> None:
    week_before(treated, nurse)
    says(treated, nurse, 2, 7, satisfied=False)
    client = signed_in(clinic, Role.PRESCRIBER)
    address = f"/patients/{treated.pk}/follow-up/"
    page = client.get(address).content.decode()
    assert 'value="stop" id="id_decision_3" required checked' in page.replace("\n", " ")
    refused = client.post(address + "decide/", {"decision": "repeat", "reason": " "})
    assert refused.status_code == 422
    assert "going on needs your reason" in refused.content.decode()
    assert client.post(address + "decide/", {"decision": "stop"}).status_code == 302
    row = FollowUpDecision.objects.get()
    assert row.response["status"] == "not_responded"
    assert CarePlan.objects.get(pk=row.plan_id).status == CarePlan.Status.REVOKED


def test_going_on_with_a_reason_is_kept_with_it(
    treated: Patient, nurse: Actor, prescriber: Actor
) -> None:
    plan = trajectory(treated).plan  # type: ignore[union-attr]
    with pytest.raises(UnusableInput):
        decide(plan=plan, decision="repeat", reason="", at=timezone.now(), by=prescriber)
    decide(plan=plan, decision="pause", reason="travels", at=timezone.now(), by=prescriber)
    assert CarePlan.objects.get(pk=plan.pk).status == CarePlan.Status.ON_HOLD


def test_only_a_prescriber_decides(
    treated: Patient, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(clinic, Role.NURSE)
    body = {"decision": "stop", "reason": "x"}
    assert client.post(f"/patients/{treated.pk}/follow-up/decide/", body).status_code == 403


def test_the_same_form_twice_is_kept_once(
    treated: Patient, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(clinic, Role.NURSE)
    body = {"form_id": str(uuid.uuid4()), "pain": "4", "satisfied": "yes", "mme_per_day": "0"}
    for _twice in range(2):
        assert client.post(f"/patients/{treated.pk}/follow-up/record/", body).status_code == 302
    rows = {r.questionnaire: r for r in QuestionnaireResponse.objects.filter(patient=treated)}
    assert set(rows) == {"NRS", "FOLLOW_UP"}
    assert rows["NRS"].scores == {"score": 4}
    assert rows["FOLLOW_UP"].answers == {"satisfied": True, "mme_per_day": 0}  # zero is an answer


def test_silence_is_not_kept_and_eleven_is_refused(
    treated: Patient, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(clinic, Role.NURSE)
    address = f"/patients/{treated.pk}/follow-up/record/"
    assert client.post(address, {"form_id": str(uuid.uuid4())}).status_code == 422
    eleven = {"form_id": str(uuid.uuid4()), "pain": "11"}
    assert client.post(address, eleven).status_code == 422
    assert not QuestionnaireResponse.objects.filter(patient=treated).exists()


def test_who_is_due_today_is_derived(treated: Patient, nurse: Actor, clinic: Clinic) -> None:
    """30 days after the dose the follow-up of day 28 waits, 2 days late."""
    [waiting] = due_today(clinic, timezone.localdate())
    assert (waiting.patient, waiting.due.day, waiting.due.late_days) == (treated, 28, 2)
    says(treated, nurse, 0, 4)
    assert due_today(clinic, timezone.localdate()) == []


def test_a_stopped_course_is_not_chased(
    treated: Patient, prescriber: Actor, clinic: Clinic
) -> None:
    plan = trajectory(treated).plan  # type: ignore[union-attr]
    decide(plan=plan, decision="stop", reason="", at=timezone.now(), by=prescriber)
    assert due_today(clinic, timezone.localdate()) == []


def test_the_decision_on_paper(
    treated: Patient,
    nurse: Actor,
    prescriber: Actor,
    clinic: Clinic,
    signed_in: Callable[..., Client],
) -> None:
    week_before(treated, nurse)
    says(treated, nurse, 2, 3, satisfied=True)
    plan = trajectory(treated).plan  # type: ignore[union-attr]
    row = decide(plan=plan, decision="repeat", reason="relief", at=timezone.now(), by=prescriber)
    pdf = signed_in(clinic, Role.NURSE).get(
        f"/patients/{treated.pk}/follow-up/{row.pk}/summary.pdf"
    )
    pages = PdfReader(BytesIO(pdf.content)).pages
    text = "".join(page.extract_text() for page in pages)
    assert len(pages) == 1
    assert "pain fell by 62 %" in text or "pain fell by 63 %" in text  # 5 of 8 is 62.5 %
    assert "Miriam Castellanos" in text


def test_another_clinic_sees_no_follow_up(
    treated: Patient, other_clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(other_clinic, Role.NURSE)
    assert client.get(f"/patients/{treated.pk}/follow-up/").status_code == 404
    assert due_today(other_clinic, timezone.localdate()) == []


def test_the_advisor_says_so_while_too_few_scores_came(
    treated: Patient, nurse: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    week_before(treated, nurse)
    says(treated, nurse, 20, 4)

    page = signed_in(clinic, Role.NURSE).get(f"/patients/{treated.pk}/follow-up/interval/")
    assert "Too little is known to compare." in page.content.decode()
    assert "1 score after a dose, 4 are needed" in page.content.decode()


def test_the_advisor_compares_timings_once_scores_allow(
    treated: Patient, nurse: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    week_before(treated, nurse)
    for day, pain in ((28, 3), (25, 3), (20, 3), (14, 4), (7, 4), (1, 4)):
        says(treated, nurse, day, pain)

    said = signed_in(clinic, Role.NURSE).get(f"/patients/{treated.pk}/follow-up/interval/")
    text = said.content.decode()
    assert "Every 12 weeks" in text
    assert "Too little is known" not in text
    assert "a planned pause can tell them apart" in text


def test_the_advisor_waits_for_the_first_infusion_and_keeps_to_its_clinic(
    patient: Patient,
    treated: Patient,
    clinic: Clinic,
    other_clinic: Clinic,
    signed_in: Callable[..., Client],
) -> None:
    mine = signed_in(clinic, Role.PRESCRIBER)
    page = mine.get(f"/patients/{patient.pk}/follow-up/interval/").content.decode()
    assert "begins with the first infusion" in page

    theirs = signed_in(other_clinic, Role.NURSE)
    assert theirs.get(f"/patients/{treated.pk}/follow-up/interval/").status_code == 404
    desk = signed_in(clinic, Role.FRONT_DESK)
    assert desk.get(f"/patients/{treated.pk}/follow-up/interval/").status_code == 403
