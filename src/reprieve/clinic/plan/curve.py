"""The predicted curve of a plan: what one cited model says of a person like this one."""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from reprieve.clinic.ui.chart import concentration_chart
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


@dataclass(frozen=True, slots=True)
class Curve:
    """A picture, the numbers under it, and what it must not be taken for."""

    chart: dict[str, Any]
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
    chart = concentration_chart([profile], running_min=plan.duration_min)
    return Curve(chart=chart, profile=profile, notes=profile.notes, peaks_ng_per_ml=peaks)


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
