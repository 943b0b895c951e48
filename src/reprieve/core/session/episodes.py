"""Every advisory of a session with its beginning and end, as the record tells it afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from reprieve.core.dosing.order import Order
from reprieve.core.session.advisories import (
    Acknowledgement,
    Advisory,
    Priority,
    check_observations,
)
from reprieve.core.session.escalation import ESCALATES_AFTER
from reprieve.core.session.events import Event, in_force
from reprieve.core.session.readings import Baseline, observe
from reprieve.core.session.thresholds import Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """An advisory from its crossing to the moment it was seen to be over.

    until: None while it lasts. escalated: a high one that stood a minute unacknowledged.
    """

    advisory: Advisory
    until: datetime | None
    acknowledged: Acknowledgement | None
    escalated: bool


def episodes(
    events: Iterable[Event],
    limits: Sequence[Threshold],
    baseline: Baseline,
    order: Order | None,
    seen: Sequence[Acknowledgement],
    as_of: datetime,
) -> tuple[Episode, ...]:
    """The advisories found at each charted moment and at `as_of`, in the order they began.

    Source: the same decision the screen uses, replayed; what was corrected is replayed corrected.
    """
    standing = in_force(events)
    moments = sorted({e.measured_at for e in standing if e.measured_at <= as_of} | {as_of})
    open_now: dict[tuple[str, datetime], Advisory] = {}
    ended: dict[tuple[str, datetime], datetime] = {}
    found: dict[tuple[str, datetime], Advisory] = {}
    for moment in moments:
        checked = check_observations(observe(standing, moment), limits, baseline, order, moment)
        now = {(a.code, a.since): a for a in checked}
        ended |= {key: moment for key in open_now if key not in now}
        found |= now
        open_now = now
    rows = [_episode(a, ended.get(key), seen, as_of) for key, a in found.items()]
    return tuple(sorted(rows, key=lambda e: (e.advisory.since, e.advisory.code)))


def _episode(
    advisory: Advisory, until: datetime | None, seen: Sequence[Acknowledgement], as_of: datetime
) -> Episode:
    mine = [a for a in seen if (a.code, a.since) == (advisory.code, advisory.since)]
    first = min(mine, key=lambda a: a.at, default=None)
    looked_at = first.at if first else until or as_of
    late = looked_at - advisory.since >= ESCALATES_AFTER
    return Episode(
        advisory=advisory,
        until=until,
        acknowledged=first,
        escalated=advisory.priority is Priority.HIGH and late,
    )
