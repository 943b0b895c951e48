"""What in the values charted so far asks somebody to act. A record that speaks up, not an alarm system."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from reprieve.core.dosing.order import TOLERANCE, Order
from reprieve.core.evidence import Evidence
from reprieve.core.session.readings import Baseline, Observations, Reading
from reprieve.core.session.thresholds import COMPARISONS, Threshold

QUIET = timedelta(minutes=5)  # project_default: low and medium rest this long once acknowledged
CLOSE_WATCH = timedelta(minutes=15)  # project_default: after a start, increase, bolus or rescue
SET_DUE, SET_DUE_AFTER_CHANGE = "minutes_since_set", "minutes_since_set_after_change"
RELATIVE = {  # parameter of the limit: (what it is reckoned from, sign of the change)
    "systolic_rise_mmhg": ("systolic_mmhg", 1),
    "diastolic_rise_mmhg": ("diastolic_mmhg", 1),
    "spo2_fall_percent": ("spo2_percent", -1),
}
ORDER = "order"


class Priority(IntEnum):
    """How soon somebody must look. A higher number is more urgent."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


_PRIORITY = {
    "warn": Priority.MEDIUM,
    "hold": Priority.HIGH,
    "stop": Priority.HIGH,
    "emergency": Priority.HIGH,
}
_SEVERITY = ("warn", "hold", "stop", "emergency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """One thing to act on: the value, the limit and whose it is, since when, what to do.

    code: the threshold's id, or `order_…` for a number of the signed order.
    owner: label, guideline, clinic, project_default or `order`.
    evidence: None when the prescriber's signed order is the source.
    baseline: the patient's own value when the limit is a change from it.
    """

    code: str
    parameter: str
    level: str
    value: float
    comparison: str
    limit: float
    unit: str
    owner: str
    evidence: Evidence | None
    since: datetime
    action: str
    priority: Priority
    baseline: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Somebody named has seen an advisory that began at `since`."""

    code: str
    since: datetime
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An advisory with who has acknowledged it. quiet: rests for now; never a high one."""

    advisory: Advisory
    acknowledged: Acknowledgement | None
    quiet: bool


def check_observations(
    observations: Observations,
    limits: Iterable[Threshold],
    baseline: Baseline,
    order: Order | None,
    as_of: datetime,
) -> tuple[Advisory, ...]:
    """Every limit crossed by the newest values, worst first, one a parameter and limit's owner.

    limits: thresholds; only those for `during` count. An order's own numbers stand beside them.
    """
    during = [t for t in limits if t.stage == "during"]
    found = [
        *_absolute(observations, during),
        *_relative(observations, during, baseline),
        *_dose(observations, during, order, as_of),
        *_of_order(observations, order, as_of),
        *_missing(observations, during, as_of),
    ]
    return tuple(sorted(found, key=lambda a: (-a.priority, a.since, a.code)))


def shown(
    advisories: Iterable[Advisory], seen: Sequence[Acknowledgement], as_of: datetime
) -> tuple[Shown, ...]:
    """Each advisory with its acknowledgement. A new crossing (another `since`) starts anew."""
    rows = []
    for advisory in advisories:
        mine = [a for a in seen if (a.code, a.since) == (advisory.code, advisory.since)]
        last = max(mine, key=lambda a: a.at, default=None)
        rests = last is not None and as_of - last.at < QUIET
        quiet = rests and advisory.priority is not Priority.HIGH
        rows.append(Shown(advisory=advisory, acknowledged=last, quiet=quiet))
    return tuple(rows)


def next_set_due(observations: Observations, limits: Iterable[Threshold]) -> datetime | None:
    """When the next vital set is due; None when nobody is watched.

    Source: interval thresholds (project_default): 15 min, and 5 min for 15 min after a change.
    """
    last = observations.last_set_at or observations.started_at
    if not observations.watched or last is None:
        return None
    minutes = {t.parameter: t.limit for t in limits}
    due = last + timedelta(minutes=minutes[SET_DUE])
    close = timedelta(minutes=minutes[SET_DUE_AFTER_CHANGE])
    for change in observations.changes:
        sooner = max(last, change) + close
        if sooner <= change + CLOSE_WATCH:
            due = min(due, sooner)
    return due


def _absolute(seen: Observations, limits: Sequence[Threshold]) -> list[Advisory]:
    crossed = [
        _advisory(t, latest.value, _since(seen.readings, t.parameter, t.crossed))
        for t in limits
        if (latest := seen.latest.get(t.parameter)) and t.crossed(latest.value)
    ]
    return _worst(crossed)


def _relative(
    seen: Observations, limits: Sequence[Threshold], baseline: Baseline
) -> list[Advisory]:
    found = []
    for limit in limits:
        parameter, sign = RELATIVE.get(limit.parameter, ("", 0))
        own, latest = baseline.of(parameter), seen.latest.get(parameter)
        if own is None or latest is None:
            continue
        changes = tuple(
            Reading(parameter=limit.parameter, value=sign * (r.value - own), at=r.at)
            for r in seen.readings
            if r.parameter == parameter
        )
        if limit.crossed(changes[-1].value):
            found.append(
                _advisory(
                    limit,
                    changes[-1].value,
                    _since(changes, limit.parameter, limit.crossed),
                    baseline=own,
                )
            )
    return found


def _dose(
    seen: Observations, limits: Sequence[Threshold], order: Order | None, as_of: datetime
) -> list[Advisory]:
    """The rate per kilogram against whoever limits it."""
    if order is None or not seen.rate_mg_per_h:
        return []
    rate = seen.rate_mg_per_h / order.weight_kg
    since = seen.changes[-1] if seen.changes else as_of
    rates = (t for t in limits if t.parameter == "rate_mg_per_kg_per_h")
    return _worst([_advisory(t, rate, since) for t in rates if t.crossed(rate)])


def _of_order(seen: Observations, order: Order | None, as_of: datetime) -> list[Advisory]:
    if order is None:
        return []
    found = []
    for code, parameter, level, comparison, limit in order_limits(order):
        latest = seen.latest.get(parameter)
        if limit is None or latest is None:
            continue
        crossed = _crossing(comparison, limit)
        if crossed(latest.value):
            since = _since(seen.readings, parameter, crossed)
            found.append(_ordered(code, parameter, level, latest.value, comparison, limit, since))
    most = order.maximum_total_mg
    if seen.rate_mg_per_h and seen.given_mg >= most * (1 - TOLERANCE):
        over = timedelta(hours=max(seen.given_mg - most, 0.0) / seen.rate_mg_per_h)
        found.append(
            _ordered(
                "order_total", "given_mg", "hold", seen.given_mg, "at_or_above", most, as_of - over
            )
        )
    return _worst(found)


def order_limits(order: Order) -> tuple[tuple[str, str, str, str, float | None], ...]:
    """The signed order's own numbers: (code, parameter, level, comparison, limit or None)."""
    return (
        ("order_hold_systolic", "systolic_mmhg", "hold", "at_or_above", order.hold_systolic_mmhg),
        ("order_call_systolic", "systolic_mmhg", "warn", "at_or_above", order.call_systolic_mmhg),
        ("order_hold_spo2", "spo2_percent", "hold", "below", order.hold_spo2_percent),
        ("order_call_distress", "distress_points", "warn", "at_or_above", order.call_distress),
    )


def _ordered(
    code: str,
    parameter: str,
    level: str,
    value: float,
    comparison: str,
    limit: float,
    since: datetime,
) -> Advisory:
    hold = level == "hold"
    return Advisory(
        code=code,
        parameter=parameter,
        level=level,
        value=value,
        comparison=comparison,
        limit=limit,
        unit=_ORDER_UNITS[parameter],
        owner=ORDER,
        evidence=None,
        since=since,
        action="Hold the infusion, as ordered." if hold else "Call the prescriber, as ordered.",
        priority=_PRIORITY[level],
    )


_ORDER_UNITS = {
    "systolic_mmhg": "mm[Hg]",
    "spo2_percent": "%",
    "distress_points": "{score}",
    "given_mg": "mg",
}


def _missing(seen: Observations, limits: Sequence[Threshold], as_of: datetime) -> list[Advisory]:
    due = next_set_due(seen, limits)
    if due is None or as_of < due:
        return []
    last = seen.last_set_at or seen.started_at
    assert last is not None
    usual = next(t for t in limits if t.parameter == SET_DUE)
    close = next(t for t in limits if t.parameter == SET_DUE_AFTER_CHANGE)
    limit = usual if due - last >= timedelta(minutes=usual.limit) else close
    late = as_of - due >= timedelta(minutes=close.limit)
    waited = (as_of - last).total_seconds() / 60
    return [_advisory(limit, waited, due, priority=Priority.MEDIUM if late else Priority.LOW)]


def _crossing(comparison: str, limit: float) -> Callable[[float], bool]:
    return lambda value: COMPARISONS[comparison](value, limit)


def _since(
    readings: Sequence[Reading], parameter: str, crossed: Callable[[float], bool]
) -> datetime:
    """The first of the unbroken run of crossings that ends with the newest reading."""
    run: list[datetime] = []
    for reading in readings:
        if reading.parameter == parameter:
            run = [*run, reading.at] if crossed(reading.value) else []
    return run[0]


def _worst(found: Sequence[Advisory]) -> list[Advisory]:
    """Of several limits on one parameter only the most serious; it speaks for the others."""
    best: dict[tuple[str, bool], Advisory] = {}
    for advisory in found:
        key = (advisory.parameter, advisory.comparison.endswith("above"))
        rank = _SEVERITY.index(advisory.level)
        if key not in best or rank > _SEVERITY.index(best[key].level):
            best[key] = advisory
    return list(best.values())


def _advisory(
    limit: Threshold,
    value: float,
    since: datetime,
    *,
    baseline: float | None = None,
    priority: Priority | None = None,
) -> Advisory:
    return Advisory(
        code=limit.id,
        parameter=limit.parameter,
        level=limit.level,
        value=value,
        comparison=limit.comparison,
        limit=limit.limit,
        unit=limit.unit,
        owner=limit.owner.value,
        evidence=limit.evidence,
        since=since,
        action=limit.action,
        priority=priority or _PRIORITY[limit.level],
        baseline=baseline,
    )
