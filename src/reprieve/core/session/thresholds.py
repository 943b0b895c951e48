"""A number at which the clinic acts, with whose number it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import ge, gt, le, lt

from reprieve.core.dosing.protocol import Owner
from reprieve.core.evidence import Currency, Evidence

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "above": gt,
    "at_or_above": ge,
    "below": lt,
    "at_or_below": le,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A number at which the clinic acts.

    stage: before, during or after the infusion, or follow_up.
    level: warn, hold, stop or emergency.
    comparison: above, below, at_or_above or at_or_below `limit`.
    adjustable_low, adjustable_high: the range a clinic may set it within; None: fixed.
    permits: what being inside the limit would permit; a recalled or own value permits nothing.
    """

    id: str
    parameter: str
    stage: str
    level: str
    comparison: str
    limit: float
    unit: str
    action: str
    owner: Owner
    evidence: Evidence
    adjustable_low: float | None = None
    adjustable_high: float | None = None
    from_age_years: int | None = None
    under_age_years: int | None = None
    note: str | None = None
    permits: tuple[str, ...] = ()
    currency: Currency = field(default_factory=Currency)

    def crossed(self, value: float) -> bool:
        """Whether a value lies on the far side; the limit itself only where the comparison says so."""
        return COMPARISONS[self.comparison](value, self.limit)
