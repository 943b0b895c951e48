"""How much ketamine has been given: the exact integral of the rate, plus every bolus."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reprieve.core.session.events import Event, EventKind, in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSegment:
    """A constant rate between two moments; `until` is None while it runs.

    concentration_mg_per_ml: of what is in the pump; None when nobody charted it.
    """

    start: datetime
    until: datetime | None
    rate_mg_per_h: float
    concentration_mg_per_ml: float | None = None


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
DOSING = frozenset((*_SETS_RATE, *_STOPS, *_GIVES))  # all that `delivery` reads


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
    strength: float | None = None
    for event in in_force(events):
        if event.kind in _GIVES:
            boluses.append(Bolus(at=event.measured_at, amount_mg=float(event.payload["amount_mg"])))
        if event.kind in _SETS_RATE or event.kind in _STOPS:
            if start is not None:
                segments.append(
                    RateSegment(
                        start=start,
                        until=event.measured_at,
                        rate_mg_per_h=rate,
                        concentration_mg_per_ml=strength,
                    )
                )
            start = event.measured_at if event.kind in _SETS_RATE else None
            rate = float(event.payload.get("rate_mg_per_h", rate))
            strength = event.payload.get("concentration_mg_per_ml", strength)
    if start is not None:
        segments.append(
            RateSegment(
                start=start, until=None, rate_mg_per_h=rate, concentration_mg_per_ml=strength
            )
        )
    return Delivery(segments=tuple(segments), boluses=tuple(boluses))


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpCheck:
    """What the pump says it has infused beside what the charted rates come to, both in mg of base.

    Boluses count as given by the pump when `boluses_by_pump` is charted, else by hand.
    """

    at: datetime
    pump_mg: float
    charted_mg: float

    @property
    def difference_mg(self) -> float:
        """Positive: the pump gave more than was charted."""
        return self.pump_mg - self.charted_mg


def pump_checks(events: Iterable[Event]) -> tuple[PumpCheck, ...]:
    """Each reading of the pump's volume, against the integral of the rates at that moment.

    payload: `volume_infused_ml`, `concentration_mg_per_ml`, and `boluses_by_pump` when the
    pump gave them too.
    """
    standing = in_force(events)
    given = delivery(standing)
    found = []
    for event in standing:
        if event.kind is not EventKind.PUMP_READING:
            continue
        volume, strength = (
            event.payload["volume_infused_ml"],
            event.payload["concentration_mg_per_ml"],
        )
        charted = sum(_mg(segment, event.measured_at) for segment in given.segments)
        if event.payload.get("boluses_by_pump"):
            charted = given.total_mg(event.measured_at)
        found.append(
            PumpCheck(
                at=event.measured_at, pump_mg=float(volume) * float(strength), charted_mg=charted
            )
        )
    return tuple(found)


def _mg(segment: RateSegment, as_of: datetime) -> float:
    until = as_of if segment.until is None else min(segment.until, as_of)
    hours = (until - segment.start).total_seconds() / 3600
    return segment.rate_mg_per_h * max(hours, 0.0)
