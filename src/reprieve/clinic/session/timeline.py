"""The session as one picture: measured above, predicted below, in styles that cannot be confused."""

import functools
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from reprieve.clinic.patients.models import Observation
from reprieve.clinic.patients.selectors import latest_observation
from reprieve.clinic.session.expected import planned_end
from reprieve.clinic.session.selectors import Live
from reprieve.core.pkpd import (
    MODELS,
    Covariates,
    Dose,
    Drug,
    PkModel,
    Population,
    Profile,
    Route,
    Sex,
    simulate,
)
from reprieve.core.pkpd.routes import DEFAULT_MODEL
from reprieve.core.session.events import Event, EventKind, in_force
from reprieve.core.session.readings import PARAMETERS
from reprieve.core.units import to_cm

BAND = Population(n=100, seed=1, percentiles=(5.0, 50.0, 95.0))
WIDTH, LEFT, RIGHT = 760, 66, 12
BP_TOP, BP_BASE, BP_LOW, BP_HIGH = 16, 190, 40, 200  # mmHg and beats share the scale
SPO2_TOP, SPO2_BASE, SPO2_LOW, SPO2_HIGH = 206, 250, 85, 100
SCORES_TOP, SCORE_STEP, CELL_HEIGHT = 262, 24, 18
RATE_TOP, RATE_HEIGHT = 366, 34
DRUGS_TOP = 416
FLAGS_Y = 442
CURVE_TOP, CURVE_BASE = 462, 586
HEIGHT = 616
# Score rows: (parameter, label, from which value a cell is tinted more, and most). The tint is a
# reading aid and no limit: limits speak as advisories.
SCORES = (
    ("moaa_s_points", "MOAA/S", (4, 3), -1),
    ("dissociation_points", "Dissoc.", (4, 7), 1),
    ("distress_points", "Distress", (4, 7), 1),
    ("pain_points", "Pain", (4, 7), 1),
)
MINOR_MIN = 5
STEP_MIN = 15
BOLUS_MIN = 1.0  # an intravenous push, as the models take it
LINES = (("ketamine", "parent"), ("norketamine", "metabolite"))  # analyte and its look
MARKED = {
    EventKind.BOLUS_GIVEN,
    EventKind.DRUG_GIVEN,
    EventKind.ADVERSE_EVENT,
    EventKind.STOP_REQUESTED,
    EventKind.EMERGENCY_STARTED,
}


def timeline(live: Live) -> dict[str, Any] | None:
    """Marks and paths for the template; None before the start."""
    start = live.observations.started_at
    if start is None:
        return None
    first = min([start, *(r.at for r in live.observations.readings)]) - timedelta(minutes=5)
    end = max(live.ended_at or live.now, planned_end(live) or start)
    last = end + timedelta(minutes=20)
    span = max((last - first).total_seconds(), 60.0)

    def x(at: datetime) -> float:
        share = (at - first).total_seconds() / span
        return round(LEFT + (WIDTH - LEFT - RIGHT) * share, 1)

    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "now": None if live.closed else x(live.now),
        "ticks": _ticks(first, last, x),
        "minor": _minor(first, last, x),
        "top": 12,
        "first_ms": first.timestamp() * 1000,
        "last_ms": last.timestamp() * 1000,
        "curve_top": CURVE_TOP,
        "bottom": CURVE_BASE,
        "pressure_lines": [
            (_y(v, BP_LOW, BP_HIGH, BP_TOP, BP_BASE), v) for v in (60, 100, 140, 180)
        ],
        "saturation_lines": [
            (_y(v, SPO2_LOW, SPO2_HIGH, SPO2_TOP, SPO2_BASE), v) for v in (90, 100)
        ],
        **_marks(live, x),
        "scores": _scores(live, x),
        "rates": _rates(live, x),
        "rate_base": RATE_TOP + RATE_HEIGHT,
        "total": f"{live.total_mg:.1f} mg",
        "drugs": _drugs(live, x),
        "drugs_y": DRUGS_TOP,
        "flags_y": FLAGS_Y,
        "readings": _readings_table(live),
        "flags": [
            (x(e.measured_at), n)
            for n, e in enumerate((e for e in in_force(live.events) if e.kind in MARKED), 1)
        ],
        "curve": _curve(live, start, x, last),
    }


def flagged(live: Live) -> list[tuple[int, Any]]:
    """The numbered events of the picture, for the list under it."""
    return list(enumerate((e for e in in_force(live.events) if e.kind in MARKED), 1))


def _y(value: float, low: float, high: float, top: float, base: float) -> float:
    share = (min(max(value, low), high) - low) / (high - low)
    return round(base - (base - top) * share, 1)


def _ticks(first: datetime, last: datetime, x: Any) -> list[tuple[float, str]]:
    local = timezone.localtime(first)
    at = local.replace(minute=local.minute - local.minute % STEP_MIN, second=0, microsecond=0)
    step = STEP_MIN if last - first < timedelta(hours=3) else 2 * STEP_MIN
    found = []
    while at <= last:
        if at >= first:
            found.append((x(at), f"{at:%H:%M}"))
        at += timedelta(minutes=step)
    return found


def _minor(first: datetime, last: datetime, x: Any) -> list[float]:
    """Lines every five minutes, as on paper; none when they would run together."""
    if last - first > timedelta(hours=3):
        return []
    local = timezone.localtime(first)
    at = local.replace(minute=local.minute - local.minute % MINOR_MIN, second=0, microsecond=0)
    found = []
    while at <= last:
        if at >= first and at.minute % STEP_MIN:
            found.append(x(at))
        at += timedelta(minutes=MINOR_MIN)
    return found


def _marks(live: Live, x: Any) -> dict[str, list[Any]]:
    """BP carets with their hairline, heart-rate dots, SpO2 squares, breaths as circles.

    A mark of a device is hollow; a corrected one carries a corner.
    """
    pressures, beats, saturations, breaths = [], [], [], []
    for event in in_force(live.events):
        said, at = event.payload, x(event.measured_at)
        look = _look(event)
        high, low = said.get("systolic_mmhg"), said.get("diastolic_mmhg")
        if high is not None and low is not None:
            pressures.append((at, _bp(high), _bp(low), look))
        elif high is not None:
            pressures.append((at, _bp(high), None, look))
        if (rate := said.get("heart_rate_per_min")) is not None:
            beats.append((at, _bp(rate), look))
        if (breath := said.get("respiratory_rate_per_min")) is not None:
            breaths.append((at, _bp(max(breath, BP_LOW)), f"{breath:g}", look))
        if (spo2 := said.get("spo2_percent")) is not None:
            y = _y(spo2, SPO2_LOW, SPO2_HIGH, SPO2_TOP, SPO2_BASE)
            saturations.append((at, y, f"{spo2:g}", look))
    return {
        "pressures": pressures,
        "beats": beats,
        "saturations": saturations,
        "breaths": breaths,
    }


def _look(event: Event) -> str:
    """Classes of a mark: whence it comes, and whether it is a correction."""
    words = [str(event.source), *(["corrected"] if event.corrects else [])]
    return " ".join(words)


def _bp(value: float) -> float:
    return _y(value, BP_LOW, BP_HIGH, BP_TOP, BP_BASE)


def _scores(live: Live, x: Any) -> list[dict[str, Any]]:
    rows = []
    for n, (parameter, label, (more, most), sign) in enumerate(SCORES):
        y = SCORES_TOP + n * SCORE_STEP
        cells = []
        for r in live.observations.readings:
            if r.parameter == parameter:
                worse = sign * r.value
                tint = "most" if worse >= sign * most else "more" if worse >= sign * more else ""
                cells.append((x(r.at), f"{r.value:g}", tint))
        rows.append({"label": label, "y": y, "text_y": y + 13, "cells": cells})
    return rows


def _drugs(live: Live, x: Any) -> list[tuple[float, str]]:
    """Other drugs and boluses, each a tick with its dose."""
    found = []
    for event in in_force(live.events):
        if event.kind is EventKind.DRUG_GIVEN:
            said = event.payload
            found.append((x(event.measured_at), f"{said['drug']} {said['dose_mg']:g} mg"))
        elif event.kind in (EventKind.BOLUS_GIVEN, EventKind.DOSE_GIVEN):
            found.append((x(event.measured_at), f"ketamine {event.payload['amount_mg']:g} mg"))
    return found


def _readings_table(live: Live) -> dict[str, Any]:
    """The same marks as numbers, newest first: what a tap on the picture shows."""
    by_time: dict[datetime, dict[str, float]] = {}
    for r in live.observations.readings:
        by_time.setdefault(r.at, {})[r.parameter] = r.value
    names = [p for p in PARAMETERS if any(p in row for row in by_time.values())]
    rows = [
        (at, [f"{row[p]:g}" if p in row else "–" for p in names])
        for at, row in sorted(by_time.items(), reverse=True)
    ]
    return {"names": names, "rows": rows}


def _rates(live: Live, x: Any) -> list[dict[str, Any]]:
    top = max((s.rate_mg_per_h for s in live.given.segments), default=0.0) or 1.0
    bars = []
    for segment in live.given.segments:
        until = segment.until or live.now
        height = round((RATE_HEIGHT - 14) * segment.rate_mg_per_h / top, 1)
        bars.append(
            {
                "x": x(segment.start),
                "width": round(max(x(until) - x(segment.start), 0.0), 1),
                "y": RATE_TOP + RATE_HEIGHT - height,
                "height": height,
                "label": f"{segment.rate_mg_per_h:.3g}",
            }
        )
    return bars


def _curve(live: Live, start: datetime, x: Any, last: datetime) -> dict[str, Any] | str:
    """The predicted level: solid up to now, dashed beyond; the reason when there is none."""
    profile = predicted(live, start, last)
    if isinstance(profile, str):
        return profile
    lines = [(look, p) for name, look in LINES if (p := profile.analytes.get(name)) is not None]
    drawn = [v for _look, p in lines for v in (p.typical_ng_per_ml, *_band(p))]
    high = float(max(np.max(values) for values in drawn))
    step = 10.0 ** np.floor(np.log10(max(high, 1.0)))
    top = float(step * np.ceil(high / step)) or 1.0
    xs = [x(start + timedelta(minutes=float(t))) for t in profile.times_min]
    cut = int(np.searchsorted(profile.times_min, (live.now - start).total_seconds() / 60.0))

    def points(values: Any) -> list[str]:
        ys = (_y(float(v), 0.0, top, CURVE_TOP, CURVE_BASE) for v in values)
        return [f"{a} {b}" for a, b in zip(xs, ys, strict=True)]

    def paths(analyte: Any) -> dict[str, str]:
        line = points(analyte.typical_ng_per_ml)
        area = [points(v) for v in _band(analyte)]
        return {
            "band": f"M{'L'.join(area[1] + area[0][::-1])}Z" if area else "",
            "so_far": f"M{'L'.join(line[: cut + 1])}" if cut else "",
            "ahead": f"M{'L'.join(line[cut:])}" if cut < len(line) else "",
        }

    ketamine = lines[0][1].typical_ng_per_ml
    return {
        "analytes": [(look, paths(p)) for look, p in lines],
        "lines": [(_y(v, 0.0, top, CURVE_TOP, CURVE_BASE), f"{v:g}") for v in (0.0, top / 2, top)],
        "base": CURVE_BASE,
        "model": profile.model,
        "notes": profile.notes,
        "now_ng_per_ml": float(ketamine[min(cut, len(ketamine) - 1)]),
    }


def _band(analyte: Any) -> list[Any]:
    """Lower and upper edge; empty where the model draws nobody."""
    found = analyte.percentiles_ng_per_ml or {}
    return [found[5.0], found[95.0]] if found else []


def predicted(live: Live, start: datetime, last: datetime) -> Profile | str:
    """One cited model over what was charted as given, going on at the rate of now."""
    found = model_of(live)
    if isinstance(found, str):
        return found
    model, drug, _route, person = found
    end_min = round((last - start).total_seconds() / 60.0)
    try:
        return _simulated(model.id, drug, _doses(live, start), person, end_min)
    except ValueError as refused:
        return str(refused)


def model_of(live: Live) -> tuple[PkModel, Drug, Route, Covariates] | str:
    """The model for this patient and this drug; the reason when there is none."""
    order, patient = live.session.order, live.session.patient
    if order is None:
        return str(_("Without an order no curve can be drawn."))
    drug, route = Drug(order.order["drug"]), Route(order.order["route"])
    model = DEFAULT_MODEL.get(route)
    age = patient.age_years(timezone.localdate(live.now))
    if model is None or route is not Route.IV:
        return str(_("No adult model of this route and drug is in use here: no curve is drawn."))
    if age is None:
        return str(_("Without a date of birth no curve can be drawn."))
    height = latest_observation(patient, Observation.Kind.HEIGHT)
    try:
        person = Covariates(
            weight_kg=float(order.weight_kg),
            age_years=float(age),
            sex=Sex(patient.sex) if patient.sex in ("female", "male") else Sex.UNKNOWN,
            height_cm=to_cm(float(height.value), height.unit) if height and height.value else None,
        )
    except ValueError as refused:  # outside what any model may be asked
        return str(refused)
    return MODELS[model], drug, route, person


def _doses(live: Live, start: datetime) -> tuple[tuple[float, float, float], ...]:
    """(start min, duration min, mg) of each stretch at one rate, and each bolus."""
    found = []
    for segment in live.given.segments:
        until = segment.until or planned_end(live) or live.now
        begin = (segment.start - start).total_seconds() / 60.0
        minutes = round((until - segment.start).total_seconds() / 60.0, 1)
        if minutes > 0 and segment.rate_mg_per_h > 0:
            found.append((begin, minutes, segment.rate_mg_per_h * minutes / 60.0))
    pushed = (
        ((bolus.at - start).total_seconds() / 60.0, BOLUS_MIN, bolus.amount_mg)
        for bolus in live.given.boluses
    )
    return (*found, *pushed)


@functools.lru_cache(maxsize=128)
def _simulated(
    model: str,
    drug: Drug,
    doses: tuple[tuple[float, float, float], ...],
    person: Covariates,
    end_min: int,
) -> Profile | str:
    if not doses:
        return str(_("Nothing has been given yet."))
    given = [
        Dose(
            drug=drug,
            route=Route("iv"),
            amount_mg=mg,
            start_min=max(begin, 0.0),
            duration_min=minutes,
        )
        for begin, minutes, mg in doses
    ]
    times = np.linspace(0.0, float(max(end_min, 1)), 121)
    return simulate(MODELS[model], person, given, times, population=BAND)
