"""From an assessment that says yes to a signed order, with every limit crossed knowingly."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.assessment.services import sign_assessment
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.services import record_chart_row
from reprieve.clinic.plan.caps import limits_of, set_cap
from reprieve.clinic.plan.curve import Curve
from reprieve.clinic.plan.models import CarePlan, MedicationRequest
from reprieve.clinic.plan.services import propose, sign_plan
from reprieve.core.dosing.plan import Adjust
from reprieve.core.problems import UnusableInput

from .conftest import a_patient, acting, somebody

pytestmark = pytest.mark.django_db
GUIDELINE = "pr_iv_80mg_over_2h"


@pytest.fixture
def prescriber(clinic: Clinic) -> Actor:
    return acting(somebody(clinic, Role.PRESCRIBER, "Miriam Castellanos"), clinic, Role.PRESCRIBER)


@pytest.fixture
def weighed(nurse: Actor) -> Patient:
    patient = a_patient(
        nurse, birth_date=timezone.localdate() - timedelta(days=45 * 366), sex="female"
    )
    measure(patient, nurse, "29463-7", 70, "kg")
    return patient


def measure(patient: Patient, by: Actor, kind: str, value: float, unit: str) -> None:
    fields = {
        "kind": kind,
        "text": kind,
        "value": value,
        "unit": unit,
        "measured_at": timezone.now(),
    }
    record_chart_row(patient=patient, section="observations", fields=fields, by=by)


def assessed(patient: Patient, by: Actor, decision: str = "proceed") -> None:
    sign_assessment(patient=patient, decision=decision, overrides={}, by=by, at=timezone.now())


def sign(patient: Patient, by: Actor, **changes: Any) -> MedicationRequest:
    values: dict[str, Any] = {
        "protocol": GUIDELINE,
        "start_on": timezone.localdate(),
        "adjust": Adjust(),
        "order": {},
        "overrides": {},
        **changes,
    }
    return sign_plan(patient=patient, by=by, at=timezone.now(), **values)


def problems(patient: Patient, by: Actor, **changes: Any) -> list[str]:
    with pytest.raises(UnusableInput) as refused:
        sign(patient, by, **changes)
    return [p.path for p in refused.value.problems]


def test_a_plan_rests_on_an_assessment_that_says_yes(weighed: Patient, prescriber: Actor) -> None:
    assert problems(weighed, prescriber) == ["assessment"]
    assessed(weighed, prescriber)
    assessed(weighed, prescriber, "wait")  # a newer no outlives the older yes
    assert problems(weighed, prescriber) == ["assessment"]
    assessed(weighed, prescriber)
    order = sign(weighed, prescriber).order
    assert order["visit_mg"] == 80
    assert order["start_rate_mg_per_h"] == pytest.approx(32)  # 80 mg in 150 min
    assert order["maximum_rate_mg_per_h"] == pytest.approx(32)  # nothing above the plan unless said
    assert order["bolus_mg"] is None


def test_a_limit_is_crossed_only_with_a_reason(weighed: Patient, prescriber: Actor) -> None:
    assessed(weighed, prescriber)
    much = {"adjust": Adjust(amount_mg=220, duration_min=150)}  # 88 mg/h, 1.26 mg/kg/h, 220 mg
    crossed = problems(weighed, prescriber, **much)
    assert set(crossed) == {
        "override-lim_clinic_visit_mg",
        "override-lim_rate_acute",
        "override-lim_rate_ps12",
    }
    reasons = {path.removeprefix("override-"): "tolerated twice before" for path in crossed}
    row = sign(weighed, prescriber, overrides=reasons, **much)
    assert len(row.overrides) == 3
    assert row.plan.adjust == {"amount_mg": 220, "duration_min": 150}  # what was changed is kept


def test_a_hospital_course_is_never_signed_in_a_clinic(weighed: Patient, prescriber: Actor) -> None:
    assessed(weighed, prescriber)
    assert "protocol" in problems(weighed, prescriber, protocol="pr_crps_100h")


def test_an_order_below_its_own_plan_is_refused(weighed: Patient, prescriber: Actor) -> None:
    assessed(weighed, prescriber)
    order = {"maximum_rate_mg_per_h": 31.0, "maximum_total_mg": 79.0}
    assert problems(weighed, prescriber, order=order) == [
        "id_maximum_rate_mg_per_h",
        "id_maximum_total_mg",
    ]


def test_a_new_order_completes_the_one_before(weighed: Patient, prescriber: Actor) -> None:
    assessed(weighed, prescriber)
    first, second = sign(weighed, prescriber), sign(weighed, prescriber)
    first.plan.refresh_from_db()
    assert first.plan.status == CarePlan.Status.COMPLETED
    assert second.plan.status == CarePlan.Status.ACTIVE


def test_without_a_weight_there_is_no_dose(patient: Patient) -> None:
    with pytest.raises(UnusableInput, match="weight"):
        propose(patient, protocol=GUIDELINE, start_on=timezone.localdate(), adjust=Adjust())


def test_an_obese_person_gets_three_weights_and_a_choice(weighed: Patient, nurse: Actor) -> None:
    measure(weighed, nurse, "8302-2", 150, "cm")  # 70 kg at 1.50 m: body mass index 31.1
    with pytest.raises(UnusableInput, match="state which weight counts"):
        propose(weighed, protocol=GUIDELINE, start_on=timezone.localdate(), adjust=Adjust())


def test_the_curve_is_labelled_with_its_model_and_there_is_none_without_one(
    weighed: Patient,
) -> None:
    today = timezone.localdate()
    by_vein = propose(weighed, protocol=GUIDELINE, start_on=today, adjust=Adjust()).curve
    assert isinstance(by_vein, Curve)
    assert by_vein.profile.model.id == "otto-2021"
    adjust = Adjust(amount_mg=40)
    by_muscle = propose(weighed, protocol="pr_im", start_on=today, adjust=adjust).curve
    assert "no adult population model of intramuscular ketamine" in by_muscle


def test_pages_of_the_planner(
    clinic: Clinic, weighed: Patient, prescriber: Actor, signed_in: Callable[..., Client]
) -> None:
    assessed(weighed, prescriber)
    client = signed_in(clinic, Role.PRESCRIBER)
    page = f"/patients/{weighed.pk}/plan/"
    chosen = {"protocol": GUIDELINE, "start_on": timezone.localdate().isoformat()}

    shown = client.get(page, chosen)
    assert "80.0 mg" in shown.content.decode()
    bad = client.post(page + "sign/", {**chosen, "rescue": "ondansetron", "step_mg_per_h": "5"})
    assert bad.status_code == 422
    assert "six parts" in bad.content.decode()
    assert "ondansetron" in bad.content.decode()
    rescue = "ondansetron; 4; iv; nausea; 30; 1"
    signed = client.post(page + "sign/", {**chosen, "rescue": rescue}, follow=True)
    assert "ondansetron" in signed.content.decode()

    row = MedicationRequest.objects.for_clinic(clinic).get()
    pdf = PdfReader(BytesIO(client.get(f"{page}orders/{row.pk}/summary.pdf").content))
    text = "".join(p.extract_text() for p in pdf.pages)
    assert "80 mg" in text
    assert "ondansetron" in text
    assert "Abara" in text


def test_a_nurse_reads_the_plan_and_does_not_sign_it(
    clinic: Clinic, weighed: Patient, signed_in: Callable[..., Client]
) -> None:
    nurse = signed_in(clinic, Role.NURSE)
    assert nurse.get(f"/patients/{weighed.pk}/plan/").status_code == 200
    assert nurse.post(f"/patients/{weighed.pk}/plan/sign/", {}).status_code == 403


CAP = "lim_clinic_rate_mg_h"


def a_cap(clinic: Clinic, by: Actor, limit: float) -> None:
    set_cap(clinic=clinic, limit_id=CAP, limit=limit, reason="Pump", by=by, at=timezone.now())


@pytest.mark.parametrize(("limit", "asks"), [(31.9, True), (32.0, False), (32.1, False)])
def test_a_plan_beyond_the_clinics_own_cap_needs_a_reason(
    weighed: Patient, prescriber: Actor, clinic: Clinic, limit: float, asks: bool
) -> None:
    """80 mg over 150 min is 32 mg/h: a cap of 32 holds it, a cap under it asks."""
    a_cap(clinic, prescriber, limit)
    proposed = propose(weighed, protocol=GUIDELINE, start_on=timezone.localdate(), adjust=Adjust())

    assert (CAP in {f.code for f in proposed.needs_reason}) is asks


def test_another_clinics_cap_is_not_ours(
    weighed: Patient, prescriber: Actor, other_clinic: Clinic
) -> None:
    theirs = acting(somebody(other_clinic, Role.PRESCRIBER), other_clinic, Role.PRESCRIBER)
    a_cap(other_clinic, theirs, 1)

    [ours] = [x for x in limits_of(weighed.clinic) if x.id == CAP]
    assert ours.limit == 100  # the project's default
    assert ours.evidence.source == "PROJECT"


def test_a_cap_names_who_signed_it_and_when(clinic: Clinic, prescriber: Actor) -> None:
    a_cap(clinic, prescriber, 60)

    [cap] = [x for x in limits_of(clinic) if x.id == CAP]
    today = timezone.localdate().isoformat()
    assert cap.evidence.locator == f"signed by Miriam Castellanos, {today}"
    row = AuditEvent.objects.filter(clinic=clinic, object_type="Clinic").latest("at")
    assert row.detail == {"limit": CAP, "from": 100.0, "to": 60}


def test_a_limit_of_a_guideline_is_not_the_clinics_to_move(
    clinic: Clinic, prescriber: Actor, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.PRESCRIBER)
    sent = {"lim_rate_chronic-limit": "5", "lim_rate_chronic-reason": "more"}

    assert browser.post("/caps/lim_rate_chronic/", sent).status_code == 404
    with pytest.raises(KeyError):
        set_cap(
            clinic=clinic,
            limit_id="lim_rate_chronic",
            limit=5,
            reason="more",
            by=prescriber,
            at=timezone.now(),
        )


@pytest.mark.parametrize(("typed", "status"), [("60", 302), ("", 422), ("0", 422), ("many", 422)])
def test_a_prescriber_signs_a_cap_on_its_page(
    clinic: Clinic, signed_in: Callable[..., Client], typed: str, status: int
) -> None:
    browser = signed_in(clinic, Role.PRESCRIBER)
    sent = {f"{CAP}-limit": typed, f"{CAP}-reason": "The old pump"}

    answer = browser.post(f"/caps/{CAP}/", sent)
    assert answer.status_code == status
    if status == 422:
        assert "The old pump" in answer.content.decode()  # what was typed stays
    else:
        assert "60 mg/h" in browser.get("/caps/").content.decode()


def test_a_manager_reads_the_caps_and_signs_none(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.MANAGER)

    assert browser.get("/caps/").status_code == 200
    sent = {f"{CAP}-limit": "60", f"{CAP}-reason": "The old pump"}
    assert browser.post(f"/caps/{CAP}/", sent).status_code == 403
