"""What is known about ketamine for the pain this person has."""

from collections.abc import Iterable

from reprieve.core.eligibility.codes import matching
from reprieve.core.eligibility.rules import Indication
from reprieve.core.findings import Action, Finding, Kind
from reprieve.core.patient import Condition, ConditionStatus, PatientSnapshot
from reprieve.core.words import contains_words


def check_indications(
    patient: PatientSnapshot, indications: Iterable[Indication]
) -> tuple[Finding, ...]:
    """A note for each pain condition on record for which a source grades ketamine."""
    active = [c for c in patient.conditions if c.status is ConditionStatus.ACTIVE]
    found = ((i, conditions_of(i, active)) for i in indications)
    return tuple(_finding(i, conditions) for i, conditions in found if conditions)


def conditions_of(indication: Indication, conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """The conditions this indication speaks of, by code or by whole-word name."""
    conditions = tuple(conditions)
    coded = matching(conditions, indication.codes)
    named = (c for c in conditions if contains_words(c.text, indication.names))
    return tuple(dict.fromkeys((*coded, *named)))


def _finding(indication: Indication, conditions: tuple[Condition, ...]) -> Finding:
    i = indication
    return Finding(
        code=i.id,
        kind=Kind.INDICATION,
        action=Action.NOTE,
        message=f"{i.condition}: {i.effect} (grade {i.grade}, certainty {i.certainty}).",
        because=tuple(c.label for c in conditions),
        clears_when="",
        evidence=i.evidence,
    )
