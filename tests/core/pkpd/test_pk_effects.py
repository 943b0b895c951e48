"""Effects: the slow effect site against the project's own hand check, switches and limits."""

import numpy as np
import pytest

from reprieve.core.pkpd import MODELS, Covariates, Dose, Drug, Route
from reprieve.core.pkpd.curve import Curve
from reprieve.core.pkpd.effects import acute_pain_change_cm, effect_site, slow_relief
from reprieve.core.pkpd.simulate import typical_curves, with_pair_number

OTTO = MODELS["otto-2021"]
ADULT = Covariates(weight_kg=70.0, age_years=40.0)
DAY = 1440.0


def curves(*infusions: tuple[float, float, float]) -> dict[str, Curve]:
    doses = [
        Dose(drug=Drug.KETAMINE, route=Route.IV, amount_mg=mg, start_min=s, duration_min=d)
        for mg, s, d in infusions
    ]
    return typical_curves(OTTO, OTTO.parameters(ADULT), with_pair_number(doses))


@pytest.mark.parametrize(
    ("infusions", "peak", "share"),
    [
        # 35 mg: 35000 / 95.2 = 368 ng·h/mL x ke0 (ln 2 / 261.6 h) = 0.97, less what decays in hours
        (((35.0, 0.0, 40.0),), 1.0, 0.08),
        (((80.0, 0.0, 120.0),), 2.2, 0.17),
        # 100 mg a day for 10 days: 10 x 2.78 with decay over the course
        (tuple((100.0, d * DAY, 240.0) for d in range(10)), 21.0, 0.67),
        # 22.2 mg/h for 100 h
        (((2220.0, 0.0, 6000.0),), 54.0, 0.84),
    ],
)
def test_slow_effect_site_after_dahan(
    infusions: tuple[tuple[float, float, float], ...], peak: float, share: float
) -> None:
    found = slow_relief(curves(*infusions)["ketamine"], np.array([0.0, DAY]))
    # the hand figures leave out distribution, which takes up to a tenth off short infusions
    assert found.peak_ng_per_ml == pytest.approx(peak, rel=0.12)
    assert found.peak_share == pytest.approx(share, abs=0.015)
    assert "was not seen" in found.assumption


def test_relief_of_the_crps_course_fades_after_four_weeks() -> None:
    """Abstract's figures with the assumed equation: the site falls to C50 after 26 to 28 days."""
    plasma = curves((2220.0, 0.0, 6000.0))["ketamine"]
    days = np.arange(0.0, 60.0, 0.25) * DAY + 6000.0
    share = slow_relief(plasma, days).share_of_largest
    below = days[np.argmax(share < 0.5)] - 6000.0
    assert 25.0 <= below / DAY <= 29.0


def test_effect_site_lags_and_its_area_is_that_of_plasma() -> None:
    plasma = curves((35.0, 0.0, 40.0))["ketamine"]
    site = effect_site(plasma, 8.3)
    assert site.cmax_tmax[0] < plasma.cmax_tmax[0]
    assert site.cmax_tmax[1] > plasma.cmax_tmax[1]
    assert site.total_area == pytest.approx(plasma.total_area, rel=1e-12)


def test_norketamine_opposes_relief_only_when_asked() -> None:
    both = curves((40.0, 0.0, 120.0))
    t = np.array([60.0, 120.0, 240.0])
    plain = acute_pain_change_cm(both["ketamine"], both["norketamine"], t)
    opposed = acute_pain_change_cm(
        both["ketamine"], both["norketamine"], t, norketamine_opposes=True
    )
    assert np.all(plain < 0)
    assert np.all(opposed > plain)
