"""JSON text read strictly: NaN, a key given twice and nesting without end are problems, not values."""

import json
from typing import Any

from reprieve.core.problems import Problem, UnusableInput

LARGEST_BYTES = 25_000_000  # of one document; contracts: bundles over 25 MB are refused by size


def parse_json(raw: bytes, *, max_bytes: int = LARGEST_BYTES) -> Any:
    """The document in UTF-8 bytes. Raises UnusableInput; oversize is refused before it is read."""
    text = utf8_text(raw, max_bytes=max_bytes)
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except RecursionError:
        raise UnusableInput([Problem("$", "nested too deeply")]) from None
    except ValueError as error:
        raise UnusableInput([Problem("$", f"not JSON: {error}")]) from None


def utf8_text(raw: bytes, *, max_bytes: int = LARGEST_BYTES) -> str:
    """The text of UTF-8 bytes, without its byte order mark. What is not UTF-8 or too large is refused."""
    if len(raw) > max_bytes:
        raise too_large(max_bytes)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8: {error.reason} at byte {error.start}"
        raise UnusableInput([Problem("$", message)]) from None


def too_large(max_bytes: int = LARGEST_BYTES) -> UnusableInput:
    return UnusableInput([Problem("$", f"larger than {max_bytes / 1e6:g} MB")])


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number we can use")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        seen: set[str] = set()
        twice = next(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
        raise ValueError(f"key {twice!r} given twice")
    return table
