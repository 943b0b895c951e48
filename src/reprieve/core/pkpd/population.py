"""Between-subject variability: invented people.

Person i of seed s is drawn from a counter-based generator (Philox 4x32-10), so the same person comes
out whatever the block size, the number of threads or how many others are drawn.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reprieve.core.pkpd.model import Parameters, Variability
from reprieve.core.pkpd.transfer import Floats, Number, compiled_pays

Words = NDArray[np.uint64]

LOW_32 = np.uint64(0xFFFFFFFF)


def normals(seed: int, people: NDArray[np.int64], count: int, stream: int = 0) -> Floats:
    """Independent standard normal numbers, shape (count, people), by Box and Muller.

    stream: another set for the same person, such as an occasion. Uses four 32-bit words for four
    numbers, so none lies beyond 6.7.
    """
    groups = -(-count // 4)
    out = np.empty((groups * 4, people.size))
    if compiled_pays(people.size):
        from reprieve.core.pkpd import kernels

        key = np.uint64(seed & (1 << 64) - 1)
        for group in range(groups):
            few = out[4 * group : min(4 * group + 4, count)]
            kernels.normals(people, group, stream, key, few)
        return out[:count]
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


def percentiles(values: Floats, wanted: Sequence[float]) -> Floats:
    """Type-7 percentiles along the last axis, first axis of the answer.

    As np.percentile, which would import numpy.ma: a cold call cannot afford it.
    """
    last = values.shape[-1] - 1
    ranks = [last * p / 100.0 for p in wanted]
    places = sorted({k for rank in ranks for k in (int(rank), min(int(rank) + 1, last))})
    ranked = np.partition(values, places, axis=-1)
    found = []
    for rank in ranks:
        k = int(rank)
        below, above = ranked[..., k], ranked[..., min(k + 1, last)]
        found.append(below + (rank - k) * (above - below))
    return np.array(found)
