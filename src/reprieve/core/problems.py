"""Input we cannot use: every problem, each with its path, shown together."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was given. `path` as in `doses[0].amount_mg`."""

    path: str
    message: str


class UnusableInput(Exception):
    """Raised at the edge of a decision when its input cannot be read. Never clinical."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.path}: {p.message}" for p in self.problems))
