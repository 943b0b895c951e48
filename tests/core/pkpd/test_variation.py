"""Sources of variation beside that between people widen the band by what was published."""

import numpy as np
import pytest

from reprieve.core.pkpd import MODELS, Covariates, Dose, Drug, Route
from reprieve.core.pkpd.variation import Sources, simulate_people

ADULT = Covariates(weight_kg=70.0, age_years=30.0)
TIMES = np.array([20.0, 60.0])
FILM = Dose(drug=Drug.ESKETAMINE, route=Route.SUBLINGUAL, amount_mg=50.0, start_min=0.0)
IV = Dose(drug=Drug.ESKETAMINE, route=Route.IV, amount_mg=35.0, start_min=0.0, duration_min=40.0)
N = 20_000


def log_sd(model_id: str, dose: Dose, analyte: int, **asked: bool) -> np.ndarray:
    found = simulate_people(MODELS[model_id], ADULT, [dose], TIMES, N, 3, Sources(**asked))
    return np.log(np.maximum(found.curves[analyte], 1e-9)).std(axis=1)


def test_occasions_widen_the_band_of_a_film() -> None:
    plain, wide = log_sd("simons-2022", FILM, 0), log_sd("simons-2022", FILM, 0, occasions=True)
    assert np.all(wide > plain * 1.1)


def test_residual_error_adds_its_proportional_variance() -> None:
    plain, measured = (
        simulate_people(MODELS["otto-2021"], ADULT, [IV], TIMES, N, 3, Sources(residual=r)).curves
        for r in (False, True)
    )
    ratio = measured[0] / plain[0]
    assert ratio.std(axis=1) == pytest.approx(np.full(2, 0.23609), rel=0.03)
    assert ratio.mean(axis=1) == pytest.approx(np.ones(2), abs=0.01)


def test_uncertainty_is_only_that_of_published_standard_errors() -> None:
    found = simulate_people(
        MODELS["otto-2021"], ADULT, [IV], TIMES, 100, 3, Sources(uncertainty=True)
    )
    plain = simulate_people(MODELS["otto-2021"], ADULT, [IV], TIMES, 100, 3, Sources())
    [note] = found.notes
    assert note.startswith("Parameter uncertainty is unknown for: v1, cl,")
    assert "nk_cl" not in note
    assert np.array_equal(found.curves[0], plain.curves[0])  # ketamine: no standard error known
    assert not np.array_equal(found.curves[1], plain.curves[1])


def test_what_was_not_published_is_said() -> None:
    found = simulate_people(MODELS["otto-2021"], ADULT, [IV], TIMES, 10, 3, Sources(occasions=True))
    assert found.notes == ("Between-occasion variability was not published for this model.",)
    with pytest.raises(ValueError, match="no published between-subject"):
        simulate_people(MODELS["kamp-2020"], ADULT, [IV], TIMES, 10, 3, Sources())
