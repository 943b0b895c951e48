"""Who looks after the patient now. A handover counts once the other person has taken it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reprieve.core.session.events import Event, EventKind, in_force

_BEGINS = (EventKind.GATE_PASSED, EventKind.INFUSION_STARTED, EventKind.DOSE_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One handing over, for a break or a shift, that waits or was taken.

    to, accepted_by: names; `to_id` is the user it is meant for.
    """

    id: UUID
    at: datetime
    by: str
    to: str
    to_id: str
    why: str
    text: str
    accepted_by: str | None = None
    accepted_at: datetime | None = None


def handovers(events: Iterable[Event]) -> tuple[Handover, ...]:
    """Every handover, oldest first; a newer one that waits replaces an older one that waited."""
    standing = in_force(events)
    taken = {
        str(e.payload["handover"]): e for e in standing if e.kind is EventKind.HANDOVER_ACCEPTED
    }
    return tuple(
        Handover(
            id=e.id,
            at=e.measured_at,
            by=e.by,
            to=str(e.payload["to"]),
            to_id=str(e.payload["to_id"]),
            why=str(e.payload.get("why", "")),
            text=str(e.payload.get("text", "")),
            accepted_by=acceptance.by if (acceptance := taken.get(str(e.id))) else None,
            accepted_at=acceptance.measured_at if acceptance else None,
        )
        for e in standing
        if e.kind is EventKind.HANDOVER
    )


def waiting(events: Iterable[Event]) -> Handover | None:
    """The newest handover, when nobody has taken it."""
    found = handovers(events)
    return found[-1] if found and found[-1].accepted_by is None else None


def in_charge(events: Iterable[Event]) -> str | None:
    """The name of who took the patient last; before any handover, of who opened the gate."""
    events = tuple(events)
    taken = [h for h in handovers(events) if h.accepted_by]
    if taken:
        return taken[-1].accepted_by
    begun = [e for e in in_force(events) if e.kind in _BEGINS]
    return begun[0].by if begun else None
