"""Rates of an infusion that keep most people below a level, or bring most of them to one.

The models are linear: one run at a unit rate answers for every rate. What holds for a level does not
hold for relief: no plasma concentration is known to predict lasting relief.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reprieve.core.pkpd.curve import Curve
from reprieve.core.pkpd.modal import direct, groups
from reprieve.core.pkpd.model import Covariates, Dose, Drug, PkModel, Population, Route
from reprieve.core.pkpd.population import draw, percentiles
from reprieve.core.pkpd.simulate import typical_curves, with_pair_number
from reprieve.core.pkpd.transfer import Floats

CAUTION = "No plasma concentration is known to predict lasting relief."
HOUR = 60.0
ONLY = {"ketamine": 1.0}  # the one analyte looked at, as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an infusion; rates of the steps stand to each other as `relative_rate`."""

    duration_min: float
    relative_rate: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """`percent` of healthy adults of this weight, in the model, below or at a level."""

    ng_per_ml: float
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RateAnswer:
    """Rates of the steps that meet a goal in one model, and what follows from them.

    typical_only: the model has no variability: the rate holds for the typical person.
    typical_cmax_ng_per_ml: of the typical person at these rates.
    fall_below_min: for each level asked, minutes from the end until the typical curve is below it
        for good; None where it is never reached.
    """

    model: PkModel
    rates_mg_per_h: tuple[float, ...]
    dose_mg: float
    typical_only: bool
    typical_cmax_ng_per_ml: float
    fall_below_min: tuple[float | None, ...]


def rates_for(
    model: PkModel,
    person: Covariates,
    drug: Drug,
    steps: Sequence[Step],
    goal: Goal,
    *,
    reach: bool,
    population: Population,
    levels: Sequence[float] = (),
) -> RateAnswer:
    """The largest rates with `goal.percent` of people below the level at all times; with `reach`,
    the smallest with that many who come to the level at some time.

    Exact by linearity: the level over a percentile of the peak at a unit rate.
    """
    unit = step_doses(drug, steps, [s.relative_rate for s in steps])
    peaks = _peaks(model, person, unit, population)
    share = 100.0 - goal.percent if reach else goal.percent
    scale = goal.ng_per_ml / float(percentiles(peaks, [share])[0])
    rates = [s.relative_rate * scale for s in steps]
    doses = step_doses(drug, steps, rates)
    curve = typical_curves(model, model.parameters(person), with_pair_number(doses), ONLY)[
        "ketamine"
    ]
    end = sum(s.duration_min for s in steps)
    return RateAnswer(
        model=model,
        rates_mg_per_h=tuple(rates),
        dose_mg=sum(d.amount_mg for d in doses),
        typical_only=model.between_subject is None,
        typical_cmax_ng_per_ml=_highest(curve, steps, end),
        fall_below_min=tuple(curve.threshold(v, end).time_to_fall_below_min for v in levels),
    )


def _highest(curve: Curve, steps: Sequence[Step], end_min: float) -> float:
    """Peak of the curve of these steps. Plasma rises while the rate does not fall (its response to
    a bolus is a sum of decaying exponentials with positive weights), so the peak is at the end."""
    rates = [s.relative_rate for s in steps]
    if rates == sorted(rates):
        return float(curve.at(np.array([end_min]))[0])
    return curve.cmax_tmax[0]


def step_doses(drug: Drug, steps: Sequence[Step], rates_mg_per_h: Sequence[float]) -> list[Dose]:
    """The steps as IV doses, one after another from time 0; steps at rate 0 are left out."""
    doses, start = [], 0.0
    for step, rate in zip(steps, rates_mg_per_h, strict=True):
        if rate > 0:
            doses.append(
                Dose(
                    drug=drug,
                    route=Route.IV,
                    amount_mg=rate * step.duration_min / HOUR,
                    start_min=start,
                    duration_min=step.duration_min,
                )
            )
        start += step.duration_min
    return doses


def _peaks(
    model: PkModel, person: Covariates, doses: Sequence[Dose], population: Population
) -> Floats:
    """Peak ketamine of each person, ng/mL; of the typical one alone where nothing varies.

    While a rate is constant a level moves one way only, towards it, once the model is at rest or
    has seen rising rates; after falling rates an inner peak is possible, so each step is searched.
    """
    typical = model.parameters(person)
    given = with_pair_number(doses)
    if model.between_subject is None:
        return np.array([typical_curves(model, typical, given, ONLY)["ketamine"].cmax_tmax[0]])
    drawn = draw(typical, model.between_subject, np.arange(population.n), population.seed)
    times = []
    for dose, _ in given:
        assert dose.duration_min is not None
        times += [dose.start_min + dose.duration_min * part for part in (0.25, 0.5, 0.75, 1.0)]
    instants = np.array(times if len(doses) > 1 else times[-1:])
    people = groups(model, drawn, given, population.n, analytes=["ketamine"])
    peaks: Floats = direct(people, instants)[0].max(axis=0)
    return peaks


def target_scheme(
    model: PkModel,
    person: Covariates,
    drug: Drug,
    target_ng_per_ml: float,
    until_min: float,
    every_min: float = 5.0,
) -> tuple[Dose, ...]:
    """Rates that hold the typical person at a target at the end of each interval. For teaching only.

    A rate is never negative: on the way down the pump waits.
    """
    count = max(math.floor(until_min / every_min * (1.0 + 1e-12)), 1)
    ends = np.arange(1, count + 1, dtype=np.float64) * every_min
    one = Dose(drug=drug, route=Route.IV, amount_mg=1.0, start_min=0.0, duration_min=every_min)
    p = model.parameters(person)
    response = typical_curves(model, p, [(one, 0)])["ketamine"].at(ends)  # ng/mL for 1 mg
    amounts = np.zeros(count)
    for k in range(count):
        before = float(amounts[:k] @ response[k:0:-1]) if k else 0.0
        amounts[k] = max((target_ng_per_ml - before) / response[0], 0.0)
    return tuple(
        Dose(
            drug=drug,
            route=Route.IV,
            amount_mg=float(amount),
            start_min=float(end - every_min),
            duration_min=every_min,
        )
        for amount, end in zip(amounts, ends, strict=True)
        if amount > 0
    )
