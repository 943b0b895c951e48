"""Read untyped JSON strictly: no coercion, no guessing, all problems collected with their paths.

reader = Reader(data, problems=[])
weight = reader.number("weight_kg", minimum=30, maximum=250)
reader.close()                      # every key nobody asked for is a problem
reader.raise_if_any()
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from reprieve.core.problems import Problem, UnusableInput

_MISSING = object()


class Reader:
    """One JSON object, read key by key. A required key that is unusable yields None and a problem."""

    def __init__(self, data: object, path: str = "", problems: list[Problem] | None = None) -> None:
        self.problems = [] if problems is None else problems
        self.path = path
        self._asked: set[str] = set()
        self._data: Mapping[str, Any] = {}
        if isinstance(data, Mapping):
            self._data = data
        else:
            self.problem("", f"an object is needed, not {_name(data)}")

    def at(self, key: str) -> str:
        """The path of a key of this object."""
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def problem(self, key: str, message: str) -> None:
        self.problems.append(Problem(self.at(key) or "$", message))

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return self._data.get(key) is not None

    def keys(self) -> tuple[str, ...]:
        """Every key of the object, for objects whose keys are data."""
        return tuple(self._data)

    def number(
        self,
        key: str,
        *,
        required: bool = True,
        minimum: float | None = None,
        maximum: float | None = None,
        above: float | None = None,
    ) -> float | None:
        """A finite number inside [minimum, maximum] and greater than `above`."""
        value = self._take(key, required)
        if value is _MISSING:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.problem(key, f"a number is needed, not {_name(value)}")
            return None
        try:
            number = float(value)
        except OverflowError:
            self.problem(key, "the number is too large")
            return None
        if not math.isfinite(number):
            self.problem(key, "NaN and infinity are not numbers we can use")
            return None
        if above is not None and number <= above:
            self.problem(key, f"{value} must be above {above:g}")
            return None
        if minimum is not None and number < minimum:
            self.problem(key, f"{value} is below {minimum:g}")
            return None
        if maximum is not None and number > maximum:
            self.problem(key, f"{value} is above {maximum:g}")
            return None
        return number

    def integer(
        self,
        key: str,
        *,
        required: bool = True,
        minimum: int | None = None,
        maximum: int | None = None,
    ) -> int | None:
        value = self._data.get(key)
        if isinstance(value, float) and not value.is_integer():
            self._asked.add(key)
            self.problem(key, f"a whole number is needed, not {value}")
            return None
        number = self.number(key, required=required, minimum=minimum, maximum=maximum)
        return None if number is None else int(number)

    def text(
        self, key: str, *, required: bool = True, choices: Sequence[str] | None = None
    ) -> str | None:
        """A string that is not blank; one of `choices` where given."""
        value = self._take(key, required)
        if value is _MISSING:
            return None
        if not isinstance(value, str):
            self.problem(key, f"text is needed, not {_name(value)}")
            return None
        if not value.strip():
            self.problem(key, "text is needed, not an empty string")
            return None
        if choices is not None and value not in choices:
            self.problem(key, f"{value!r} is not one of: {', '.join(choices)}")
            return None
        return value

    def boolean(self, key: str, *, required: bool = True) -> bool | None:
        value = self._take(key, required)
        if value is _MISSING:
            return None
        if not isinstance(value, bool):
            self.problem(key, f"true or false is needed, not {_name(value)}")
            return None
        return value

    def day(self, key: str, *, required: bool = True) -> date | None:
        """A calendar date written YYYY-MM-DD."""
        value = self.text(key, required=required)
        if value is None:
            return None
        try:
            parsed = date.fromisoformat(value)
        except ValueError:
            self.problem(key, f"{value!r} is not a date written YYYY-MM-DD")
            return None
        if parsed.isoformat() != value:
            self.problem(key, f"{value!r} is not a date written YYYY-MM-DD")
            return None
        return parsed

    def raw(self, key: str, *, required: bool = True) -> Any:
        """The value as it stands; None when absent."""
        value = self._take(key, required)
        return None if value is _MISSING else value

    def table(self, key: str, *, required: bool = True) -> "Reader | None":
        """A nested object, sharing this reader's problems."""
        value = self._take(key, required)
        return None if value is _MISSING else Reader(value, self.at(key), self.problems)

    def array(self, key: str, *, required: bool = True, minimum_items: int = 0) -> list[Any]:
        """A list as it stands; empty when absent."""
        value = self._take(key, required)
        if value is _MISSING:
            return []
        if not isinstance(value, list):
            self.problem(key, f"a list is needed, not {_name(value)}")
            return []
        if len(value) < minimum_items:
            self.problem(key, f"at least {minimum_items} needed, {len(value)} given")
        return value

    def tables(
        self, key: str, *, required: bool = True, minimum_items: int = 0
    ) -> Iterator["Reader"]:
        """A list of objects, each with its own path (`doses[0]`)."""
        for i, item in enumerate(self.array(key, required=required, minimum_items=minimum_items)):
            yield Reader(item, f"{self.at(key)}[{i}]", self.problems)

    def close(self) -> None:
        """Report every key nobody asked for."""
        for key in self._data:
            if key not in self._asked:
                self.problem(str(key), "unknown key")

    def raise_if_any(self) -> None:
        if self.problems:
            raise UnusableInput(self.problems)

    def _take(self, key: str, required: bool) -> Any:
        self._asked.add(key)
        value = self._data.get(key, _MISSING)
        if value is _MISSING or value is None:
            if required:
                self.problem(key, "is required")
            return _MISSING
        return value


def _name(value: object) -> str:
    names = {bool: "true/false", str: "text", list: "a list", dict: "an object", type(None): "null"}
    return names.get(type(value), "a number")
