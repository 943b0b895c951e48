"""Plain tables (from TOML or JSON) to the frozen records, and back to JSON.

Strict in one direction: an unknown key, a missing key or a value of the wrong type is a
problem with its path, and all problems are collected. Nothing is coerced.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from reprieve.core.evidence import Currency
from reprieve.core.findings import Action
from reprieve.core.problems import Problem

T = TypeVar("T")
Convert = Callable[[Any, str, list[Problem]], Any]
CURRENCY_KEYS = tuple(f.name for f in fields(Currency))


def decode(cls: type[T], table: object, path: str, problems: list[Problem]) -> T | None:
    """One record of `cls`, or None with the reasons added to `problems`.

    The keys of `Currency` (jurisdiction, valid_until, review_by) stand in the record itself.
    """
    if not isinstance(table, Mapping):
        problems.append(Problem(path, "a table is needed"))
        return None
    plan, required, has_currency = _plan(cls)  # type: ignore[arg-type]
    before = len(problems)
    values: dict[str, Any] = {}
    for key, value in table.items():
        convert = plan.get(key)
        if convert is not None:
            values[key] = convert(value, f"{path}.{key}", problems)
        elif not (has_currency and key in CURRENCY_KEYS):
            problems.append(Problem(f"{path}.{key}", "unknown key"))
    problems.extend(Problem(f"{path}.{key}", "is missing") for key in required if key not in table)
    if has_currency:
        own = {key: table[key] for key in CURRENCY_KEYS if key in table}
        values["currency"] = decode(Currency, own, path, problems) if own else Currency()
    return cls(**values) if len(problems) == before else None


def encode(value: Any) -> Any:
    """The JSON form of a record: words for enums, lists for tuples, currency flattened."""
    if is_dataclass(value) and not isinstance(value, type):
        table: dict[str, Any] = {}
        for field in fields(value):
            part = encode(getattr(value, field.name))
            if isinstance(getattr(value, field.name), Currency):
                table.update(part)
            else:
                table[field.name] = part
        return table
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, Action):
        return value.word
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


@cache
def _plan(cls: type[Any]) -> tuple[dict[str, Convert], tuple[str, ...], bool]:
    """Converter by key, the keys that must be there, and whether the record has a currency."""
    hints = get_type_hints(cls)
    own = [f for f in fields(cls) if hints[f.name] is not Currency]
    required = tuple(f.name for f in own if f.default is MISSING and f.default_factory is MISSING)
    return {f.name: _converter(hints[f.name]) for f in own}, required, len(own) < len(fields(cls))


def _converter(hint: Any) -> Convert:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):  # only `X | None` is used; None is an absent key
        [inner] = [a for a in args if a is not type(None)]
        return _converter(inner)
    if origin is tuple:
        return _tuple(args)
    if origin is Mapping:
        return _table(_converter(args[1]))
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda value, path, problems: decode(hint, value, path, problems)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum(hint)
    return _SCALARS[hint]


def _tuple(args: tuple[Any, ...]) -> Convert:
    convert = _converter(args[0])
    length = None if args[-1] is Ellipsis else len(args)

    def items(value: Any, path: str, problems: list[Problem]) -> Any:
        if not isinstance(value, list):
            problems.append(Problem(path, "a list is needed"))
            return None
        if length is not None and len(value) != length:
            problems.append(Problem(path, f"{length} values are needed, {len(value)} given"))
        return tuple(convert(item, f"{path}[{i}]", problems) for i, item in enumerate(value))

    return items


def _table(convert: Convert) -> Convert:
    """Names to values of one type."""

    def table(value: Any, path: str, problems: list[Problem]) -> Any:
        if not isinstance(value, Mapping):
            problems.append(Problem(path, "a table is needed"))
            return None
        return {key: convert(item, f"{path}.{key}", problems) for key, item in value.items()}

    return table


def _enum(kind: type[Enum]) -> Convert:
    words = {m.word if isinstance(m, Action) else m.value: m for m in kind}

    def member(value: Any, path: str, problems: list[Problem]) -> Any:
        if value not in words:
            problems.append(Problem(path, f"{value!r} is not one of: {', '.join(words)}"))
        return words.get(value)

    return member


def _scalar(name: str, accepts: Callable[[Any], bool]) -> Convert:
    def scalar(value: Any, path: str, problems: list[Problem]) -> Any:
        if not accepts(value):
            problems.append(Problem(path, f"{name} is needed, not {value!r}"))
        return value

    return scalar


def _number(value: Any, path: str, problems: list[Problem]) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        problems.append(Problem(path, f"a number is needed, not {value!r}"))
        return None
    return float(value)


def _day(value: Any, path: str, problems: list[Problem]) -> Any:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        problems.append(Problem(path, f"a date is needed, not {value!r}"))
        return None


_SCALARS: dict[Any, Convert] = {
    str: _scalar("text", lambda v: isinstance(v, str) and bool(v.strip())),
    bool: _scalar("true or false", lambda v: isinstance(v, bool)),
    int: _scalar("a whole number", lambda v: isinstance(v, int) and not isinstance(v, bool)),
    float: _number,
    date: _day,
}
