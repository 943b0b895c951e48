"""Inside the signed order the nurse acts; outside it the order says no and why."""

from datetime import UTC, datetime, timedelta

import pytest

from reprieve.core.dosing.order import Order, bolus_refusals, rate_refusals, weight_reopens

NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)
ORDER = Order(
    start_rate_mg_per_h=10,
    maximum_rate_mg_per_h=25,
    maximum_total_mg=100,
    weight_kg=80,
    step_mg_per_h=5,
    step_after_min=15,
    bolus_mg=8,
)


def refused(rate: float, *, current: float | None = 10, minutes: float = 15) -> bool:
    reasons = rate_refusals(
        ORDER,
        rate_mg_per_h=rate,
        at=NINE + timedelta(minutes=minutes),
        current_mg_per_h=current,
        last_change_at=NINE,
    )
    return bool(reasons)


@pytest.mark.parametrize(("rate", "no"), [(9, False), (10, False), (10.1, True)])
def test_the_start_is_at_most_the_starting_rate(rate: float, no: bool) -> None:
    assert refused(rate, current=None) is no


@pytest.mark.parametrize(("rate", "no"), [(14.9, False), (15, False), (15.1, True)])
def test_a_step_under_at_and_over(rate: float, no: bool) -> None:
    assert refused(rate) is no


@pytest.mark.parametrize(("minutes", "no"), [(14.9, True), (15, False)])
def test_a_step_waits_its_time(minutes: float, no: bool) -> None:
    assert refused(12, minutes=minutes) is no


@pytest.mark.parametrize(("rate", "no"), [(25, False), (25.1, True)])
def test_the_maximum_at_and_over(rate: float, no: bool) -> None:
    assert refused(rate, current=22) is no


def test_lowering_needs_no_new_order_however_soon() -> None:
    assert not refused(2, minutes=0.1)


@pytest.mark.parametrize(
    ("amount", "given", "no"), [(8, 92, False), (8.1, 0, True), (8, 92.1, True)]
)
def test_a_bolus_has_its_own_size_and_the_total(amount: float, given: float, no: bool) -> None:
    assert bool(bolus_refusals(ORDER, amount_mg=amount, given_mg=given)) is no


@pytest.mark.parametrize(
    ("today", "reopens"), [(84, False), (84.1, True), (76, False), (75.9, True)]
)
def test_more_than_five_percent_of_weight_reopens_the_plan(today: float, reopens: bool) -> None:
    assert weight_reopens(ORDER, today) is reopens  # 5 % of 80 kg is 4 kg
