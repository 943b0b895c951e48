"""Facts with their sources, and the loader that refuses bad ones."""

from reprieve.knowledge.decode import encode as to_json
from reprieve.knowledge.load import (
    adverse_events,
    advisor,
    aid,
    changes,
    claims,
    compounding,
    consent,
    contacts,
    contraindications,
    controlled_substance,
    costs,
    decision_aid,
    disagreements,
    effects,
    emergency,
    entry_ranges,
    gate,
    glossary,
    guidelines,
    indications,
    instruments,
    interactions,
    limits,
    mme_factors,
    monitoring,
    not_asked,
    pictures,
    protocols,
    records,
    released_on,
    responses,
    reviews,
    rooms,
    scales,
    self_assessment,
    sources,
    surveillance,
    thresholds,
    trials,
    version,
    workup,
)

VERSION = version()
RELEASED_ON = released_on()


def check_all() -> None:
    """Refuse to go on with a broken fact. Raises BrokenFacts with every problem."""
    from reprieve.knowledge.check import check_all as check

    check()


def not_located() -> tuple[int, int]:
    """How many statements name no place in their source, and how many there are in all."""
    from reprieve.knowledge.check import not_located as count

    return count()


__all__ = [
    "RELEASED_ON",
    "VERSION",
    "adverse_events",
    "advisor",
    "aid",
    "changes",
    "check_all",
    "claims",
    "compounding",
    "consent",
    "contacts",
    "contraindications",
    "controlled_substance",
    "costs",
    "decision_aid",
    "disagreements",
    "effects",
    "emergency",
    "entry_ranges",
    "gate",
    "glossary",
    "guidelines",
    "indications",
    "instruments",
    "interactions",
    "limits",
    "mme_factors",
    "monitoring",
    "not_asked",
    "not_located",
    "pictures",
    "protocols",
    "records",
    "released_on",
    "responses",
    "reviews",
    "rooms",
    "scales",
    "self_assessment",
    "sources",
    "surveillance",
    "thresholds",
    "to_json",
    "trials",
    "workup",
]
