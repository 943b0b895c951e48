"""Which recorded conditions a set of codes means."""

from collections.abc import Iterable

from reprieve.core.eligibility.rules import CodedConcept
from reprieve.core.patient import Coding, Condition


def matching(
    conditions: Iterable[Condition], concepts: Iterable[CodedConcept]
) -> tuple[Condition, ...]:
    """The conditions that carry one of the codes, or a child of one marked `descendants`."""
    exact = {(c.system, _plain(c.code)) for c in concepts}
    parents = tuple((c.system, _plain(c.code)) for c in concepts if c.descendants)
    return tuple(c for c in conditions if any(_means(x, exact, parents) for x in c.codings))


def _means(
    coding: Coding, exact: set[tuple[str, str]], parents: tuple[tuple[str, str], ...]
) -> bool:
    code = _plain(coding.code)
    return (coding.system, code) in exact or any(
        coding.system == system and code.startswith(parent) for system, parent in parents
    )


def _plain(code: str) -> str:
    """ICD-10-CM is written with and without its dot."""
    return code.replace(".", "").upper()
