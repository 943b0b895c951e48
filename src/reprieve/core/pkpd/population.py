"""Between-subject variability: invented people, and the percentiles of their curves.

Person i of seed s is drawn from a counter-based generator (Philox 4x32-10), so the same person comes
out whatever the block size, the number of threads or how many others are drawn.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from reprieve.core.pkpd.model import Dose, Input, Parameters, PkModel, Variability
from reprieve.core.pkpd.transfer import Floats, Number, Transfer

Words = NDArray[np.uint64]

BLOCK_VALUES = 1 << 18  # patient-times held at once by one thread
SPLIT = 1e-4  # equal poles of a chain are set this far apart, relative (see residues)
LOW_32 = np.uint64(0xFFFFFFFF)


def normals(seed: int, people: NDArray[np.int64], count: int, stream: int = 0) -> Floats:
    """Independent standard normal numbers, shape (count, people), by Box and Muller.

    stream: another set for the same person, such as an occasion. Uses four 32-bit words for four
    numbers, so none lies beyond 6.7.
    """
    groups = -(-count // 4)
    out = np.empty((groups * 4, people.size))
    for group in range(groups):
        words = philox(
            people.astype(np.uint64),
            np.uint64(group | stream << 8),
            np.uint64(seed & (1 << 64) - 1),
        )
        u = [(w.astype(np.float64) + 0.5) * 2.0**-32 for w in words]
        for pair in (0, 2):
            radius = np.sqrt(-2.0 * np.log(u[pair]))
            angle = 2.0 * np.pi * u[pair + 1]
            out[4 * group + pair] = radius * np.cos(angle)
            out[4 * group + pair + 1] = radius * np.sin(angle)
    return out[:count]


def philox(low: Words, high: np.uint64, key: np.uint64) -> tuple[Words, ...]:
    """Philox 4x32-10 of Salmon 2011 (doi 10.1145/2063384.2063405): four 32-bit words a counter.

    low, high: the 128-bit counter as two 64-bit halves; key: 64 bits.
    """
    shift = np.uint64(32)
    c0, c1 = low & LOW_32, low >> shift
    c2, c3 = np.full_like(low, high & LOW_32), np.full_like(low, high >> shift)
    k0, k1 = int(key) & 0xFFFFFFFF, int(key) >> 32
    for _ in range(10):
        p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c2 = (p1 >> shift) ^ c1 ^ np.uint64(k0), (p0 >> shift) ^ c3 ^ np.uint64(k1)
        c1, c3 = p1 & LOW_32, p0 & LOW_32
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def draw(
    typical: Parameters,
    variability: Variability,
    people: NDArray[np.int64],
    seed: int,
    stream: int = 0,
) -> dict[str, Number]:
    """Parameters of the people, each array of shape (people,); what does not vary stays a number."""
    factor = np.linalg.cholesky(np.array(variability.omega2))
    eta = factor @ normals(seed, people, len(variability.names), stream)
    drawn = dict(typical)
    for name, deviation in zip(variability.names, eta, strict=True):
        value = typical[name]
        if name in variability.logit:
            drawn[name] = 1.0 / (1.0 + (1.0 / value - 1.0) * np.exp(-deviation))
        else:
            drawn[name] = value * np.exp(deviation)
    return drawn


def population_curves(
    model: PkModel,
    typical: Parameters,
    given: Sequence[tuple[Dose, int]],
    times_min: Floats,
    people: NDArray[np.int64],
    seed: int,
    gains: Mapping[str, float],
) -> dict[str, Floats]:
    """Curves of each analyte, shape (times, people).

    given: doses with the number of earlier spray pairs of their session. gains: factor on an
    analyte. Poles that coincide are nudged apart by SPLIT, which moves a curve by less than 1e-6.
    """
    assert model.between_subject is not None
    drawn = draw(typical, model.between_subject, people, seed)
    system = model.system(drawn)
    inputs = [i for dose, nth in given for i in model.inputs(dose, drawn, nth)]
    curves = {a: np.zeros((times_min.size, people.size)) for a in model.analytes}
    for (entry, analyte), transfer in system.transfers.items():
        rates, coef = residues(transfer, people.size)
        for one in inputs:
            if one.entry == entry:
                _add(curves[analyte], times_min, one, rates, coef * gains.get(analyte, 1.0))
    return curves


def residues(transfer: Transfer, n: int) -> tuple[Floats, Floats]:
    """Rates and coefficients of the exponentials for n people, each of shape (poles, n)."""
    rates = np.stack([np.broadcast_to(np.asarray(p, float), (n,)) for p in transfer.poles])
    rates = _apart(rates)
    coef = np.empty_like(rates)
    for i, rate in enumerate(rates):
        value = np.broadcast_to(np.asarray(transfer.gain, float), (n,))
        for zero in transfer.zeros:
            if zero is not None:
                value = value * (zero - rate)
        for j, other in enumerate(rates):
            if j != i:
                value = value / (other - rate)
        coef[i] = value
    return rates, coef


def _apart(rates: Floats) -> Floats:
    """The rates, with a gap of at least SPLIT, relative, between neighbours of each person.

    A pair is moved apart evenly: the response is even in that move, so the error is of its square.
    """
    order = np.argsort(rates, axis=0)
    ranked = np.take_along_axis(rates, order, axis=0)
    for _ in range(2):
        gap = np.diff(ranked, axis=0)
        short = np.maximum(SPLIT * ranked[1:] - gap, 0.0) / 2.0
        if not short.any():
            break
        ranked[1:] += short
        ranked[:-1] -= short
    out = np.empty_like(rates)
    np.put_along_axis(out, order, ranked, axis=0)
    return out


def _add(curve: Floats, times_min: Floats, one: Input, rates: Floats, coef: Floats) -> None:
    """Add the response to one input, in place; `curve` has shape (times, people)."""
    first = int(np.searchsorted(times_min, one.start_min, "right"))
    tau = (times_min[first:] - one.start_min)[:, None]
    on = np.minimum(tau, one.duration_min)
    for rate, c in zip(rates, coef * one.amount_mg, strict=True):
        if np.all(one.duration_min == 0.0):
            curve[first:] += c * np.exp(-rate * tau)
        else:
            grown = -np.expm1(-rate * on) * (c / (rate * one.duration_min))
            curve[first:] += grown * np.exp(-rate * (tau - on))


def percentiles(curves: Floats, wanted: Sequence[float]) -> Floats:
    """Exact percentiles over people (type 7), shape (wanted, times)."""
    found: Floats = np.percentile(curves, wanted, axis=1, method="linear")
    return found
