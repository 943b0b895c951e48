"""Read one subject's TOML as plain tables."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from reprieve.core.problems import Problem
from reprieve.knowledge.subjects import Subject


class BrokenFacts(Exception):
    """A fact that may not be used. Lists every problem with its file and path; stops start-up."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.path}: {p.message}" for p in problems))


def read_tables(
    subject: Subject, problems: list[Problem], files: tuple[Path, ...] | None = None
) -> list[tuple[str, dict[str, Any]]]:
    """The records of a subject as (path for messages, table), in the order of the files.

    `[defaults]` of a file holds keys that every record of that file has unless it says otherwise.
    """
    found: list[tuple[str, dict[str, Any]]] = []
    for file in subject.files if files is None else files:
        document = _parse(file, problems)
        defaults = document.pop("defaults", {})
        tables = document.pop(subject.table, [])
        problems.extend(Problem(f"{file.name}: {key}", "unknown table") for key in document)
        if not isinstance(tables, list) or not tables:
            tables = []
            problems.append(Problem(file.name, f"holds no [[{subject.table}]]"))
        found.extend(
            (f"{file.name}: {subject.table}[{i}]", {**defaults, **table})
            for i, table in enumerate(tables)
        )
    return found


def plain(value: Any) -> Any:
    """Dates as text, so that tables can be written as JSON."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _parse(file: Path, problems: list[Problem]) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(file.name, f"cannot be read: {error}"))
        return {}
