"""A session to test with: invented people, a signed order, a room that is ready."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.assessment.services import sign_assessment
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.models import Observation
from reprieve.clinic.patients.services import record_chart_row
from reprieve.clinic.plan.models import Consent
from reprieve.clinic.plan.services import sign_plan
from reprieve.clinic.session.charting import Charted, chart, plan_session
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.rooms import inspect
from reprieve.clinic.session.selectors import live
from reprieve.core.dosing.plan import Adjust
from reprieve.core.problems import UnusableInput
from reprieve.core.session.events import EventKind as K

from .people import PASSWORD, a_patient, acting, somebody

CALM = {
    q.id: "no" if q.speaks == "yes" else "yes"
    for q in knowledge.gate()
    if not q.id.startswith("gt_home")
}
RESCUE = {
    "drug": "ondansetron",
    "dose_mg": 4,
    "route": "IV",
    "for_what": "nausea",
    "repeat_after_min": 30,
    "at_most_times": 2,
}
ORDER = {
    "step_mg_per_h": 8,
    "step_after_min": 10,
    "maximum_rate_mg_per_h": 48,
    "call_systolic_mmhg": 165,
    "rescue_drugs": [RESCUE],
}


@pytest.fixture
def prescriber(clinic: Clinic) -> Actor:
    return acting(somebody(clinic, Role.PRESCRIBER, "Miriam Castellanos"), clinic, Role.PRESCRIBER)


@pytest.fixture
def session(nurse: Actor, prescriber: Actor) -> Encounter:
    ready_room(nurse)
    return a_session(nurse, prescriber)


def ready_room(by: Actor, **changes: bool) -> None:
    """Every room checked today: all there, drugs in date."""
    assert by.clinic is not None
    today = timezone.localdate()
    inspect(
        clinic=by.clinic,
        room="",
        on=today,
        works={**{item.id: True for item in knowledge.rooms()}, **changes},
        expires_on={"rm_rescue_drugs": (today + timedelta(days=30)).isoformat()},
        note="",
        by=by,
    )


def a_session(
    nurse: Actor,
    prescriber: Actor,
    chair: str = "2",
    protocol: str = "pr_iv_80mg_over_2h",
    **adjust: Any,
) -> Encounter:
    """80 mg over 150 min: 32 mg/h in 70 kg."""
    born = timezone.localdate() - timedelta(days=45 * 366)
    patient = a_patient(nurse, birth_date=born, sex="male")
    fields = {
        "kind": Observation.Kind.WEIGHT,
        "text": "weight",
        "value": 70,
        "unit": "kg",
        "measured_at": timezone.now(),
    }
    record_chart_row(patient=patient, section="observations", fields=fields, by=nurse)
    now = timezone.now()
    sign_assessment(patient=patient, decision="proceed", overrides={}, by=prescriber, at=now)
    order = sign_plan(
        patient=patient,
        protocol=protocol,
        start_on=timezone.localdate(),
        adjust=Adjust(**adjust),
        order=ORDER,
        overrides={},
        by=prescriber,
        at=now,
    )
    Consent.objects.create(
        clinic=patient.clinic,
        patient=patient,
        recorded_by=nurse.user,
        form="ketamine",
        version="1",
        text="…",
        text_sha256="0" * 64,
        given=True,
        signed_name="Ada Abara",
        signed_at=now,
    )
    return plan_session(patient=patient, order=order, planned_at=now, chair=chair, by=nurse)


def write(
    session: Encounter, by: Actor, kind: K, minutes_ago: float = 0, **more: Any
) -> SessionEvent:
    outside, corrects = more.pop("outside_order", None), more.pop("corrects", None)
    reason = more.pop("reason", "")
    said = Charted(
        event_id=more.pop("event_id", uuid.uuid4()),
        kind=kind,
        measured_at=timezone.now() - timedelta(minutes=minutes_ago),
        payload=more,
        outside_order=outside,
        corrects=corrects,
        reason=reason,
    )
    return chart(session=session, said=said, by=by)


def form(**fields: Any) -> dict[str, Any]:
    """A form as a page sends it, with an id of its own."""
    return {"event_id": str(uuid.uuid4()), **fields}


def refused(
    session: Encounter, by: Actor, kind: K, minutes_ago: float = 0, **more: Any
) -> list[str]:
    with pytest.raises(UnusableInput) as problems:
        write(session, by, kind, minutes_ago, **more)
    return [p.message for p in problems.value.problems]


def running(session: Encounter, by: Actor, minutes_ago: float = 60) -> Encounter:
    own = {
        "systolic_mmhg": 128,
        "heart_rate_per_min": 72,
        "spo2_percent": 98,
        "pain_points": 6,
        "dissociation_points": 0,
    }
    write(session, by, K.GATE_PASSED, minutes_ago + 5, baseline=own)
    write(session, by, K.INFUSION_STARTED, minutes_ago, rate_mg_per_h=32)
    return session


def now(session: Encounter) -> Any:
    return live(Encounter.objects.get(pk=session.pk))


def answers(session: Encounter, second: Any, **changes: Any) -> dict[str, Any]:
    return {
        "event_id": str(uuid.uuid4()),
        "name_checked": "on",
        "birth_date_checked": "on",
        "weight_kg": "70.5",
        "changes": "no",
        "eaten": "no",
        "intoxicated": "no",
        "capacity": "yes",
        "escort_name": "Luis Abara",
        "escort_present": "yes",
        "pregnancy": "impossible",
        "systolic_mmhg": "128",
        "diastolic_mmhg": "78",
        "heart_rate_per_min": "70",
        "spo2_percent": "98",
        "respiratory_rate_per_min": "14",
        "moaa_s_points": "5",
        "gait": "steady",
        "pump_checked": "on",
        **CALM,
        "second_user": str(second.pk),
        "second_password": PASSWORD,
        "open": "1",
        **changes,
    }


def address(session: Encounter, rest: str = "") -> str:
    return f"/patients/{session.patient_id}/sessions/{session.pk}/{rest}"


@pytest.fixture
def at_the_chair(clinic: Clinic, signed_in: Callable[..., Client]) -> Client:
    return signed_in(clinic, Role.NURSE)


@pytest.fixture
def second(clinic: Clinic) -> Any:
    return somebody(clinic, Role.NURSE, "Tomás Rey")


HOME = {
    "dissociation_points": "0",
    "pain_points": "3",
    "heart_rate_per_min": "74",
    "ambulation": "2",
    "nausea": "2",
    "bleeding": "2",
    "systolic_mmhg": "130",
    "spo2_percent": "98",
    **dict.fromkeys(
        (
            "oriented",
            "fluids",
            "walked",
            "cannula_out",
            "instructions_given",
            "no_driving_told",
            "escort_present",
        ),
        "on",
    ),
    "escort_name": "Luis Abara",
}


def go_home(session: Encounter, client: Client, **changes: Any) -> Any:
    body = {"event_id": str(uuid.uuid4()), **HOME, **changes}
    return client.post(address(session, "discharge/"), {k: v for k, v in body.items() if v})
