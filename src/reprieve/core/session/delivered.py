"""How much ketamine has been given: the exact integral of the rate, plus every bolus."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reprieve.core.session.events import Event, EventKind, in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSegment:
    """A constant rate between two moments; `until` is None while it runs."""

    start: datetime
    until: datetime | None
    rate_mg_per_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bolus:
    at: datetime
    amount_mg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Everything given, in order. mg of base."""

    segments: tuple[RateSegment, ...]
    boluses: tuple[Bolus, ...]

    def total_mg(self, as_of: datetime) -> float:
        """mg given up to `as_of`; what lies after it does not count."""
        flowing = sum(_mg(segment, as_of) for segment in self.segments)
        return flowing + sum(b.amount_mg for b in self.boluses if b.at <= as_of)

    def rate_mg_per_h(self, as_of: datetime) -> float:
        """The rate at a moment; zero while paused or stopped."""
        running = (
            s for s in self.segments if s.start <= as_of and (s.until is None or as_of < s.until)
        )
        return next((s.rate_mg_per_h for s in running), 0.0)


_SETS_RATE = (EventKind.INFUSION_STARTED, EventKind.RATE_CHANGED, EventKind.INFUSION_RESUMED)
_STOPS = (EventKind.INFUSION_PAUSED, EventKind.INFUSION_STOPPED, EventKind.EMERGENCY_STARTED)
_GIVES = (EventKind.BOLUS_GIVEN, EventKind.DOSE_GIVEN)


def delivery(events: Iterable[Event]) -> Delivery:
    """Fold the events that start, change and stop the infusion.

    payload: `rate_mg_per_h` for what sets a rate (a resumption without one returns to the rate
    before), `amount_mg` for a bolus or single dose. An emergency stops the count because the
    screen asks to stop the pump by hand; a pump reading that says otherwise shows as a difference.
    """
    segments: list[RateSegment] = []
    boluses: list[Bolus] = []
    start: datetime | None = None
    rate = 0.0
    for event in in_force(events):
        if event.kind in _GIVES:
            boluses.append(Bolus(at=event.measured_at, amount_mg=float(event.payload["amount_mg"])))
        if event.kind in _SETS_RATE or event.kind in _STOPS:
            if start is not None:
                segments.append(
                    RateSegment(start=start, until=event.measured_at, rate_mg_per_h=rate)
                )
            start = event.measured_at if event.kind in _SETS_RATE else None
            rate = float(event.payload.get("rate_mg_per_h", rate))
    if start is not None:
        segments.append(RateSegment(start=start, until=None, rate_mg_per_h=rate))
    return Delivery(segments=tuple(segments), boluses=tuple(boluses))


def _mg(segment: RateSegment, as_of: datetime) -> float:
    until = as_of if segment.until is None else min(segment.until, as_of)
    hours = (until - segment.start).total_seconds() / 3600
    return segment.rate_mg_per_h * max(hours, 0.0)
