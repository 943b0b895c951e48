"""The columns of a table of studies, read with their limits; every problem with its row and column."""

from collections.abc import Mapping, Sequence

import numpy as np

from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.synthesis.numbers import Flags, Floats


class Columns:
    """Equally long numeric columns by name. A value that cannot be used becomes a problem and NaN."""

    def __init__(self, table: Mapping[str, Sequence[float] | Floats]) -> None:
        self._table = {name: np.asarray(values, dtype=float) for name, values in table.items()}
        self.problems: list[Problem] = []

    def number(
        self, name: str, *, above: float | None = None, minimum: float | None = None
    ) -> Floats:
        """The column, shape (k,), each value finite, above `above` and not below `minimum`."""
        values = self._table.get(name)
        if values is None:
            self.problems.append(Problem(name, "this column is missing"))
            return np.full(self._rows(), np.nan)
        self.refuse(name, ~np.isfinite(values), "a finite number is needed")
        if above is not None:
            self.refuse(name, values <= above, f"must be above {above:g}")
        if minimum is not None:
            self.refuse(name, values < minimum, f"must be at least {minimum:g}")
        return values

    def count(self, name: str, *, minimum: float = 0) -> Floats:
        """A column of whole numbers."""
        values = self.number(name, minimum=minimum)
        broken = np.isfinite(values) & (values != np.floor(values))
        self.refuse(name, broken, "a whole number is needed")
        return values

    def at_most(self, name: str, values: Floats, limit_name: str, limits: Floats) -> None:
        """No value above its row's limit, as events above the number of people."""
        self.refuse(name, values > limits, f"is more than {limit_name}")

    def raise_if_any(self) -> None:
        if self.problems:
            raise UnusableInput(self.problems)

    def refuse(self, name: str, bad: Flags, message: str) -> None:
        self.problems += [Problem(f"rows[{i}].{name}", message) for i in np.flatnonzero(bad)]

    def _rows(self) -> int:
        return max((len(values) for values in self._table.values()), default=0)
