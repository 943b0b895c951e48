"""Opioid dose in milligrams of morphine equivalent a day (MME)."""

from dataclasses import dataclass, field

from reprieve.core.evidence import Currency, Evidence


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
