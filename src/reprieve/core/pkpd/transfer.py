"""Linear compartment models as transfer functions, kept as gain, poles and zeros.

Every model here is a chain of blocks. A block is a hub (plasma) with spokes (peripheral
compartments, or the liver with its own way out); a depot or a transit compartment is a hub without
spokes. Poles and zeros of such blocks are real and interlace, and are found to full precision, so
a whole model (absorption, first pass, metabolite) is the product of its blocks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reprieve.core.pkpd.tape import Traced

Floats = NDArray[np.float64]
Number = float | Floats  # one patient, or shape (n,) for n patients; a Traced passes for one

COMPILED_FROM = 4096  # people from which on compiled code pays
_UNCOMPILED: ContextVar[bool] = ContextVar("uncompiled", default=False)


def compiled_pays(people: int) -> bool:
    return people >= COMPILED_FROM and not _UNCOMPILED.get()


@contextmanager
def uncompiled() -> Iterator[None]:
    """Inside, nothing is compiled or loaded compiled: loading it costs more than a small task."""
    token = _UNCOMPILED.set(True)
    try:
        yield
    finally:
        _UNCOMPILED.reset(token)


@dataclass(frozen=True, slots=True)
class Transfer:
    """H(s) = gain * prod(s + zeros) / prod(s + poles), rates in 1/min.

    zeros: one for each pole: the zero paired with it (never smaller than the pole), or None. The
        pairing makes the series at early times free of subtraction (see response.py).
    """

    gain: Number
    poles: tuple[Number, ...]
    zeros: tuple[Number | None, ...]

    def then(self, following: "Transfer", gain: Number = 1.0) -> "Transfer":
        """This block feeding the next one, times a gain (a rate constant, a fraction)."""
        return Transfer(
            self.gain * following.gain * gain,
            self.poles + following.poles,
            self.zeros + following.zeros,
        )

    def times(self, gain: Number) -> "Transfer":
        return Transfer(self.gain * gain, self.poles, self.zeros)

    def integrated(self) -> "Transfer":
        """The response integrated over time: one more pole, at zero."""
        return Transfer(self.gain, (*self.poles, 0.0), (*self.zeros, None))

    def area(self) -> Number:
        """H(0): the area under the response to 1 mg, from 0 to infinity."""
        area = self.gain
        for pole, zero in zip(self.poles, self.zeros, strict=True):
            area = area / pole if zero is None else area * (zero / pole)
        return area


@dataclass(frozen=True, slots=True)
class Spoke:
    """A compartment that exchanges with the hub only. Rate constants in 1/min."""

    out: Number  # hub to spoke
    back: Number  # spoke to hub
    exit: Number = 0.0  # elimination from the spoke itself


@dataclass(frozen=True, slots=True)
class Hub:
    """A central compartment, its elimination rate constant (1/min) and its spokes."""

    exit: Number
    spokes: tuple[Spoke, ...] = ()

    def hub_to_hub(self) -> Transfer:
        """Amount in the hub after 1 mg into the hub."""
        zeros = sorted_rates([s.back + s.exit for s in self.spokes])
        return Transfer(1.0, self.poles(), (*zeros, None))

    def spoke_to_hub(self, j: int) -> Transfer:
        """Amount in the hub after 1 mg into spoke j."""
        others = [s.back + s.exit for i, s in enumerate(self.spokes) if i != j]
        return Transfer(self.spokes[j].back, self.poles(), (*sorted_rates(others), None, None))

    def hub_to_spoke(self, j: int) -> Transfer:
        """Amount in spoke j after 1 mg into the hub."""
        others = [s.back + s.exit for i, s in enumerate(self.spokes) if i != j]
        return Transfer(self.spokes[j].out, self.poles(), (*sorted_rates(others), None, None))

    def spoke_to_spoke(self, j: int) -> Transfer:
        """Amount in spoke j after 1 mg into spoke j: its zeros are the block without it."""
        rest = tuple(s for i, s in enumerate(self.spokes) if i != j)
        without = Hub(self.exit + self.spokes[j].out, rest)
        return Transfer(1.0, self.poles(), (*without.poles(), None))

    def poles(self) -> tuple[Number, ...]:
        """Decay rates, ascending: eigenvalues, polished on the secular equation."""
        if not self.spokes:
            return (self.exit,)
        numbers = [self.exit, *(n for s in self.spokes for n in (s.out, s.back, s.exit))]
        for number in numbers:
            if isinstance(number, Traced):
                return number.tape.rates(numbers)
        plain = all(isinstance(s.exit, float) and s.exit == 0.0 for s in self.spokes)
        if plain and len(self.spokes) == 1:
            return self._two_rates()
        if plain and len(self.spokes) == 2 and np.size(self.exit) > 1:
            return self._three_rates()
        matrix = self._symmetric()
        found = np.asarray(np.linalg.eigvalsh(matrix), np.float64)
        if matrix.ndim == 2:
            return tuple(self._polish(float(rate)) for rate in found)
        return tuple(self._polish(found[:, i]) for i in range(found.shape[1]))

    def _two_rates(self) -> tuple[Number, Number]:
        """The quadratic, without subtraction."""
        [spoke] = self.spokes
        total = self.exit + spoke.out + spoke.back
        apart = self.exit + spoke.out - spoke.back
        fast = (total + (apart * apart + 4.0 * spoke.out * spoke.back) ** 0.5) / 2.0
        return self.exit * spoke.back / fast, fast

    def _three_rates(self) -> tuple[Floats, ...]:
        """The cubic of many people at once. From 0 Newton climbs to the smallest root, from the sum
        of the roots it descends to the largest, never overshooting; the product gives the third."""
        near, far = self.spokes
        given = (self.exit, near.out, near.back, far.out, far.back)
        leave, out1, back1, out2, back2 = np.broadcast_arrays(*given)
        if compiled_pays(leave.size):
            from reprieve.core.pkpd.kernels import three_rates

            rates = np.empty((3, leave.size))
            columns = (leave, out1, back1, out2, back2)
            three_rates(*(np.ascontiguousarray(c, np.float64) for c in columns), rates)
            return tuple(rates)
        c2 = leave + out1 + out2 + back1 + back2
        c1 = leave * (back1 + back2) + back1 * back2 + out1 * back2 + out2 * back1
        c0 = leave * back1 * back2

        def step(x: Floats) -> Floats:
            value: Floats = x - (((x - c2) * x + c1) * x - c0) / ((3 * x - 2 * c2) * x + c1)
            return value

        low, high = np.zeros_like(c2), c2
        for _ in range(9):
            low, high = step(low), step(high)
        return low, step(c0 / (low * high)), high

    def _symmetric(self) -> Floats:
        """The block's matrix made symmetric by scaling: same eigenvalues. (k, k) or (n, k, k)."""
        total = self.exit
        for spoke in self.spokes:
            total = total + spoke.out
        size = len(self.spokes) + 1
        matrix = np.zeros((*np.shape(total), size, size))
        matrix[..., 0, 0] = total
        for i, spoke in enumerate(self.spokes, start=1):
            matrix[..., i, i] = spoke.back + spoke.exit
            matrix[..., 0, i] = matrix[..., i, 0] = -np.sqrt(spoke.out * spoke.back)
        return matrix

    def _polish(self, rate: Number) -> Number:
        """Two Newton steps. In this form the slowest rate is a sum without cancellation."""
        for _ in range(2):
            value, slope = self.exit - rate, -1.0 + 0.0 * rate
            for spoke in self.spokes:
                gap = spoke.back + spoke.exit - rate
                value = value + spoke.out * (spoke.exit - rate) / gap
                slope = slope - spoke.out * spoke.back / (gap * gap)
            rate = rate - value / slope
        return rate


def lag(rate: Number, stages: int = 1) -> Transfer:
    """Outflow (1/min) of `stages` equal first-order compartments in a row, per mg put in."""
    return Transfer(rate**stages, (rate,) * stages, (None,) * stages)


def depot(rate: Number) -> Transfer:
    """Amount in one compartment emptied at `rate`, per mg put in."""
    return Transfer(1.0, (rate,), (None,))


def sorted_rates(rates: list[Number]) -> tuple[Number, ...]:
    """Ascending; for arrays, ascending for each patient."""
    if any(isinstance(rate, Traced) for rate in rates):
        return tuple(rates)  # their order matters to the early series alone
    if all(isinstance(rate, float) for rate in rates):
        return tuple(sorted(float(rate) for rate in rates))
    stacked = np.sort(np.stack(np.broadcast_arrays(*rates)), axis=0)
    return tuple(stacked)
