"""The facts as frozen records: one function a subject, read when first asked for.

    from reprieve import knowledge
    knowledge.contraindications()      # tuple[Contraindication, ...]
    knowledge.VERSION                  # "2026.1"

A command pays only for the subjects it asks for. Reading is strict here too; the checks that
need the whole house (sources, duplicates, units) run in `check_all`, which the build, the tests
and the clinic's start-up call.
"""

import json
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from reprieve.core.problems import Problem
from reprieve.knowledge.decode import decode
from reprieve.knowledge.subjects import CONTENT, SUBJECTS, Subject

if TYPE_CHECKING:
    from reprieve.core.dosing.mme import MmeFactor
    from reprieve.core.dosing.protocol import Limit, Protocol
    from reprieve.core.eligibility.rules import Contraindication, Indication, WorkUp
    from reprieve.core.instruments.questionnaire import Questionnaire
    from reprieve.core.interactions.rules import Interaction
    from reprieve.core.outcomes.exposure import Check
    from reprieve.core.session.questions import EmergencyCard, GateQuestion, RoomItem
    from reprieve.core.session.thresholds import Threshold
    from reprieve.knowledge import kinds as r
    from reprieve.knowledge import plain as p
    from reprieve.knowledge.studies import Review, Trial


@cache
def records(name: str) -> tuple[Any, ...]:
    """All records of one subject, in the order of its file.

    Raises:
        BrokenFacts: a record cannot be read.
        KeyError: no such subject.
    """
    subject = SUBJECTS[name]
    problems: list[Problem] = []
    found = [
        decode(subject.type, table, path, problems) for path, table in _tables(subject, problems)
    ]
    if problems:
        from reprieve.knowledge.files import BrokenFacts

        raise BrokenFacts(problems)
    return tuple(found)


def contraindications() -> "tuple[Contraindication, ...]":
    return records("contraindications")


def interactions() -> "tuple[Interaction, ...]":
    return records("interactions")


def indications() -> "tuple[Indication, ...]":
    return records("indications")


def effects() -> "tuple[r.ObservedEffect, ...]":
    return records("effects")


def workup() -> "tuple[WorkUp, ...]":
    return records("workup")


def protocols() -> "tuple[Protocol, ...]":
    return records("protocols")


def limits() -> "tuple[Limit, ...]":
    return records("limits")


def mme_factors() -> "tuple[MmeFactor, ...]":
    return records("mme")


def instruments() -> "tuple[Questionnaire, ...]":
    return records("questionnaires")


def sources() -> "tuple[r.Source, ...]":
    return records("sources")


def monitoring() -> "tuple[r.MonitoringPoint, ...]":
    return records("monitoring")


def thresholds() -> "tuple[Threshold, ...]":
    return records("thresholds")


def gate() -> "tuple[GateQuestion, ...]":
    return records("gate")


def rooms() -> "tuple[RoomItem, ...]":
    return records("rooms")


def emergency() -> "tuple[EmergencyCard, ...]":
    """The cards in the order they are shown."""
    return tuple(sorted(records("emergency"), key=lambda card: card.order))


def adverse_events() -> "tuple[r.AdverseEventRate, ...]":
    return records("adverse_events")


def scales() -> "tuple[r.Scale, ...]":
    return records("scales")


def responses() -> "tuple[r.ResponseThreshold, ...]":
    return records("responses")


def consent() -> "tuple[r.ConsentElement, ...]":
    return records("consent")


def costs() -> "tuple[r.Cost, ...]":
    return records("costs")


def compounding() -> "tuple[r.CompoundingFact, ...]":
    return records("compounding")


def controlled_substance() -> "tuple[r.ControlledSubstanceRule, ...]":
    return records("controlled_substance")


def decision_aid() -> "tuple[r.DecisionAidPoint, ...]":
    return records("decision_aid")


def guidelines() -> "tuple[r.GuidelinePoint, ...]":
    return records("guidelines")


def claims() -> "tuple[r.Claim, ...]":
    return records("claims")


def disagreements() -> "tuple[r.Disagreement, ...]":
    return records("disagreements")


def entry_ranges() -> "tuple[r.EntryRange, ...]":
    return records("entry_ranges")


def contacts() -> "tuple[r.EmergencyContact, ...]":
    return records("contacts")


def advisor() -> "tuple[r.AdvisorFigure, ...]":
    return records("advisor")


def surveillance() -> "tuple[Check, ...]":
    return records("surveillance")


def trials() -> "tuple[Trial, ...]":
    return records("trials")


def reviews() -> "tuple[Review, ...]":
    return records("reviews")


def changes() -> "tuple[r.Change, ...]":
    """What each content version changes for patients, newest first."""
    return records("changes")


def aid() -> "tuple[p.AidPage, ...]":
    """The pages of the decision aid in their order."""
    return tuple(sorted(records("aid"), key=lambda page: page.order))


def pictures() -> "tuple[p.Picture, ...]":
    return records("pictures")


def glossary() -> "tuple[p.Word, ...]":
    return records("glossary")


def self_assessment() -> "tuple[p.AssessmentQuestion, ...]":
    """The questions in the order they are asked."""
    return tuple(sorted(records("self_assessment"), key=lambda question: question.order))


def not_asked() -> "tuple[p.NotAsked, ...]":
    return tuple(sorted(records("not_asked"), key=lambda item: item.order))


def version() -> str:
    """The content version. Read as text: a TOML parser costs more than the rest of a short answer."""
    return (CONTENT / "version.toml").read_text("utf-8").split('version = "')[1].split('"')[0]


def released_on() -> date:
    """The day the content version was released."""
    text = (CONTENT / "version.toml").read_text("utf-8").split("released_on = ")[1].split()[0]
    return date.fromisoformat(text)


def _tables(subject: Subject, problems: list[Problem]) -> list[tuple[str, dict[str, Any]]]:
    """From the built form while it is current, else from the TOML it is built from."""
    built = json.loads(subject.built.read_text("utf-8")) if subject.built.exists() else {}
    if built.get("digest") != subject.digest():
        from reprieve.knowledge.files import read_tables

        return read_tables(subject, problems)
    return [(f"{subject.name}[{i}]", table) for i, table in enumerate(built["records"])]
