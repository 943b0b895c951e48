"""One arm, a proportion: on the logit or the double arcsine scale."""

import numpy as np

from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.synthesis.columns import Columns
from reprieve.core.synthesis.numbers import Floats


def read_counts(columns: Columns) -> tuple[Floats, Floats]:
    """`xi` people with the event of `ni`. Raises UnusableInput with every problem."""
    xi, ni = columns.count("xi"), columns.count("ni", minimum=1)
    columns.at_most("xi", xi, "ni", ni)
    columns.raise_if_any()
    return xi, ni


def logit(xi: Floats, ni: Floats, *, add: float = 0.5, to: str = "only0") -> tuple[Floats, Floats]:
    """Log odds (k,) and variances (k,) 1/x + 1/(n - x), after the zero-cell rule of `Tables.corrected`."""
    zero = (xi == 0) | (xi == ni)
    chosen = {"only0": zero, "if0all": zero.any() | zero, "all": ~zero | zero, "none": zero & False}
    extra = add * chosen[to]
    with_event, without = xi + extra, ni - xi + extra
    if (bad := np.flatnonzero((with_event <= 0) | (without <= 0))).size:
        raise UnusableInput(
            Problem(f"rows[{i}].xi", "the logit of 0 or 1 is not finite: nothing was added")
            for i in bad
        )
    return np.log(with_event / without), 1 / with_event + 1 / without


def double_arcsine(xi: Floats, ni: Floats) -> tuple[Floats, Floats]:
    """Half the sum of the two arcsines, variance 1/(4n + 2). Freeman & Tukey 1950; needs no correction."""
    yi = 0.5 * (np.arcsin(np.sqrt(xi / (ni + 1))) + np.arcsin(np.sqrt((xi + 1) / (ni + 1))))
    return yi, 1 / (4 * ni + 2)
