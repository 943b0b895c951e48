"""Going home: the gates are looked at, and what was seen is kept either way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from reprieve import knowledge
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.session.charting import Charted, chart
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.selectors import STALE, Live, last_at, live
from reprieve.core.session.discharge import Discharge, Leaving, check_discharge
from reprieve.core.session.events import EventKind

SCALE = "PADSS_MODIFIED"
FRESH = ("systolic_mmhg", "spo2_percent", "dissociation_points")


@transaction.atomic
def discharge(
    *, session: Encounter, event_id: UUID, at: datetime, said: Mapping[str, Any], by: Actor
) -> Discharge:
    """Home when every gate is open; otherwise the assessment is charted and the patient stays.

    Raises UnusableInput when the state of the session allows neither.
    """
    now = live(session)
    found = check_discharge(leaving(now, said, at), now.baseline, knowledge.thresholds())
    payload = {
        **said,
        "scale": SCALE,
        "gates": [{"asks": g.asks, "passed": g.passed, "why": g.why} for g in found.gates],
    }
    kind = EventKind.DISCHARGED if found.may_go_home else EventKind.DISCHARGE_ASSESSED
    event = Charted(event_id=event_id, kind=kind, measured_at=at, payload=payload)
    chart(session=session, said=event, by=by)
    return found


def leaving(now: Live, said: Mapping[str, Any], at: datetime) -> Leaving:
    """What was typed, and the newest values where nothing was typed and they are fresh."""
    latest = now.observations.latest
    fresh = {k: latest[k].value for k in FRESH if k in latest and at - latest[k].at <= STALE}
    asked = next(s.threshold_points for s in knowledge.scales() if s.id == SCALE)
    assert asked is not None
    names = (
        "oriented",
        "fluids",
        "walked",
        "cannula_out",
        "escort_present",
        "instructions_given",
        "no_driving_told",
    )
    score = said.get("score")
    return Leaving(
        as_of=at,
        stopped_at=now.stopped_at,
        last_extra_at=last_at(now.events, EventKind.BOLUS_GIVEN, EventKind.DRUG_GIVEN),
        score=int(score) if score is not None else None,
        score_asked=asked,
        escort_name=said.get("escort_name", ""),
        **{name: said.get(name) or None for name in names},
        **{name: said.get(name, fresh.get(name)) for name in FRESH},
    )
