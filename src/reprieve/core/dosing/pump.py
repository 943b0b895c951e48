"""Pump and vial arithmetic: nothing here judges a dose."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpStep:
    """A constant rate from one minute to another. mL/h is None without a bag."""

    from_min: float
    to_min: float
    rate_mg_per_h: float
    rate_mg_per_kg_per_h: float
    rate_ml_per_h: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vial:
    mg_per_ml: float
    ml: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What to draw and what to add. The bag's final volume is drug plus diluent."""

    drug_ml: float
    diluent_ml: float | None
    mg_per_ml: float
    vials: int


def prepare(amount_mg: float, vial: Vial, bag_ml: float | None) -> Preparation | None:
    """How to prepare an amount in a bag of `bag_ml` final volume, undiluted without one.

    None when the drug alone is more than the bag holds.
    """
    drug_ml = amount_mg / vial.mg_per_ml
    vials = math.ceil(drug_ml / vial.ml - 1e-9)
    if bag_ml is None:
        return Preparation(drug_ml=drug_ml, diluent_ml=None, mg_per_ml=vial.mg_per_ml, vials=vials)
    if drug_ml > bag_ml:
        return None
    return Preparation(
        drug_ml=drug_ml, diluent_ml=bag_ml - drug_ml, mg_per_ml=amount_mg / bag_ml, vials=vials
    )


def pump_step(
    amount_mg: float, duration_min: float, weight_kg: float, mg_per_ml: float | None
) -> PumpStep:
    """The constant rate that gives `amount_mg` in `duration_min`."""
    rate_mg_per_h = amount_mg / duration_min * 60
    return PumpStep(
        from_min=0.0,
        to_min=duration_min,
        rate_mg_per_h=rate_mg_per_h,
        rate_mg_per_kg_per_h=rate_mg_per_h / weight_kg,
        rate_ml_per_h=None if mg_per_ml is None else rate_mg_per_h / mg_per_ml,
    )
