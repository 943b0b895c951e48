"""Leaving: a score may move somebody to the recovery chair; home takes every gate, whatever the total.

No prediction of any model is read here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reprieve.core.session.readings import Baseline
from reprieve.core.session.thresholds import Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What is known when somebody asks to go home. None: nobody has looked.

    stopped_at: the end of the infusion, or the last single dose; `dose_route` then says which clock.
    score: of the discharge scale, and the points it asks for.
    last_extra_at: the last bolus or rescue drug.
    urgent: high advisories that stand now, in words.
    """

    as_of: datetime
    stopped_at: datetime | None
    dose_route: str | None = None
    last_extra_at: datetime | None = None
    urgent: tuple[str, ...] = ()
    score: int | None = None
    score_asked: int = 9
    oriented: bool | None = None
    dissociation_points: float | None = None
    systolic_mmhg: float | None = None
    spo2_percent: float | None = None
    fluids: bool | None = None
    walked: bool | None = None
    cannula_out: bool | None = None
    escort_name: str = ""
    escort_present: bool | None = None
    instructions_given: bool | None = None
    no_driving_told: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One condition of going home. passed: None while nobody has looked, which does not open it."""

    code: str
    asks: str
    passed: bool | None
    why: str = ""
    limit: Threshold | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharge:
    """Every gate. Home only when all are open: no total makes up for one."""

    gates: tuple[Gate, ...]

    @property
    def may_go_home(self) -> bool:
        return all(gate.passed is True for gate in self.gates)

    @property
    def closed(self) -> tuple[Gate, ...]:
        return tuple(gate for gate in self.gates if gate.passed is not True)


def may_move_to_recovery_chair(aldrete_points: int | None, asked_points: int) -> bool:
    """The one thing the recovery score settles. It says nothing about going home."""
    return aldrete_points is not None and aldrete_points >= asked_points


def check_discharge(leaving: Leaving, baseline: Baseline, limits: Iterable[Threshold]) -> Discharge:
    """Each gate with its reason, against the patient's own values before the start.

    limits: thresholds of the stage `after` (observation time, pressure, saturation).
    """
    after = {t.parameter: t for t in limits if t.stage == "after"}
    return Discharge(
        gates=(
            _score(leaving),
            _yes("oriented", "Knows who, where and when", leaving.oriented),
            _dissociation(leaving, baseline),
            _pressure(leaving, baseline, after),
            _saturation(leaving, baseline, after),
            _urgent(leaving.urgent),
            _observed(leaving, after[observation_clock(leaving.dose_route)]),
            *_observed_after_extra(leaving, after["minutes_since_rescue_or_bolus"]),
            _yes("fluids", "Drinks and keeps it down", leaving.fluids),
            _yes("walked", "Has walked, as steadily as before", leaving.walked),
            _yes("cannula_out", "Cannula is out", leaving.cannula_out),
            _escort(leaving),
            _yes("instructions", "Instructions given on paper", leaving.instructions_given),
            _yes("no_driving", "Told not to drive until the next day", leaving.no_driving_told),
        )
    )


def _yes(code: str, asks: str, value: bool | None) -> Gate:
    return Gate(code=code, asks=asks, passed=value, why="" if value else "not confirmed")


def _score(leaving: Leaving) -> Gate:
    asks = f"Discharge score at least {leaving.score_asked}"
    if leaving.score is None:
        return Gate(code="score", asks=asks, passed=None, why="not scored")
    met = leaving.score >= leaving.score_asked
    return Gate(code="score", asks=asks, passed=met, why=f"scored {leaving.score}")


def _dissociation(leaving: Leaving, baseline: Baseline) -> Gate:
    asks, now = "No dissociation", leaving.dissociation_points
    if now is None:
        return Gate(code="dissociation", asks=asks, passed=None, why="not asked")
    own = baseline.of("dissociation_points") or 0.0
    why = f"{now:g} of 10, {own:g} before the start"
    return Gate(code="dissociation", asks=asks, passed=now <= own, why=why)


def _pressure(leaving: Leaving, baseline: Baseline, after: Mapping[str, Threshold]) -> Gate:
    limit = after["pressure_change_percent"]
    asks = f"Systolic pressure within {limit.limit:g} % of the patient's own"
    own, now = baseline.of("systolic_mmhg"), leaving.systolic_mmhg
    if own is None or now is None:
        why = "no reading before the start" if own is None else "not measured"
        return Gate(code="pressure", asks=asks, passed=None, why=why, limit=limit)
    change = abs(now - own) * 100 / own
    why = f"{now:g} mmHg, {own:g} before the start"
    return Gate(code="pressure", asks=asks, passed=not limit.crossed(change), why=why, limit=limit)


def _saturation(leaving: Leaving, baseline: Baseline, after: Mapping[str, Threshold]) -> Gate:
    limit = after["spo2_fall_percent"]
    asks = f"SpO2 less than {limit.limit:g} points below the patient's own"
    own, now = baseline.of("spo2_percent"), leaving.spo2_percent
    if own is None or now is None:
        why = "no reading before the start" if own is None else "not measured"
        return Gate(code="saturation", asks=asks, passed=None, why=why, limit=limit)
    passed = not limit.crossed(own - now)
    why = f"{now:g} %, {own:g} before the start"
    return Gate(code="saturation", asks=asks, passed=passed, why=why, limit=limit)


def observation_clock(dose_route: str | None) -> str:
    """The parameter of the shortest observation: after an infusion, or after a dose by this route."""
    return f"minutes_since_dose_{dose_route}" if dose_route else "minutes_since_stop"


def _urgent(urgent: tuple[str, ...]) -> Gate:
    return Gate(
        code="urgent", asks="No high advisory stands", passed=not urgent, why="; ".join(urgent)
    )


def _observed(leaving: Leaving, limit: Threshold) -> Gate:
    since, what = leaving.stopped_at, "dose" if leaving.dose_route else "stop"
    asks = f"Observed {limit.limit:g} min after the {what}"
    if since is None:
        return Gate(code="observed", asks=asks, passed=None, why="not stopped", limit=limit)
    minutes = (leaving.as_of - since).total_seconds() / 60
    passed = not limit.crossed(minutes)
    return Gate(code="observed", asks=asks, passed=passed, why=f"{minutes:.0f} min", limit=limit)


def _observed_after_extra(leaving: Leaving, limit: Threshold) -> tuple[Gate, ...]:
    """Longer after a bolus or a rescue drug; no gate when none was given."""
    if leaving.last_extra_at is None:
        return ()
    minutes = (leaving.as_of - leaving.last_extra_at).total_seconds() / 60
    return (
        Gate(
            code="observed_extra",
            asks=f"Observed {limit.limit:g} min after the last bolus or rescue drug",
            passed=not limit.crossed(minutes),
            why=f"{minutes:.0f} min",
            limit=limit,
        ),
    )


def _escort(leaving: Leaving) -> Gate:
    named = bool(leaving.escort_name.strip())
    why = leaving.escort_name if named else "no name"
    passed = leaving.escort_present if named else False
    return Gate(code="escort", asks="Escort named and present", passed=passed, why=why)
