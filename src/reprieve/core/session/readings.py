"""What was measured in a session, read from its events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reprieve.core.session.delivered import delivery
from reprieve.core.session.events import Event, EventKind, in_force
from reprieve.core.session.state import State, state_of

# Keys of an event's payload that are measurements, in the order they are charted.
PARAMETERS = (
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate_per_min",
    "spo2_percent",
    "respiratory_rate_per_min",
    "moaa_s_points",
    "pain_points",
    "dissociation_points",
    "distress_points",
    "cadss6_points",
)
VITAL_SIGNS = PARAMETERS[:6]
WATCHED = frozenset({State.RUNNING, State.PAUSED, State.RECOVERY, State.EMERGENCY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value of one parameter at one time. The unit stands in the parameter's name."""

    parameter: str
    value: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Observations:
    """Everything an advisory looks at.

    readings: oldest first.
    changes: when something was done that asks for closer watching: the start, an increase, a bolus,
        a rescue drug.
    watched: whether sets are due at all; not before the start, not after discharge.
    given_mg, rate_mg_per_h: of ketamine base, as far as charted.
    """

    readings: tuple[Reading, ...] = ()
    changes: tuple[datetime, ...] = ()
    watched: bool = False
    started_at: datetime | None = None
    given_mg: float = 0.0
    rate_mg_per_h: float = 0.0

    @property
    def latest(self) -> Mapping[str, Reading]:
        """The newest reading of each parameter."""
        return {r.parameter: r for r in self.readings}

    @property
    def last_set_at(self) -> datetime | None:
        """When a vital sign was last charted; a pain score alone is no set."""
        return max((r.at for r in self.readings if r.parameter in VITAL_SIGNS), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The patient's own values before the start, by parameter; what was not measured is not there."""

    values: Mapping[str, float] = field(default_factory=dict)

    def of(self, parameter: str) -> float | None:
        return self.values.get(parameter)


def readings_of(events: Iterable[Event]) -> tuple[Reading, ...]:
    """Every measurement that stands, oldest first; a corrected one is not among them."""
    return tuple(
        Reading(parameter=name, value=float(event.payload[name]), at=event.measured_at)
        for event in in_force(events)
        for name in PARAMETERS
        if event.payload.get(name) is not None
    )


def observe(events: Iterable[Event], as_of: datetime) -> Observations:
    """Read a session's events up to a moment."""
    standing = tuple(e for e in in_force(events) if e.measured_at <= as_of)
    given = delivery(standing)
    return Observations(
        readings=readings_of(standing),
        changes=_changes(standing),
        watched=state_of(standing) in WATCHED,
        started_at=next(
            (e.measured_at for e in standing if e.kind in _STARTS),
            None,
        ),
        given_mg=given.total_mg(as_of),
        rate_mg_per_h=given.rate_mg_per_h(as_of),
    )


def baseline_of(events: Iterable[Event]) -> Baseline:
    """The set taken at the gate."""
    passed = [e for e in in_force(events) if e.kind is EventKind.GATE_PASSED]
    values = passed[-1].payload.get("baseline", {}) if passed else {}
    return Baseline(values={k: float(v) for k, v in values.items() if v is not None})


_STARTS = (EventKind.INFUSION_STARTED, EventKind.DOSE_GIVEN)
CLOSER_WATCH = (  # asks for closer watching whenever it happens
    *_STARTS,
    EventKind.BOLUS_GIVEN,
    EventKind.DRUG_GIVEN,
)


def _changes(standing: tuple[Event, ...]) -> tuple[datetime, ...]:
    found, rate = [], 0.0
    for event in standing:
        new_rate = float(event.payload.get("rate_mg_per_h", rate))
        raised = event.kind is EventKind.RATE_CHANGED and new_rate > rate
        if event.kind in CLOSER_WATCH or raised:
            found.append(event.measured_at)
        rate = new_rate
    return tuple(found)
