"""How many people must be treated for one more to respond, with its uncertainty."""

import math
from dataclasses import dataclass

Z95 = 1.959963984540054  # normal quantile at 0.975


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskDifference:
    """Difference of two proportions with its 95 % interval; counts as the source gives them.

    number_needed: people treated for one more with the event; None when there is no difference.
    certain: whether the interval leaves out zero. If not, a number needed misleads and is not shown.
    """

    difference: float
    low: float
    high: float

    @property
    def certain(self) -> bool:
        return self.low > 0 or self.high < 0

    @property
    def number_needed(self) -> float | None:
        return None if self.difference == 0 else 1 / abs(self.difference)

    @property
    def number_needed_interval(self) -> tuple[float, float] | None:
        """Smallest and largest number needed; None when the interval holds zero."""
        if not self.certain:
            return None
        ends = sorted((1 / abs(self.low), 1 / abs(self.high)))
        return ends[0], ends[1]


def risk_difference(events: int, n: int, control_events: int, control_n: int) -> RiskDifference:
    """Newcombe's hybrid score interval (Stat Med 1998;17:873, method 10), for independent groups.

    For a crossover the groups are not independent; the interval is then an approximation.
    """
    p1, p2 = events / n, control_events / control_n
    l1, u1 = wilson_interval(events, n)
    l2, u2 = wilson_interval(control_events, control_n)
    difference = p1 - p2
    return RiskDifference(
        difference=difference,
        low=difference - math.hypot(p1 - l1, u2 - p2),
        high=difference + math.hypot(u1 - p1, p2 - l2),
    )


def wilson_interval(events: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % score interval of a proportion."""
    p, z2 = events / n, Z95 * Z95
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)
