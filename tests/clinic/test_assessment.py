"""Findings from the chart, answers in place, overrides with a reason, and a signature that stays."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.assessment.models import Assessment, RuleAnswer
from reprieve.clinic.assessment.selectors import snapshot_of
from reprieve.clinic.assessment.services import answer_rule, screen_patient, sign_assessment
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.services import confirm_list, record_chart_row
from reprieve.core.patient import ConditionStatus
from reprieve.core.problems import UnusableInput

from .conftest import acting, somebody

pytestmark = pytest.mark.django_db
SNOMED = "http://snomed.info/sct"


@pytest.fixture
def prescriber(clinic: Clinic) -> Actor:
    return acting(somebody(clinic, Role.PRESCRIBER, "Miriam Castellanos"), clinic, Role.PRESCRIBER)


def with_condition(patient: Patient, by: Actor, code: str, text: str, **more: object) -> None:
    fields = {"text": text, "codings": [{"system": SNOMED, "code": code, "display": text}], **more}
    record_chart_row(patient=patient, section="conditions", fields=fields, by=by)


def with_medicine(patient: Patient, by: Actor, text: str, **more: object) -> None:
    record_chart_row(patient=patient, section="medicines", fields={"text": text, **more}, by=by)


def found(patient: Patient, route: str = "iv") -> dict[str, str]:
    result = screen_patient(patient, as_of=timezone.localdate(), route=route).screening
    return {f.code: f.action.word for f in result.findings}


def sign(patient: Patient, by: Actor, decision: str = "proceed", **overrides: str) -> Assessment:
    return sign_assessment(
        patient=patient, decision=decision, overrides=overrides, by=by, at=timezone.now()
    )


def test_the_chart_becomes_a_snapshot(patient: Patient, nurse: Actor) -> None:
    with_condition(patient, nurse, "234142008", "Cerebral AVM", verification="provisional")
    with_medicine(patient, nurse, "Ativan", daily_dose=2, daily_dose_unit="mg", route="Oral")
    confirm_list(patient=patient, kind="medicines", complete=True, by=nurse)
    now = timezone.now()
    weight = {"kind": "29463-7", "text": "weight", "value": 80, "unit": "kg", "measured_at": now}
    record_chart_row(patient=patient, section="observations", fields=weight, by=nurse)

    snapshot = snapshot_of(patient, as_of=timezone.localdate())

    assert snapshot.conditions[0].status is ConditionStatus.SUSPECTED
    assert snapshot.medicines[0].label == "Ativan 2 mg a day (active)"
    assert (snapshot.medicines_complete, snapshot.allergies_complete) == (True, False)
    assert snapshot.latest_weight is not None
    assert snapshot.latest_weight.value_kg == 80


def test_an_imported_liver_test_counts_by_its_code(patient: Patient, nurse: Actor) -> None:
    with_condition(patient, nurse, "128302006", "Chronic hepatitis C")
    assert found(patient)["missing_lft"] == "ask"
    ast = {"system": "http://loinc.org", "code": "1920-8", "display": "AST"}
    fields = {"kind": "other", "text": "AST", "codings": [ast], "value": 31, "unit": "U/L"}
    fields["measured_at"] = timezone.now()
    record_chart_row(patient=patient, section="observations", fields=fields, by=nurse)
    assert "missing_lft" not in found(patient)


def test_what_was_entered_in_error_does_not_exist(patient: Patient, nurse: Actor) -> None:
    with_condition(patient, nurse, "234142008", "AVM", verification="entered-in-error")
    with_medicine(patient, nurse, "theophylline", status="entered-in-error")
    assert found(patient)["ci_avm"] == "ask"
    assert "ix_theophylline" not in found(patient)


def test_interactions_follow_the_planned_route(patient: Patient, nurse: Actor) -> None:
    with_medicine(patient, nurse, "clarithromycin")
    assert found(patient)["ix_cyp3a4_inh_oral"] == "note"
    assert found(patient, "oral")["ix_cyp3a4_inh_oral"] == "warn"


def test_the_newest_answer_stands_and_the_older_ones_stay(patient: Patient, nurse: Actor) -> None:
    answer_rule(patient=patient, rule="ci_seizure", answer="present", by=nurse)
    assert found(patient)["ci_seizure"] == "hold"
    answer_rule(patient=patient, rule="ci_seizure", answer="absent", by=nurse)
    assert "ci_seizure" not in found(patient)
    answer_rule(patient=patient, rule="ci_seizure", answer="unknown", by=nurse)
    assert found(patient)["ci_seizure"] == "ask"
    assert RuleAnswer.objects.for_clinic(patient.clinic).count() == 3


@pytest.mark.parametrize(("rule", "answer"), [("ci_made_up", "absent"), ("ci_seizure", "perhaps")])
def test_an_answer_that_means_nothing_is_refused(
    patient: Patient, nurse: Actor, rule: str, answer: str
) -> None:
    with pytest.raises(UnusableInput):
        answer_rule(patient=patient, rule=rule, answer=answer, by=nurse)


def test_going_on_against_a_block_needs_a_reason_for_each(
    patient: Patient, nurse: Actor, prescriber: Actor
) -> None:
    with_condition(patient, nurse, "234142008", "Cerebral AVM")
    answer_rule(patient=patient, rule="ci_seizure", answer="present", by=nurse)

    with pytest.raises(UnusableInput) as refused:
        sign(patient, prescriber, ci_avm="treated by embolisation, neurosurgeon agrees")
    assert [p.path for p in refused.value.problems] == ["override-ci_seizure"]

    row = sign(patient, prescriber, ci_avm="embolised", ci_seizure="absence epilepsy in childhood")
    assert row.readiness == "block"
    assert {o["code"] for o in row.overrides} == {"ci_avm", "ci_seizure"}


@pytest.mark.parametrize("decision", ["wait", "decline"])
def test_saying_no_needs_no_override(
    patient: Patient, nurse: Actor, prescriber: Actor, decision: str
) -> None:
    with_condition(patient, nurse, "234142008", "Cerebral AVM")
    assert sign(patient, prescriber, decision).decision == decision


def test_a_blank_reason_is_no_reason(patient: Patient, nurse: Actor, prescriber: Actor) -> None:
    with_condition(patient, nurse, "234142008", "Cerebral AVM")
    with pytest.raises(UnusableInput):
        sign(patient, prescriber, ci_avm="   ")


def test_a_reason_for_a_finding_that_is_gone_is_not_signed_unseen(
    patient: Patient, prescriber: Actor
) -> None:
    with pytest.raises(UnusableInput, match="no longer there"):
        sign(patient, prescriber, ci_avm_gone="…")


def test_a_signature_keeps_what_was_known_and_leaves_a_trace(
    patient: Patient, prescriber: Actor
) -> None:
    row = sign(patient, prescriber)
    assert row.snapshot["document"] == "PatientSnapshot"
    assert row.knowledge_version
    assert row.findings[0]["evidence"]["source"]
    assert AuditEvent.objects.filter(object_type="Assessment", object_id=str(row.pk)).exists()


def test_a_nurse_answers_and_only_a_prescriber_signs(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    page = f"/patients/{patient.pk}/assessment/"
    nurse = signed_in(clinic, Role.NURSE)
    assert (
        nurse.post(page + "answer/", {"rule": "ci_seizure", "answer": "absent"}).status_code == 302
    )
    assert nurse.post(page + "sign/", {"decision": "proceed"}).status_code == 403
    assert signed_in(clinic, Role.FRONT_DESK).get(page).status_code == 403


def test_a_decision_not_made_comes_back_with_what_was_typed(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(clinic, Role.PRESCRIBER)
    answer = client.post(f"/patients/{patient.pk}/assessment/sign/", {"note": "half a thought"})
    assert answer.status_code == 422
    assert "half a thought" in answer.content.decode()
    assert "Choose what you decide" in answer.content.decode()


def test_the_signed_assessment_prints_with_identity_reasons_and_tags(
    clinic: Clinic,
    patient: Patient,
    nurse: Actor,
    prescriber: Actor,
    signed_in: Callable[..., Client],
) -> None:
    with_condition(patient, nurse, "234142008", "Cerebral AVM")
    row = sign(patient, prescriber, ci_avm="embolised in 2019")
    client = signed_in(clinic, Role.PRESCRIBER)

    answer = client.get(f"/patients/{patient.pk}/assessment/{row.pk}/summary.pdf")

    pdf = PdfReader(BytesIO(answer.content))
    text = "".join(page.extract_text() for page in pdf.pages)
    assert "Abara, Ada" in text
    assert "embolised in 2019" in text
    assert "Miriam Castellanos" in text
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_another_clinics_patient_does_not_exist_here(
    other_clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(other_clinic, Role.PRESCRIBER)
    assert client.get(f"/patients/{patient.pk}/assessment/").status_code == 404
