"""NCA on curves whose answer is known by hand, and the reasons when there is none."""

import numpy as np
import pytest

from reprieve.core.pkpd.nca import analyse


def test_one_compartment_bolus_is_recovered_exactly() -> None:
    """c = 100 exp(-0.2 t): auc_inf = 100 / 0.2 = 500, half-life = 0.6931 / 0.2 = 3.466 h."""
    t = np.array([0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 16.0])
    found = analyse(t, 100.0 * np.exp(-0.2 * t))
    assert found.cmax.value == 100.0
    assert found.tmax.value == 0.0
    assert found.lambda_z.value == pytest.approx(0.2)
    assert found.half_life.value == pytest.approx(3.4657, abs=1e-4)
    # the logarithmic trapezoid is exact on an exponential
    assert found.auc_last.value == pytest.approx(500.0 * (1 - np.exp(-3.2)))
    assert found.auc_inf.value == pytest.approx(500.0)
    assert found.cavg.value == pytest.approx(500.0 * (1 - np.exp(-3.2)) / 16.0)


def test_linear_trapezoids_while_rising() -> None:
    found = analyse(np.array([0.0, 1.0, 2.0]), np.array([0.0, 10.0, 20.0]))
    assert found.auc_last.value == 20.0  # 1 x 5 + 1 x 15


@pytest.mark.parametrize(
    ("t", "c", "reason"),
    [
        ([0, 1, 2], [0, 10, 5], "fewer than 3"),
        ([0, 1, 2, 3, 4], [0, 10, 5, 6, 7], "do not fall"),
        ([0, 1, 2, 3, 4, 5], [0, 10, 8, 2, 7, 1.5], "not a line"),
        ([0, 1, 2, 3, 4, 5], [0, 10, 5, 0, 2, 1], "zero between"),
    ],
)
def test_no_half_life_without_a_falling_line(t: list[float], c: list[float], reason: str) -> None:
    found = analyse(np.array(t, float), np.array(c, float))
    assert found.half_life.value is None
    assert found.auc_inf.value is None
    assert found.half_life.why is not None
    assert reason in found.half_life.why


def test_an_area_mostly_extrapolated_says_so() -> None:
    t = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    found = analyse(t, 100.0 * np.exp(-0.05 * t))  # exp(-0.2) = 82 % lies beyond
    assert found.auc_inf.value == pytest.approx(2000.0)
    assert found.auc_inf.why is not None
    assert found.auc_inf.why.startswith("82 %")


def test_nothing_measured_gives_reasons_and_no_numbers() -> None:
    found = analyse(np.array([0.0, 1.0]), np.array([0.0, 0.0]))
    assert found.cmax.value is None
    assert found.cmax.why == "no level above zero"


@pytest.mark.parametrize(("t", "c"), [([0, 0], [1, 1]), ([0, 1], [1, -1]), ([0, 1], [1, np.nan])])
def test_unusable_curves_are_refused(t: list[float], c: list[float]) -> None:
    with pytest.raises(ValueError, match="level"):
        analyse(np.array(t, float), np.array(c, float))
