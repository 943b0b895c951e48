"""`reprieve simulate`: a person and a dosing history in, predicted levels out.

Input, refusals and keys: docs/reference/cli-simulate.md.
"""

import argparse
import math
from typing import Any

import numpy as np

from reprieve import knowledge
from reprieve.cli.main import add_input, read_json
from reprieve.core.pkpd.interactions import why_not
from reprieve.core.pkpd.model import (
    BASE_PER_HYDROCHLORIDE,
    SPRAY_PAIR_MG,
    AnalyteProfile,
    Ancestry,
    Covariates,
    Dose,
    Drug,
    PkModel,
    Population,
    Product,
    Profile,
    Route,
    Sex,
)
from reprieve.core.pkpd.routes import choose, refusal
from reprieve.core.pkpd.simulate import simulate
from reprieve.core.pkpd.transfer import Floats
from reprieve.core.problems import Problem
from reprieve.core.reading import Reader
from reprieve.core.wire import evidence_json

MAX_MG = 20_000.0
MAX_MIN = 400 * 24 * 60.0
MAX_TIMES = 1_000_000
MAX_PEOPLE = 10_000_000
MAX_DOSES = 20_000


def arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    doc = Reader(read_json(args.file))
    person = read_person(doc)
    doses = read_doses(doc)
    times = _times(doc)
    names = read_names(doc)
    population = _population(doc)
    thresholds = read_numbers(doc, "thresholds_ng_per_ml", required=False)
    precipitants = [_text(doc, "precipitants", i, v) for i, v in _items(doc, "precipitants")]
    doc.close()
    models: list[PkModel] = []
    whole = [d for d in doses if d is not None]
    if whole and len(whole) == len(doses):
        models, problems = choose(names, whole, "models")
        doc.problems += problems if not any(refusal(d) for d in whole) else []
        doc.problems += _unstudied(precipitants, frozenset(d.route for d in whole))
    doc.raise_if_any()
    assert person is not None
    assert times is not None
    profiles = [
        simulate(
            model,
            person,
            whole,
            times,
            population=population,
            thresholds=thresholds,
            precipitant=precipitants[0] if precipitants else None,
        )
        for model in models
    ]
    return {
        "knowledge": content_version(),
        "profiles": [profile_json(p, population) for p in profiles],
        "disagreement": disagreement(profiles),
    }


def content_version() -> str:
    """The version of the clinical content."""
    return knowledge.VERSION


def read_person(doc: Reader) -> Covariates | None:
    """The patient object; None with the problems noted."""
    patient = doc.table("patient")
    if patient is None:
        return None
    weight = patient.number("weight_kg", minimum=30, maximum=250)
    age = patient.number("age_years", minimum=18, maximum=110)
    sex = patient.text("sex", choices=tuple(Sex))
    height = patient.number("height_cm", required=False, minimum=120, maximum=230)
    ancestry = patient.text("ancestry", required=False, choices=tuple(Ancestry))
    patient.close()
    if weight is None or age is None or sex is None:
        return None
    return Covariates(
        weight_kg=weight,
        age_years=age,
        sex=Sex(sex),
        height_cm=height,
        ancestry=Ancestry(ancestry) if ancestry else None,
    )


def read_doses(doc: Reader) -> list[Dose | None]:
    """Every dose, of base; None in the place of one that cannot be used."""
    found = [read_dose(item) for item in doc.tables("doses", minimum_items=1)]
    if len(found) > MAX_DOSES:
        doc.problem("doses", f"at most {MAX_DOSES} doses, {len(found)} given")
        return []
    return found


def read_dose(item: Reader) -> Dose | None:
    """One dose, converted to base."""
    drug = item.text("drug", choices=tuple(Drug))
    form = item.text("salt_or_base", choices=("base", "hydrochloride"))
    route = item.text("route", choices=tuple(Route))
    amount = item.number("amount_mg", above=0, maximum=MAX_MG)
    start = item.number("start_min", minimum=0, maximum=MAX_MIN)
    duration = item.number("duration_min", required=False, above=0, maximum=MAX_MIN)
    product = item.text("product", required=False, choices=tuple(Product))
    item.close()
    if drug is None or route is None:
        return None
    if route == Route.IV and not item.has("duration_min"):
        item.problem("duration_min", "is required for an IV dose")
    if route in (Route.ORAL, Route.SUBLINGUAL, Route.INTRANASAL) and duration is not None:
        item.problem("duration_min", f"a dose by the {route} route has no duration")
    if route != Route.SUBLINGUAL and product is not None:
        item.problem("product", "only a sublingual dose has a product")
    if form is None or amount is None or start is None:
        amount, start = amount or math.nan, start or 0.0
    base = amount * BASE_PER_HYDROCHLORIDE if form == "hydrochloride" else amount
    dose = Dose(
        drug=Drug(drug),
        route=Route(route),
        amount_mg=base,
        start_min=start,
        duration_min=duration,
        product=Product(product) if product else None,
    )
    if why := refusal(dose):
        item.problem("route", f"{route} {drug} is not simulated: {why}")
    elif dose.route is Route.INTRANASAL and abs(base - SPRAY_PAIR_MG) > 0.01:
        item.problem(
            "amount_mg",
            f"a nasal dose is one spray pair of exactly {SPRAY_PAIR_MG:g} mg esketamine base",
        )
    return dose


def _times(doc: Reader) -> Floats | None:
    if isinstance(doc.raw("times_min", required=False), dict):
        grid = doc.table("times_min")
        assert grid is not None
        until = grid.number("until_min", minimum=0)
        step = grid.number("step_min", above=0)
        grid.close()
        if until is None or step is None:
            return None
        points = (
            math.floor(until / step * (1 + 1e-12)) + 1 if until / step < 2 * MAX_TIMES else math.inf
        )
        if points > MAX_TIMES:
            doc.problem("times_min", f"at most {MAX_TIMES} points")
            return None
        return np.arange(points) * step
    values = read_numbers(doc, "times_min", minimum=0.0, limit=MAX_TIMES)
    if not values:
        if doc.has("times_min") and not any(p.path.startswith("times_min") for p in doc.problems):
            doc.problem("times_min", "at least 1 time is needed")
        return None
    times = np.array(values)
    if np.any(np.diff(times) <= 0):
        doc.problem("times_min", "times must be strictly ascending")
    return times


def read_numbers(
    doc: Reader,
    key: str,
    *,
    required: bool = True,
    minimum: float | None = None,
    limit: int = 1000,
) -> list[float]:
    """A list of finite numbers, above zero where no minimum is given."""
    values = doc.array(key, required=required)
    if len(values) > limit:
        doc.problem(key, f"at most {limit} values, {len(values)} given")
        return []
    if all(type(v) is float or (type(v) is int and abs(v) < 2**1000) for v in values):
        good = np.asarray(values, dtype=float)
        if np.isfinite(good).all() and (good >= minimum if minimum is not None else good > 0).all():
            return list(good)
    bad = Reader({str(i): v for i, v in enumerate(values)}, key, doc.problems)
    before = len(doc.problems)
    for i in range(len(values)):
        bad.number(str(i), minimum=minimum, above=None if minimum is not None else 0.0)
    for n, problem in enumerate(doc.problems[before:], start=before):
        index = problem.path.removeprefix(f"{key}.")
        doc.problems[n] = Problem(f"{key}[{index}]", problem.message)
    return []


def _items(doc: Reader, key: str) -> list[tuple[int, Any]]:
    return list(enumerate(doc.array(key, required=False)))


def _text(doc: Reader, key: str, i: int, value: Any) -> str:
    if isinstance(value, str):
        return value
    doc.problems.append(Problem(f"{key}[{i}]", "text is needed"))
    return ""


def read_names(doc: Reader, default: str = "default") -> list[str]:
    """The models asked for, as `routes.choose` takes them."""
    given = doc.raw("models", required=False)
    if given is None:
        return [default]
    if isinstance(given, str):
        if given not in ("default", "all"):
            doc.problem("models", f'{given!r}: a list of ids, "default" or "all" is needed')
            return ["default"]
        return [given]
    names = [_text(doc, "models", i, v) for i, v in _items(doc, "models")]
    if isinstance(given, list) and not given:
        doc.problem("models", "at least 1 model is needed")
    return names or ["default"]


def _population(doc: Reader) -> Population | None:
    table = doc.table("population", required=False)
    if table is None:
        return None
    n = table.integer("n", minimum=1, maximum=MAX_PEOPLE)
    seed = table.integer("seed", minimum=0, maximum=2**53)
    wanted = _percentiles(table)
    table.close()
    if n is None or seed is None or not wanted:
        return None
    return Population(n=n, seed=seed, percentiles=tuple(wanted))


def _percentiles(table: Reader) -> list[float]:
    """Ascending numbers from 0 to 100."""
    local = Reader({"percentiles": table.raw("percentiles")}, table.path, table.problems)
    if not table.has("percentiles"):
        return []
    values = local.array("percentiles", minimum_items=1)
    good = [v for v in values if type(v) in (int, float) and 0 <= v <= 100]
    for i, v in enumerate(values):
        if type(v) not in (int, float) or not 0 <= v <= 100:
            table.problem(f"percentiles[{i}]", f"a number from 0 to 100 is needed, not {v!r}")
    if len(set(good)) < len(good):
        table.problem("percentiles", "a percentile is asked twice")
    return [float(v) for v in good]


def _unstudied(precipitants: list[str], routes: frozenset[Route]) -> list[Problem]:
    found = []
    for i, name in enumerate(precipitants):
        path = f"precipitants[{i}]"
        if name and (why := why_not(name, routes)):
            found.append(Problem(path, why))
        elif i:
            found.append(Problem(path, "two precipitants together were never studied; ask for one"))
    return found


def profile_json(profile: Profile, population: Population | None) -> dict[str, Any]:
    """One model's answer in the shape of contracts.md, at full precision."""
    model = profile.model
    answer: dict[str, Any] = {
        "model": model.id,
        "site": model.site,
        "times_min": profile.times_min.tolist(),
    }
    for name, analyte in profile.analytes.items():
        answer[name] = analyte and analyte_json(analyte, asked=population is not None)
    if effect := profile.interaction:
        answer["interaction"] = {
            "auc_ratio": effect.auc_ratio,
            "cmax_ratio": effect.cmax_ratio,
            "norketamine_auc_ratio": effect.norketamine_auc_ratio,
            "calibrated_or_predicted": effect.calibrated_or_predicted,
            "evidence": evidence_json(effect.evidence),
        }
    return answer | {
        "total_mg": profile.total_mg,
        "mg_per_kg": profile.mg_per_kg,
        "weight_basis": "actual",
        "notes": list(profile.notes),
        "evidence": evidence_json(model.evidence),
    }


def analyte_json(analyte: AnalyteProfile, *, asked: bool) -> dict[str, Any]:
    """One analyte; `percentiles_ng_per_ml` is there only when a population was asked for."""
    answer: dict[str, Any] = {"typical_ng_per_ml": analyte.typical_ng_per_ml.tolist()}
    if asked:
        bands = analyte.percentiles_ng_per_ml
        answer["percentiles_ng_per_ml"] = bands and {
            f"{p:g}": band.tolist() for p, band in bands.items()
        }
    return answer | {
        "cmax_ng_per_ml": analyte.cmax_ng_per_ml,
        "tmax_min": analyte.tmax_min,
        "auc_last_ng_h_per_ml": analyte.auc_last_ng_h_per_ml,
        "auc_inf_ng_h_per_ml": analyte.auc_inf_ng_h_per_ml,
        "half_life_h": analyte.half_life_h,
        "cl_l_per_h": analyte.cl_l_per_h,
        "cavg_ng_per_ml": {
            "infusion": analyte.cavg_infusion_ng_per_ml,
            "24h": analyte.cavg_24h_ng_per_ml,
        },
        "thresholds": [
            {
                "ng_per_ml": t.ng_per_ml,
                "time_above_min": t.time_above_min,
                "time_to_fall_below_min": t.time_to_fall_below_min,
            }
            for t in analyte.thresholds
        ],
    }


def disagreement(profiles: list[Profile]) -> dict[str, Any] | None:
    """How far the models asked for lie apart, and why; None for one model."""
    if len(profiles) < 2:
        return None
    peaks = [a.cmax_ng_per_ml for p in profiles if (a := p.analytes["ketamine"]) is not None]
    return {
        "ketamine_cmax_ng_per_ml": [min(peaks), max(peaks)],
        "why": "Venous models of low-dose infusions lie low, arterial models high; the choice of model moves the peak more than people differ within one model.",
    }
