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

DEFAULT_MODEL = {
    ("iv", "ketamine"): "otto-2021",
    ("iv", "esketamine"): "otto-2021",
    ("sublingual", "ketamine"): "simons-2022",
    ("sublingual", "esketamine"): "simons-2022",
    ("oral", "esketamine"): "perez-ruixo-2021",
}
BAND = Population(n=1000, seed=1, percentiles=(5.0, 50.0, 95.0))
WIDTH, HEIGHT, LEFT, BOTTOM = 760, 300, 56, 34


@dataclass(frozen=True, slots=True)
class Curve:
    """A picture, the numbers under it, and what it must not be taken for."""

    svg: dict[str, Any]
    profile: Profile
    notes: tuple[str, ...]


def plan_curve(plan: Plan, patient: PatientSnapshot, age_years: int | None) -> Curve | str:
    """The curve of one visit, or the reason why there is none."""
    model_id = DEFAULT_MODEL.get((plan.protocol.route, plan.protocol.drug))
    if model_id is None:
        return "No adult model of this route and drug has been published: no curve can be drawn."
    if age_years is None:
        return "Without a date of birth no curve can be drawn."
    try:
        profile = _simulate(
            model_id,
            plan.protocol.drug,
            plan.protocol.route,
            float(plan.amount_mg),
            plan.duration_min,
            float(plan.weight.measured.value_kg),
            float(age_years),
            patient.sex.value if patient.sex.value in ("female", "male") else "unknown",
            patient.height_cm,
        )
    except ValueError as refused:
        return str(refused)
    return Curve(svg=_svg(profile, plan.duration_min), profile=profile, notes=profile.notes)


@functools.lru_cache(maxsize=256)
def _simulate(
    model_id: str,
    drug: str,
    route: str,
    amount_mg: float,
    duration_min: float | None,
    weight_kg: float,
    age_years: float,
    sex: str,
    height_cm: float | None,
) -> Profile:
    end = max(240.0, 3.0 * (duration_min or 0.0))
    person = Covariates(weight_kg=weight_kg, age_years=age_years, sex=Sex(sex), height_cm=height_cm)
    dose = Dose(
        drug=Drug(drug),
        route=Route(route),
        amount_mg=amount_mg,
        start_min=0.0,
        duration_min=float(duration_min) if duration_min else None,
    )
    times = np.linspace(0.0, end, 181)
    return simulate(MODELS[model_id], person, [dose], times, population=BAND)


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
