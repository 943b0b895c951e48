"""What a clinic shows of its outcomes: always with n, what is missing, a denominator and an interval.

Nothing here is an effect: there is no control group. See `synthesis` for what trials say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, binom, chi2

Floats = NDArray[np.float64]
THRESHOLDS_PERCENT = tuple(range(0, 101, 10))
XMR_LIMIT, MOVING_RANGE_LIMIT = 2.66, 3.267  # 3 / d2 and D4 for ranges of two, Shewhart's constants
RUN, TREND = 8, 6  # project_default among the conventions in use


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`events` of `n`, with its exact 95 % interval (Clopper & Pearson 1934). All shares are 0 to 1."""

    events: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.events / self.n


def share_of(events: int, n: int) -> Share | None:
    """None of nobody. No event among few people still has an upper limit worth reading."""
    if n == 0:
        return None
    low = float(beta.ppf(0.025, events, n - events + 1)) if events else 0.0
    high = float(beta.ppf(0.975, events + 1, n - events)) if events < n else 1.0
    return Share(events=events, n=n, low=low, high=high)


def rate_interval(events: int, exposure: float) -> tuple[float, float, float]:
    """Events per unit of exposure with their exact 95 % interval (Garwood 1936): (rate, low, high)."""
    low = float(chi2.ppf(0.025, 2 * events)) / 2 if events else 0.0
    high = float(chi2.ppf(0.975, 2 * (events + 1))) / 2
    return events / exposure, low / exposure, high / exposure


def responder_curve(drops_percent: Sequence[Fraction | float | None]) -> tuple[Share, ...]:
    """For each threshold of THRESHOLDS_PERCENT, who fell by at least so much, of everybody.

    None (no baseline, or no score afterwards) counts as no response and stays in the denominator.
    Empty without anybody.
    """
    n = len(drops_percent)
    counts = [sum(d is not None and d >= t for d in drops_percent) for t in THRESHOLDS_PERCENT]
    return tuple(s for c in counts if (s := share_of(c, n)) is not None)


def funnel_limits(share: float, n: int, tail: float) -> tuple[float, float]:
    """Where a group of n lies by chance when its true share is `share`: exact binomial, both ends 0 to 1.

    tail: probability beyond each limit, 0.025 or 0.001.
    """
    return float(binom.ppf(tail, n, share)) / n, float(binom.ppf(1 - tail, n, share)) / n


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A point of a chart that chance seldom makes, and the rule that says so."""

    at: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Xmr:
    """Individuals and moving range. `signals` are reasons to look, never conclusions."""

    values: tuple[float, ...]
    mean: float
    moving_range: float
    low: float
    high: float
    moving_range_high: float
    signals: tuple[Signal, ...]


def xmr(values: Sequence[float]) -> Xmr | None:
    """Natural process limits, mean ± 2.66 × mean moving range; None of fewer than two values.

    Rules: a point beyond a limit; 8 in a row on one side of the mean; 6 in a row rising or falling;
    2 of 3 in a row in the outer third on one side.
    """
    if len(values) < 2:
        return None
    x = np.asarray(values, float)
    mean, spread = float(x.mean()), float(np.abs(np.diff(x)).mean())
    low, high = mean - XMR_LIMIT * spread, mean + XMR_LIMIT * spread
    return Xmr(
        values=tuple(float(v) for v in x),
        mean=mean,
        moving_range=spread,
        low=low,
        high=high,
        moving_range_high=MOVING_RANGE_LIMIT * spread,
        signals=tuple(_signals(x, mean, low, high)),
    )


def _signals(x: Floats, mean: float, low: float, high: float) -> list[Signal]:
    found = [
        Signal(at=int(i), rule="beyond a limit") for i in np.flatnonzero((x < low) | (x > high))
    ]
    side = np.sign(x - mean)
    found += _rows(side, RUN, f"{RUN} in a row on one side")
    found += [
        Signal(at=i + 1, rule=f"{TREND} in a row in one direction")
        for i in _row_ends(np.sign(np.diff(x)), TREND - 1)
    ]
    outer = np.where(
        x > mean + (high - mean) * 2 / 3, 1, np.where(x < mean - (mean - low) * 2 / 3, -1, 0)
    )
    for i in range(2, len(x)):
        last = outer[i - 2 : i + 1]
        if outer[i] and (last == outer[i]).sum() >= 2:
            found.append(Signal(at=i, rule="2 of 3 near one limit"))
    return sorted(found, key=lambda s: s.at)


def _rows(side: Floats, length: int, rule: str) -> list[Signal]:
    return [Signal(at=i, rule=rule) for i in _row_ends(side, length)]


def _row_ends(side: Floats, length: int) -> list[int]:
    """Indices at which `length` equal signs in a row are complete, or go on."""
    ends, run = [], 0
    for i, s in enumerate(side):
        run = run + 1 if i and s == side[i - 1] and s != 0 else int(s != 0)
        if run >= length:
            ends.append(i)
    return ends
