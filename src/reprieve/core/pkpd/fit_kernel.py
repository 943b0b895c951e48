"""The compiled fit of one person: levels, their exact derivatives and the search for the mode.

Arrays in, arrays out (estimate.py makes them). Every number on the tape carries its derivatives by each eta;
those of a decay rate follow from its secular equation.
"""

import math
from typing import Any

import numba as nb
import numpy as np

from reprieve.core.pkpd.tape import (
    ADD,
    CONSTANT,
    DIVIDE,
    MULTIPLY,
    PARAMETER,
    POWER,
    RATES,
    SUBTRACT,
)

SPLIT = 3e-5  # rates closer than this, relative, are moved apart evenly
MOST_ITERATIONS = 100
CLOSE_ENOUGH = 1e-7  # largest gradient component at the mode
_jit: Any = nb.njit
JIT: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "boundscheck": False,
    "error_model": "numpy",
    "fastmath": {"contract", "nsz", "arcp"},
}


@_jit(**JIT)
def _secular(rate, at, spokes, operands, value):  # type: ignore[no-untyped-def]
    """The hub's secular function and its slope: exit - r + sum of out (exit' - r) / (back + exit' - r)."""
    found, slope = value[operands[at]] - rate, -1.0
    for s in range(spokes):
        out = value[operands[at + 1 + 3 * s]]
        back = value[operands[at + 2 + 3 * s]]
        leave = value[operands[at + 3 + 3 * s]]
        gap = back + leave - rate
        found += out * (leave - rate) / gap
        slope -= out * back / (gap * gap)
    return found, slope


@_jit(**JIT)
def _root(low, high, rate, at, spokes, operands, value):  # type: ignore[no-untyped-def]
    """The one root between two ends, from where it was last; the function falls. Newton, or halving
    where that leaves the bracket."""
    if not low < rate < high:
        rate = 0.5 * (low + high)
    for _ in range(200):
        found, slope = _secular(rate, at, spokes, operands, value)
        if found > 0.0:
            low = rate
        else:
            high = rate
        step = rate - found / slope
        if not low < step < high:
            step = 0.5 * (low + high)
        if abs(step - rate) <= 4e-16 * rate:
            return step
        rate = step
    return rate


@_jit(**JIT)
def _rates(step, at, spokes, operands, value, slopes):  # type: ignore[no-untyped-def]
    """Decay rates of a hub, ascending, into the steps from `step` on, with their derivatives.

    One root lies below the smallest sum of a spoke's exits, one between each two, one above all.
    """
    ends = np.empty(spokes)
    most = value[operands[at]]
    for s in range(spokes):
        ends[s] = value[operands[at + 2 + 3 * s]] + value[operands[at + 3 + 3 * s]]
        most += value[operands[at + 1 + 3 * s]]
    for s in range(1, spokes):  # insertion sort: np.sort is slow on three numbers
        k = s
        while k > 0 and ends[k - 1] > ends[k]:
            ends[k - 1], ends[k] = ends[k], ends[k - 1]
            k -= 1
    for root in range(spokes + 1):
        low = ends[root - 1] if root > 0 else 0.0
        high = ends[root] if root < spokes else most + ends[spokes - 1]
        rate = _root(low, high, value[step + root], at, spokes, operands, value)
        _, slope = _secular(rate, at, spokes, operands, value)
        value[step + root] = rate
        per = -1.0 / slope
        for e in range(slopes.shape[1]):
            slopes[step + root, e] = slopes[operands[at], e] * per
        for s in range(spokes):
            out, back, leave = (
                operands[at + 1 + 3 * s],
                operands[at + 2 + 3 * s],
                operands[at + 3 + 3 * s],
            )
            gap = 1.0 / (value[back] + value[leave] - rate)
            by_out = per * (value[leave] - rate) * gap
            by_back = -by_out * value[out] * gap
            by_leave = per * value[out] * value[back] * gap * gap
            for e in range(slopes.shape[1]):
                slopes[step + root, e] += (
                    by_out * slopes[out, e]
                    + by_back * slopes[back, e]
                    + by_leave * slopes[leave, e]
                )


@_jit(**JIT)
def _play(codes, constants, operands, typical, logit, eta, value, slopes):  # type: ignore[no-untyped-def]
    """Run the tape at these deviations."""
    for i in range(codes.shape[0]):
        what, a, b = codes[i, 0], codes[i, 1], codes[i, 2]
        if what == CONSTANT:
            value[i] = constants[i]
            slopes[i, :] = 0.0
        elif what == PARAMETER:
            moved = typical[a] * math.exp(eta[a])
            slope = moved
            if logit[a]:
                moved = 1.0 / (1.0 + (1.0 / typical[a] - 1.0) * math.exp(-eta[a]))
                slope = moved * (1.0 - moved)
            value[i] = moved
            slopes[i, :] = 0.0
            slopes[i, a] = slope
        elif what in (ADD, SUBTRACT):
            sign = 1.0 if what == ADD else -1.0
            value[i] = value[a] + sign * value[b]
            for e in range(eta.size):
                slopes[i, e] = slopes[a, e] + sign * slopes[b, e]
        elif what == MULTIPLY:
            value[i] = value[a] * value[b]
            for e in range(eta.size):
                slopes[i, e] = slopes[a, e] * value[b] + value[a] * slopes[b, e]
        elif what == DIVIDE:
            value[i] = value[a] / value[b]
            for e in range(eta.size):
                slopes[i, e] = (slopes[a, e] - value[i] * slopes[b, e]) / value[b]
        elif what == POWER:
            value[i] = value[a] ** constants[i]
            for e in range(eta.size):
                slopes[i, e] = constants[i] * value[i] / value[a] * slopes[a, e]
        elif what == RATES:
            _rates(i, a, b, operands, value, slopes)


@_jit(**JIT)
def _drive(row, span, nodes, value, slopes, times, which, level, change, r, dr, dc):  # type: ignore[no-untyped-def]
    """Add one input's share to the levels and to their derivatives.

    row: analyte, gain, amount, first pole, poles, first zero, zeros. span: start, duration.
    """
    analyte, gain, amount, first, poles, above, zeros = row
    etas = slopes.shape[1]
    for i in range(poles):
        r[i] = value[nodes[first + i]]
        dr[i] = slopes[nodes[first + i]]
    for i in range(poles):
        for j in range(i):
            if abs(r[i] - r[j]) < SPLIT * r[i]:
                r[i] *= 1.0 + SPLIT / 2.0
                r[j] *= 1.0 - SPLIT / 2.0
                dr[i] *= 1.0 + SPLIT / 2.0
                dr[j] *= 1.0 - SPLIT / 2.0
    scale = value[gain] * value[amount]
    for i in range(poles):
        c = 1.0
        dc[:] = 0.0
        for z in range(zeros):
            node = nodes[above + z]
            gap = value[node] - r[i]
            gap = gap if gap != 0.0 else 1e-16 * r[i]
            c *= gap
            per = 1.0 / gap
            for e in range(etas):
                dc[e] += (slopes[node, e] - dr[i, e]) * per
        for j in range(poles):
            if j != i:
                per = 1.0 / (r[j] - r[i])
                c *= per
                for e in range(etas):
                    dc[e] -= (dr[j, e] - dr[i, e]) * per
        c *= scale
        for e in range(etas):
            dc[e] += slopes[gain, e] / value[gain] + slopes[amount, e] / value[amount]
        for k in range(times.size):
            tau = times[k] - span[0]
            if which[k] != analyte or tau <= 0.0:
                continue
            length = span[1]
            if length == 0.0:
                shape = math.exp(-r[i] * tau)
                bend = -tau * shape
            else:
                on = min(tau, length)
                fall = math.expm1(-r[i] * on)
                left = math.exp(-r[i] * (tau - on)) if tau > on else 1.0
                per = 1.0 / (r[i] * length)
                shape = -left * fall * per
                bend = left * (tau * (fall + 1.0) - (tau - on)) * per - shape * per * length
            level[k] += c * shape
            for e in range(etas):
                change[k, e] += c * (dc[e] * shape + bend * dr[i, e])


@_jit(**JIT)
def _factorised(matrix, lower):  # type: ignore[no-untyped-def]
    """Cholesky factor of a positive matrix."""
    k = matrix.shape[0]
    for i in range(k):
        for j in range(i + 1):
            total = matrix[i, j]
            for m in range(j):
                total -= lower[i, m] * lower[j, m]
            lower[i, j] = math.sqrt(total) if i == j else total / lower[j, j]


@_jit(**JIT)
def _solved(lower, right, out):  # type: ignore[no-untyped-def]
    """Solve with a Cholesky factor."""
    k = right.size
    for i in range(k):
        total = right[i]
        for m in range(i):
            total -= lower[i, m] * out[m]
        out[i] = total / lower[i, i]
    for i in range(k - 1, -1, -1):
        total = out[i]
        for m in range(i + 1, k):
            total -= lower[m, i] * out[m]
        out[i] = total / lower[i, i]


@_jit(**JIT)
def _weighed(eta, precision, levels, level, change, error, gradient, information, expected):  # type: ignore[no-untyped-def]
    """Gradient, and information: the expected one, or for the search the curvature along log level,
    which is nearly straight in eta, never below a quarter of the expected."""
    k = eta.size
    proportional, additive = error
    for a in range(k):
        gradient[a] = 0.0
        for b in range(k):
            gradient[a] += precision[a, b] * eta[b]
            information[a, b] = precision[a, b]
    for i in range(levels.size):
        f, miss = level[i], levels[i] - level[i]
        variance = (proportional[i] * f) ** 2 + additive[i] ** 2
        slope = 2.0 * proportional[i] ** 2 * f / variance  # of log variance
        odd = 1.0 - miss * miss / variance
        pull = -miss / variance + 0.5 * slope * odd
        weight = 1.0 / variance + 0.5 * slope * slope
        if not expected:
            bend = proportional[i] ** 2 / variance - 0.5 * slope * slope
            curve = 1.0 / variance + 2.0 * miss * slope / variance + bend * odd
            curve += 0.5 * slope * slope * miss * miss / variance
            weight = max(curve + pull / f, 0.25 * weight)
        for a in range(k):
            gradient[a] += pull * change[i, a]
            for b in range(k):
                information[a, b] += weight * change[i, a] * change[i, b]


@_jit(**JIT)
def fit(whole, real, levels, eta, covariance):  # type: ignore[no-untyped-def]
    """Find the mode by Fisher scoring with step halving; answers objective and iterations.

    whole, real: everything but the levels, packed by estimate.py: few arrays are handed over faster than many.
    eta (k,) and covariance (k, k) are filled.
    """
    k, n = eta.size, levels.size
    steps, pushed, inputs, linked = whole[0], whole[1], whole[2], whole[3]
    at = 4
    codes = whole[at : at + 3 * steps].reshape(steps, 3)
    at += 3 * steps
    operands = whole[at : at + pushed]
    at += pushed
    drives = whole[at : at + 7 * inputs].reshape(inputs, 7)
    at += 7 * inputs
    nodes = whole[at : at + linked]
    at += linked
    which = whole[at : at + n]
    logit = whole[at + n : at + n + k]
    constants = real[:steps]
    at = steps
    spans = real[at : at + 2 * inputs].reshape(inputs, 2)
    at += 2 * inputs
    times = real[at : at + n]
    error = real[at + n : at + 3 * n].reshape(2, n)  # proportional, additive
    proportional, additive = error
    at += 3 * n
    typical = real[at : at + k]
    precision = real[at + k : at + k + k * k].reshape(k, k)

    value, slopes = np.zeros(steps), np.zeros((steps, k))
    most = 1
    for d in range(inputs):
        most = max(most, drives[d, 4])
    r, dr, dc = np.empty(most), np.empty((most, k)), np.empty(k)
    level, change = np.empty(n), np.empty((n, k))
    gradient, move, tried, column = np.zeros(k), np.zeros(k), np.zeros(k), np.zeros(k)
    information, lower = np.zeros((k, k)), np.zeros((k, k))
    eta[:] = 0.0
    best, iterations = np.inf, 0
    while True:
        share = 1.0
        for _ in range(31):
            for e in range(k):
                tried[e] = eta[e] + share * move[e]
            _play(codes, constants, operands, typical, logit, tried, value, slopes)
            level[:] = 0.0
            change[:] = 0.0
            for d in range(inputs):
                _drive(
                    drives[d], spans[d], nodes, value, slopes, times, which, level, change, r, dr, dc
                )  # fmt: skip
            objective = 0.0
            for a in range(k):
                for b in range(k):
                    objective += 0.5 * tried[a] * precision[a, b] * tried[b]
            for i in range(n):
                variance = (proportional[i] * level[i]) ** 2 + additive[i] ** 2
                objective += 0.5 * ((levels[i] - level[i]) ** 2 / variance + math.log(variance))
            if objective <= best + 1e-12 * abs(best):
                break
            share *= 0.5
        longest = 0.0
        for e in range(k):
            longest = max(longest, abs(tried[e] - eta[e]))
            eta[e] = tried[e]
        best = objective
        _weighed(eta, precision, levels, level, change, error, gradient, information, False)
        steepest = 0.0
        for e in range(k):
            steepest = max(steepest, abs(gradient[e]))
        if steepest <= CLOSE_ENOUGH or iterations >= MOST_ITERATIONS:
            break
        if iterations > 0 and longest < 1e-10:
            break
        iterations += 1
        _factorised(information, lower)
        _solved(lower, gradient, move)
        for e in range(k):
            move[e] = -move[e]
    _weighed(eta, precision, levels, level, change, error, gradient, information, True)
    _factorised(information, lower)
    for a in range(k):
        gradient[:] = 0.0
        gradient[a] = 1.0
        _solved(lower, gradient, column)
        covariance[:, a] = column
    return best, iterations
