"""Numbers needed to treat, against published intervals."""

import pytest

from reprieve.core.outcomes.benefit import risk_difference, wilson_interval


def test_the_cancer_pain_trial_against_its_newcombe_interval() -> None:
    """Hardy 2012, 29 of 93 against 25 of 92: Newcombe -0.090 to 0.168, published NNT 25."""
    found = risk_difference(29, 93, 25, 92)
    assert found.difference == pytest.approx(0.0401, abs=1e-4)
    assert (found.low, found.high) == (
        pytest.approx(-0.090, abs=5e-4),
        pytest.approx(0.168, abs=5e-4),
    )
    assert found.number_needed == pytest.approx(24.9, abs=0.1)
    assert found.number_needed_interval is None  # the interval holds zero


def test_newcombes_own_example() -> None:
    """Newcombe 1998, table II, 56/70 - 48/80, method 10: 0.0524 to 0.3339."""
    found = risk_difference(56, 70, 48, 80)
    assert (found.low, found.high) == (
        pytest.approx(0.0524, abs=1e-4),
        pytest.approx(0.3339, abs=1e-4),
    )
    assert found.certain
    assert found.number_needed_interval == (
        pytest.approx(2.99, abs=0.01),
        pytest.approx(19.1, abs=0.1),
    )


def test_wilson_by_newcombes_first_paper() -> None:
    """Newcombe 1998 (Stat Med 17:857), 81/263: 0.2553 to 0.3662."""
    low, high = wilson_interval(81, 263)
    assert (low, high) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))


def test_no_difference_has_no_number_needed() -> None:
    assert risk_difference(5, 10, 5, 10).number_needed is None
