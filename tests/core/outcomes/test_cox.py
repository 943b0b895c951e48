"""Hazard ratios, against the partial likelihood written out here (ties after Efron 1977)."""

import math
import random

import pytest

from reprieve.core.outcomes.cox import hazard_ratios
from reprieve.core.problems import UnusableInput


def efron(times: list[float], events: list[bool], x: list[float], b: float) -> float:
    """Log partial likelihood of one column: at each time d deaths among those at risk, of whom the
    k-th of d is taken from the risk set less k/d of the dying.
    """
    total = 0.0
    for t in sorted({t for t, e in zip(times, events, strict=True) if e}):
        dying = [v for v, at, e in zip(x, times, events, strict=True) if e and at == t]
        at_risk = sum(math.exp(b * v) for v, at in zip(x, times, strict=True) if at >= t)
        theirs = sum(math.exp(b * v) for v in dying)
        total += sum(b * v for v in dying)
        total -= sum(math.log(at_risk - k / len(dying) * theirs) for k in range(len(dying)))
    return total


def people(n: int) -> tuple[list[float], list[bool], list[float]]:
    """Losing relief sooner the more pain before; whole weeks, so that there are ties."""
    r = random.Random(3)
    pain = [float(r.randint(4, 10)) for _ in range(n)]
    times = [float(1 + int(r.expovariate(0.03 * math.exp(0.25 * p)))) for p in pain]
    events = [t <= 20 for t in times]
    return [min(t, 20.0) for t in times], events, pain


def test_the_estimate_is_where_the_partial_likelihood_is_highest_and_its_error_its_curvature() -> (
    None
):
    times, events, pain = people(80)
    found = hazard_ratios(times, events, {"pain": pain})["pain"]
    h = 1e-4
    at, below, above = (efron(times, events, pain, found.log_ratio + d) for d in (0, -h, h))
    slope, curvature = (above - below) / (2 * h), (above - 2 * at + below) / h**2
    assert slope / -curvature == pytest.approx(0, abs=1e-5)
    assert found.se == pytest.approx(1 / math.sqrt(-curvature), rel=1e-4)


def test_the_ratio_does_not_depend_on_the_unit_of_time_and_scales_with_that_of_the_column() -> None:
    times, events, pain = people(80)
    weeks = hazard_ratios(times, events, {"pain": pain})["pain"]
    days = hazard_ratios([7 * t for t in times], events, {"pain": pain})["pain"]
    of_100 = hazard_ratios(times, events, {"pain": [10 * p for p in pain]})["pain"]
    assert days.log_ratio == pytest.approx(weeks.log_ratio, abs=1e-8)
    assert of_100.ratio**10 == pytest.approx(weeks.ratio, rel=1e-7)
    low, high = weeks.interval
    assert low < weeks.ratio < high


def test_nine_events_are_too_few_for_one_column_and_ten_are_not() -> None:
    pain = [4.0, 8.0, 6.0, 9.0, 5.0, 7.0, 4.0, 10.0, 6.0, 8.0, 5.0, 9.0]
    times = [float(t) for t in (9, 3, 5, 2, 8, 4, 7, 1, 6, 5, 10, 3)]
    ten = [True] * 10 + [False] * 2
    assert hazard_ratios(times, ten, {"pain": pain})["pain"].ratio > 1  # by eye: more pain, sooner
    with pytest.raises(UnusableInput, match="9 of the 10 events needed"):
        hazard_ratios(times, [True] * 9 + [False] * 3, {"pain": pain})


def test_every_problem_is_named() -> None:
    with pytest.raises(UnusableInput) as refused:
        hazard_ratios([1.0, 0.0], [True, True], {"pain": [5.0, 5.0], "age": [1.0]})
    assert {p.path for p in refused.value.problems} == {
        "columns.age",
        "times",
        "events",
        "columns.pain",
    }


def test_a_column_that_tells_everybody_apart_has_no_ratio() -> None:
    # All who lost relief had the column, nobody who kept it did: the ratio runs to infinity.
    times = [float(t) for t in range(1, 25)]
    events = [True] * 12 + [False] * 12
    with pytest.raises(UnusableInput, match="did not settle"):
        hazard_ratios(times, events, {"opioid": [1.0] * 12 + [0.0] * 12})
