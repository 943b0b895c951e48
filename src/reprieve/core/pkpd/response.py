"""The exact response of a transfer function to one dose: bolus, infusion or zero-order input.

Partial fractions: each pole gives one exponential. Poles closer than 1 % (a transit chain has equal
ones) are taken together and expanded about their mean, so that none of them is divided by a
difference of near-equal numbers. Right after a dose the exponentials still cancel, most of all
behind a long chain; there the response is summed as a series with positive terms only
(uniformisation). Checked against 40-digit arithmetic in tests/core/pkpd/test_exactness.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reprieve.core.pkpd.transfer import Floats, Transfer

Flags = NDArray[np.bool_]

CLOSE = 0.01  # poles closer than this, relative, share an expansion
MAX_LOSS = 3e-13  # estimated relative error above which the early series takes over
MAX_SERIES = 600.0  # longest reach of the early series, in units of 1 / fastest rate
SERIES_BLOCK = 4096  # times summed at once, to bound memory
GONE = 80.0  # time constants of the slowest mode after which nothing is left (e**-80)
EVEN_FROM = 500  # times from which on it pays to see whether they are evenly spaced
LOSS_BLOCK = 32  # times of which one stands for all when rounding is judged
EPS = 2.0**-52


@dataclass(frozen=True, slots=True)
class Modes:
    """sum over i of exp(-rates[i] t) * sum over l of coef[i, l] t**l.

    error: shape of `coef`: bound of the rounding error of each coefficient, in units of EPS.
    """

    rates: Floats
    coef: Floats
    error: Floats

    def at(self, t: Floats) -> tuple[Floats, Floats]:
        """Value and error bound at times `t` (n,), minutes."""
        decay = np.exp(np.multiply.outer(-self.rates, t))
        value, error = np.zeros_like(t), np.zeros_like(t)
        for i, rate in enumerate(self.rates):
            short = t if rate == 0.0 else np.minimum(t, 1000.0 / rate)  # powers stay finite
            value += decay[i] * np.polyval(self.coef[i, ::-1], short)
            error += decay[i] * np.polyval(self.error[i, ::-1], short)
        return value, EPS * error


class UnitResponse:
    """Response to 1 mg given at time 0 over `duration_min` (0: at once)."""

    def __init__(self, transfer: Transfer, duration_min: float = 0.0) -> None:
        self.transfer = transfer
        self.duration_min = duration_min

    @cached_property
    def integral(self) -> "UnitResponse":
        """The same, integrated from time 0."""
        return UnitResponse(self.transfer.integrated(), self.duration_min)

    @cached_property
    def slowest(self) -> float:
        """The smallest decay rate, 1/min; a pole at zero does not count."""
        return min(float(p) for p in self.transfer.poles if p > 0)

    def at(self, tau: Floats) -> Floats:
        """Values at `tau` (n,), ascending, minutes since the start; zero before it."""
        return together([self], tau)[0]

    def _row(self, rates: Floats, *, rising: bool) -> tuple[Floats, Floats]:
        """Coefficients of the shapes at these rates, and bounds of their rounding errors."""
        modes = self._impulse if rising else self._tail
        coef, error = np.zeros((2, rates.size))
        where = np.searchsorted(rates, modes.rates)
        coef[where], error[where] = modes.coef[:, 0], EPS * modes.error[:, 0]
        per = np.where(rates == 0.0, 1.0, rates) * self.duration_min if rising else 1.0
        return coef / per, error / per

    def _clustered(self, tau: Floats, *, rising: bool) -> Floats:
        """Values while the input runs or after it, where poles are taken together."""
        value, error = self._step.at(tau) if rising else self._tail.at(tau - self.duration_min)
        scale = self.duration_min if rising else 1.0
        return self._repaired(value / scale, error > MAX_LOSS * value, tau, rising=rising)

    def _repaired(self, value: Floats, lost: Flags, tau: Floats, *, rising: bool) -> Floats:
        """Where the exponentials cancel, the early series instead."""
        if not lost.any():
            return value
        lost = lost & (tau * self._fastest < MAX_SERIES)
        at = tau[lost]
        if not at.size:
            return value
        if self.duration_min == 0.0:
            value[lost] = early_series(self.transfer, at)
            return value
        step = self.transfer.integrated()
        rise = early_series(step, at)
        if not rising:
            rise -= early_series(step, at - self.duration_min)
        value[lost] = rise / self.duration_min
        return value

    @cached_property
    def _fastest(self) -> float:
        return max(float(p) for p in self.transfer.poles)

    @cached_property
    def _simple(self) -> bool:
        return all(len(c) == 1 for c in _clusters(self.transfer))

    @cached_property
    def _impulse(self) -> Modes:
        return partial_fractions(self.transfer)

    @cached_property
    def _step(self) -> Modes:
        return partial_fractions(self.transfer.integrated())

    @cached_property
    def _tail(self) -> Modes:
        if not self._simple:
            return partial_fractions(self.transfer, self.duration_min)
        modes, window = self._impulse, self.duration_min
        mean = np.array([_moments(float(r), window, 1)[0] if window else 1.0 for r in modes.rates])
        return Modes(modes.rates, modes.coef * mean[:, None], modes.error * mean[:, None])


def together(responses: Sequence[UnitResponse], tau: Floats) -> list[Floats]:
    """Values of several responses, such as of a drug and its metabolites, to inputs of one duration.

    tau: (n,), ascending, minutes since the start. Exponentials they share are computed once.
    """
    end = responses[0].duration_min
    found = [np.zeros_like(tau) for _ in responses]
    first = int(np.searchsorted(tau, 0.0, "left" if end == 0 else "right"))
    switch = int(np.searchsorted(tau, end, "right")) if end else first
    plain = [r for r in responses if r._simple]
    rates = np.array(sorted({float(v) for r in plain for v in r._impulse.rates}))
    even = tau.size > EVEN_FROM and _evenly_spaced(tau)
    for part, rising in ((slice(first, switch), True), (slice(switch, tau.size), False)):
        now = tau[part]
        if not now.size:
            continue
        since = now if rising else now - end
        rows = [r._row(rates, rising=rising) for r in plain]
        simple = iter(_combined(np.array([c for c, _ in rows]), rates, since, rising, even))
        errors = iter(error for _, error in rows)
        for values, r in zip(found, responses, strict=True):
            if r._simple:
                value = next(simple)
                lost = _lost(value, next(errors), rates, since, rising)
                values[part] = r._repaired(value, lost, now, rising=rising)
            else:
                values[part] = r._clustered(now, rising=rising)
    return found


def _combined(table: Floats, rates: Floats, t: Floats, rising: bool, even: bool) -> Floats:
    """table (k, rates) @ exp(-r t), or with `rising` @ (1 - exp(-r t)) (t itself for rate zero).

    On an even grid exp(-r (a + b)) is the product of a coarse and a fine table: of n exponentials
    about 2 sqrt(n) remain.
    """
    if not table.size:
        return table
    if rising or not even or t.size < EVEN_FROM:
        return np.asarray(table @ _shapes(rates, t, rising), np.float64)
    width = math.isqrt(t.size)
    step = (t[-1] - t[0]) / (t.size - 1)
    fine = _shapes(rates, step * np.arange(width), rising)
    coarse = _shapes(rates, t[::width], rising).T
    found = (table[:, None, :] * coarse) @ fine
    return found.reshape(table.shape[0], -1)[:, : t.size]


def _shapes(rates: Floats, t: Floats, rising: bool) -> Floats:
    """(rates, n): exp(-r t), or 1 - exp(-r t)."""
    exponent = np.multiply.outer(-rates, t)
    if not rising:
        return np.exp(exponent)
    grown: Floats = -np.expm1(exponent)
    grown[rates == 0.0] = t
    return grown


def _lost(value: Floats, error: Floats, rates: Floats, t: Floats, rising: bool) -> Flags:
    """Whether more than MAX_LOSS of a value may be rounding: (n,) flags.

    The bound only grows while an input runs and only falls afterwards, so one end of a block of
    times acquits all of it.
    """
    starts = np.arange(0, t.size, LOSS_BLOCK)
    ends = np.minimum(starts + LOSS_BLOCK, t.size) - 1
    worst = error @ _shapes(rates, t[ends if rising else starts], rising)
    blocks: Flags = worst > MAX_LOSS * np.minimum.reduceat(value, starts)
    if not blocks.any():
        return blocks
    flags: Flags = np.repeat(blocks, LOSS_BLOCK)[: t.size]
    bound = error @ _shapes(rates, t[flags], rising)
    flags[flags] = bound > MAX_LOSS * value[flags]
    return flags


def _evenly_spaced(t: Floats) -> bool:
    """Whether ascending times stand on a grid, to a few units in the last place."""
    even = np.linspace(t[0], t[-1], t.size)
    return bool(np.abs(t - even).max() <= 4.0 * EPS * float(t[-1]))


def partial_fractions(transfer: Transfer, window: float = 0.0, close: float = CLOSE) -> Modes:
    """Modes of the impulse response; with `window`, of the response averaged over the past
    `window` minutes, with time counted from the end of an input of that length.

    close: poles closer than this, relative, are taken together and give powers of time.
    """
    clusters = _clusters(transfer, close)
    zeros = [float(z) for z in transfer.zeros if z is not None]
    centres = [math.fsum(c) / len(c) for c in clusters]
    rows = [
        _expand(
            cluster,
            centre,
            float(transfer.gain),
            zeros,
            [p for c in clusters if c is not cluster for p in c],
            window,
        )
        for cluster, centre in zip(clusters, centres, strict=True)
    ]
    width = max(len(row[0]) for row in rows)
    coef, error = np.zeros((len(rows), width)), np.zeros((len(rows), width))
    for i, (row, loss) in enumerate(rows):
        coef[i, : len(row)] = row
        error[i, : len(row)] = np.abs(row) * loss
    return Modes(np.array(centres), coef, error)


def _clusters(transfer: Transfer, close: float = CLOSE) -> list[list[float]]:
    """Poles in ascending order, grouped where neighbours are closer than `close`."""
    groups: list[list[float]] = []
    for pole in sorted(float(p) for p in transfer.poles):
        if groups and pole - groups[-1][-1] <= close * pole:
            groups[-1].append(pole)
        else:
            groups.append([pole])
    return groups


def _expand(
    cluster: list[float],
    centre: float,
    gain: float,
    zeros: list[float],
    others: list[float],
    window: float,
) -> tuple[list[float], float]:
    """Coefficients of t**l for one group of poles, and how much rounding they may have suffered.

    With x = -s, the group contributes the divided difference of G(x) exp(-x t) over its poles,
    G holding all other factors. About the centre, x = centre + d: the divided difference of d**k
    is the complete homogeneous polynomial h of degree k - m + 1 in the offsets.
    """
    loss = 4.0 + sum((centre + p) / abs(p - centre) for p in others)
    loss += sum(min((centre + z) / max(abs(z - centre), EPS * centre), 1 / EPS) for z in zeros)
    if len(cluster) == 1:
        value = gain
        for z in zeros:
            value *= z - centre
        for p in others:
            value /= p - centre
        return [value * (_moments(centre, window, 1)[0] if window else 1.0)], loss
    m = len(cluster)
    offsets = [p - centre for p in cluster]
    terms = m if not any(offsets) else m + 40
    series = [gain] + [0.0] * (terms - 1)
    for z in zeros:
        series = _multiplied(series, z - centre)
    for p in others:
        series = _divided(series, p - centre)
    if window:
        moments = _moments(centre, window, terms)
        factor = [(-1) ** k * v / math.factorial(k) for k, v in enumerate(moments)]
        series = [math.fsum(series[j] * factor[k - j] for j in range(k + 1)) for k in range(terms)]
    powers = _homogeneous(offsets, terms)
    sign = (-1.0) ** (m - 1)
    coef = []
    for degree in range(terms):
        total = math.fsum(
            series[k] * powers[k + degree - m + 1]
            for k in range(terms)
            if 0 <= k + degree - m + 1 < terms
        )
        coef.append(sign * (-1.0) ** degree * total / math.factorial(degree))
    while len(coef) > 1 and coef[-1] == 0.0:
        coef.pop()
    return coef, loss * m


def _multiplied(series: list[float], constant: float) -> list[float]:
    """Times (constant - d)."""
    return [constant * c - (series[k - 1] if k else 0.0) for k, c in enumerate(series)]


def _divided(series: list[float], constant: float) -> list[float]:
    """Divided by (constant - d)."""
    out: list[float] = []
    for c in series:
        out.append((c + (out[-1] if out else 0.0)) / constant)
    return out


def _homogeneous(offsets: list[float], terms: int) -> list[float]:
    """Complete homogeneous symmetric polynomials of degree 0 to terms - 1."""
    h = [1.0] + [0.0] * (terms - 1)
    for offset in offsets:
        for k in range(1, terms):
            h[k] += offset * h[k - 1]
    return h


def _moments(rate: float, window: float, count: int) -> list[float]:
    """Means over [0, window] of u**k exp(-rate u), for k below `count`."""
    x = rate * window
    if count == 1:
        return [-math.expm1(-x) / x if x else 1.0]
    if x > 50.0:  # the forward recurrence is stable here
        means = [-math.expm1(-x) / x]
        for k in range(1, count):
            means.append((k * means[-1] - window ** (k - 1) * math.exp(-x)) / rate)
        return means
    out = []
    for k in range(count):  # exp(-x) window**k * sum x**n / ((k+1) ... (k+1+n)), all positive
        term = total = 1.0 / (k + 1)
        n = 1
        while term > EPS * total / 8:
            term *= x / (k + 1 + n)
            total += term
            n += 1
        out.append(math.exp(-x) * window**k * total)
    return out


def early_series(transfer: Transfer, tau: Floats) -> Floats:
    """Impulse response at `tau` (n,), as Poisson weights times positive coefficients.

    With w = s + fastest rate each block has a power series in 1/w whose coefficients are positive
    because each zero stands at or above its pole, so no digit is lost however long the chain.
    """
    if tau.size > SERIES_BLOCK:
        parts = np.array_split(tau, -(-tau.size // SERIES_BLOCK))
        return np.concatenate([early_series(transfer, part) for part in parts])
    fastest = max(float(p) for p in transfer.poles)
    reach = float(tau.max()) * fastest
    count = int(reach + 12.0 * math.sqrt(reach) + 40)
    series, lead = [1.0] + [0.0] * (count - 1), 0
    for pole, zero in zip(transfer.poles, transfer.zeros, strict=True):
        ratio = 1.0 - float(pole) / fastest
        if zero is None:
            lead += 1
            for k in range(1, count):
                series[k] += ratio * series[k - 1]
        else:
            lift, carried, before = (float(zero) - float(pole)) / fastest, 0.0, series[0]
            for k in range(1, count):
                carried = ratio * carried + lift * before
                before = series[k]
                series[k] += carried
    x = tau * fastest
    steps = x[:, None] / np.arange(1, count + lead - 1)
    weights = np.empty((tau.size, count + lead - 1))
    weights[:, 0] = np.exp(-x)
    weights[:, 1:] = weights[:, :1] * np.cumprod(steps, axis=1)
    return float(transfer.gain) * fastest ** (1 - lead) * (weights[:, lead - 1 :] @ series)
