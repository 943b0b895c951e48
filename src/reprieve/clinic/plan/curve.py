"""The predicted curve of a plan: what one cited model says of a person like this one."""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from reprieve.core.dosing.plan import Plan
from reprieve.core.patient import PatientSnapshot
from reprieve.core.pkpd import (
    MODELS,
    Covariates,
    Dose,
    Drug,
    Population,
    Profile,
    Route,
    Sex,
    simulate,
)
from reprieve.core.pkpd.routes import default_model, models_for, refusal

BAND = Population(n=1000, seed=1, percentiles=(5.0, 50.0, 95.0))
WIDTH, HEIGHT, LEFT, BOTTOM = 760, 300, 56, 34


@dataclass(frozen=True, slots=True)
class Curve:
    """A picture, the numbers under it, and what it must not be taken for."""

    svg: dict[str, Any]
    profile: Profile
    notes: tuple[str, ...]
    peaks_ng_per_ml: tuple[float, float] | None  # lowest and highest typical peak over all models


def plan_curve(plan: Plan, patient: PatientSnapshot, age_years: int | None) -> Curve | str:
    """The curve of one visit by the route's default model, or the reason why there is none."""
    if age_years is None:
        return "Without a date of birth no curve can be drawn."
    sex = patient.sex.value
    person = Covariates(
        weight_kg=float(plan.weight.measured.value_kg),
        age_years=float(age_years),
        sex=Sex(sex) if sex in ("female", "male") else Sex.UNKNOWN,
        height_cm=patient.height_cm,
    )
    dose = Dose(
        drug=Drug(plan.protocol.drug),
        route=Route(plan.protocol.route),
        amount_mg=float(plan.amount_mg),
        start_min=0.0,
        duration_min=float(plan.duration_min) if plan.duration_min else None,
    )
    model = default_model([dose])
    if model is None:
        return f"No curve: {refusal(dose) or 'no published model covers this dose'}."
    profile, peaks = _simulated(model.id, person, dose)
    svg = _svg(profile, plan.duration_min)
    return Curve(svg=svg, profile=profile, notes=profile.notes, peaks_ng_per_ml=peaks)


@functools.lru_cache(maxsize=256)
def _simulated(
    model_id: str, person: Covariates, dose: Dose
) -> tuple[Profile, tuple[float, float] | None]:
    """A model with its band, and the typical peaks of every model that covers the dose."""
    times = np.linspace(0.0, max(240.0, 3.0 * (dose.duration_min or 0.0)), 181)
    profile = simulate(MODELS[model_id], person, [dose], times, population=BAND)
    others = [simulate(m, person, [dose], times[:2]) for m in models_for([dose])]
    peaks = [k.cmax_ng_per_ml for p in others if (k := p.analytes["ketamine"])]
    return profile, (min(peaks), max(peaks)) if len(peaks) > 1 else None


def _svg(profile: Profile, duration_min: float | None) -> dict[str, Any]:
    """Paths and ticks for the template: band first, then the typical line, norketamine dashed."""
    times = profile.times_min
    ketamine, norketamine = profile.analytes["ketamine"], profile.analytes["norketamine"]
    assert ketamine is not None
    band = ketamine.percentiles_ng_per_ml
    top = float(max(np.max(ketamine.typical_ng_per_ml), np.max(band[95.0]) if band else 0.0))
    y_step = _nice_step(top)
    y_top = y_step * np.ceil(top / y_step) or 1.0
    x_end = float(times[-1])

    def x(t: Any) -> Any:
        return LEFT + (WIDTH - LEFT - 12) * np.asarray(t, float) / x_end

    def y(c: Any) -> Any:
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 14) * np.asarray(c, float) / y_top

    def path(values: Any) -> str:
        return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x(times), y(values), strict=True))

    x_step = 30 if x_end <= 300 else 60 if x_end <= 720 else 1440
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "line": path(ketamine.typical_ng_per_ml),
        "norketamine": path(norketamine.typical_ng_per_ml) if norketamine else "",
        "band": _area(x(times), y(band[5.0]), y(band[95.0])) if band else "",
        "infusion_x": LEFT,
        "infusion_width": round(float(x(duration_min or 0)) - LEFT, 1),
        "x_ticks": [(round(float(x(t)), 1), int(t)) for t in np.arange(0, x_end + 1, x_step)],
        "y_ticks": [(round(float(y(c)), 1), f"{c:g}") for c in np.arange(0, y_top + 1e-9, y_step)],
        "base": HEIGHT - BOTTOM,
        "left": LEFT,
    }


def _area(xs: Any, low: Any, high: Any) -> str:
    there = [f"{a:.1f} {b:.1f}" for a, b in zip(xs, low, strict=True)]
    back = [f"{a:.1f} {b:.1f}" for a, b in zip(xs[::-1], high[::-1], strict=True)]
    return "M" + "L".join(there + back) + "Z"


def _nice_step(top: float) -> float:
    """1, 2 or 5 times a power of ten, for about four steps."""
    raw = max(top, 1e-9) / 4
    power = 10.0 ** np.floor(np.log10(raw))
    return float(next(s * power for s in (1, 2, 5, 10) if s * power >= raw))
