"""Response by the rule written before the course, exact at the boundary."""

from dataclasses import replace

import pytest

from reprieve.core.outcomes.response import (
    Outcome,
    ResponseRule,
    ResponseStatus,
    assess_response,
    drop_percent,
)

RULE = ResponseRule()
GOOD = Outcome(baseline_pain=8, pain=5, satisfied=True, weeks_since_dose=3)


def responded(outcome: Outcome) -> bool:
    return assess_response(outcome, RULE).status is ResponseStatus.RESPONDED


@pytest.mark.parametrize(
    ("baseline", "now", "ok"),
    [
        (10, 7, True),  # exactly 30 %
        (10, 7.1, False),  # 29 %
        (7, 4.9, True),  # exactly 30 %, where floats say 29.999999999999996
        (0.7, 0.49, True),
    ],
)
def test_thirty_percent_is_enough_and_exact(baseline: float, now: float, ok: bool) -> None:
    assert responded(replace(GOOD, baseline_pain=baseline, pain=now)) is ok


def test_function_may_stand_in_for_pain() -> None:
    outcome = replace(GOOD, pain=7, baseline_function=9, function=6)  # pain 12.5 %, function 33 %
    assert responded(outcome)
    assert not responded(replace(outcome, function=7))  # 22 %


def test_a_missing_baseline_is_no_response_and_is_said() -> None:
    response = assess_response(replace(GOOD, baseline_pain=None), RULE)
    assert response.status is ResponseStatus.NOT_RESPONDED
    assert "no pain baseline" in response.reasons[0]


@pytest.mark.parametrize("satisfied", [None, False])
def test_relief_without_satisfaction_is_no_response(satisfied: bool | None) -> None:
    assert not responded(replace(GOOD, satisfied=satisfied))


@pytest.mark.parametrize(("weeks", "ok"), [(2.9, False), (3, True), (None, False)])
def test_relief_must_last(weeks: float | None, ok: bool) -> None:
    assert responded(replace(GOOD, weeks_since_dose=weeks)) is ok


@pytest.mark.parametrize(
    ("before", "now", "ok"),
    [(50, 59.9, True), (50, 60, False), (0, 0, True), (0, 5, False), (None, 60, True)],
)
def test_relief_bought_with_a_fifth_more_opioid_is_no_response(
    before: float | None, now: float, ok: bool
) -> None:
    assert responded(replace(GOOD, baseline_mme=before, mme=now)) is ok


def test_relief_with_a_new_painkiller_is_no_response() -> None:
    assert not responded(replace(GOOD, new_analgesic=True))


def test_worse_pain_is_a_negative_fall() -> None:
    assert drop_percent(5, 6) == -20
    assert drop_percent(0, 3) is None
