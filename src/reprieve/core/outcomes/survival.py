"""How long relief lasts, from what was seen: product-limit, competing events, half-open intervals.

Times are in any one unit, the caller's. Where a relapse is only known to lie between two visits use
`turnbull`; where something else can end the watching first, such as stopping, use `cumulative_incidence`.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from reprieve.core.outcomes.benefit import Z95

Floats = NDArray[np.float64]
CENSORED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A step function of time. All of shape (times with an event,).

    at_risk: people watched just before each time. survival: still in relief after it.
    low, high: 95 % interval on the log(-log) scale; NaN where survival is 0 or 1.
    """

    times: Floats
    at_risk: Floats
    events: Floats
    survival: Floats
    standard_error: Floats
    low: Floats
    high: Floats

    def at(self, time: float) -> float:
        """Survival after `time`."""
        seen = int(np.searchsorted(self.times, time, side="right"))
        return 1.0 if seen == 0 else float(self.survival[seen - 1])

    @property
    def median(self) -> float | None:
        """The first time at which half or fewer are still in relief; None when it stays above."""
        reached = np.flatnonzero(self.survival <= 0.5 * (1 + 1e-12))
        return float(self.times[reached[0]]) if reached.size else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidence:
    """Share of people to whom each cause has happened by each time, all causes competing.

    by_cause: cause to shape (times,); `survival`: to whom nothing has happened yet.
    """

    times: Floats
    by_cause: dict[int, Floats]
    survival: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """The likeliest distribution of times known only to lie in half-open intervals (left, right].

    left, right, mass: shape (m,). Inside an interval the data say nothing about where the mass is.
    """

    left: Floats
    right: Floats
    mass: Floats

    def bounds_at(self, time: float) -> tuple[float, float]:
        """Lowest and highest survival at `time`: one value outside every interval with mass."""
        lowest = float(self.mass[self.left >= time].sum())
        highest = float(self.mass[self.right > time].sum())
        return lowest, highest


def kaplan_meier(times: Sequence[float], relapsed: Sequence[bool]) -> Curve:
    """Product-limit estimate; at a tie a relapse comes before a censoring.

    Args:
        times: shape (n,), more than zero. relapsed: whether watching ended in a relapse.
    Source: Kaplan & Meier 1958; interval log(-log), as R's `survfit(conf.type = "log-log")`.
    """
    at = np.asarray(times, float)
    event = np.asarray(relapsed, bool)
    steps = np.unique(at[event])
    at_risk = np.array([(at >= t).sum() for t in steps], float)
    events = np.array([(at[event] == t).sum() for t in steps], float)
    survival = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(events / (at_risk * (at_risk - events)))
        error = survival * np.sqrt(greenwood)
        wide = Z95 * np.sqrt(greenwood) / np.abs(np.log(survival))
        low, high = survival ** np.exp(wide), survival ** np.exp(-wide)
    return Curve(
        times=steps,
        at_risk=at_risk,
        events=events,
        survival=survival,
        standard_error=np.where(survival > 0, error, np.nan),
        low=np.where(survival > 0, low, np.nan),
        high=np.where(survival > 0, high, np.nan),
    )


def cumulative_incidence(times: Sequence[float], causes: Sequence[int]) -> Incidence:
    """Aalen-Johansen estimate, exact at ties: everything at one time happens at once.

    Args:
        times: shape (n,). causes: 0 where watching merely ended, else what ended it.
    Source: Aalen & Johansen 1978. One minus the product-limit of one cause overstates its share.
    """
    at, cause = np.asarray(times, float), np.asarray(causes, int)
    steps = np.unique(at[cause != CENSORED])
    at_risk = np.array([(at >= t).sum() for t in steps], float)
    any_event = np.array([((at == t) & (cause != CENSORED)).sum() for t in steps], float)
    survival = np.cumprod(1 - any_event / at_risk)
    before = np.concatenate(([1.0], survival[:-1]))[: len(steps)]
    by_cause = {
        int(k): np.cumsum(
            before * np.array([((at == t) & (cause == k)).sum() for t in steps]) / at_risk
        )
        for k in np.unique(cause[cause != CENSORED])
    }
    return Incidence(times=steps, by_cause=by_cause, survival=survival)


def turnbull(intervals: Sequence[tuple[float, float]], *, tolerance: float = 1e-10) -> Intervals:
    """Maximum likelihood for times in (left, right]; right may be infinite, left may be 0.

    An exact time t is (t', t] with t' just before it: give its visit interval instead.

    Args:
        tolerance: stops once no support point could still raise the mean log-likelihood by more.
    Raises:
        ValueError: no interval, or one whose right end is not beyond its left.
    Source: Turnbull 1976 for what is estimated (half-open, as R's survival has it); Wang 2007,
        constrained Newton, for how: plain self-consistency needs thousands of rounds.
    """
    distinct, times_seen = np.unique(np.asarray(intervals, float), axis=0, return_counts=True)
    left, right = distinct.T
    if not (left < right).all():
        raise ValueError("an interval ends where it begins, or before")
    lows, highs = _support(left, right)
    holds = ((lows >= left[:, None]) & (highs <= right[:, None])).astype(float)
    weights = times_seen / times_seen.sum()
    mass = np.full(len(lows), 1 / len(lows))
    for _ in range(200):
        pull = holds / (holds @ mass)[:, None]
        if (weights @ pull).max() < 1 + tolerance:
            break
        mass = _climb(holds, weights, mass, _newton(pull, weights))
    return Intervals(left=lows, right=highs, mass=mass)


def _newton(pull: Floats, weights: Floats) -> Floats:
    """The masses at the top of the parabola that touches the log-likelihood here."""
    root = np.sqrt(weights)
    stiff = 1e4  # holds the sum at one
    rows = np.vstack((root[:, None] * pull, np.full(pull.shape[1], stiff)))
    found, _ = nnls(rows, np.append(2 * root, stiff))
    return np.asarray(found / found.sum(), float)


def _climb(holds: Floats, weights: Floats, mass: Floats, goal: Floats) -> Floats:
    """As far towards the goal as the likelihood rises, then one round of self-consistency."""
    before = weights @ np.log(holds @ mass)
    for step in 0.5 ** np.arange(20):
        there = mass + step * (goal - mass)
        seen = holds @ there
        if seen.min() > 0 and weights @ np.log(seen) >= before:
            mass = there
            break
    share = holds * mass
    return np.asarray(weights @ (share / share.sum(axis=1, keepdims=True)), float)


def _support(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """The only places mass can sit: from a left end to the next right end with nothing between."""
    # At one time a right end (closed) comes before a left end (open).
    ends = sorted([(t, 1) for t in set(left)] + [(t, 0) for t in set(right)])
    found = [(a, b) for (a, starts), (b, again) in itertools.pairwise(ends) if starts and not again]
    lows, highs = zip(*found, strict=True)
    return np.array(lows), np.array(highs)


def restricted_mean(curve: Curve, until: float) -> float:
    """Mean time in relief up to `until`: the area under the curve."""
    inside = curve.times < until
    edges = np.concatenate(([0.0], curve.times[inside], [until]))
    heights = np.concatenate(([1.0], curve.survival[inside]))
    return math.fsum((edges[1:] - edges[:-1]) * heights)
