"""Opioid dose in milligrams of morphine equivalent a day (MME)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from reprieve.core.evidence import Currency, Evidence
from reprieve.core.words import contains_words

NO_FACTOR_ROUTES = ("iv", "im", "sc", "intrathecal", "epidural")


@dataclass(frozen=True, slots=True, kw_only=True)
class MmeFactor:
    """Daily dose times factor gives MME a day.

    unit: of the daily dose: "mg", or "ug/h" for the fentanyl patch (UCUM).
    routes: the routes the factor holds for.
    """

    id: str
    opioid: str
    factor: float
    unit: str
    routes: tuple[str, ...]
    evidence: Evidence
    synonyms: tuple[str, ...] = ()
    rxnorm: str | None = None
    caution: str | None = None
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpioidDose:
    """What a person takes in a day. unit: "mg", or "ug/h" for the fentanyl patch."""

    name: str
    daily_dose: float
    unit: str
    route: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpioidMme:
    """One opioid's share; None with the reason where the table gives no factor."""

    dose: OpioidDose
    mme_per_day: float | None
    factor: MmeFactor | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mme:
    """The day's sum; None as soon as one opioid has no factor, because a partial sum misleads."""

    mme_per_day: float | None
    items: tuple[OpioidMme, ...]
    why: str | None


def mme_per_day(opioids: Sequence[OpioidDose], factors: Sequence[MmeFactor]) -> Mme:
    """Morphine milligram equivalents a day by the CDC 2022 table. Not for converting one opioid to another."""
    items = tuple(_one(opioid, factors) for opioid in opioids)
    reasons = [item.why for item in items if item.why]
    total = None if reasons else round(sum(item.mme_per_day or 0.0 for item in items), 9)
    return Mme(mme_per_day=total, items=items, why="; ".join(reasons) or None)


def _one(opioid: OpioidDose, factors: Sequence[MmeFactor]) -> OpioidMme:
    named = [f for f in factors if contains_words(opioid.name, (f.opioid, *f.synonyms))]
    factor = next((f for f in named if opioid.route in f.routes), None)
    why = _why_not(opioid, named, factor)
    value = None if why or factor is None else round(opioid.daily_dose * factor.factor, 9)
    return OpioidMme(dose=opioid, mme_per_day=value, factor=factor, why=why)


def _why_not(
    opioid: OpioidDose, named: Sequence[MmeFactor], factor: MmeFactor | None
) -> str | None:
    if contains_words(opioid.name, ("buprenorphine",)):
        return f"{opioid.name}: buprenorphine has no factor in the table"
    if opioid.route in NO_FACTOR_ROUTES:
        return f"{opioid.name}: the table has no factor for the {opioid.route} route"
    if not named:
        return f"{opioid.name}: not in the table"
    if factor is None:
        return f"{opioid.name}: the table has no factor for the {opioid.route} route"
    if opioid.unit != factor.unit:
        return f"{opioid.name}: the table counts {factor.unit}, not {opioid.unit}"
    return None
