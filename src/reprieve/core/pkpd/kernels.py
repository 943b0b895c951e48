"""The compiled inner loops of large populations. Numba, cached on disk, loaded only when needed.

People stand side by side in blocks of LANES, so that one instruction serves several of them. All
functions release the interpreter lock: threads are Python's own, and no result depends on their
number. Arrays in, arrays out: another compiler could replace this file alone.
"""

import math
from functools import lru_cache
from typing import Any

import numba as nb
import numpy as np

LANES = 256
BLOCK = 64  # people looked at together when a percentile is searched
SAMPLE = 512  # people looked at for a first bracket
NEAR = 8  # people whose levels bracket a percentile at the next time
SHIFT = 44  # 52 bits of mantissa less 8: see BINS_PER_OCTAVE
BINS_PER_OCTAVE = (
    256  # of the streamed histogram: the top 8 bits of the mantissa, 0.2 to 0.4 % wide
)
NOTHING = (
    1e-290  # a mode below it is over: numbers near the end of the range take 100 times as long
)
_jit: Any = nb.njit
FAST = {"contract", "reassoc", "nsz", "arcp"}
JIT: dict[str, Any] = {"cache": True, "nogil": True, "boundscheck": False, "error_model": "numpy"}


@_jit(fastmath={"contract", "nsz"}, **JIT)
def decay(rates, t, out, bits):  # type: ignore[no-untyped-def]
    """exp(-r t) of LANES rates, r t >= 0, without a branch, so that it vectorises.

    Cody and Waite's reduction, then Taylor; the power of two is built from its bits. bits: scratch.
    """
    scale = bits.view(np.float64)
    for i in range(LANES):
        x = min(rates[i] * t, 700.0)
        k = math.floor(0.5 - x * 1.4426950408889634)
        r = (-x - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10
        p = 1.0 / 6227020800.0
        p = p * r + 1.0 / 479001600.0
        p = p * r + 1.0 / 39916800.0
        p = p * r + 1.0 / 3628800.0
        p = p * r + 1.0 / 362880.0
        p = p * r + 1.0 / 40320.0
        p = p * r + 1.0 / 5040.0
        p = p * r + 1.0 / 720.0
        p = p * r + 1.0 / 120.0
        p = p * r + 1.0 / 24.0
        p = p * r + 1.0 / 6.0
        p = p * r + 0.5
        out[i] = p * r * r + r + 1.0
        bits[i] = (np.int64(k) + 1023) << 52
    for i in range(LANES):
        out[i] *= scale[i]


@_jit(fastmath=FAST, **JIT)
def _grown(rates, t, out, bits):  # type: ignore[no-untyped-def]
    """(1 - exp(-r t)) / r; below r t = 0.25 from its series, so that no digit is lost."""
    decay(rates, t, out, bits)
    for i in range(LANES):
        x = rates[i] * t
        p = 1.0 / 6227020800.0
        p = 1.0 / 479001600.0 - x * p
        p = 1.0 / 39916800.0 - x * p
        p = 1.0 / 3628800.0 - x * p
        p = 1.0 / 362880.0 - x * p
        p = 1.0 / 40320.0 - x * p
        p = 1.0 / 5040.0 - x * p
        p = 1.0 / 720.0 - x * p
        p = 1.0 / 120.0 - x * p
        p = 1.0 / 24.0 - x * p
        p = 1.0 / 6.0 - x * p
        p = 0.5 - x * p
        small = t * (1.0 - x * p)
        large = (1.0 - out[i]) / rates[i]
        out[i] = small if x < 0.25 else large


@_jit(**JIT)
def normals(people, group, stream, seed, out):  # type: ignore[no-untyped-def]
    """population.normals for one group of up to four numbers: out (count, n). See there."""
    low32, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    for i in range(people.size):
        person = np.uint64(people[i])
        c0, c1 = person & low32, person >> shift
        c2, c3 = np.uint64(group | stream << 8) & low32, np.uint64(group | stream << 8) >> shift
        k0, k1 = np.uint64(seed) & low32, np.uint64(seed) >> shift
        for _ in range(10):
            p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
            c0, c2 = (p1 >> shift) ^ c1 ^ k0, (p0 >> shift) ^ c3 ^ k1
            c1, c3 = p1 & low32, p0 & low32
            k0, k1 = (k0 + np.uint64(0x9E3779B9)) & low32, (k1 + np.uint64(0xBB67AE85)) & low32
        for pair in range((out.shape[0] + 1) // 2):
            near, turn = (c0, c1) if pair == 0 else (c2, c3)
            radius = math.sqrt(-2.0 * math.log((float(near) + 0.5) * 2.0**-32))
            angle = 2.0 * math.pi * ((float(turn) + 0.5) * 2.0**-32)
            out[2 * pair, i] = radius * math.cos(angle)
            if 2 * pair + 1 < out.shape[0]:
                out[2 * pair + 1, i] = radius * math.sin(angle)


@_jit(fastmath=FAST, **JIT)
def three_rates(leave, out1, back1, out2, back2, rates):  # type: ignore[no-untyped-def]
    """Decay rates of a hub with two spokes, shape (3, n), ascending; the others have shape (n,).

    From 0 Newton's method climbs to the smallest root and from the sum of the roots it descends to
    the largest, never overshooting; the third follows from their product, with one step of polish.
    """
    for i in range(leave.size):
        c2 = leave[i] + out1[i] + out2[i] + back1[i] + back2[i]
        c1 = leave[i] * (back1[i] + back2[i]) + back1[i] * back2[i]
        c1 += out1[i] * back2[i] + out2[i] * back1[i]
        c0 = leave[i] * back1[i] * back2[i]
        x, y = 0.0, c2
        for _ in range(9):
            x -= (((x - c2) * x + c1) * x - c0) / ((3.0 * x - 2.0 * c2) * x + c1)
            y -= (((y - c2) * y + c1) * y - c0) / ((3.0 * y - 2.0 * c2) * y + c1)
        z = c0 / (x * y)
        z -= (((z - c2) * z + c1) * z - c0) / ((3.0 * z - 2.0 * c2) * z + c1)
        rates[0, i] = x
        rates[1, i] = z
        rates[2, i] = y


@_jit(fastmath=FAST, **JIT)
def set_apart(rates, gap):  # type: ignore[no-untyped-def]
    """Move the rates of one person, (modes, n), apart until neighbours differ by `gap`, relative.

    Each pair evenly to both sides; people without such a pair are left alone. In place.
    """
    modes, n = rates.shape
    close = np.zeros(n, np.int64)
    for j in range(modes):
        for k in range(j):
            one, other = rates[j], rates[k]
            for i in range(n):  # written so that it vectorises
                apart = 2.0 * abs(one[i] - other[i])
                close[i] += 1 if apart < gap * (one[i] + other[i]) else 0
    for i in range(n):
        if close[i] == 0:
            continue
        order = np.argsort(rates[:, i])
        for _ in range(2):
            for j in range(1, modes):
                low, high = order[j - 1], order[j]
                short = gap * rates[high, i] - (rates[high, i] - rates[low, i])
                if short > 0.0:
                    rates[high, i] += short / 2.0
                    rates[low, i] -= short / 2.0


@_jit(fastmath=FAST, **JIT)
def residues(rates, zeros, gain, coef):  # type: ignore[no-untyped-def]
    """Coefficients of the exponentials, (modes, n); zeros (any, n), gain (n,)."""
    modes, n = rates.shape
    product = np.empty(LANES)
    for low in range(0, n, LANES):
        width = min(LANES, n - low)
        for j in range(modes):
            value = coef[j, low : low + width]
            own = rates[j, low : low + width]
            down = product[:width]
            value[:] = gain[low : low + width]
            down[:] = 1.0
            for z in range(zeros.shape[0]):
                zero = zeros[z, low : low + width]
                for i in range(width):
                    value[i] *= zero[i] - own[i]
            for k in range(modes):
                if k != j:
                    other = rates[k, low : low + width]
                    for i in range(width):
                        down[i] *= other[i] - own[i]
            for i in range(width):
                value[i] /= down[i]


@lru_cache(maxsize=8)
def advance_for(modes: int, analytes: int) -> Any:
    """The compiled `advance` for a number of modes and one or two analytes.

    Both are constants of the compiled code: the loops over them are unrolled, and because states,
    coefficients and sums lie at constant places of one array the compiler knows that they do not
    overlap and keeps them in registers.
    """
    weight = modes * LANES  # where the coefficients begin, after the states
    total = (1 + analytes) * modes * LANES  # where the sums begin
    ahead = modes * LANES  # in a step's table: increments after the factors

    @_jit(fastmath=FAST, **JIT)
    def advance(rates, coef, index, step, first, given, state, out):  # type: ignore[no-untyped-def]
        n, types, steps = rates.shape[1], step.size, index.size
        size = 2 * modes * LANES
        q = np.empty(types * size)
        w = np.zeros(total + 4 * analytes * LANES)
        r = np.ones((modes, LANES))
        late = np.empty(LANES)
        soon = np.empty(LANES)
        bits = np.empty(LANES, np.int64)
        for low in range(0, n, LANES):
            width = min(LANES, n - low)
            for j in range(modes):
                r[j, :width] = rates[j, low : low + width]
                w[j * LANES : j * LANES + width] = state[j, low : low + width]
                for a in range(analytes):
                    at = weight + (a * modes + j) * LANES
                    w[at : at + width] = coef[a, j, low : low + width]
            for y in range(types):
                for j in range(modes):
                    at = y * size + j * LANES
                    decay(r[j], step[y], q[at : at + LANES], bits)
                    grown = q[at + ahead : at + ahead + LANES]
                    grown[:] = 0.0
                    for k in range(first[y], first[y + 1]):
                        rate, begin, end = given[k, 0], given[k, 1], given[k, 2]
                        decay(r[j], end, soon, bits)
                        if begin == end:
                            for i in range(LANES):
                                grown[i] += rate * soon[i]
                            continue
                        _grown(r[j], begin - end, late, bits)
                        for i in range(LANES):
                            grown[i] += rate * soon[i] * late[i]
            k = 0
            while k < steps:
                y = index[k]
                table = q[y * size : (y + 1) * size]
                run = 1
                if k + 4 <= steps and index[k + 1] == y and index[k + 2] == y and index[k + 3] == y:
                    run = 4
                    for i in range(LANES):
                        a1 = a2 = a3 = a4 = b1 = b2 = b3 = b4 = 0.0
                        for j in range(modes):
                            f = table[j * LANES + i]
                            more = table[ahead + j * LANES + i]
                            s1 = w[j * LANES + i] * f + more
                            s2 = s1 * f + more
                            s3 = s2 * f + more
                            s4 = s3 * f + more
                            w[j * LANES + i] = s4 if s4 > NOTHING else 0.0
                            c = w[weight + j * LANES + i]
                            a1 += c * s1
                            a2 += c * s2
                            a3 += c * s3
                            a4 += c * s4
                            if analytes > 1:
                                c = w[weight + (modes + j) * LANES + i]
                                b1 += c * s1
                                b2 += c * s2
                                b3 += c * s3
                                b4 += c * s4
                        w[total + i] = a1
                        w[total + LANES + i] = a2
                        w[total + 2 * LANES + i] = a3
                        w[total + 3 * LANES + i] = a4
                        if analytes > 1:
                            w[total + 4 * LANES + i] = b1
                            w[total + 5 * LANES + i] = b2
                            w[total + 6 * LANES + i] = b3
                            w[total + 7 * LANES + i] = b4
                else:
                    for i in range(LANES):
                        a1 = b1 = 0.0
                        for j in range(modes):
                            s1 = w[j * LANES + i] * table[j * LANES + i]
                            s1 += table[ahead + j * LANES + i]
                            w[j * LANES + i] = s1 if s1 > NOTHING else 0.0
                            a1 += w[weight + j * LANES + i] * s1
                            if analytes > 1:
                                b1 += w[weight + (modes + j) * LANES + i] * s1
                        w[total + i] = a1
                        if analytes > 1:
                            w[total + 4 * LANES + i] = b1
                for a in range(analytes):
                    for d in range(run):
                        at = total + (4 * a + d) * LANES
                        if width == LANES:  # a constant length is copied three times as fast
                            target = out[a, k + d, low : low + LANES]
                            for i in range(LANES):
                                target[i] = w[at + i]
                        else:
                            for i in range(width):
                                out[a, k + d, low + i] = w[at + i]
                k += run
            for j in range(modes):
                state[j, low : low + width] = w[j * LANES : j * LANES + width]

    return advance


@_jit(fastmath={"nsz"}, **JIT)
def _survey(x, low, high, below, inside):  # type: ignore[no-untyped-def]
    """How many of x lie below each bracket, in total, and inside it, block by block."""
    for p in range(low.size):
        a, b = low[p], high[p]
        under = 0
        for block in range(inside.shape[1]):
            part = x[block * BLOCK : (block + 1) * BLOCK]
            n1 = 0
            n2 = 0
            for i in range(part.size):
                n1 += part[i] < a
                n2 += part[i] <= b
            under += n1
            inside[p, block] = n2 - n1
        below[p] = under


@_jit(**JIT)
def _bracketed(x, low, high, inside, found, who):  # type: ignore[no-untyped-def]
    """Gather the levels inside the bracket and whose they are; answers how many."""
    m = 0
    for block in range(inside.size):
        i = block * BLOCK
        last = m + inside[block]
        while m < last:
            found[m] = x[i]
            who[m] = i
            m += low <= x[i] <= high
            i += 1
    return m


@_jit(**JIT)
def _select(values, k):  # type: ignore[no-untyped-def]
    """Move the k-th smallest to place k, smaller ones before it (Hoare), and answer it."""
    left, right = 0, values.size - 1
    while left < right:
        middle = (left + right) // 2
        pivot = max(
            min(values[left], values[middle]),
            min(max(values[left], values[middle]), values[right]),
        )
        i, j = left, right
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if k <= j:
            right = j
        elif k >= i:
            left = i
        else:
            break
    return values[k]


@_jit(**JIT)
def _nearest(found, who, value, apart, near):  # type: ignore[no-untyped-def]
    """The people gathered whose levels lie closest to `value`, as many as `near` holds."""
    m = found.size
    for i in range(m):
        apart[i] = abs(found[i] - value)
    few = min(m, near.size)
    reach = _select(apart[:m], few - 1)
    kept = 0
    for i in range(m):
        if kept < few and abs(found[i] - value) <= reach:
            near[kept] = who[i]
            kept += 1
    near[kept:] = near[0]


@_jit(**JIT)
def _sampled(x, rank, some):  # type: ignore[no-untyped-def]
    """Bracket of a rank from every so many-th person: three standard errors to each side."""
    m = min(x.size, some.size)
    stride = x.size // m
    for i in range(m):
        some[i] = x[i * stride]
    middle = rank / x.size * m
    apart = 3.0 * math.sqrt(max(middle * (1.0 - middle / m), 1.0)) + 1.0
    low = _select(some[:m], int(max(middle - apart, 0.0)))
    return low, _select(some[:m], int(min(middle + apart, m - 1.0)))


@_jit(**JIT)
def percentile_rows(x, ranks, out):  # type: ignore[no-untyped-def]
    """Exact type-7 percentiles of each row of x (rows, n), at fractional ranks; out (rows, ranks).

    People overtake one another slowly: the few who stood next to a percentile at one time bracket it
    at the next. One pass counts what lies below the bracket and where something lies inside; only
    that is ranked. A bracket that missed is widened until it holds the percentile, so the answer
    never rests on the guess.
    """
    rows, n = x.shape
    wanted = ranks.size
    blocks = (n + BLOCK - 1) // BLOCK
    inside = np.empty((wanted, blocks), np.int64)
    below = np.empty(wanted, np.int64)
    low, high = np.empty(wanted), np.empty(wanted)
    near = np.zeros((wanted, NEAR), np.int64)
    known = np.zeros(wanted, np.bool_)  # whether `near` says anything yet
    found, apart, who = np.empty(n + 1), np.empty(n + 1), np.empty(n + 1, np.int64)
    some = np.empty(SAMPLE)
    for row in range(rows):
        y = x[row]
        for p in range(wanted):
            if not known[p]:
                low[p], high[p] = _sampled(y, ranks[p], some)
                continue
            low[p] = high[p] = y[near[p, 0]]
            for i in near[p]:
                low[p], high[p] = min(low[p], y[i]), max(high[p], y[i])
        _survey(y, low, high, below, inside)
        for p in range(wanted):
            k = int(ranks[p])
            need = min(k + 1, n - 1)
            total = inside[p].sum()
            reach = high[p] - low[p]
            tries = 0
            while not (below[p] <= k and need < below[p] + total):
                tries += 1
                reach *= 4.0
                if below[p] > k:
                    low[p] -= reach
                else:
                    high[p] += reach
                if tries > 8 or not reach > 0.0:
                    low[p], high[p] = -np.inf, np.inf
                _survey(y, low[p : p + 1], high[p : p + 1], below[p : p + 1], inside[p : p + 1])
                total = inside[p].sum()
            if low[p] == high[p]:  # many stand at one level
                out[row, p] = low[p]
                known[p] = False
                continue
            m = _bracketed(y, low[p], high[p], inside[p], found, who)
            apart[:m] = found[:m]
            first = _select(apart[:m], k - below[p])
            second = first if need == k else apart[need - below[p] : m].min()
            out[row, p] = first + (ranks[p] - k) * (second - first)
            _nearest(found[:m], who, first, apart, near[p])
            known[p] = True


@_jit(**JIT)
def add_to_histogram(x, lowest, counts):  # type: ignore[no-untyped-def]
    """Count each row of x (rows, n) into bins named by the leading bits of the number itself.

    lowest: bits of the smallest bin. counts: (rows, bins); the first and last bin take the rest.
    """
    bins = counts.shape[1]
    for row in range(x.shape[0]):
        bits = x[row].view(np.int64)
        count = counts[row]
        for i in range(bits.size):
            count[min(max((bits[i] >> SHIFT) - lowest, 0), bins - 1)] += 1


@_jit(**JIT)
def gather(x, low, high, found, places, filled):  # type: ignore[no-untyped-def]
    """Append the values of each row inside [low, high) to `found`, from the row's place on."""
    for row in range(x.shape[0]):
        m = places[row] + filled[row]
        a, b = low[row], high[row]
        for i in range(x.shape[1]):
            if a <= x[row, i] < b:
                found[m] = x[row, i]
                m += 1
        filled[row] = m - places[row]
