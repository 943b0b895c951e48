"""When a chair may become free: a range for planning the day. No gate reads it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reprieve.core.session.thresholds import Threshold

SPREAD = timedelta(minutes=30)  # project_default: when nothing is known of this patient


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedReady:
    """Earliest and latest guess, and what they rest on: "own" sessions or "default"."""

    low: datetime
    high: datetime
    basis: str


def expected_ready(
    *,
    ends_at: datetime | None,
    last_extra_at: datetime | None,
    own_minutes: Sequence[float],
    limits: Iterable[Threshold],
    as_of: datetime,
    observe_parameter: str = "minutes_since_stop",
) -> ExpectedReady | None:
    """From the end of the infusion, charted or planned, plus the shortest observation.

    ends_at: the stop or dose, or when the planned dose would be in; None: not known, no range.
    own_minutes: from stop to discharge in this patient's earlier sessions.
    The latest guess is this patient's own slowest time, else the earliest plus 30 min.
    """
    if ends_at is None:
        return None
    after: Mapping[str, float] = {t.parameter: t.limit for t in limits if t.stage == "after"}
    low = ends_at + timedelta(minutes=after[observe_parameter])
    if last_extra_at is not None:
        extra = timedelta(minutes=after["minutes_since_rescue_or_bolus"])
        low = max(low, last_extra_at + extra)
    low = max(low, as_of)
    own = [ends_at + timedelta(minutes=m) for m in own_minutes]
    high = max([low, *own]) if own else low + SPREAD
    return ExpectedReady(low=low, high=high, basis="own" if own else "default")
