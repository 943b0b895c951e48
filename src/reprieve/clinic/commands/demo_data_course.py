"""Invented courses: assessed, planned, consented to, given. Signed through the services the pages use."""

import hashlib
import random
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.assessment.models import RuleAnswer
from reprieve.clinic.assessment.services import answer_rule, screen_patient, sign_assessment
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.selectors import latest_observation
from reprieve.clinic.plan.models import Consent, MedicationRequest
from reprieve.clinic.plan.services import propose, sign_plan
from reprieve.clinic.session.charting import Charted, chart, follow_state
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.core.dosing.plan import Adjust
from reprieve.core.session.events import EventKind as K

PROTOCOL = "pr_iv_30_40min_x6"
ORDER = {
    "step_mg_per_h": 10.0,
    "step_after_min": 10.0,
    "call_systolic_mmhg": 165.0,
    "hold_systolic_mmhg": 180.0,
    "hold_spo2_percent": 92.0,
    "rescue_drugs": [
        {
            "drug": "ondansetron",
            "dose_mg": 4.0,
            "route": "IV",
            "for_what": "nausea",
            "repeat_after_min": 30.0,
            "at_most_times": 2,
        }
    ],
}
MINUTES = 40


@dataclass(slots=True)
class Course:
    """One invented person's way through the clinic."""

    patient: Patient
    assessed_on: date
    chance: random.Random
    team: Any
    order: MedicationRequest | None = None
    given_at: list[datetime] = field(default_factory=list)

    def at(self, on: date, hour: int = 10, minute: int = 0) -> datetime:
        return timezone.make_aware(datetime.combine(on, time(hour, minute)))


def assess(course: Course, verdict: str) -> None:
    """Answered, screened and decided by the prescriber, who gives a reason for what she overrides."""
    patient, by = course.patient, course.team.prescriber
    answer_all(course)
    if verdict != "proceed":
        answer_rule(
            patient=patient, rule=_speaks_against(verdict), answer="present", by=by, note="told us"
        )
    screened = screen_patient(patient, as_of=course.assessed_on)
    why = "Weighed with the patient; benefit judged greater."
    reasons = {f.code: why for f in screened.to_override} if verdict == "proceed" else {}
    sign_assessment(
        patient=patient,
        decision=verdict,
        overrides=reasons,
        by=by,
        at=course.at(course.assessed_on, 16),
    )


def answer_all(course: Course) -> None:
    """The rules that nothing in the chart speaks of, asked and denied; one trail row for all."""
    rows = [
        RuleAnswer(
            clinic=course.patient.clinic,
            patient=course.patient,
            recorded_by=course.team.nurse.user,
            rule=rule.id,
            answer=RuleAnswer.Presence.ABSENT,
            by_whom=RuleAnswer.By.CLINICIAN,
            answered_on=course.assessed_on,
        )
        for rule in knowledge.contraindications()
        if not rule.day_of and not rule.blood_pressure and not rule.age
    ]
    RuleAnswer.objects.bulk_create(rows)
    detail = {"answers": len(rows), "invented": True}
    audit(course.patient, action=Did.CREATE, by=course.team.nurse, detail=detail)


def begin(course: Course, start_on: date, sessions: int = 6) -> MedicationRequest:
    """An assessment that says yes, a consent, a signed order, and its first session planned."""
    assess(course, "proceed")
    _consent(course)
    adjust = Adjust(sessions=sessions)
    proposed = propose(course.patient, protocol=PROTOCOL, start_on=start_on, adjust=adjust)
    why = "Tolerated elsewhere; watched closely."
    course.order = sign_plan(
        patient=course.patient,
        protocol=PROTOCOL,
        start_on=start_on,
        adjust=adjust,
        order={**ORDER, "maximum_rate_mg_per_h": proposed.plan.pump[0].rate_mg_per_h + 10},
        overrides={f.code: why for f in proposed.needs_reason},
        by=course.team.prescriber,
        at=min(course.at(course.assessed_on, 17), timezone.now()),
    )
    if start_on > timezone.localdate():
        _encounter(course, course.at(start_on, 9))
    return course.order


def give_sessions(course: Course, number: int) -> None:
    """The first sessions of the course as they were charted, and the next one planned."""
    assert course.order is not None
    days = [date.fromisoformat(c["on"]) for c in course.order.plan.proposal["course"]]
    now = timezone.now()
    for day in days[:number]:
        if day >= timezone.localdate():
            break
        start = course.at(day, course.chance.choice((9, 10, 13, 14)), course.chance.choice((0, 30)))
        session = _encounter(course, start - timedelta(minutes=20))
        write(course, session, start, until=now)
        course.given_at.append(start)
    ahead = [day for day in days[number:] if day > timezone.localdate()]
    if ahead:
        _encounter(course, course.at(ahead[0], 9))


def today(course: Course, number: int) -> None:
    """First sessions of today: two run, two are in recovery, the others are still to come."""
    begin(course, timezone.localdate())
    now = timezone.now()
    began = {0: 22, 1: 8, 2: 74, 3: 72}.get(number)
    if began is None:
        _encounter(course, now + timedelta(minutes=25 * (number - 3)), chair=str(1 + number % 4))
        return
    start = now - timedelta(minutes=began)
    session = _encounter(course, start - timedelta(minutes=20), chair=str(number + 1))
    write(course, session, start, until=now)
    course.given_at.append(start)
    if number == 1:
        _by_telephone(course, session)
    if number == 2:
        _handed_over(course, session)


def _by_telephone(course: Course, session: Encounter) -> None:
    """A bolus the order does not hold, ordered by telephone: it waits to be co-signed."""
    prescriber = course.team.prescriber.user
    said = Charted(
        event_id=uuid.UUID(int=course.chance.getrandbits(128), version=4),
        kind=K.BOLUS_GIVEN,
        measured_at=timezone.now() - timedelta(minutes=2),
        payload={"amount_mg": 3.0},
        outside_order={
            "by": str(prescriber),
            "by_user": str(prescriber.pk),
            "how": "telephone",
            "read_back": True,
            "reason": "No effect at the planned rate; tolerated before.",
        },
    )
    chart(session=session, said=said, by=course.team.nurse)


def _handed_over(course: Course, session: Encounter) -> None:
    """Before a break, to the second nurse, who has not taken it yet."""
    second = course.team.second.user
    said = Charted(
        event_id=uuid.UUID(int=course.chance.getrandbits(128), version=4),
        kind=K.HANDOVER,
        measured_at=timezone.now() - timedelta(minutes=1),
        payload={
            "to": str(second),
            "to_id": str(second.pk),
            "why": "break",
            "text": "In recovery, calm. Next set due; escort in the waiting room.",
        },
    )
    chart(session=session, said=said, by=course.team.nurse)


def write(course: Course, session: Encounter, start: datetime, until: datetime) -> None:
    """Everything charted from the gate to the door, or to now; one trail row names how much."""
    rows = [e for e in _events(course, session, start) if e.measured_at <= until]
    for n, row in enumerate(rows, 1):
        row.sequence = n
    SessionEvent.objects.bulk_create(rows)
    nurse = course.team.nurse
    detail = {"events": len(rows), "invented": True}
    audit(session, action=Did.CREATE, by=nurse, detail=detail)
    follow_state(session, nurse)


def _events(course: Course, session: Encounter, start: datetime) -> list[SessionEvent]:
    assert course.order is not None
    chance, order = course.chance, course.order.order
    own = {
        "systolic_mmhg": round(chance.gauss(124, 7)),
        "diastolic_mmhg": round(chance.gauss(76, 5)),
        "heart_rate_per_min": round(chance.gauss(72, 7)),
        "spo2_percent": chance.choice((96, 97, 98, 98)),
        "respiratory_rate_per_min": chance.choice((12, 14, 15, 16)),
        "moaa_s_points": 5,
        "pain_points": chance.choice((5, 6, 7, 8)),
        "dissociation_points": 0,
    }
    calm = {q.id: "no" if q.speaks == "yes" else "yes" for q in knowledge.gate()}
    strong = chance.uniform(0.6, 1.5)
    sick = chance.random() < 0.12
    nurse, found = course.team.nurse, []

    def add(minute: float, kind: K, by: Actor = nurse, **payload: Any) -> None:
        at = start + timedelta(minutes=minute)
        found.append(
            SessionEvent(
                id=uuid.UUID(int=chance.getrandbits(128), version=4),
                clinic=course.patient.clinic,
                patient=course.patient,
                encounter=session,
                recorded_by=by.user,
                recorded_at=at + timedelta(seconds=chance.randint(5, 40)),
                kind=kind.value,
                measured_at=at,
                payload=payload,
            )
        )

    weight = latest_observation(course.patient, "29463-7")
    add(
        -8,
        K.GATE_PASSED,
        baseline=own,
        weight_kg=float(weight.value) if weight else None,
        identifiers=["name", "birth date"],
        gait="steady",
        answers={code: said for code, said in calm.items() if not code.startswith("gt_home")},
        escort_name=chance.choice(("Luis", "Ana", "Jo", "Sam")) + " (family)",
        second_check_by=str(course.team.second.user),
        second_check_user=str(course.team.second.user.pk),
        overrides=[],
    )
    rate = round(order["start_rate_mg_per_h"], 2)
    add(-1, K.SETTING, light="dim", music="own music", preparation=True)
    add(0, K.INFUSION_STARTED, rate_mg_per_h=rate, concentration_mg_per_ml=1.0)
    for minute in (5, 10, 15, 30):
        add(minute, K.VITALS, **_set(chance, own, strong * min(minute, 30) / 30))
    if sick:
        add(26, K.ADVERSE_EVENT, effect="Nausea", severity="moderate")
        add(27, K.DRUG_GIVEN, drug="ondansetron", dose_mg=4.0, route="IV")
        add(32, K.VITALS, **_set(chance, own, strong))
        add(37, K.VITALS, **_set(chance, own, strong))
    add(MINUTES, K.INFUSION_STOPPED)
    for minute in (45, 60, 75):
        add(minute, K.VITALS, **_set(chance, own, strong * (75 - minute) / 60))
    given_ml = round(rate * MINUTES / 60, 1)
    add(MINUTES + 1, K.PUMP_READING, volume_infused_ml=given_ml, concentration_mg_per_ml=1.0)
    home = 80 if not sick else 92
    add(home, K.DISCHARGED, **_at_the_door(own))
    add(home + 26 * 60, K.PATIENT_CALLED, reached=True, worries=[], text="Slept well.")
    return sorted(found, key=lambda e: e.measured_at)


def _set(chance: random.Random, own: dict[str, float], effect: float) -> dict[str, float]:
    """A set under an effect of 0 (none) to about 1.5 (strong). Invented, not a model."""
    return {
        "systolic_mmhg": round(own["systolic_mmhg"] + 17 * effect + chance.gauss(0, 4)),
        "diastolic_mmhg": round(own["diastolic_mmhg"] + 9 * effect + chance.gauss(0, 3)),
        "heart_rate_per_min": round(own["heart_rate_per_min"] + 8 * effect + chance.gauss(0, 3)),
        "spo2_percent": min(100, round(own["spo2_percent"] - 0.8 * effect + chance.gauss(0, 0.6))),
        "respiratory_rate_per_min": round(own["respiratory_rate_per_min"] + chance.gauss(0, 1)),
        "moaa_s_points": 4 if effect > 0.9 else 5,
        "pain_points": max(0, round(own["pain_points"] - 3 * effect)),
        "dissociation_points": max(0, min(10, round(5 * effect))),
        "distress_points": max(0, round(1.2 * effect)),
    }


def _at_the_door(own: dict[str, float]) -> dict[str, Any]:
    asked = ("oriented", "fluids", "walked", "cannula_out", "escort_present")
    told = ("instructions_given", "no_driving_told")
    items = dict.fromkeys(("vital_signs", "ambulation", "nausea", "pain", "bleeding"), 2)
    return {
        "padss": {"items": items, "total": 10},
        "dissociation_points": 0,
        "systolic_mmhg": own["systolic_mmhg"] + 4,
        "spo2_percent": own["spo2_percent"],
        **dict.fromkeys((*asked, *told), True),
    }


def _encounter(course: Course, planned_at: datetime, chair: str = "") -> Encounter:
    session = Encounter(
        clinic=course.patient.clinic,
        patient=course.patient,
        recorded_by=course.team.nurse.user,
        kind=Encounter.Kind.INFUSION,
        order=course.order,
        chair=chair or str(course.chance.randint(1, 4)),
        planned_at=planned_at,
    )
    session._history_user = course.team.nurse.user
    session.save()
    return session


def _consent(course: Course) -> None:
    text = "\n".join(f"{e.order}. {e.element}" for e in knowledge.consent())
    row = Consent.objects.create(
        clinic=course.patient.clinic,
        patient=course.patient,
        recorded_by=course.team.nurse.user,
        form="ketamine-off-label",
        version="1",
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        given=True,
        signed_name=str(course.patient),
        signed_at=course.at(course.assessed_on, 15),
        witness=str(course.team.nurse.user),
    )
    audit(row, action=Did.CREATE, by=course.team.nurse, detail={"invented": True})


def _speaks_against(verdict: str) -> str:
    """A rule that blocks (declined) or holds (not yet)."""
    word = "block" if verdict == "decline" else "hold"
    rules = (r for r in knowledge.contraindications() if r.action.word == word and not r.day_of)
    return next(r.id for r in rules if not r.blood_pressure and not r.age and not r.female_only)
