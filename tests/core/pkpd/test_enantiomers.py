"""Both enantiomers of a racemic dose: what was measured, and what the option must not do."""

import numpy as np
import pytest

from reprieve.core.pkpd import MODELS, Covariates, Dose, Drug, Route, simulate
from reprieve.core.pkpd.enantiomers import simulate_enantiomers

ADULT = Covariates(weight_kg=70.0, age_years=40.0)
TIMES = np.array([0.0, 20.0, 40.0, 60.0, 120.0, 600.0])
OF_S = ["otto-2021", "simons-2022", "perez-ruixo-2021"]


def infusion(mg: float = 35.0, minutes: float = 40.0, drug: Drug = Drug.KETAMINE) -> list[Dose]:
    return [Dose(drug=drug, route=Route.IV, amount_mg=mg, start_min=0.0, duration_min=minutes)]


@pytest.mark.parametrize("name", OF_S)
def test_r_stays_longer_by_the_ratio_of_clearances(name: str) -> None:
    """AUC = dose / CL, and the doses are equal: 1 / 0.87 = 1.1494; Wang 2019 measured 1.16."""
    found = simulate_enantiomers(MODELS[name], ADULT, infusion(), TIMES)
    assert found.auc_ratio == pytest.approx(1.0 / 0.87, rel=1e-9)
    assert found.auc_ratio == pytest.approx(1.16, rel=0.08)
    assert np.all(found.r_ng_per_ml[1:] >= found.s_ng_per_ml[1:])


@pytest.mark.parametrize("name", OF_S)
def test_s_is_half_of_the_same_dose_of_s_ketamine(name: str) -> None:
    alone = simulate(MODELS[name], ADULT, infusion(17.5, drug=Drug.ESKETAMINE), TIMES)
    ketamine = alone.analytes["ketamine"]
    assert ketamine is not None
    found = simulate_enantiomers(MODELS[name], ADULT, infusion(), TIMES)
    assert found.s_ng_per_ml == pytest.approx(ketamine.typical_ng_per_ml, rel=1e-12)
    assert found.total_ng_per_ml == pytest.approx(found.s_ng_per_ml + found.r_ng_per_ml)


def test_five_days_of_racemate_look_as_goldberg_saw_them() -> None:
    """Racemic 40 mg/h for 5 days (Goldberg 2010 and 2011): R above S at every time."""
    times = np.arange(1.0, 121.0) * 60.0
    found = simulate_enantiomers(MODELS["otto-2021"], ADULT, infusion(4800.0, 7200.0), times)
    assert np.all(found.r_ng_per_ml > found.s_ng_per_ml)


def test_without_asking_the_whole_dose_goes_through_the_model() -> None:
    plain = simulate(MODELS["otto-2021"], ADULT, infusion(), TIMES)
    assert any("whole dose goes through it as it is" in note for note in plain.notes)


def test_what_was_never_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="not a model of S-ketamine"):
        simulate_enantiomers(MODELS["kamp-2020"], ADULT, infusion(), TIMES)
    with pytest.raises(ValueError, match="only a racemic dose"):
        simulate_enantiomers(MODELS["otto-2021"], ADULT, infusion(drug=Drug.ESKETAMINE), TIMES)
    with pytest.raises(ValueError, match=r"between 0\.83 and 0\.94"):
        simulate_enantiomers(MODELS["otto-2021"], ADULT, infusion(), TIMES, 1.2)
