"""Otto 2021 against figures that are not ours: the abstracts' totals and mass balance by hand."""

import numpy as np
import pytest

from reprieve.core.pkpd import MODELS, Covariates, Dose, Drug, Population, Route, simulate

OTTO = MODELS["otto-2021"]
ADULT = Covariates(weight_kg=70.0, age_years=40.0)
TIMES = np.arange(0.0, 181.0)


def infusion(amount_mg: float, duration_min: float, drug: Drug = Drug.KETAMINE) -> Dose:
    return Dose(
        drug=drug,
        route=Route.IV,
        amount_mg=amount_mg,
        start_min=0.0,
        duration_min=duration_min,
    )


def test_area_under_the_curve_is_dose_over_clearance() -> None:
    profile = simulate(OTTO, ADULT, [infusion(35.0, 40.0)], TIMES)
    ketamine, norketamine = profile.analytes["ketamine"], profile.analytes["norketamine"]
    assert ketamine is not None
    assert norketamine is not None
    # 35 mg / 95.2 L/h = 0.36765 mg·h/L; all of it becomes norketamine, 35 mg / 57.72 L/h
    assert ketamine.auc_inf_ng_h_per_ml == pytest.approx(35_000 / 95.2, rel=1e-12)
    assert norketamine.auc_inf_ng_h_per_ml == pytest.approx(35_000 / 57.72, rel=1e-12)


def test_peak_of_an_infusion_is_at_its_end() -> None:
    profile = simulate(OTTO, ADULT, [infusion(35.0, 40.0)], np.array([0.0, 35.0, 45.0]))
    ketamine = profile.analytes["ketamine"]
    assert ketamine is not None
    assert ketamine.tmax_min == 40.0
    # research re-simulation with an independent ODE solver: 158 ng/mL
    assert ketamine.cmax_ng_per_ml == pytest.approx(158.0, abs=0.5)


def test_band_holds_the_published_spread() -> None:
    band = Population(n=4000, seed=1, percentiles=(5.0, 50.0, 95.0))
    profile = simulate(OTTO, ADULT, [infusion(35.0, 40.0)], TIMES, population=band)
    ketamine = profile.analytes["ketamine"]
    assert ketamine is not None
    assert ketamine.percentiles_ng_per_ml is not None
    low, middle, high = (ketamine.percentiles_ng_per_ml[p][120] for p in (5.0, 50.0, 95.0))
    # independent simulation of the same model: 45, 54, 65 ng/mL at 2 h
    assert (low, middle, high) == pytest.approx((45.0, 54.0, 65.0), abs=1.2)
