"""Columns of a table found by the names in its first row, whatever their order."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reprieve.core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """columns: field to the position of its column. ignored: names nothing is read from."""

    columns: Mapping[str, int]
    ignored: tuple[str, ...]
    problems: tuple[Problem, ...]


def fold(text: str) -> str:
    """Without accents, capitals, punctuation and doubled spaces: what two people type the same."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def match_headers(
    head: Sequence[str], names: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> Matched:
    """Which column holds which field.

    Args:
        names: field to the header names it goes by; its own name is always one of them.
    Returns:
        Matched. A name met twice for one field, and a needed field without a column, are problems.
    """
    known = {fold(name): field for field, many in names.items() for name in (field, *many)}
    columns: dict[str, int] = {}
    ignored, problems = [], []
    for position, name in enumerate(head):
        field = known.get(fold(name))
        if field is None:
            ignored.append(name.strip())
        elif field in columns:
            problems.append(Problem(f"header.{field}", f"two columns hold it; “{name}” is one"))
        else:
            columns[field] = position
    problems += [
        Problem(f"header.{field}", "no column has this name")
        for field in needed
        if field not in columns
    ]
    return Matched(
        columns=columns, ignored=tuple(i for i in ignored if i), problems=tuple(problems)
    )
