"""To the recovery chair, and home: what was seen is kept either way, and every gate is looked at."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from reprieve import knowledge
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.session.charting import Charted, chart
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.selectors import STALE, Live, last_at, live
from reprieve.clinic.session.words import advisory_in_words
from reprieve.core.session.advisories import Priority, check_observations
from reprieve.core.session.discharge import (
    Discharge,
    Gate,
    Leaving,
    check_discharge,
    may_move_to_recovery_chair,
)
from reprieve.core.session.events import Event, EventKind
from reprieve.core.session.readings import PARAMETERS, observe
from reprieve.core.session.scores import Score, score_aldrete, score_padss

SCALE, RECOVERY_SCALE = "PADSS_MODIFIED", "MODIFIED_ALDRETE"
FRESH = (
    "systolic_mmhg",
    "heart_rate_per_min",
    "spo2_percent",
    "pain_points",
    "dissociation_points",
)
LOOKED_AT = (
    "oriented",
    "fluids",
    "walked",
    "cannula_out",
    "escort_present",
    "instructions_given",
    "no_driving_told",
)


def score_recovery(
    *, session: Encounter, event_id: UUID, at: datetime, said: Mapping[str, Any], by: Actor
) -> Score:
    """Chart the recovery score; enough points move to the recovery chair, and nothing more.

    Raises UnusableInput when the state of the session does not allow it.
    """
    now = live(session)
    values = _fresh(now, said, at)
    oxygen = said.get("on_oxygen")
    score = score_aldrete(
        activity=said.get("activity"),
        respiration=said.get("respiration"),
        consciousness=said.get("consciousness"),
        on_oxygen=None if oxygen is None else oxygen == "yes",
        systolic_mmhg=values.get("systolic_mmhg"),
        spo2_percent=values.get("spo2_percent"),
        baseline=now.baseline,
    )
    moved = may_move_to_recovery_chair(score.total, points_asked(RECOVERY_SCALE))
    measured = {k: v for k, v in said.items() if k in FRESH}
    payload = {
        **measured,
        "scale": RECOVERY_SCALE,
        "aldrete": {"items": dict(score.items), "total": score.total},
        "on_oxygen": oxygen,
        "moved": moved,
        "site": said.get("chair", "") if moved else "",
    }
    event = Charted(
        event_id=event_id, kind=EventKind.RECOVERY_SCORED, measured_at=at, payload=payload
    )
    chart(session=session, said=event, by=by)
    return score


@transaction.atomic
def discharge(
    *, session: Encounter, event_id: UUID, at: datetime, said: Mapping[str, Any], by: Actor
) -> Discharge:
    """Home when every gate is open; otherwise the assessment is charted and the patient stays.

    Sent twice with one id it is one event, and the answer is the one of the first time.

    Raises UnusableInput when the state of the session allows neither.
    """
    if standing := SessionEvent.objects.filter(pk=event_id, encounter=session).first():
        return Discharge(gates=tuple(Gate(code="", **g) for g in standing.payload["gates"]))
    now = live(session)
    score = padss(now, said, at)
    found = check_discharge(leaving(now, said, at, score), now.baseline, now.policy.limits)
    payload = {
        **said,
        "scale": SCALE,
        "padss": {"items": dict(score.items), "total": score.total},
        "gates": [{"asks": g.asks, "passed": g.passed, "why": g.why} for g in found.gates],
    }
    kind = EventKind.DISCHARGED if found.may_go_home else EventKind.DISCHARGE_ASSESSED
    event = Charted(event_id=event_id, kind=kind, measured_at=at, payload=payload)
    chart(session=session, said=event, by=by)
    return found


def padss(now: Live, said: Mapping[str, Any], at: datetime) -> Score:
    """The discharge score: what was judged by eye, and what is reckoned from the values."""
    values = _fresh(now, said, at)
    return score_padss(
        ambulation=said.get("ambulation"),
        nausea=said.get("nausea"),
        bleeding=said.get("bleeding"),
        systolic_mmhg=values.get("systolic_mmhg"),
        heart_rate_per_min=values.get("heart_rate_per_min"),
        pain_points=values.get("pain_points"),
        baseline=now.baseline,
    )


def leaving(now: Live, said: Mapping[str, Any], at: datetime, score: Score) -> Leaving:
    """What was typed, and the newest values where nothing was typed and they are fresh."""
    values = _fresh(now, said, at)
    return Leaving(
        as_of=at,
        stopped_at=now.stopped_at,
        dose_route=now.dose_route,
        last_extra_at=last_at(now.events, EventKind.BOLUS_GIVEN, EventKind.DRUG_GIVEN),
        urgent=_urgent(now, said, at),
        score=score.total,
        score_asked=points_asked(SCALE),
        dissociation_points=values.get("dissociation_points"),
        systolic_mmhg=values.get("systolic_mmhg"),
        spo2_percent=values.get("spo2_percent"),
        escort_name=said.get("escort_name", ""),
        **{name: said.get(name) or None for name in LOOKED_AT},
    )


def _urgent(now: Live, said: Mapping[str, Any], at: datetime) -> tuple[str, ...]:
    """High advisories that stand with the values typed now."""
    typed = Event(
        id=uuid4(),
        kind=EventKind.VITALS,
        measured_at=at,
        recorded_at=at,
        by="",
        payload={k: said[k] for k in PARAMETERS if said.get(k) is not None},
    )
    seen = observe((*now.events, typed), at)
    found = check_observations(seen, now.policy.limits, now.baseline, now.order, at)
    return tuple(advisory_in_words(a) for a in found if a.priority is Priority.HIGH)


def points_asked(scale: str) -> int:
    asked = next(s.threshold_points for s in knowledge.scales() if s.id == scale)
    assert asked is not None
    return asked


def _fresh(now: Live, said: Mapping[str, Any], at: datetime) -> dict[str, float]:
    latest = now.observations.latest
    known = {k: latest[k].value for k in FRESH if k in latest and at - latest[k].at <= STALE}
    return {**known, **{k: said[k] for k in FRESH if said.get(k) is not None}}
