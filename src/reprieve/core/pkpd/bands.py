"""Percentiles of the curves of a population: exact (type 7), at any size.

Three ways, chosen by size alone and equal in result: direct in NumPy; compiled, with the curves of
a stretch of time held at once; streamed, where no curve is held: one pass counts every level into
a histogram of leading bits, a second gathers those in the bins where a percentile must lie.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reprieve.core.pkpd.modal import Group, direct, groups
from reprieve.core.pkpd.model import Dose, Input, Parameters, PkModel, Population
from reprieve.core.pkpd.population import draw, percentiles
from reprieve.core.pkpd.transfer import Floats, uncompiled

if TYPE_CHECKING:  # threads are loaded with the compiled code, not for a small population
    from concurrent.futures import ThreadPoolExecutor

DIRECT_SIZE = (
    3_000_000  # people x times x doses up to which loading compiled code (2 s) does not pay
)
HELD = 1 << 22  # levels held at once
MOST_MODES = 8  # beyond, unrolled code takes seconds to compile and registers run out
STREAM_FROM = 200_000  # people from which on curves are streamed
STREAM_BLOCK = 4096  # people drawn at a time when streaming
CACHED_PEOPLE = 512  # people whose curves are held at a time when streaming: they stay in cache
STREAM_TIMES = 512  # times at once when streaming: 60 kB of histogram each, analyte and thread
OCTAVES = 60  # of the histogram, from 2**-30 to 2**30 ng/mL


@dataclass(frozen=True, slots=True)
class Steps:
    """A time grid as steps, each of one of a few types; arrays as `kernels.advance_for` takes."""

    index: NDArray[np.int64]
    step: Floats
    first: NDArray[np.int64]
    given: Floats


def percentile_bands(
    model: PkModel,
    typical: Parameters,
    given: Sequence[tuple[Dose, int]],
    times_min: Floats,
    population: Population,
    gains: Mapping[str, float] | None = None,
    threads: int | None = None,
) -> Floats:
    """Percentiles, shape (analytes, percentiles, times).

    threads: None takes the machine's cores for large work. The result does not depend on it.
    """
    assert model.between_subject is not None
    maker = Maker(model, typical, given, population.seed, gains)
    size = population.n * times_min.size * len(given)
    workers = threads or (os.cpu_count() or 1 if size > DIRECT_SIZE else 1)
    if population.n >= STREAM_FROM:
        return streamed(maker, times_min, population, workers)
    if size <= DIRECT_SIZE:
        with uncompiled():
            return _direct_bands(maker.people(0, population.n), times_min, population)
    people = maker.people(0, population.n)
    if not _compilable(people):
        return _direct_bands(people, times_min, population)
    return held_bands(people, times_min, population, workers)


@dataclass(frozen=True, slots=True)
class Maker:
    """Draws people by their number and finds their exponentials."""

    model: PkModel
    typical: Parameters
    given: Sequence[tuple[Dose, int]]
    seed: int
    gains: Mapping[str, float] | None

    def people(self, low: int, high: int) -> list[Group]:
        assert self.model.between_subject is not None
        drawn = draw(self.typical, self.model.between_subject, np.arange(low, high), self.seed)
        return groups(self.model, drawn, self.given, high - low, self.gains)


def _cut(group: Group, people: slice) -> Group:
    return Group(group.rates[:, people], group.coef[:, :, people], group.inputs)


def _compilable(people: Sequence[Group]) -> bool:
    return all(g.rates.shape[0] <= MOST_MODES and g.coef.shape[0] <= 2 for g in people)


def _direct_bands(people: list[Group], times_min: Floats, population: Population) -> Floats:
    analytes, _, n = people[0].coef.shape
    out = np.empty((analytes, len(population.percentiles), times_min.size))
    stretch = max(1, HELD // (8 * n))
    for start in range(0, times_min.size, stretch):
        now = slice(start, start + stretch)
        for a, curves in enumerate(direct(people, times_min[now])):
            out[a, :, now] = percentiles(curves, population.percentiles)
    return out


def held_bands(
    people: list[Group], times_min: Floats, population: Population, threads: int
) -> Floats:
    """Compiled, a stretch of time at once."""
    from concurrent.futures import ThreadPoolExecutor

    from reprieve.core.pkpd.kernels import percentile_rows

    analytes, _, n = people[0].coef.shape
    ranks = np.array(population.percentiles) / 100.0 * (n - 1)
    out = np.empty((analytes, times_min.size, ranks.size))
    with ThreadPoolExecutor(threads) as pool:
        for start, curves in stretches(people, times_min, pool, threads):
            tasks = [
                (rows, out[a, start + cut.start : start + cut.start + rows.shape[0]])
                for a in range(analytes)
                for cut in _cuts(curves.shape[1], threads)
                for rows in (curves[a, cut],)
            ]
            list(pool.map(lambda task: percentile_rows(task[0], ranks, task[1]), tasks))
    return np.ascontiguousarray(out.transpose(0, 2, 1))


def stretches(
    people: list[Group], times_min: Floats, pool: ThreadPoolExecutor, threads: int
) -> Iterator[tuple[int, Floats]]:
    """Curves (analytes, some times, n) with the position of their first time. Reused storage."""
    analytes, _, n = people[0].coef.shape
    length = min(times_min.size, max(1, HELD // (analytes * n)))
    states = [np.zeros_like(group.rates) for group in people]
    store = np.empty((analytes, length, n))
    for start in range(0, times_min.size, length):
        now = times_min[start : start + length]
        before = float(times_min[start - 1]) if start else 0.0
        curves = store[:, : now.size]
        plans = [grid_steps(before, now, group.inputs) for group in people]

        def fill(cut: slice, plans: list[Steps] = plans, curves: Floats = curves) -> None:
            advance_people(people, plans, states, cut, curves)

        list(pool.map(fill, _cuts(n, threads, 128)))
        yield start, curves


def advance_people(
    people: list[Group], plans: list[Steps], states: list[Floats], cut: slice, curves: Floats
) -> None:
    """Fill the curves of the people in `cut`, carrying their states on."""
    from reprieve.core.pkpd.kernels import advance_for

    for k, (group, plan, state) in enumerate(zip(people, plans, states, strict=True)):
        target = curves[:, :, cut] if k == 0 else np.empty_like(curves[:, :, cut])
        advance = advance_for(group.rates.shape[0], group.coef.shape[0])
        advance(
            group.rates[:, cut],
            group.coef[:, :, cut],
            plan.index,
            plan.step,
            plan.first,
            plan.given,
            state[:, cut],
            target,
        )
        if k:
            curves[:, :, cut] += target


def _cuts(n: int, threads: int, multiple: int = 1) -> list[slice]:
    """0 to n in `threads` runs of a multiple of something."""
    size = -(-n // (threads * multiple)) * multiple
    return [slice(low, min(n, low + size)) for low in range(0, n, size)]


def grid_steps(before_min: float, times_min: Floats, inputs: Sequence[Input]) -> Steps:
    """Steps from `before_min` to the first time and on from time to time.

    Steps of one length with the same inputs at the same places are one type, so that a course of
    any length needs a handful of exponentials a person.
    """
    low = np.concatenate([[before_min], times_min[:-1]])
    length = np.round(times_min - low, 9)
    touched: dict[int, list[tuple[float, float, float]]] = {}
    for one in inputs:
        amount, duration, start = float(one.amount_mg), float(one.duration_min), one.start_min
        begin = int(np.searchsorted(times_min, start, "right"))
        end = int(np.searchsorted(low, start + duration, "left")) if duration else begin + 1
        for k in range(begin, min(end, times_min.size)):
            if not duration:
                if start >= low[k]:
                    at = round(float(times_min[k]) - start, 9)
                    touched.setdefault(k, []).append((amount, at, at))
                continue
            since = round(float(times_min[k]) - max(float(low[k]), start), 9)
            until = round(float(times_min[k]) - min(float(times_min[k]), start + duration), 9)
            if since > until:
                touched.setdefault(k, []).append((amount / duration, since, until))
    plain, index = np.unique(length, return_inverse=True)
    types: list[tuple[float, tuple[tuple[float, float, float], ...]]] = [(v, ()) for v in plain]
    known = {t: y for y, t in enumerate(types)}
    for k, parts in touched.items():
        key = (float(length[k]), tuple(parts))
        if key not in known:
            known[key] = len(types)
            types.append(key)
        index[k] = known[key]
    first = np.cumsum([0, *(len(parts) for _, parts in types)])
    rows = [part for _, parts in types for part in parts]
    return Steps(
        index=np.asarray(index, np.int64),
        step=np.array([t for t, _ in types]),
        first=np.asarray(first, np.int64),
        given=np.array(rows, np.float64).reshape(-1, 3),
    )


def streamed(
    maker: Maker, times_min: Floats, population: Population, threads: int, *, exact: bool = True
) -> Floats:
    """Two passes over people drawn anew each time; memory does not grow with their number.

    exact False leaves out the second pass: a percentile is then interpolated inside its bin, which
    is 0.2 to 0.4 % wide.
    """
    found = []
    for start in range(0, times_min.size, STREAM_TIMES):
        now = times_min[start : start + STREAM_TIMES]
        counts = histogram(maker, now, 0, population.n, threads)
        places = _places(counts, population)
        if exact:
            found.append(_exact(maker, now, population, places, threads))
        else:
            found.append(_interpolated(population, places))
    return np.concatenate(found, axis=2)


def percentiles_of_histogram(counts: NDArray[np.integer], population: Population) -> Floats:
    """Percentiles, (analytes, percentiles, times), interpolated inside bins of 0.2 to 0.4 %."""
    return _interpolated(population, _places(counts, population))


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the percentiles lie: arrays (percentiles, analytes, times).

    low, high: levels that enclose both order statistics, both 0 where the level is under 1e-9
    ng/mL and is given as 0; below, inside: how many lie under low and between low and high.
    """

    low: Floats
    high: Floats
    below: NDArray[np.int64]
    inside: NDArray[np.int64]


def _ranks(population: Population) -> Floats:
    return np.array(population.percentiles, np.float64) / 100.0 * (population.n - 1)


def _places(counts: NDArray[np.integer], population: Population) -> _Places:
    from reprieve.core.pkpd.kernels import SHIFT

    cumulative = np.cumsum(counts, axis=2, dtype=np.int64)
    before = np.pad(cumulative, ((0, 0), (0, 0), (1, 0)))
    low, high, below, inside = [], [], [], []
    for rank in _ranks(population):
        begin = np.sum(cumulative <= int(rank), axis=2)
        end = np.sum(cumulative <= min(int(rank) + 1, population.n - 1), axis=2)
        under = np.take_along_axis(before, begin[..., None], 2)[..., 0]
        bottom = ((begin + _lowest()) << SHIFT).view(np.float64)
        top = ((end + 1 + _lowest()) << SHIFT).view(np.float64)
        nothing = begin == 0  # below what the histogram tells apart
        reached = np.take_along_axis(cumulative, end[..., None], 2)[..., 0] - under
        low.append(np.where(nothing, 0.0, bottom))
        high.append(np.where(nothing, 0.0, np.where(end == counts.shape[2] - 1, np.inf, top)))
        below.append(under)
        inside.append(np.where(nothing, 0, reached))
    return _Places(np.array(low), np.array(high), np.array(below), np.array(inside))


def _interpolated(population: Population, places: _Places) -> Floats:
    """By place inside the bin; (analytes, percentiles, times)."""
    rank = _ranks(population)[:, None, None]
    share = (rank - places.below + 0.5) / np.maximum(places.inside, 1)
    value: Floats = places.low + share * (places.high - places.low)
    return value.transpose(1, 0, 2)


def _exact(
    maker: Maker, times_min: Floats, population: Population, places: _Places, threads: int
) -> Floats:
    """A second pass gathers the levels inside each place; only those are ranked."""
    from reprieve.core.pkpd.kernels import gather

    wanted, analytes, times = places.low.shape
    ends = np.cumsum(places.inside.ravel())
    begins = (ends - places.inside.ravel()).reshape(places.inside.shape)
    # Each worker has room for all: memory that is never touched is never taken.
    found = [np.empty(int(ends[-1])) for _ in range(threads)]
    filled = np.zeros((threads, wanted, analytes, times), np.int64)

    def collect(worker: int, curves: Floats) -> None:
        for p in range(wanted):
            for a in range(analytes):
                low, high = places.low[p, a], places.high[p, a]
                into = found[worker], begins[p, a], filled[worker, p, a]
                gather(curves[a], low, high, *into)

    _each_block(maker, times_min, 0, population.n, threads, collect)
    out = np.zeros((analytes, wanted, times))
    for p, rank in enumerate(_ranks(population)):
        k, need = int(rank), min(int(rank) + 1, population.n - 1)
        for a in range(analytes):
            for t in range(times):
                at = int(begins[p, a, t])
                parts = [found[w][at : at + filled[w, p, a, t]] for w in range(threads)]
                values = np.concatenate(parts)
                if not values.size:
                    continue
                first, second = k - int(places.below[p, a, t]), need - int(places.below[p, a, t])
                values.partition([first, second])
                out[a, p, t] = values[first] + (rank - k) * (values[second] - values[first])
    return out


def histogram(
    maker: Maker, times_min: Floats, low: int, high: int, threads: int = 1
) -> NDArray[np.int32]:
    """Levels of the people numbered low to high, (analytes, times, bins). Histograms of disjoint
    people add up to that of all of them: this is the unit of work of a distributed run."""
    from reprieve.core.pkpd.kernels import BINS_PER_OCTAVE, add_to_histogram

    analytes = len(maker.model.analytes)
    shape = (analytes, times_min.size, OCTAVES * BINS_PER_OCTAVE)
    totals = [np.zeros(shape, np.int32) for _ in range(threads)]

    def count(worker: int, curves: Floats) -> None:
        for a in range(analytes):
            add_to_histogram(curves[a], _lowest(), totals[worker][a])

    _each_block(maker, times_min, low, high, threads, count)
    for other in totals[1:]:
        totals[0] += other
    return totals[0]


def _lowest() -> int:
    """Leading bits of 2**-30, where the histogram begins."""
    from reprieve.core.pkpd.kernels import SHIFT

    return int(np.array([2.0**-30]).view(np.int64)[0] >> SHIFT)


def _each_block(
    maker: Maker,
    times_min: Floats,
    low: int,
    high: int,
    threads: int,
    use: Callable[[int, Floats], None],
) -> None:
    """Simulate the people low to high in blocks; worker w hands its curves to `use(w, curves)`."""
    from concurrent.futures import ThreadPoolExecutor

    starts = list(range(low, high, STREAM_BLOCK))

    def work(worker: int) -> None:
        store = np.empty((len(maker.model.analytes), times_min.size, CACHED_PEOPLE))
        plans: list[Steps] | None = None
        for start in starts[worker::threads]:
            n = min(STREAM_BLOCK, high - start)
            people = maker.people(start, start + n)
            if not _compilable(people):
                use(worker, direct(people, times_min))
                continue
            plans = plans or [grid_steps(0.0, times_min, g.inputs) for g in people]
            for first in range(0, n, CACHED_PEOPLE):
                few = [_cut(g, slice(first, min(first + CACHED_PEOPLE, n))) for g in people]
                width = few[0].rates.shape[1]
                states = [np.zeros_like(g.rates) for g in few]
                advance_people(few, plans, states, slice(0, width), store[:, :, :width])
                use(worker, store[:, :, :width])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
