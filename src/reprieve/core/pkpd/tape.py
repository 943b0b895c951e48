"""A model written down as it computes, so that compiled code can repeat it with exact derivatives.

`Traced` numbers go through `model.system` and `model.inputs` in the place of parameters and leave a
list of steps behind: arithmetic, and the decay rates of a hub. fit_kernel.py runs that list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

CONSTANT, PARAMETER, ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, RATES, FILLED = range(9)


@dataclass(slots=True)
class Tape:
    """Steps: (what, first operand, second operand, constant).

    RATES: the first operand points into `operands` (exit, then out, back and exit of each spoke), the
    second counts the spokes; it fills itself and the FILLED steps after it, rates ascending.
    """

    steps: list[tuple[int, int, int, float]] = field(default_factory=list)
    operands: list[int] = field(default_factory=list)

    def add(self, what: int, a: int = 0, b: int = 0, constant: float = 0.0) -> "Traced":
        self.steps.append((what, a, b, constant))
        return Traced(self, len(self.steps) - 1)

    def place(self, value: object) -> int:
        """The step that holds a traced or a plain number."""
        if isinstance(value, Traced):
            return value.at
        return self.add(CONSTANT, constant=float(value)).at  # type: ignore[arg-type]

    def rates(self, numbers: Sequence[object]) -> tuple["Traced", ...]:
        """Decay rates of a hub: numbers are its exit, then out, back and exit of each spoke."""
        places = [self.place(n) for n in numbers]
        spokes = len(places) // 3
        first = self.add(RATES, len(self.operands), spokes)
        self.operands += places
        return (first, *(self.add(FILLED) for _ in range(spokes)))


class Traced:
    """A number whose computation is written down."""

    __slots__ = ("at", "tape")
    __array_ufunc__ = None  # NumPy numbers leave the operation to us

    def __init__(self, tape: Tape, at: int) -> None:
        self.tape, self.at = tape, at

    def _with(self, what: int, other: object, *, swapped: bool = False) -> "Traced":
        a, b = self.at, self.tape.place(other)
        return self.tape.add(what, *((b, a) if swapped else (a, b)))

    def __add__(self, other: object) -> "Traced":
        return self._with(ADD, other)

    __radd__ = __add__

    def __sub__(self, other: object) -> "Traced":
        return self._with(SUBTRACT, other)

    def __rsub__(self, other: object) -> "Traced":
        return self._with(SUBTRACT, other, swapped=True)

    def __mul__(self, other: object) -> "Traced":
        return self._with(MULTIPLY, other)

    __rmul__ = __mul__

    def __truediv__(self, other: object) -> "Traced":
        return self._with(DIVIDE, other)

    def __rtruediv__(self, other: object) -> "Traced":
        return self._with(DIVIDE, other, swapped=True)

    def __pow__(self, power: float) -> "Traced":
        return self.tape.add(POWER, self.at, 0, float(power))
