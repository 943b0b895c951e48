"""A dosing history and a person in, a profile out."""

from collections.abc import Mapping, Sequence

import numpy as np

from reprieve.core.pkpd.curve import Curve, Part, levels
from reprieve.core.pkpd.interactions import PRECIPITANTS, altered
from reprieve.core.pkpd.model import (
    AnalyteProfile,
    Covariates,
    Dose,
    InteractionEffect,
    Parameters,
    PkModel,
    Population,
    Profile,
    Route,
)
from reprieve.core.pkpd.notes import interaction_notes, notes_for
from reprieve.core.pkpd.response import UnitResponse
from reprieve.core.pkpd.transfer import Floats

ANALYTES = ("ketamine", "norketamine", "hydroxynorketamine")
SESSION_GAP_MIN = 12 * 60.0  # a nasal session ends after 12 h without a spray (project default)
DAY_MIN = 24 * 60.0
HOUR_MIN = 60.0


def simulate(
    model: PkModel,
    person: Covariates,
    doses: Sequence[Dose],
    times_min: Floats,
    *,
    population: Population | None = None,
    thresholds: Sequence[float] = (),
    precipitant: str | None = None,
) -> Profile:
    """Plasma levels over time by the exact solution of the linear model.

    Args:
        doses: any history the model covers (`model.covers_dose`); they may overlap.
        times_min: shape (n,), minutes, ascending, from 0.
        population: adds percentiles of invented people around the typical one.
        thresholds: ng/mL, for time above and time to fall below, on each analyte.
        precipitant: an id of `PRECIPITANTS` measured by every route used; the profile is then that
            of someone who takes it (`interactions.why_not` tells beforehand).
    Returns:
        Profile. An analyte the model lacks is None; `notes` names every way in which this person
        or these doses lie outside what the model was built on.
    Source:
        Linear compartment kinetics; laws of all models in tests/core/pkpd/test_all_models.py.
    """
    p: Parameters = model.parameters(person)
    given = with_pair_number(doses)
    effect: InteractionEffect | None = None
    gains: dict[str, float] = {}
    if precipitant is not None:
        p, gains, effect = _with_precipitant(model, p, given, precipitant)
    curves = typical_curves(model, p, given, gains)
    cl = model.system(p).cl_l_per_h
    bands = _bands(model, p, given, times_min, population, gains)
    last_end = max(d.start_min + (d.duration_min or 0.0) for d in doses)
    typical = levels(curves, times_min)
    analytes: dict[str, AnalyteProfile | None] = dict.fromkeys(ANALYTES)
    for name, curve in curves.items():
        cmax, tmax = curve.cmax_tmax
        analytes[name] = AnalyteProfile(
            typical_ng_per_ml=typical[name],
            percentiles_ng_per_ml=bands[name] if bands else None,
            cmax_ng_per_ml=cmax,
            tmax_min=tmax,
            auc_last_ng_h_per_ml=float(curve.area(times_min[-1:])[0]) / HOUR_MIN,
            auc_inf_ng_h_per_ml=curve.total_area / HOUR_MIN,
            half_life_h=float(np.log(2.0)) / curve.slowest / HOUR_MIN,
            cl_l_per_h=float(cl[name]),
            cavg_infusion_ng_per_ml=_mean_while_infusing(curve, doses),
            cavg_24h_ng_per_ml=float(curve.area(np.array([DAY_MIN]))[0]) / DAY_MIN,
            thresholds=tuple(curve.threshold(level, last_end) for level in thresholds),
        )
    total = sum(d.amount_mg for d in doses)
    return Profile(
        model=model,
        times_min=times_min,
        analytes=analytes,
        total_mg=total,
        mg_per_kg=total / person.weight_kg,
        notes=(
            *(interaction_notes(model, effect) if effect else ()),
            *notes_for(model, person, doses, population),
        ),
        interaction=effect,
    )


def _with_precipitant(
    model: PkModel, p: Parameters, given: Sequence[tuple[Dose, int]], name: str
) -> tuple[Parameters, dict[str, float], InteractionEffect]:
    """Altered parameters, a factor on each analyte that can still be given, and the effect.

    Norketamine after a swallowed dose also comes from the gut wall, which the models do not follow:
    its area is set to the measured ratio, and it is left out where none was measured. By IV the
    measured ratio is one of elimination (Noppers 2011: twice as fast), and set there.
    """
    precipitant = PRECIPITANTS[name]
    routes = frozenset(dose.route for dose, _ in given)
    measured = [precipitant.measured[r] for r in sorted(routes)]
    new = altered(model, p, precipitant, routes)
    nk_ratio = measured[0].norketamine_auc_ratio if len(measured) == 1 else None
    if nk_ratio is not None and routes == {Route.IV} and "nk_cl" in new:
        new["nk_cl"] = new["nk_cl"] / nk_ratio
    before, after = typical_curves(model, p, given), typical_curves(model, new, given)
    gains = {"ketamine": 1.0}
    if nk_ratio is not None and "norketamine" in after:
        change = after["norketamine"].total_area / before["norketamine"].total_area
        gains["norketamine"] = 1.0 if routes == {Route.IV} else nk_ratio / change
    effect = InteractionEffect(
        precipitants=(name,),
        auc_ratio=after["ketamine"].total_area / before["ketamine"].total_area,
        cmax_ratio=measured[0].cmax_ratio if len(measured) == 1 else None,
        norketamine_auc_ratio=nk_ratio,
        calibrated_or_predicted="calibrated"
        if all(precipitant.calibrated(r) for r in routes)
        else "predicted",
        measured_auc_ratio=measured[0].auc_ratio if len(measured) == 1 else None,
        evidence=measured[0].evidence,
    )
    return new, gains, effect


def typical_curves(
    model: PkModel,
    p: Parameters,
    given: Sequence[tuple[Dose, int]],
    gains: Mapping[str, float] | None = None,
) -> dict[str, Curve]:
    """The curve of each analyte for one set of parameters; of those in `gains`, times its factor."""
    system = model.system(p)
    inputs = [i for dose, nth in given for i in model.inputs(dose, p, nth)]
    seen: dict[tuple[str, str, float], UnitResponse] = {}
    curves = {}
    for analyte in model.analytes:
        if gains and analyte not in gains:
            continue
        gain = gains[analyte] if gains else 1.0
        parts = []
        for one in inputs:
            transfer = system.transfers.get((one.entry, analyte))
            if transfer is None:
                continue
            key = (one.entry, analyte, float(one.duration_min))
            if key not in seen:
                seen[key] = UnitResponse(transfer, key[2])
            parts.append(Part(float(one.amount_mg) * gain, one.start_min, seen[key]))
        curves[analyte] = Curve(tuple(parts))
    return curves


def with_pair_number(doses: Sequence[Dose]) -> list[tuple[Dose, int]]:
    """Each dose with the number of spray pairs before it in its session (0 on other routes)."""
    numbered, last, nth = [], -np.inf, 0
    for dose in sorted(doses, key=lambda d: d.start_min):
        if dose.route is Route.INTRANASAL:
            nth = nth + 1 if dose.start_min - last < SESSION_GAP_MIN else 0
            last = dose.start_min
        numbered.append((dose, nth if dose.route is Route.INTRANASAL else 0))
    return numbered


def _bands(
    model: PkModel,
    p: Parameters,
    given: Sequence[tuple[Dose, int]],
    times_min: Floats,
    population: Population | None,
    gains: Mapping[str, float],
) -> dict[str, dict[float, Floats]] | None:
    """Percentiles of each analyte at each time; None when not asked or nothing is known to vary."""
    if population is None or model.between_subject is None:
        return None
    from reprieve.core.pkpd.bands import percentile_bands

    found = percentile_bands(model, p, given, times_min, population, gains)
    return {
        analyte: dict(zip(population.percentiles, rows, strict=True))
        for analyte, rows in zip(model.analytes, found, strict=True)
    }


def _mean_while_infusing(curve: Curve, doses: Sequence[Dose]) -> float | None:
    """Mean level over the time at least one infusion runs; None without an infusion."""
    spans: list[list[float]] = []
    infusions = [d for d in doses if d.duration_min]
    for dose in sorted(infusions, key=lambda d: d.start_min):
        end = dose.start_min + (dose.duration_min or 0.0)
        if spans and dose.start_min <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], end)
        else:
            spans.append([dose.start_min, end])
    if not spans:
        return None
    area = curve.area(np.array(spans).ravel()).reshape(-1, 2)
    length = sum(end - start for start, end in spans)
    return float(np.sum(area[:, 1] - area[:, 0])) / length
