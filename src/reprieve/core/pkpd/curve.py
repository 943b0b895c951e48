"""One analyte over time as a sum of dose responses, and the exposure read from it exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reprieve.core.pkpd.model import Threshold
from reprieve.core.pkpd.response import GONE, UnitResponse, together
from reprieve.core.pkpd.transfer import Floats

SAME = 1e-12  # peaks closer than this, relative, are one peak: the first is reported
NEAR = 0.99  # local peaks of the search grid below this share of the best are not refined
ZOOM = 17  # points of one refinement step: each narrows the bracket eightfold


@dataclass(frozen=True, slots=True)
class Part:
    """An amount (mg) entering at `start_min`, and the response to 1 mg of it (ng/mL)."""

    amount_mg: float
    start_min: float
    response: UnitResponse


class Curve:
    """Superposition of dose responses. Times in minutes, levels in ng/mL."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.parts = parts

    def at(self, times_min: Floats) -> Floats:
        """Levels at ascending times, shape (n,)."""
        return levels({"": self}, times_min)[""]

    def area(self, times_min: Floats) -> Floats:
        """Area under the curve from 0 to each of the ascending times, ng·min/mL."""
        times_min = np.asarray(times_min, np.float64)
        total = np.zeros_like(times_min)
        for part in self.parts:
            first = int(np.searchsorted(times_min, part.start_min))
            tau = times_min[first:] - part.start_min
            total[first:] += part.amount_mg * part.response.integral.at(tau)
        return total

    @cached_property
    def total_area(self) -> float:
        """Area from 0 to infinity, ng·min/mL."""
        return float(sum(p.amount_mg * p.response.transfer.area() for p in self.parts))

    @cached_property
    def slowest(self) -> float:
        """Smallest decay rate of any part, 1/min."""
        return min(p.response.slowest for p in self.parts)

    @cached_property
    def peaks(self) -> tuple[Floats, Floats]:
        """Times and heights of the local maxima that may be the highest."""
        t = self._search_grid
        c = self.at(t)
        rising = np.concatenate([[True], c[1:] > c[:-1]])
        falling = np.concatenate([c[:-1] >= c[1:], [True]])
        best = np.flatnonzero(rising & falling & (c >= NEAR * c.max()))
        low, high = t[np.maximum(best - 1, 0)], t[np.minimum(best + 1, t.size - 1)]
        top_t, top_c = t[best].copy(), c[best].copy()
        rows = np.arange(best.size)
        for _ in range(14):
            probe = np.linspace(low, high, ZOOM, axis=1)
            level = self.at(probe.ravel()).reshape(probe.shape)
            k = np.argmax(level, axis=1)
            better = level[rows, k] > top_c
            top_t = np.where(better, probe[rows, k], top_t)
            top_c = np.where(better, level[rows, k], top_c)
            step = (high - low) / (ZOOM - 1)
            low, high = np.maximum(low, top_t - step), np.minimum(high, top_t + step)
            if np.all(step <= 1e-7 * np.maximum(top_t, 1.0)):
                break
        return top_t, top_c

    @cached_property
    def cmax_tmax(self) -> tuple[float, float]:
        """The highest level and the first time it is reached."""
        t, c = self.peaks
        top = float(c.max())
        return top, float(t[np.argmax(c >= top * (1.0 - SAME))])

    def threshold(self, level: float, last_dose_end_min: float) -> Threshold:
        """Time above a level and time until the curve is below it for good."""
        ups, downs = self._crossings(level)
        if not downs.size:
            return Threshold(ng_per_ml=level, time_above_min=0.0, time_to_fall_below_min=None)
        above = float(np.sum(downs - ups))
        after = max(float(downs[-1]) - last_dose_end_min, 0.0)
        return Threshold(ng_per_ml=level, time_above_min=above, time_to_fall_below_min=after)

    def _crossings(self, level: float) -> tuple[Floats, Floats]:
        """Times where the curve rises above and falls to the level, in pairs."""
        t = _ascending(np.concatenate([self._search_grid, self.peaks[0]]))
        while float(self.at(t[-1:])[0]) > level:  # a level far below everything
            t = np.append(t, t[-1] + 20.0 / self.slowest)
        above = self.at(t) > level
        if above[0]:
            t, above = np.concatenate([[0.0], t]), np.concatenate([[False], above])
        change = np.flatnonzero(above[1:] != above[:-1])
        low, high, target = t[change], t[change + 1], above[change + 1]
        rows = np.arange(change.size)
        for _ in range(16):
            probe = np.linspace(low, high, ZOOM, axis=1)
            reached = (self.at(probe.ravel()).reshape(probe.shape) > level) == target[:, None]
            k = np.maximum(np.argmax(reached, axis=1), 1)
            low, high = probe[rows, k - 1], probe[rows, k]
        return high[target], high[~target]

    @cached_property
    def _search_grid(self) -> Floats:
        """Every event, and between events points dense after each of them."""
        ends = [p.start_min + p.response.duration_min for p in self.parts]
        events = _ascending(np.array([*(p.start_min for p in self.parts), *ends]))
        last = events[-1] + 30.0 / self.slowest
        edges = np.append(events, last)
        inside = np.concatenate([np.geomspace(1e-5, 1.0, 48), np.linspace(0.05, 1, 20)])
        spread = edges[:-1, None] + np.diff(edges)[:, None] * inside
        return _ascending(np.concatenate([events, spread.ravel()]))


def levels(curves: Mapping[str, Curve], times_min: Floats) -> dict[str, Floats]:
    """Levels of several analytes at ascending times, (n,) each; exponentials are shared."""
    times_min = np.asarray(times_min, np.float64)
    totals = {name: np.zeros_like(times_min) for name in curves}
    alike: dict[tuple[float, float], list[tuple[str, Part]]] = {}
    for name, curve in curves.items():
        for part in curve.parts:
            key = (part.start_min, part.response.duration_min)
            alike.setdefault(key, []).append((name, part))
    for (start, duration), members in alike.items():
        reach = duration + GONE / min(part.response.slowest for _, part in members)
        first, last = np.searchsorted(times_min, [start, start + reach])
        values = together([part.response for _, part in members], times_min[first:last] - start)
        for (name, part), value in zip(members, values, strict=True):
            totals[name][first:last] += part.amount_mg * value
    return {name: np.maximum(total, 0.0) for name, total in totals.items()}


def _ascending(values: Floats) -> Floats:
    """Sorted, each value once. np.unique would import numpy.ma, which a cold call cannot afford."""
    ranked = np.sort(values)
    distinct: Floats = ranked[np.concatenate([[True], ranked[1:] > ranked[:-1]])]
    return distinct
