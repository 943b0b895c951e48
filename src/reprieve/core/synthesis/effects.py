"""One effect and its sampling variance per study: what every pooling model starts from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.synthesis.numbers import Floats

LARGEST = 1e50  # beyond it squares and products leave the range of a double
SMALLEST_VARIANCE = 1e-50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Effects:
    """k study effects on the scale they are pooled on (log for ratios).

    Shapes: `yi` and `vi` (k,), `labels` k texts. `notes` say what was done to get here.
    Raises UnusableInput when there is no study, or a value is not finite, or a variance is not above 0.
    """

    yi: Floats
    vi: Floats
    labels: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.yi) == 0:
            raise UnusableInput([Problem("rows", "no study: nothing to pool")])
        if not len(self.yi) == len(self.vi) == len(self.labels):
            raise UnusableInput([Problem("rows", "yi, vi and labels differ in length")])
        if problems := [*_bad_effects(self.yi), *_bad_variances(self.vi)]:
            raise UnusableInput(problems)

    @property
    def k(self) -> int:
        return len(self.yi)

    def some(self, which: Sequence[int] | NDArray[np.intp]) -> "Effects":
        """The studies at these positions, in that order."""
        at = np.asarray(which, dtype=int)
        return Effects(yi=self.yi[at], vi=self.vi[at], labels=tuple(self.labels[i] for i in at))

    def without(self, i: int) -> "Effects":
        """All studies but the one at position `i`."""
        return self.some([j for j in range(self.k) if j != i])


def effects(
    yi: Sequence[float] | Floats,
    vi: Sequence[float] | Floats,
    labels: Sequence[str] | None = None,
    notes: Sequence[str] = (),
) -> Effects:
    """Effects from plain sequences; studies without a label are called by their number, from 1."""
    names = labels if labels is not None else [f"study {i}" for i in range(1, len(yi) + 1)]
    return Effects(
        yi=np.asarray(yi, dtype=float),
        vi=np.asarray(vi, dtype=float),
        labels=tuple(names),
        notes=tuple(notes),
    )


def _bad_effects(yi: Floats) -> list[Problem]:
    return [
        Problem(f"rows[{i}].yi", f"the effect {value:g} is not a number that can be pooled")
        for i, value in enumerate(yi)
        if not abs(value) <= LARGEST
    ]


def _bad_variances(vi: Floats) -> list[Problem]:
    return [
        Problem(f"rows[{i}].vi", f"the variance {value:g} must be above 0 and finite")
        for i, value in enumerate(vi)
        if not SMALLEST_VARIANCE <= value <= LARGEST
    ]
