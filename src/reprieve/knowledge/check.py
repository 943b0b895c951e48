"""Refuse a fact that may not be used: what one record cannot know about itself."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from reprieve.core.dosing.protocol import Protocol
from reprieve.core.evidence import NOT_LOCATED, Evidence, Verification
from reprieve.core.findings import Action
from reprieve.core.interactions.rules import Interaction
from reprieve.core.problems import Problem
from reprieve.knowledge.check_plain import check_plain
from reprieve.knowledge.decode import decode
from reprieve.knowledge.files import BrokenFacts, read_tables
from reprieve.knowledge.kinds import Source
from reprieve.knowledge.load import records
from reprieve.knowledge.subjects import SUBJECTS, Subject

MAX_QUOTE_WORDS = 40
# Best first: the order in which Verification lists its members.
RANK = {verification: rank for rank, verification in enumerate(Verification)}
# A numeric key says its unit in its name, counts something, or stands beside `unit`.
UNIT_ENDINGS = (
    "_mg",
    "_mg_per_kg",
    "_mg_per_h",
    "_mg_per_kg_per_h",
    "_mmhg",
    "_min",
    "_days",
    "_weeks",
    "_years",
    "_usd",
    "_percent",
    "_per_100",
    "_per_100_ci",
    "_points",
    "_groups",
    "_ratio",
    "_ratio_ci",
)
COUNTS = frozenset(
    {
        "sessions",
        "every_infusions",
        "order",
        "item_count",
        "item_numbers",
        "year",
        "points",
        "responders",
        "control_responders",
        "n_treated",
        "n_control",
        "k_trials",
        "n_people",
        "ai",
        "n1i",
        "ci",
        "n2i",
    },
)
# Keys that hold ids of other records.
REFERENCES = (
    "protocols",
    "contradicted_by",
    "conditions",
    "needed_for",
    "records",
    "work_up",
    "rules",
)
ID_IN_TEXT = re.compile(r"\b(?:ci|ix|pr|lim|mon)_[a-z0-9_]+")
Records = dict[str, list[tuple[str, Any]]]  # subject name: (path, record)


def check_all(only: Mapping[str, tuple[Path, ...]] | None = None) -> None:
    """Check every fact of the product.

    Args:
        only: for tests: the files to read for each subject instead of our own.
    Raises:
        BrokenFacts: with every problem, each with its file and path.
    """
    problems: list[Problem] = []
    wanted = dict.fromkeys(SUBJECTS) if only is None else only
    found = {name: _read(SUBJECTS[name], files, problems) for name, files in wanted.items()}
    problems.extend(_check_ids(found))
    sources = {s.id: s for _, s in found.get("sources", [])}
    for name in found:
        for path, record in found[name]:
            problems.extend(_check_evidence(path, record, sources))
            problems.extend(_check_permission(path, record))
    problems.extend(_check_references(found))
    if problems:
        raise BrokenFacts(problems)


def not_located() -> tuple[int, int]:
    """How many statements name no place in their source, and how many there are in all."""
    all_records = (record for name in SUBJECTS for record in records(name))
    locators = [e.locator for record in all_records for _, e in _evidences(record, "")]
    return locators.count(NOT_LOCATED), len(locators)


def _read(
    subject: Subject, files: tuple[Path, ...] | None, problems: list[Problem]
) -> list[tuple[str, Any]]:
    found = []
    for path, table in read_tables(subject, problems, files):
        name = f"{path} {table.get('id', '(no id)')}"
        problems.extend(
            Problem(f"{name}{key}", "a number without a unit: end the key in one, or add `unit`")
            for key in _without_unit(table)
        )
        record = decode(subject.type, table, name, problems)
        if record is not None:
            if not record.id.startswith(subject.prefix):
                problems.append(Problem(name, f"an id of this kind starts with {subject.prefix}"))
            found.append((name, record))
    return found


def _without_unit(table: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Paths of numbers nobody gave a unit."""
    for key, value in table.items():
        here = f"{path}.{key}"
        if isinstance(value, Mapping):
            yield from _without_unit(value, here)
            continue
        items = value if isinstance(value, list) else [value]
        for i, item in enumerate(items):
            if isinstance(item, Mapping):
                yield from _without_unit(item, f"{here}[{i}]")
        numeric = any(isinstance(n, int | float) and not isinstance(n, bool) for n in items)
        if numeric and not (key in COUNTS or key.endswith(UNIT_ENDINGS) or "unit" in table):
            yield here


def _check_ids(found: Records) -> Iterator[Problem]:
    """An id is used once: among the facts, and among the sources."""
    for group in ([n for n in found if n != "sources"], ["sources"]):
        first: dict[str, str] = {}
        for name in group:
            for path, record in found.get(name, []):
                if record.id in first:
                    yield Problem(path, f"the id is used already by {first[record.id]}")
                first.setdefault(record.id, path)


def _check_evidence(path: str, record: Any, sources: Mapping[str, Source]) -> Iterator[Problem]:
    for where, evidence in _evidences(record, path):
        source = sources.get(evidence.source)
        if source is None:
            yield Problem(where, f"the source {evidence.source!r} is not in sources.toml")
        elif RANK[evidence.verification] < RANK[source.verification]:
            yield Problem(
                where,
                f"is {evidence.verification.value}, better than its source "
                f"{source.id} ({source.verification.value})",
            )
        words = len((evidence.quote or "").split())
        if words > MAX_QUOTE_WORDS:
            yield Problem(where, f"the quote has {words} words, {MAX_QUOTE_WORDS} are allowed")


def _evidences(value: Any, path: str) -> Iterator[tuple[str, Evidence]]:
    """Every Evidence inside a record, with its path."""
    if isinstance(value, Evidence):
        yield path, value
    if isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _evidences(item, f"{path}[{i}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from _evidences(getattr(value, field.name), f"{path}.{field.name}")


def _check_permission(path: str, record: Any) -> Iterator[Problem]:
    """What nobody read, or what is ours, may warn or ask; it permits nothing."""
    evidence = getattr(record, "evidence", None)
    if evidence is None or evidence.verification.may_permit:
        return
    basis = evidence.verification.value
    if getattr(record, "permits", ()):
        yield Problem(path, f"a {basis} record may not permit anything")
    if isinstance(record, Protocol):
        yield Problem(path, f"a protocol may not rest on a {basis} record")
    if isinstance(record, Interaction) and record.action is Action.NOTE:
        yield Problem(path, f"a {basis} record may not lower an interaction to a note")


def _check_references(found: Records) -> Iterator[Problem]:
    """Ids that records name must exist."""
    if "claims" not in found:
        return  # a part of the facts is read: what they name may stand elsewhere
    known = {record.id for group in found.values() for _, record in group}
    for path, record in (pair for group in found.values() for pair in group):
        for key in REFERENCES:
            yield from _unknown(path, getattr(record, key, ()), known)
        yield from _unknown(path, ID_IN_TEXT.findall(getattr(record, "note", None) or ""), known)
    yield from check_plain(found)


def _unknown(path: str, ids: Iterable[str], known: set[str]) -> Iterator[Problem]:
    for missing in sorted(set(ids) - known):
        yield Problem(path, f"names {missing!r}, which does not exist")
