"""Design: the rate found does what was asked, in each model, by a count of people."""

import numpy as np
import pytest

from reprieve.core.pkpd import MODELS, Covariates, Drug, Population
from reprieve.core.pkpd.design import Goal, Step, rates_for, step_doses, target_scheme
from reprieve.core.pkpd.modal import direct, groups
from reprieve.core.pkpd.population import draw
from reprieve.core.pkpd.simulate import typical_curves, with_pair_number

ADULT = Covariates(weight_kg=70.0, age_years=40.0)
PEOPLE = Population(n=1000, seed=4, percentiles=(50.0,))
IV = list(MODELS.values())
VARYING = [m for m in IV if m.between_subject]


@pytest.mark.parametrize("model", VARYING, ids=lambda m: m.id)
@pytest.mark.parametrize(("percent", "reach"), [(95.0, False), (50.0, True)])
def test_as_many_people_as_asked_stay_below_or_come_to_the_level(model, percent, reach) -> None:
    steps = [Step(duration_min=30.0), Step(duration_min=30.0, relative_rate=2.0)]
    goal = Goal(ng_per_ml=150.0, percent=percent)
    found = rates_for(model, ADULT, Drug.KETAMINE, steps, goal, reach=reach, population=PEOPLE)
    doses = with_pair_number(step_doses(Drug.KETAMINE, steps, found.rates_mg_per_h))
    drawn = draw(model.parameters(ADULT), model.between_subject, np.arange(PEOPLE.n), PEOPLE.seed)
    peaks = direct(groups(model, drawn, doses, PEOPLE.n), np.linspace(0.5, 90.0, 180))[0].max(
        axis=0
    )
    share = np.mean(peaks >= 150.0 * (1 - 1e-9)) if reach else np.mean(peaks <= 150.0 * (1 + 1e-9))
    assert share == pytest.approx(percent / 100.0, abs=0.002)
    assert found.rates_mg_per_h[1] == pytest.approx(2 * found.rates_mg_per_h[0])


@pytest.mark.parametrize("model", IV, ids=lambda m: m.id)
def test_typical_peak_scales_with_the_rate(model) -> None:
    steps = [Step(duration_min=40.0)]
    low, high = (
        rates_for(
            model,
            ADULT,
            Drug.KETAMINE,
            steps,
            Goal(ng_per_ml=v, percent=95.0),
            reach=False,
            population=PEOPLE,
        )
        for v in (100.0, 200.0)
    )
    assert high.dose_mg == pytest.approx(2 * low.dose_mg)
    assert high.typical_cmax_ng_per_ml == pytest.approx(2 * low.typical_cmax_ng_per_ml)


def test_target_scheme_holds_the_typical_person_at_the_target() -> None:
    model = MODELS["kamp-2020"]
    doses = target_scheme(model, ADULT, Drug.KETAMINE, 100.0, until_min=60.0)
    curve = typical_curves(model, model.parameters(ADULT), with_pair_number(doses))["ketamine"]
    assert curve.at(np.arange(5.0, 61.0, 5.0)) == pytest.approx(np.full(12, 100.0), rel=1e-9)
