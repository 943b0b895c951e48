"""The few units we convert, in UCUM. A unit that is not listed is a problem, never a guess."""

KG_PER_UNIT = {"kg": 1.0, "g": 0.001, "[lb_av]": 0.45359237, "[oz_av]": 0.028349523125}
CM_PER_UNIT = {"cm": 1.0, "m": 100.0, "mm": 0.1, "[in_i]": 2.54, "[ft_i]": 30.48}
MMHG_PER_UNIT = {"mm[Hg]": 1.0, "kPa": 7.50061683}


def to_kg(value: float, unit: str) -> float | None:
    """Mass in kg, or None when the unit is not a UCUM unit of mass we know."""
    return value * KG_PER_UNIT[unit] if unit in KG_PER_UNIT else None


def to_cm(value: float, unit: str) -> float | None:
    """Length in cm, or None when the unit is not a UCUM unit of length we know."""
    return value * CM_PER_UNIT[unit] if unit in CM_PER_UNIT else None


def to_mmhg(value: float, unit: str) -> float | None:
    """Pressure in mmHg, or None when the unit is not a UCUM unit of pressure we know."""
    return value * MMHG_PER_UNIT[unit] if unit in MMHG_PER_UNIT else None
