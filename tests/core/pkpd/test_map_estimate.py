"""The MAP estimate against SciPy on an objective written again, and its limits."""

import numpy as np
import pytest
from scipy.optimize import minimize

from reprieve.core.pkpd import MODELS, Covariates, Dose, Drug, Route
from reprieve.core.pkpd.estimate import Fitter, Level, estimate, personal_band, shifted
from reprieve.core.pkpd.simulate import typical_curves, with_pair_number

OTTO = MODELS["otto-2021"]
ADULT = Covariates(weight_kg=70.0, age_years=40.0)
DOSES = [Dose(drug=Drug.KETAMINE, route=Route.IV, amount_mg=35.0, start_min=0.0, duration_min=40.0)]
LEVELS = [
    Level(time_min=40.0, analyte="ketamine", ng_per_ml=210.0),
    Level(time_min=120.0, analyte="ketamine", ng_per_ml=60.0),
    Level(time_min=120.0, analyte="norketamine", ng_per_ml=40.0),
]


def objective(eta: np.ndarray) -> float:
    p = dict(OTTO.parameters(ADULT))
    for name, e in zip(("v1", "cl", "nk_v", "nk_cl"), eta, strict=True):
        p[name] = p[name] * np.exp(e)
    curves = typical_curves(OTTO, p, with_pair_number(DOSES))
    assert OTTO.between_subject is not None
    total = 0.5 * eta @ np.linalg.solve(np.array(OTTO.between_subject.omega2), eta)
    for level, sd in zip(LEVELS, (0.23609, 0.23609, 0.14261), strict=True):
        f = curves[level.analyte].at(np.array([level.time_min]))[0]
        total += 0.5 * ((level.ng_per_ml - f) / (sd * f)) ** 2 + np.log(sd * f)
    return float(total)


def test_mode_is_that_of_an_independent_optimiser() -> None:
    found = estimate(OTTO, ADULT, DOSES, LEVELS)
    other = minimize(
        objective,
        np.zeros(4),
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-13, "maxiter": 5000},
    )
    assert found.eta == pytest.approx(other.x, abs=1e-5)
    assert found.objective == pytest.approx(objective(found.eta), rel=1e-9)
    assert found.personal


def test_levels_narrow_the_band_towards_themselves() -> None:
    t = np.array([40.0, 120.0])
    none = estimate(OTTO, ADULT, DOSES, [])
    some = estimate(OTTO, ADULT, DOSES, LEVELS)
    wide, narrow = (
        personal_band(OTTO, ADULT, DOSES, e, t, (5, 50, 95), n=4000)["ketamine"]
        for e in (none, some)
    )
    assert np.all(narrow[2] - narrow[0] < wide[2] - wide[0])
    assert narrow[1, 0] > wide[1, 0]  # 210 measured, 158 typical


def test_without_a_level_nothing_is_personal() -> None:
    found = estimate(OTTO, ADULT, DOSES, [])
    assert not found.personal
    assert np.all(found.eta == 0.0)
    assert OTTO.between_subject is not None
    assert found.covariance == pytest.approx(np.array(OTTO.between_subject.omega2))


def test_a_level_that_no_dose_explains_is_refused() -> None:
    with pytest.raises(ValueError, match="before the first dose"):
        estimate(OTTO, ADULT, DOSES, [Level(time_min=0.0, analyte="ketamine", ng_per_ml=5.0)])


def test_a_model_without_variability_cannot_be_made_personal() -> None:
    with pytest.raises(ValueError, match="no published between-subject"):
        estimate(MODELS["kamp-2020"], ADULT, DOSES, LEVELS[:1])


S = Drug.ESKETAMINE
CASES = {
    "otto-2021": (DOSES, LEVELS),
    "simons-2022": (
        [
            Dose(drug=S, route=Route.SUBLINGUAL, amount_mg=50.0, start_min=0.0),
            Dose(drug=S, route=Route.IV, amount_mg=20.0, start_min=360.0, duration_min=20.0),
        ],
        [
            Level(time_min=25.0, analyte="ketamine", ng_per_ml=70.0),
            Level(time_min=70.0, analyte="norketamine", ng_per_ml=300.0),
            Level(time_min=120.0, analyte="hydroxynorketamine", ng_per_ml=80.0),
            Level(time_min=380.0, analyte="ketamine", ng_per_ml=240.0),
        ],
    ),
    "perez-ruixo-2021": (
        [
            Dose(drug=S, route=Route.INTRANASAL, amount_mg=28.0, start_min=s) for s in (0.0, 5.0)
        ],
        [
            Level(time_min=30.0, analyte="ketamine", ng_per_ml=90.0),
            Level(time_min=240.0, analyte="ketamine", ng_per_ml=12.0),
            Level(time_min=240.0, analyte="norketamine", ng_per_ml=70.0),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_mode_of_every_model_is_where_the_exact_objective_is_level(name: str) -> None:
    """The objective written again on the exact curves: its slope at the mode, by central differences,
    is nothing beside its slope one tenth away."""
    model, (doses, measured) = MODELS[name], CASES[name]
    assert model.between_subject is not None
    precision = np.linalg.inv(np.array(model.between_subject.omega2))

    def exact(eta: np.ndarray) -> float:
        p = shifted(model.parameters(ADULT), model.between_subject, eta)
        curves = typical_curves(model, p, with_pair_number(doses))
        total = 0.5 * eta @ precision @ eta
        for level in measured:
            f = curves[level.analyte].at(np.array([level.time_min]))[0]
            error = model.residual[level.analyte]
            variance = (error.proportional * f) ** 2 + error.additive_ng_per_ml**2
            total += 0.5 * ((level.ng_per_ml - f) ** 2 / variance + np.log(variance))
        return float(total)

    def steepest(eta: np.ndarray) -> float:
        moves = 1e-4 * np.eye(eta.size)
        return max(abs(exact(eta + m) - exact(eta - m)) / 2e-4 for m in moves)

    found = estimate(model, ADULT, doses, measured)
    assert found.objective == pytest.approx(exact(found.eta), rel=1e-6)
    assert steepest(found.eta) < 1e-4 * steepest(found.eta + 0.1)


def test_a_prepared_fitter_answers_as_estimate_does() -> None:
    fitter = Fitter(OTTO, ADULT, DOSES, [(v.time_min, v.analyte) for v in LEVELS])
    one, other = fitter.fit([v.ng_per_ml for v in LEVELS]), estimate(OTTO, ADULT, DOSES, LEVELS)
    assert np.array_equal(one.eta, other.eta)
    assert np.array_equal(one.covariance, other.covariance)
    with pytest.raises(ValueError, match="one level for each"):
        fitter.fit([1.0])
    with pytest.raises(ValueError, match="above zero"):
        fitter.fit([1.0, float("nan"), 2.0])
