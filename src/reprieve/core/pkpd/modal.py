"""Curves of many people at once, as sums of exponentials of arrays.

Poles that coincide, as in a transit chain, are set apart by SPLIT: the response is even in that
move, so together with rounding a level stays
within 1e-5 of itself from 1e-3 of the peak on. One person is simulated exactly, in response.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reprieve.core.pkpd.model import Dose, Input, Parameters, PkModel
from reprieve.core.pkpd.transfer import Floats, Number, Transfer, compiled_pays

SPLIT = 3e-5


@dataclass(frozen=True, slots=True)
class Group:
    """Inputs that share an entry and, but for a factor, their share in each person.

    rates: (modes, n), 1/min. coef: (analytes, modes, n), ng/mL for each mg. inputs: amounts are
    plain numbers: what differs between people stands in `coef`.
    """

    rates: Floats
    coef: Floats
    inputs: tuple[Input, ...]


def groups(
    model: PkModel,
    drawn: Parameters,
    given: Sequence[tuple[Dose, int]],
    n: int,
    gains: Mapping[str, float] | None = None,
    analytes: Sequence[str] | None = None,
) -> list[Group]:
    """The exponentials of n people for these doses (each with its spray-pair number).

    analytes: in the model's order; None takes all of them.
    """
    system = model.system(drawn)
    analytes = analytes or model.analytes
    found = []
    for entry, share, inputs in _alike(
        [i for d, nth in given for i in model.inputs(d, drawn, nth)]
    ):
        reached = [a for a in analytes if (entry, a) in system.transfers]
        widest = system.transfers[entry, reached[-1]]
        rates = _apart(_stack(widest.poles, n))
        coef = np.zeros((len(analytes), *rates.shape))
        for analyte in reached:
            transfer = system.transfers[entry, analyte]
            used = len(transfer.poles)  # a metabolite's poles begin with those of its parent
            gain = (gains or {}).get(analyte, 1.0)
            weight = residues(transfer.times(gain), rates[:used])
            coef[analytes.index(analyte), :used] = weight * share
        found.append(Group(rates, coef, tuple(inputs)))
    return found


def _alike(inputs: Sequence[Input]) -> list[tuple[str, Number, list[Input]]]:
    """Inputs by entry and share: (entry, share per person, inputs with amounts as numbers)."""
    found: list[tuple[str, Number, list[Input]]] = []
    for one in inputs:
        same = isinstance(one.amount_mg, float)
        whole, share = (float(one.amount_mg), 1.0) if same else (1.0, one.amount_mg)
        plain = Input(
            entry=one.entry,
            amount_mg=whole,
            start_min=one.start_min,
            duration_min=one.duration_min,
        )
        for entry, other, members in found:
            if entry == one.entry and np.array_equal(other, share):
                members.append(plain)
                break
        else:
            found.append((one.entry, share, [plain]))
    return found


def _stack(values: Sequence[Number], n: int) -> Floats:
    return np.stack([np.broadcast_to(np.asarray(v, np.float64), (n,)) for v in values])


def residues(transfer: Transfer, rates: Floats) -> Floats:
    """Coefficients of the exponentials, (poles, n), at rates that do not coincide."""
    n = rates.shape[1]
    zeros = [z for z in transfer.zeros if z is not None]
    gain = np.broadcast_to(np.asarray(transfer.gain, np.float64), (n,))
    coef = np.empty_like(rates)
    if compiled_pays(n):
        from reprieve.core.pkpd import kernels

        above = _stack(zeros, n) if zeros else np.empty((0, n))
        kernels.residues(rates, above, np.ascontiguousarray(gain), coef)
        return coef
    for i, rate in enumerate(rates):
        value = gain
        for zero in zeros:
            value = value * (zero - rate)
        for j, other in enumerate(rates):
            if j != i:
                value = value / (other - rate)
        coef[i] = value
    return coef


def _apart(rates: Floats) -> Floats:
    """The rates, with a gap of at least SPLIT, relative, between neighbours of each person.

    A pair is moved apart evenly: the response is even in that move, so the error is of its square.
    """
    if compiled_pays(rates.shape[1]):
        from reprieve.core.pkpd import kernels

        kernels.set_apart(rates, SPLIT)
        return rates
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


def direct(groups: Sequence[Group], times_min: Floats) -> Floats:
    """Curves, shape (analytes, times, n), every exponential computed: for small populations."""
    analytes, _, n = groups[0].coef.shape
    curves = np.zeros((analytes, times_min.size, n))
    for group in groups:
        for one in group.inputs:
            first = int(np.searchsorted(times_min, one.start_min, "right"))
            tau = (times_min[first:] - one.start_min)[:, None]
            for j, rate in enumerate(group.rates):
                shape = _response(rate, tau, one)
                for a in range(analytes):
                    if group.coef[a, j].any():
                        curves[a, first:] += group.coef[a, j] * shape
    return np.maximum(curves, 0.0)


def _response(rate: Floats, tau: Floats, one: Input) -> Floats:
    """One exponential driven by one input."""
    if np.all(one.duration_min == 0.0):
        return one.amount_mg * np.exp(-rate * tau)
    on = np.minimum(tau, one.duration_min)
    grown = -np.expm1(-rate * on) * (one.amount_mg / (rate * one.duration_min))
    late: Floats = grown * np.exp(-rate * (tau - on))
    return late
