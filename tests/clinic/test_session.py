"""A session from the order to the door: the gate, the order's limits, corrections, the stop, going home."""

import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.models import Observation, Patient
from reprieve.clinic.plan.models import Consent
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.selectors import get_session, sessions_today
from reprieve.core.session.events import EventKind as K
from reprieve.core.session.state import State

from .sessions import a_session, address, answers, go_home, now, refused, running, write

pytestmark = pytest.mark.django_db


def test_the_gate_opens_when_everything_is_so(
    session: Encounter, at_the_chair: Client, second: Any
) -> None:
    page = at_the_chair.post(address(session, "gate/"), answers(session, second))
    assert page.status_code == 302
    assert now(session).state is State.READY
    gate = session.events.get(kind="gate_passed")
    assert gate.payload["baseline"]["systolic_mmhg"] == 128
    assert gate.payload["second_check_by"] == "Tomás Rey"
    assert "password" not in str(gate.payload)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name_checked": ""}, "required"),
        ({"weight_kg": "66.4"}, "plans again"),  # 70 less 5.1 %
        ({"weight_kg": ""}, "required"),
        ({"eaten": "yes"}, "fasted"),
        ({"intoxicated": "yes"}, "alcohol"),
        ({"escort_present": "no"}, "escort"),
        ({"escort_name": ""}, "required"),
        ({"capacity": "no"}, "consent"),
        ({"systolic_mmhg": "170", "diastolic_mmhg": "85"}, "pressure"),
        ({"heart_rate_per_min": "49"}, "reason is needed"),
        ({"second_password": "wrong"}, "password does not fit"),
        ({"pump_checked": ""}, "required"),
        ({"changes": "yes"}, "Say what changed"),
    ],
)
def test_the_gate_stays_closed_and_says_why(
    session: Encounter, at_the_chair: Client, second: Any, change: dict[str, str], said: str
) -> None:
    page = at_the_chair.post(address(session, "gate/"), answers(session, second, **change))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert now(session).state is State.PLANNED


def test_five_percent_of_weight_is_still_the_same_patient(
    session: Encounter, at_the_chair: Client, second: Any
) -> None:
    """5 % of 70 kg is 3.5 kg."""
    body = answers(session, second, weight_kg="66.5")
    assert at_the_chair.post(address(session, "gate/"), body).status_code == 302


def test_a_raised_pressure_is_repeated_and_averaged(
    session: Encounter, at_the_chair: Client, second: Any
) -> None:
    """146 and 130 make 138, 88 and 84 make 86."""
    body = answers(
        session,
        second,
        systolic_mmhg="146",
        diastolic_mmhg="88",
        systolic_again_mmhg="130",
        diastolic_again_mmhg="84",
        rest_min="5",
    )
    assert at_the_chair.post(address(session, "gate/"), body).status_code == 302
    own = session.events.get(kind="gate_passed").payload["baseline"]
    assert (own["systolic_mmhg"], own["diastolic_mmhg"]) == (138, 86)


def test_a_hold_is_passed_only_on_a_prescribers_word(
    session: Encounter, prescriber: Actor, at_the_chair: Client, second: Any
) -> None:
    body = answers(session, second, eaten="yes")
    body["override-ci_npo"] = "sips of water two hours ago"
    page = at_the_chair.post(address(session, "gate/"), body)
    assert "Name the prescriber" in page.content.decode()
    body["decided_by"] = str(prescriber.user.pk)
    assert at_the_chair.post(address(session, "gate/"), body).status_code == 302
    gate = session.events.get(kind="gate_passed").payload
    assert gate["overrides"] == [{"code": "ci_npo", "reason": "sips of water two hours ago"}]
    assert gate["decided_by"] == "Miriam Castellanos"


def test_nobody_checks_their_own_dose(
    clinic: Clinic, session: Encounter, at_the_chair: Client
) -> None:
    from reprieve.clinic.accounts.models import User

    me = User.objects.get(pk=at_the_chair.session["_auth_user_id"])
    page = at_the_chair.post(address(session, "gate/"), answers(session, me))
    assert page.status_code == 422


def test_checking_twice_measures_once(
    session: Encounter, at_the_chair: Client, second: Any
) -> None:
    body = {**answers(session, second), "check": "1"}
    del body["open"]
    weights = session.patient.observations.filter(kind=Observation.Kind.WEIGHT)
    before = weights.count()
    for _twice in range(2):
        at_the_chair.post(address(session, "gate/"), body)
    assert weights.count() == before + 1


def test_the_same_form_twice_is_one_event(session: Encounter, nurse: Actor) -> None:
    running(session, nurse)
    same = uuid.uuid4()
    first = write(session, nurse, K.VITALS, event_id=same, systolic_mmhg=130)
    assert write(session, nurse, K.VITALS, event_id=same, systolic_mmhg=130) == first
    assert session.events.filter(kind="vitals").count() == 1


def test_nothing_starts_before_the_gate(session: Encounter, nurse: Actor) -> None:
    assert refused(session, nurse, K.INFUSION_STARTED, rate_mg_per_h=32)


def test_the_nurse_acts_inside_the_order(session: Encounter, nurse: Actor) -> None:
    running(session, nurse)
    assert refused(session, nurse, K.RATE_CHANGED, rate_mg_per_h=41)  # a step of 9
    write(session, nurse, K.RATE_CHANGED, 30, rate_mg_per_h=40)
    assert refused(session, nurse, K.RATE_CHANGED, 21, rate_mg_per_h=48)  # 9 min later
    write(session, nurse, K.RATE_CHANGED, 20, rate_mg_per_h=48)
    assert refused(session, nurse, K.RATE_CHANGED, rate_mg_per_h=48.1)  # above the maximum
    write(session, nurse, K.RATE_CHANGED, rate_mg_per_h=10)  # lowering is always inside
    assert refused(session, nurse, K.BOLUS_GIVEN, amount_mg=5)  # none ordered


def test_beyond_the_order_a_prescriber_orders_it_and_it_is_read_back(
    session: Encounter, nurse: Actor
) -> None:
    running(session, nurse)
    half = {"by": "Miriam Castellanos", "read_back": False, "reason": "tolerated before"}
    assert refused(session, nurse, K.BOLUS_GIVEN, amount_mg=5, outside_order=half) == [
        "The order must be read back to the prescriber."
    ]
    event = write(
        session, nurse, K.BOLUS_GIVEN, amount_mg=5, outside_order={**half, "read_back": True}
    )
    assert event.payload["outside_order"]["by"] == "Miriam Castellanos"


def test_a_rescue_drug_not_on_the_order_is_refused(session: Encounter, nurse: Actor) -> None:
    running(session, nurse)
    write(session, nurse, K.DRUG_GIVEN, drug="ondansetron", dose_mg=4.0, route="IV")
    assert refused(session, nurse, K.DRUG_GIVEN, drug="ondansetron", dose_mg=4.0, route="IV")
    assert refused(session, nurse, K.DRUG_GIVEN, drug="midazolam", dose_mg=1.0, route="IV")


def test_the_stop_is_as_old_as_its_first_press(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    pressed = write(session, nurse, K.STOP_PRESSED, 2)
    assert now(session).stop_pressed_at == pressed.measured_at
    body = {"event_id": str(uuid.uuid4())}
    assert at_the_chair.post(address(session, "chart/stop/"), body).status_code == 302
    after = now(session)
    assert (after.state, after.stopped_at) == (State.RECOVERY, pressed.measured_at)
    # 58 min at 32 mg/h
    assert after.total_mg == pytest.approx(32 * 58 / 60, abs=0.05)


def test_a_stop_taken_back_runs_on(session: Encounter, nurse: Actor) -> None:
    running(session, nurse)
    write(session, nurse, K.STOP_PRESSED, 2)
    write(session, nurse, K.STOP_WITHDRAWN, 1)
    assert now(session).stop_pressed_at is None
    assert now(session).state is State.RUNNING


def test_a_correction_keeps_the_old_value_readable(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    wrong = write(session, nurse, K.VITALS, 3, systolic_mmhg=216.0)
    assert "mon_sbp_stop" in {s.advisory.code for s in now(session).advisories}
    body = {
        "event_id": str(uuid.uuid4()),
        "measured_at": timezone.localtime(
            wrong.measured_at, ZoneInfo(session.clinic.time_zone)
        ).strftime("%Y-%m-%dT%H:%M"),
        "systolic_mmhg": "126",
        "reason": "typed 216 for 126",
    }
    page = at_the_chair.post(address(session, f"correct/{wrong.pk}/"), body)
    assert page.status_code == 302
    assert "mon_sbp_stop" not in {s.advisory.code for s in now(session).advisories}
    shown = at_the_chair.get(address(session)).content.decode()
    assert "216" in shown
    assert "typed 216 for 126" in shown
    assert SessionEvent.objects.get(pk=wrong.pk).payload == {"systolic_mmhg": 216.0}


def test_a_correction_without_a_reason_is_refused(session: Encounter, nurse: Actor) -> None:
    running(session, nurse)
    wrong = write(session, nurse, K.VITALS, 3, systolic_mmhg=216.0)
    assert refused(session, nurse, K.VITALS, systolic_mmhg=126.0, corrects=wrong)


def test_the_future_is_not_charted(session: Encounter, nurse: Actor) -> None:
    running(session, nurse)
    assert refused(session, nurse, K.VITALS, -3, systolic_mmhg=126.0)


def test_a_vital_set_through_the_page(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    body = {"event_id": str(uuid.uuid4()), "systolic_mmhg": "168", "diastolic_mmhg": "96"}
    assert at_the_chair.post(address(session, "chart/vitals/"), body).status_code == 302
    page = at_the_chair.get(address(session)).content.decode()
    assert "Systolic 168 mmHg, at or above 165 mmHg" in page  # the order's own number
    assert "our default, no source" in page
    empty = {"event_id": str(uuid.uuid4())}
    refused_page = at_the_chair.post(address(session, "chart/vitals/"), empty)
    assert refused_page.status_code == 422
    slip = {"event_id": str(uuid.uuid4()), "spo2_percent": "9", "pain_points": "4"}
    kept = at_the_chair.post(address(session, "chart/vitals/"), slip)
    assert kept.status_code == 422
    assert 'value="4"' in kept.content.decode()  # what was typed is still there


def test_an_advisory_is_seen_by_name(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    write(session, nurse, K.VITALS, systolic_mmhg=185.0)
    body = {"event_id": str(uuid.uuid4()), "code": "mon_sbp_stop"}
    at_the_chair.post(address(session, "acknowledge/"), body)
    [item] = [s for s in now(session).advisories if s.advisory.code == "mon_sbp_stop"]
    assert item.acknowledged is not None
    assert not item.quiet  # a high one stays until the value recovers


def test_home_takes_every_gate(session: Encounter, nurse: Actor, at_the_chair: Client) -> None:
    running(session, nurse, 120)
    write(session, nurse, K.INFUSION_STOPPED, 31)
    page = go_home(session, at_the_chair, escort_present="")
    assert page.status_code == 422
    assert "Escort named and present" in page.content.decode()
    assert session.events.filter(kind="discharge_assessed").count() == 1  # what was seen is kept
    assert go_home(session, at_the_chair).status_code == 302
    assert now(session).state is State.DISCHARGED
    assert Encounter.objects.get(pk=session.pk).status == Encounter.Status.FINISHED


def test_home_is_too_early_after_a_rescue_drug(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse, 120)
    write(session, nurse, K.DRUG_GIVEN, 45, drug="ondansetron", dose_mg=4.0, route="IV")
    write(session, nurse, K.INFUSION_STOPPED, 40)
    assert "last bolus or rescue drug" in go_home(session, at_the_chair).content.decode()


def test_the_record_holds_what_was_charted(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    write(session, nurse, K.VITALS, 30, systolic_mmhg=141.0, diastolic_mmhg=82.0)
    pdf = at_the_chair.get(address(session, "record.pdf"))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.content)).pages)
    assert "Session record" in text
    assert "141" in text
    assert "32 mg/h" in text
    assert "Ruth Okafor" in text


def test_the_pages_are_read_under_a_name(session: Encounter, at_the_chair: Client) -> None:
    for rest in ("", "live/", "gate/"):
        before = AuditEvent.objects.filter(action="read").count()
        assert at_the_chair.get(address(session, rest)).status_code == 200
        assert AuditEvent.objects.filter(action="read").count() == before + 1


def test_another_clinic_sees_no_session(
    session: Encounter, other_clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    elsewhere = signed_in(other_clinic, Role.NURSE)
    assert elsewhere.get(address(session)).status_code == 404
    assert elsewhere.post(address(session, "chart/note/"), {"text": "x"}).status_code == 404


def test_the_chairs_show_the_most_urgent_first(
    clinic: Clinic, nurse: Actor, prescriber: Actor, at_the_chair: Client
) -> None:
    planned = a_session(nurse, prescriber, chair="1")
    calm = running(a_session(nurse, prescriber, chair="2"), nurse, 20)
    write(calm, nurse, K.VITALS, systolic_mmhg=130.0, spo2_percent=98.0)
    urgent = running(a_session(nurse, prescriber, chair="3"), nurse, 20)
    write(urgent, nurse, K.VITALS, spo2_percent=88.0)
    assert [r.session.pk for r in sessions_today(clinic)] == [urgent.pk, calm.pk, planned.pk]
    page = at_the_chair.get("/chairs/").content.decode()
    assert page.index("Chair 3") < page.index("Chair 2") < page.index("Chair 1")


def test_two_people_who_chart_at_once_never_overwrite(
    session: Encounter, nurse: Actor, prescriber: Actor
) -> None:
    running(session, nurse)
    mine = get_session(clinic=session.clinic, patient_id=session.patient_id, session_id=session.pk)
    theirs = get_session(
        clinic=session.clinic, patient_id=session.patient_id, session_id=session.pk
    )
    write(mine, nurse, K.VITALS, systolic_mmhg=130.0)
    write(theirs, prescriber, K.VITALS, heart_rate_per_min=80.0)
    latest = now(session).observations.latest
    assert latest["systolic_mmhg"].value == 130
    assert latest["heart_rate_per_min"].value == 80


def test_a_plan_of_a_session_needs_an_order_that_stands(
    patient: Patient, at_the_chair: Client
) -> None:
    page = at_the_chair.get(f"/patients/{patient.pk}/sessions/").content.decode()
    assert "No order stands" in page
    body = {"planned_at": "2026-12-01T09:00", "chair": "1"}
    assert at_the_chair.post(f"/patients/{patient.pk}/sessions/plan/", body).status_code == 422


def test_without_a_consent_the_gate_stays_closed(
    session: Encounter, nurse: Actor, at_the_chair: Client, second: Any
) -> None:
    Consent.objects.create(
        clinic=session.clinic,
        patient=session.patient,
        recorded_by=nurse.user,
        form="ketamine",
        version="1",
        text="…",
        text_sha256="0" * 64,
        given=False,  # withdrawn
        signed_name="Ada Abara",
        signed_at=timezone.now(),
    )
    page = at_the_chair.post(address(session, "gate/"), answers(session, second))
    assert page.status_code == 422
    assert "consent" in page.content.decode()
    assert now(session).state is State.PLANNED


def test_an_id_of_another_session_is_refused(
    session: Encounter, nurse: Actor, prescriber: Actor
) -> None:
    other = a_session(nurse, prescriber)
    standing = write(other, nurse, K.NOTE, text="elsewhere")
    assert refused(session, nurse, K.NOTE, text="here", event_id=standing.pk)


def test_the_page_speaks_spanish(session: Encounter, at_the_chair: Client) -> None:
    at_the_chair.cookies["django_language"] = "es"
    assert "Abrir el control de entrada" in at_the_chair.get(address(session)).content.decode()
