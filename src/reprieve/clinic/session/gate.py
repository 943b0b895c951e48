"""The day-of gate: what must be so, on the day, before anything is given."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from reprieve import knowledge
from reprieve.clinic.accounts.models import Role
from reprieve.clinic.assessment.models import RuleAnswer
from reprieve.clinic.assessment.services import NEEDS_A_REASON, answer_rule, screen_patient
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.models import Observation
from reprieve.clinic.patients.selectors import current_consent
from reprieve.clinic.patients.services import record_chart_row
from reprieve.clinic.session.charting import Charted, chart
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.people import prescribers, second_checker
from reprieve.clinic.session.rooms import room_check
from reprieve.clinic.session.selectors import measured_weight_kg, order_of
from reprieve.core.dosing.order import weight_reopens
from reprieve.core.findings import Finding
from reprieve.core.patient import Presence
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.session.events import EventKind
from reprieve.core.session.gate import averaged, check_baseline
from reprieve.core.session.questions import (
    GateQuestion,
    Spoken,
    asked,
    judge_answers,
    unanswered,
)
from reprieve.core.session.rooms import judge_room
from reprieve.core.session.thresholds import Threshold

Kind = Observation.Kind
# The day-of rules a field of the form answers: (field, rule, the answer that means "present").
ANSWERS = (
    ("intoxicated", "ci_alcohol_acute", "yes"),
    ("eaten", "ci_npo", "yes"),
    ("capacity", "ci_consent", "no"),
    ("escort_present", "ci_no_escort", "no"),
)
PREGNANCY = {"negative": "absent", "impossible": "absent", "positive": "present"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the checks of today lead to.

    findings: of the rules. limits: of the baseline. spoken: of the day's questions and the room.
    decided: overridden when the assessment was signed, with why.
    """

    findings: tuple[Finding, ...]
    limits: tuple[Threshold, ...]
    spoken: tuple[Spoken, ...]
    decided: Mapping[str, str]
    weight_reopens: bool
    pregnancy_open: bool

    @property
    def to_override(self) -> tuple[str, ...]:
        """Codes that need a typed reason of a prescriber today."""
        serious = [f.code for f in self.findings if f.action in NEEDS_A_REASON]
        today = [s.code for s in self.spoken if s.action in NEEDS_A_REASON]
        return (
            *(c for c in serious if c not in self.decided),
            *(t.id for t in self.limits),
            *today,
        )


@transaction.atomic
def save_checks(*, session: Encounter, said: Mapping[str, Any], by: Actor) -> None:
    """Keep today's weight, pressure and answers in the chart; the same form twice changes nothing."""
    if said.get("weight_kg"):
        _measured(session, said, by, Kind.WEIGHT, said["weight_kg"], "kg")
    systolic, diastolic = pressure(said)
    if systolic and diastolic:
        _measured(session, said, by, Kind.BLOOD_PRESSURE, systolic, "mm[Hg]", diastolic)
    for rule, answer in _answers(session, said).items():
        _answered(session, rule, answer, by)


def _answers(session: Encounter, said: Mapping[str, Any]) -> dict[str, str]:
    """What today's form says of each day-of rule; without a current consent there is none."""
    found = {
        rule: "present" if said[field] == present else "absent"
        for field, rule, present in ANSWERS
        if said.get(field)
    }
    if current_consent(session.patient, timezone.localdate()) is None:
        found["ci_consent"] = "present"
    if said.get("pregnancy") in PREGNANCY:
        found["ci_preg"] = PREGNANCY[said["pregnancy"]]
    return found


def pressure(said: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """The pressure that counts: the mean when it was taken twice."""
    return (
        averaged([said.get("systolic_mmhg"), said.get("systolic_again_mmhg")]),
        averaged([said.get("diastolic_mmhg"), said.get("diastolic_again_mmhg")]),
    )


def questions_of(session: Encounter) -> tuple[GateQuestion, ...]:
    """What is asked today beside the rules."""
    home = session.place == Encounter.Place.HOME
    return asked(knowledge.gate(), _route(session), at_home=home)


def judge(session: Encounter, said: Mapping[str, Any]) -> Judged:
    """Screen the chart as it stands today, with the day's rules. Writes nothing."""
    route = _route(session)
    screened = screen_patient(session.patient, as_of=timezone.localdate(), route=route, day_of=True)
    assessment = session.order.plan.assessment if session.order else None
    order = order_of(session.order)
    weight = said.get("weight_kg")
    judged = screened.screening.judgements.get("ci_preg")
    reopened = False
    if order and weight and session.order:
        signed = replace(order, weight_kg=measured_weight_kg(session.order))
        reopened = weight_reopens(signed, weight)
    return Judged(
        findings=screened.to_override,
        limits=check_baseline(baseline(said), knowledge.thresholds()),
        spoken=(*judge_answers(questions_of(session), said), *_room(session)),
        decided={o["code"]: o["reason"] for o in assessment.overrides} if assessment else {},
        weight_reopens=reopened,
        pregnancy_open=judged is not None and judged.presence is Presence.UNKNOWN,
    )


def _room(session: Encounter) -> tuple[Spoken, ...]:
    """A patient's home is judged by its own questions."""
    if session.place == Encounter.Place.HOME:
        return ()
    today = timezone.localdate()
    return judge_room(knowledge.rooms(), room_check(session.clinic, session.chair, today), today)


def _route(session: Encounter) -> str:
    return str(session.order.order["route"]) if session.order else "iv"


def baseline(said: Mapping[str, Any]) -> dict[str, float]:
    """The patient's own values, by parameter; what was not measured is left out."""
    systolic, diastolic = pressure(said)
    names = (
        "heart_rate_per_min",
        "spo2_percent",
        "respiratory_rate_per_min",
        "moaa_s_points",
        "pain_points",
        "dissociation_points",
        "distress_points",
    )
    values = {
        "systolic_mmhg": systolic,
        "diastolic_mmhg": diastolic,
        **{name: said.get(name) for name in names},
    }
    return {name: value for name, value in values.items() if value is not None}


def pass_gate(
    *,
    session: Encounter,
    event_id: uuid.UUID,
    said: Mapping[str, Any],
    overrides: Mapping[str, str],
    at: datetime,
    by: Actor,
) -> SessionEvent:
    """Open the gate under a name. Raises UnusableInput with everything that keeps it closed.

    Not one transaction: a wrong second password must stay counted when the gate stays closed.
    """
    if standing := SessionEvent.objects.filter(pk=event_id, encounter=session).first():
        return standing
    judged = judge(session, said)
    reasons = {code: text.strip() for code, text in overrides.items() if text.strip()}
    problems = _closed(session, said, judged, reasons, by)
    checker = None
    try:
        checker = second_checker(session, said, by)
    except UnusableInput as refused:
        problems += refused.problems
    if problems or checker is None:
        raise UnusableInput(problems)
    decided = said.get("decided_by", "")
    payload = {
        "baseline": baseline(said),
        "pressures": _readings(said),
        "weight_kg": said["weight_kg"],
        "identifiers": ["name", "birth date"],
        "gait": said.get("gait", ""),
        "changes": said.get("changes_text", ""),
        "pregnancy": said.get("pregnancy", ""),
        "answers": {q.id: said[q.id] for q in questions_of(session) if said.get(q.id)},
        "escort_name": said["escort_name"],
        "second_check_by": checker.full_name,
        "second_check_user": str(checker.pk),
        "decided_by": _name_of(session, decided) or (str(by.user) if reasons else ""),
        "decided_by_user": decided,
        "overrides": [{"code": code, "reason": text} for code, text in reasons.items()],
        **({"home": _home(said)} if session.place == Encounter.Place.HOME else {}),
    }
    said_now = Charted(
        event_id=event_id, kind=EventKind.GATE_PASSED, measured_at=at, payload=payload
    )
    return chart(session=session, said=said_now, by=by)


def _home(said: Mapping[str, Any]) -> dict[str, Any]:
    names = ("home_address", "home_hospital", "home_ems_min", "home_second")
    return {name.removeprefix("home_"): said.get(name) for name in names}


def _name_of(session: Encounter, user_id: str) -> str:
    return dict(prescribers(session.clinic)).get(user_id, "")


def _closed(
    session: Encounter,
    said: Mapping[str, Any],
    judged: Judged,
    reasons: Mapping[str, str],
    by: Actor,
) -> list[Problem]:
    problems = [
        Problem(f"id_{code}", _("This question has no answer yet."))
        for code in unanswered(questions_of(session), said)
    ]
    if judged.weight_reopens:
        problems.append(
            Problem(
                "id_weight_kg",
                _(
                    "The weight has changed by more than 5 % since the order was signed: "
                    "the prescriber plans again."
                ),
            )
        )
    if not said.get("systolic_again_mmhg") and any(
        f.code.startswith("ci_bp") for f in judged.findings
    ):
        text = _("Raised: repeat after 5 to 10 minutes of rest. The mean of the two counts.")
        problems.append(Problem("id_systolic_again_mmhg", text))
    if judged.pregnancy_open:
        problems.append(Problem("id_pregnancy", _("Pregnancy must be settled today.")))
    messages = {f.code: f.message for f in judged.findings}
    messages |= {t.id: t.action for t in judged.limits}
    messages |= {s.code: s.message for s in judged.spoken}
    problems += [
        Problem(f"override-{code}", _("A reason is needed to go on: ") + messages[code])
        for code in judged.to_override
        if code not in reasons
    ]
    if judged.to_override and Role.PRESCRIBER not in by.roles and not said.get("decided_by"):
        problems.append(Problem("id_decided_by", _("Name the prescriber who decides to go on.")))
    return problems


def _measured(
    session: Encounter,
    said: Mapping[str, Any],
    by: Actor,
    kind: str,
    value: float,
    unit: str,
    second: float | None = None,
) -> None:
    fields = {
        "kind": kind,
        "text": str(Kind(kind).label),
        "value": Decimal(str(round(value, 1))),
        "second_value": Decimal(str(round(second, 1))) if second else None,
        "unit": unit,
        "measured_at": timezone.now(),
        "note": "; ".join(_readings(said)) if second else "",
    }
    same_form = uuid.uuid5(said["event_id"], f"{kind}:{value}:{second}")
    record_chart_row(
        patient=session.patient, section="observations", fields=fields, by=by, row_id=same_form
    )


def _readings(said: Mapping[str, Any]) -> list[str]:
    pairs = (("systolic_mmhg", "diastolic_mmhg"), ("systolic_again_mmhg", "diastolic_again_mmhg"))
    return [f"{said[s]:g}/{said[d]:g} mmHg" for s, d in pairs if said.get(s) and said.get(d)]


def _answered(session: Encounter, rule: str, answer: str, by: Actor) -> None:
    last = (
        RuleAnswer.objects.for_clinic(session.clinic)
        .filter(patient=session.patient, rule=rule)
        .order_by("-recorded_at")
        .first()
    )
    if last and last.answered_on == timezone.localdate() and last.answer == answer:
        return
    answer_rule(patient=session.patient, rule=rule, answer=answer, by=by)
