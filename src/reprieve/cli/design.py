"""`reprieve design`: a level to stay below or to reach in, infusion rates out, model by model.

In:
    {"patient": as in simulate, "drug": "ketamine",
     "steps": [{"duration_min": 40, "relative_rate": 1}],
     "stay_below": {"ng_per_ml": 250, "percent": 95}, "reach": {"ng_per_ml": 100, "percent": 50},
     "fall_below_ng_per_ml": [50], "models": "all", "population": {"n": 1000, "seed": 1}}
`hold` {"ng_per_ml": 100, "until_min": 60, "every_min": 5} adds, for teaching only, rates that keep the typical
person of each model at a level. `stay_below` or `reach` or both or `hold`; `relative_rate` (1), `models` ("all"), `population` (n 1000, seed 1)
and `fall_below_ng_per_ml` may be left out. Amounts are of base. IV only.
Out: docs/reference/cli-design.md.
"""

import argparse
from collections.abc import Callable
from typing import Any

from reprieve.cli.main import add_input, read_json
from reprieve.cli.simulate import (
    MAX_MIN,
    MAX_PEOPLE,
    content_version,
    read_names,
    read_numbers,
    read_person,
)
from reprieve.core.pkpd.design import (
    CAUTION,
    Goal,
    RateAnswer,
    Step,
    rates_for,
    step_doses,
    target_scheme,
)
from reprieve.core.pkpd.model import Covariates, Drug, PkModel, Population
from reprieve.core.pkpd.notes import notes_for
from reprieve.core.pkpd.routes import choose
from reprieve.core.reading import Reader
from reprieve.core.wire import evidence_json

MAX_STEPS = 100
MAX_INTERVALS = 500


def arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    doc = Reader(read_json(args.file))
    person = read_person(doc)
    drug = doc.text("drug", choices=tuple(Drug))
    steps = _steps(doc)
    goals = {key: _goal(doc, key) for key in ("stay_below", "reach")}
    hold = _hold(doc)
    levels = read_numbers(doc, "fall_below_ng_per_ml", required=False)
    names = read_names(doc, default="all")
    population = _population(doc)
    doc.close()
    if not any(doc.has(key) for key in ("stay_below", "reach", "hold")):
        doc.problem("", "stay_below, reach or hold is needed")
    models: list[PkModel] = []
    if drug and steps:
        doses = step_doses(Drug(drug), steps, [1.0] * len(steps))
        models, problems = choose(names, doses, "models")
        doc.problems += problems
    doc.raise_if_any()
    assert person is not None
    assert drug is not None

    def answer(model: PkModel, key: str) -> RateAnswer | None:
        goal = goals[key]
        if goal is None:
            return None
        return rates_for(
            model,
            person,
            Drug(drug),
            steps,
            goal,
            reach=key == "reach",
            population=population,
            levels=levels,
        )

    rows = [(m, answer(m, "stay_below"), answer(m, "reach")) for m in models]
    lowest = _headline([below for _, below, _ in rows], person, levels, min)
    highest = _headline([reach for _, _, reach in rows], person, levels, max)
    return {
        "knowledge": content_version(),
        "headline": {"stay_below": lowest, "reach": highest},
        "models": [
            {
                "model": model.id,
                "site": model.site,
                "stay_below": below and _json(below, person, levels),
                "reach": reach and _json(reach, person, levels),
                "teaching_scheme": hold and _scheme(model, person, Drug(drug), hold),
                "notes": list(notes_for(model, person, doses, population)),
                "evidence": evidence_json(model.evidence),
            }
            for model, below, reach in rows
        ],
        "people": "healthy adults of this weight, as each model knows them",
        "weight_basis": "actual",
        "caution": CAUTION,
    }


def _steps(doc: Reader) -> list[Step]:
    steps = []
    for item in doc.tables("steps", minimum_items=1):
        duration = item.number("duration_min", above=0, maximum=MAX_MIN)
        rate = item.number("relative_rate", required=False, minimum=0, maximum=1000)
        item.close()
        if duration is not None:
            steps.append(Step(duration_min=duration, relative_rate=1.0 if rate is None else rate))
    if steps and not any(s.relative_rate > 0 for s in steps):
        doc.problem("steps", "one step must have a rate above 0")
    if len(steps) > MAX_STEPS:
        doc.problem("steps", f"at most {MAX_STEPS} steps, {len(steps)} given")
        return []
    return steps


def _goal(doc: Reader, key: str) -> Goal | None:
    table = doc.table(key, required=False)
    if table is None:
        return None
    level = table.number("ng_per_ml", above=0)
    percent = table.number("percent", minimum=1, maximum=99)
    table.close()
    return Goal(ng_per_ml=level, percent=percent) if level and percent else None


def _hold(doc: Reader) -> tuple[float, float, float] | None:
    """Level (ng/mL), end and interval (min) of a target-controlled scheme; None when none is asked."""
    table = doc.table("hold", required=False)
    if table is None:
        return None
    level = table.number("ng_per_ml", above=0)
    until = table.number("until_min", above=0, maximum=MAX_MIN)
    every = table.number("every_min", above=0, maximum=MAX_MIN)
    table.close()
    if level is None or until is None or every is None:
        return None
    if not 1 <= until / every <= MAX_INTERVALS:
        table.problem("every_min", f"from 1 to {MAX_INTERVALS} intervals are needed")
        return None
    return level, until, every


def _scheme(
    model: PkModel, person: Covariates, drug: Drug, hold: tuple[float, float, float]
) -> list[dict[str, float]]:
    """Rates interval by interval; an interval in which the pump waits is left out."""
    level, until, every = hold
    return [
        {
            "from_min": dose.start_min,
            "to_min": dose.start_min + every,
            "rate_mg_per_h": dose.amount_mg / every * 60.0,
        }
        for dose in target_scheme(model, person, drug, level, until, every)
    ]


def _population(doc: Reader) -> Population:
    table = doc.table("population", required=False)
    if table is None:
        return Population(n=1000, seed=1, percentiles=(50.0,))
    n = table.integer("n", minimum=100, maximum=MAX_PEOPLE // 10)
    seed = table.integer("seed", minimum=0, maximum=2**53)
    table.close()
    return Population(n=n or 100, seed=seed or 0, percentiles=(50.0,))


def _headline(
    answers: list[RateAnswer | None],
    person: Covariates,
    levels: list[float],
    pick: Callable[..., RateAnswer],
) -> dict[str, Any] | None:
    """The lowest (to stay below) or the highest (to reach) over the models asked."""
    found = [a for a in answers if a is not None]
    if not found:
        return None
    chosen = pick(found, key=lambda a: a.dose_mg)
    return {"model": chosen.model.id, **_json(chosen, person, levels)}


def _json(answer: RateAnswer, person: Covariates, levels: list[float]) -> dict[str, Any]:
    return {
        "rates_mg_per_h": list(answer.rates_mg_per_h),
        "rates_mg_per_kg_per_h": [r / person.weight_kg for r in answer.rates_mg_per_h],
        "dose_mg": answer.dose_mg,
        "typical_only": answer.typical_only,
        "typical_cmax_ng_per_ml": answer.typical_cmax_ng_per_ml,
        "fall_below": [
            {"ng_per_ml": level, "after_end_min": after}
            for level, after in zip(levels, answer.fall_below_min, strict=True)
        ],
    }
