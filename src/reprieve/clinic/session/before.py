"""What the session before was like: read beside the gate."""

from dataclasses import dataclass
from datetime import datetime

from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.policy import Policy
from reprieve.clinic.session.selectors import list_sessions, live
from reprieve.core.session.events import EventKind, in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSession:
    """The figures a nurse asks for before starting again. None: not charted then.

    peak: the reading with the highest systolic, as systolic and diastolic.
    minutes_to_ready: from the stop, or the dose, to going home.
    """

    on: datetime
    highest_rate_mg_per_h: float | None
    total_mg: float
    peak: tuple[float, float | None] | None
    worst_dissociation: float | None
    worst_distress: float | None
    rescue: tuple[str, ...]
    trouble: tuple[str, ...]
    minutes_to_ready: float | None


def last_session(session: Encounter, policy: Policy) -> LastSession | None:
    """The newest earlier session in which something was given. Two queries."""
    rows = list_sessions(session.patient).exclude(pk=session.pk).filter(began_at__isnull=False)
    row = rows.order_by("-began_at").first()
    if row is None:
        return None
    was = live(row, policy=policy)
    start = was.observations.started_at
    if start is None:
        return None
    standing = in_force(was.events)
    home = [e.measured_at for e in standing if e.kind is EventKind.DISCHARGED]
    ready = (home[-1] - was.stopped_at).total_seconds() / 60 if home and was.stopped_at else None
    values: dict[str, list[float]] = {}
    for reading in was.observations.readings:
        values.setdefault(reading.parameter, []).append(reading.value)
    return LastSession(
        on=start,
        highest_rate_mg_per_h=max((s.rate_mg_per_h for s in was.given.segments), default=None),
        total_mg=was.total_mg,
        peak=_peak([dict(e.payload) for e in standing]),
        worst_dissociation=max(values.get("dissociation_points", []), default=None),
        worst_distress=max(values.get("distress_points", []), default=None),
        rescue=tuple(str(e.payload["drug"]) for e in standing if e.kind is EventKind.DRUG_GIVEN),
        trouble=tuple(
            str(e.payload["effect"]) for e in standing if e.kind is EventKind.ADVERSE_EVENT
        ),
        minutes_to_ready=ready,
    )


def _peak(payloads: list[dict[str, float]]) -> tuple[float, float | None] | None:
    high = [p for p in payloads if p.get("systolic_mmhg") is not None]
    if not high:
        return None
    top = max(high, key=lambda p: p["systolic_mmhg"])
    return top["systolic_mmhg"], top.get("diastolic_mmhg")
