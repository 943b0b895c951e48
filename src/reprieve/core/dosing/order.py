"""A signed plan is an order: the nurse acts inside it, and anything outside needs a new one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

WEIGHT_CHANGE_REOPENS = 0.05  # project_default: a change of more than 5 % since signing
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class RescueDrug:
    """An as-needed drug with its dose and how soon it may be repeated."""

    drug: str
    dose_mg: float
    route: str
    for_what: str
    repeat_after_min: float | None = None
    at_most_times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What may be given without asking again. Rates and amounts are of ketamine base.

    step_mg_per_h: the largest single increase; None: the rate is fixed.
    step_after_min: the shortest time between two increases.
    hold_, call_: the numbers at which the nurse holds the infusion or calls the prescriber.
    """

    start_rate_mg_per_h: float
    maximum_rate_mg_per_h: float
    maximum_total_mg: float
    weight_kg: float
    step_mg_per_h: float | None = None
    step_after_min: float = 0.0
    bolus_mg: float | None = None
    rescue: tuple[RescueDrug, ...] = ()
    hold_systolic_mmhg: float | None = None
    hold_spo2_percent: float | None = None
    call_systolic_mmhg: float | None = None
    call_distress: float | None = None


def rate_refusals(
    order: Order,
    *,
    rate_mg_per_h: float,
    at: datetime,
    current_mg_per_h: float | None,
    last_change_at: datetime | None,
) -> tuple[str, ...]:
    """Why this rate is outside the order; empty when the nurse may set it. Lowering is always inside.

    current_mg_per_h: None before the start.
    """
    if current_mg_per_h is not None and rate_mg_per_h <= current_mg_per_h:
        return ()
    refusals = []
    if _over(rate_mg_per_h, order.maximum_rate_mg_per_h):
        refusals.append(
            f"{rate_mg_per_h:g} mg/h is above the order's maximum of {order.maximum_rate_mg_per_h:g} mg/h"
        )
    if current_mg_per_h is None:
        if _over(rate_mg_per_h, order.start_rate_mg_per_h):
            refusals.append(f"the order starts at {order.start_rate_mg_per_h:g} mg/h")
        return tuple(refusals)
    if order.step_mg_per_h is None:
        refusals.append("the order allows no increase")
    elif _over(rate_mg_per_h - current_mg_per_h, order.step_mg_per_h):
        refusals.append(f"a step is at most {order.step_mg_per_h:g} mg/h")
    wait = timedelta(minutes=order.step_after_min)
    if last_change_at is not None and at - last_change_at < wait:
        refusals.append(f"the next step is allowed {order.step_after_min:g} min after the last")
    return tuple(refusals)


def bolus_refusals(order: Order, *, amount_mg: float, given_mg: float) -> tuple[str, ...]:
    """Why this bolus is outside the order; empty when it may be given."""
    if order.bolus_mg is None:
        return ("the order allows no bolus",)
    refusals = []
    if _over(amount_mg, order.bolus_mg):
        refusals.append(f"a bolus is at most {order.bolus_mg:g} mg")
    if _over(given_mg + amount_mg, order.maximum_total_mg):
        refusals.append(f"the total would pass {order.maximum_total_mg:g} mg")
    return tuple(refusals)


def weight_reopens(order: Order, weight_today_kg: float) -> bool:
    """Whether the weight has changed so much since signing that the plan must be looked at again."""
    change = abs(weight_today_kg - order.weight_kg) / order.weight_kg
    return change > WEIGHT_CHANGE_REOPENS + TOLERANCE


def _over(value: float, limit: float) -> bool:
    return value > limit * (1 + TOLERANCE)
