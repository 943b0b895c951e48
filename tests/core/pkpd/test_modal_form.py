"""The modal form, superposed, is the simulation; the JSON is all a page needs."""

import json
import math

import numpy as np
import pytest

from reprieve.core.pkpd import MODELS, Ancestry, Covariates, Dose, Drug, Product, Route, simulate
from reprieve.core.pkpd.modal_form import Given, modal_form, modal_form_json, superposed
from reprieve.core.pkpd.population import draw
from reprieve.core.pkpd.simulate import typical_curves, with_pair_number
from reprieve.core.pkpd.transfer import Floats

ADULT = Covariates(weight_kg=82.0, age_years=51.0, ancestry=Ancestry.CAUCASIAN)
TIMES = np.array([0.0, 2, 5, 9, 15, 21, 30, 40, 40.5, 47, 60, 85, 130, 240, 480, 900, 1800])
S = Drug.ESKETAMINE


def dose(route: Route, mg: float, start: float, minutes: float | None = None) -> Dose:
    return Dose(drug=S, route=route, amount_mg=mg, start_min=start, duration_min=minutes)


def near(ours: Floats, exact: Floats, most: float, floor: float = 1e-4) -> bool:
    seen = exact >= floor * exact.max()
    return bool(np.all(np.abs(ours - exact)[seen] <= most * exact[seen]))


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_session_with_a_changed_rate_and_an_interruption(model) -> None:
    """35 mg over 40 min, then 20 mg over 25 min from 45 min on."""
    exact = simulate(model, ADULT, [dose(Route.IV, 35, 0, 40), dose(Route.IV, 20, 45, 25)], TIMES)
    history = [
        Given(amount_mg=35, start_min=0, duration_min=40),
        Given(amount_mg=20, start_min=45, duration_min=25),
    ]
    [typical] = modal_form(model, ADULT, S, Route.IV).people
    for analyte in model.analytes:
        profile = exact.analytes[analyte]
        assert profile is not None
        ours = superposed(typical, analyte, history, TIMES)
        assert near(ours, profile.typical_ng_per_ml, 1e-12), analyte


@pytest.mark.parametrize(
    ("model", "route", "mg"),
    [("simons-2022", Route.SUBLINGUAL, 50.0), ("perez-ruixo-2021", Route.ORAL, 25.0)],
)
def test_routes_the_model_lets_in_over_its_own_time(model: str, route: Route, mg: float) -> None:
    exact = simulate(MODELS[model], ADULT, [dose(route, mg, 10.0)], TIMES)
    [typical] = modal_form(MODELS[model], ADULT, S, route).people
    for analyte, profile in exact.analytes.items():
        if profile is not None:
            ours = superposed(typical, analyte, [Given(amount_mg=mg, start_min=10.0)], TIMES)
            # behind chains of transit compartments the terms of the first minutes cancel
            assert near(ours, profile.typical_ng_per_ml, 1e-12, floor=0.05), analyte
            assert near(ours, profile.typical_ng_per_ml, 1e-9), analyte


def test_second_spray_pair_of_a_session() -> None:
    model = MODELS["perez-ruixo-2021"]
    sprays = [dose(Route.INTRANASAL, 28.0, 0.0), dose(Route.INTRANASAL, 28.0, 5.0)]
    exact = simulate(model, ADULT, sprays, TIMES).analytes["ketamine"]
    assert exact is not None
    ours = np.zeros_like(TIMES)
    for nth, start in enumerate((0.0, 5.0)):
        [parts] = modal_form(model, ADULT, S, Route.INTRANASAL, earlier_pairs=nth).people
        ours += superposed(parts, "ketamine", [Given(amount_mg=28.0, start_min=start)], TIMES)
    assert near(ours, exact.typical_ng_per_ml, 1e-12)


@pytest.mark.parametrize("model", ["otto-2021", "simons-2022", "perez-ruixo-2021"])
def test_drawn_people_are_those_of_the_population(model: str) -> None:
    chosen = MODELS[model]
    assert chosen.between_subject is not None
    many = draw(chosen.parameters(ADULT), chosen.between_subject, np.arange(8), 5)
    form = modal_form(chosen, ADULT, S, Route.IV, drawn=8, seed=5)
    assert len(form.people) == 9
    given = with_pair_number([dose(Route.IV, 35, 0, 40)])
    history = [Given(amount_mg=35, start_min=0, duration_min=40)]
    for i, parts in enumerate(form.people[1:]):
        own = {k: float(np.broadcast_to(v, 8)[i]) for k, v in many.items()}
        for analyte, curve in typical_curves(chosen, own, given).items():
            assert near(superposed(parts, analyte, history, TIMES), curve.at(TIMES), 1e-9)


def test_a_bolus_by_hand() -> None:
    """Domino's ketamine right after 10 mg at once: 1000 * 10 / (0.063 * 82) = 1935.73 ng/mL."""
    [parts] = modal_form(MODELS["domino-1984"], ADULT, Drug.KETAMINE, Route.IV).people
    [level] = superposed(parts, "ketamine", [Given(amount_mg=10, start_min=3)], np.array([3.0]))
    assert level == pytest.approx(1935.7336, rel=1e-7)


def test_json_alone_is_enough() -> None:
    """The formula written again on what the JSON holds, as a page would."""
    form = modal_form(MODELS["otto-2021"], ADULT, Drug.KETAMINE, Route.IV, drawn=2)
    text = json.dumps(modal_form_json(form), allow_nan=False)
    [part] = json.loads(text)["people"][1]
    assert part["duration_min"] is None
    t, length, amount = 60.0, 40.0, 35.0
    level = sum(
        amount / length * a * math.exp(-r * (t - length)) * -math.expm1(-r * length) / r
        for r, power, a in part["terms"]["norketamine"]
        if power == 0
    )
    history = [Given(amount_mg=amount, start_min=0, duration_min=length)]
    [ours] = superposed(form.people[1], "norketamine", history, np.array([t]))
    assert level == pytest.approx(ours, rel=1e-12)


def test_what_the_model_cannot_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="does not cover"):
        modal_form(MODELS["otto-2021"], ADULT, S, Route.ORAL)
    with pytest.raises(ValueError, match="no published between-subject"):
        modal_form(MODELS["kamp-2020"], ADULT, S, Route.IV, drawn=3)


def test_a_wafer_is_not_a_film() -> None:
    """0.29 / 0.263 of the ketamine at any time."""
    history = [Given(amount_mg=25, start_min=0)]
    film, wafer = (
        superposed(
            modal_form(MODELS["simons-2022"], ADULT, S, Route.SUBLINGUAL, product=p).people[0],
            "ketamine",
            history,
            TIMES,
        )
        for p in (Product.FILM, Product.WAFER)
    )
    assert wafer[1:] == pytest.approx(film[1:] * 0.29 / 0.263, rel=1e-12)
