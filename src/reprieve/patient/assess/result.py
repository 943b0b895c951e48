"""What a self-assessment says: what to talk about and why, what is known, what is open.

It never says that somebody qualifies, and it holds no dose.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from reprieve import knowledge
from reprieve.core.eligibility.screen import Rules, Screening, screen
from reprieve.core.findings import Action
from reprieve.core.interactions.check import check_interactions
from reprieve.core.patient import Medicine, PatientSnapshot
from reprieve.core.snapshot_document import snapshot_document
from reprieve.knowledge.plain import AssessmentQuestion, Choice, NotAsked, Say
from reprieve.patient.assess.answers import Answers, chosen_in, way
from reprieve.patient.assess.snapshot import snapshot_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing to talk about. rules: what stands behind it in the clinic's own check."""

    action: Action
    answer: Say
    why: Say
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """urgent: emergency, crisis, pregnancy. pain: what is known about this kind of pain.

    points: worst first. left_open: questions without an answer. too_young: no more was asked.
    """

    urgent: tuple[str, ...]
    pain: tuple[Choice, ...]
    points: tuple[Point, ...]
    left_open: tuple[AssessmentQuestion, ...]
    not_asked: tuple[NotAsked, ...]
    too_young: bool
    screening: Screening

    def of(self, *actions: Action) -> tuple[Point, ...]:
        return tuple(p for p in self.points if p.action in actions)


def result_of(answers: Answers, as_of: date) -> Result:
    """The clinic's own screening of what was answered, put in plain words."""
    screening = screen(snapshot_of(answers, as_of), _rules(), as_of=as_of)
    actions = {f.code: f.action for f in screening.findings}
    asked = way(answers)
    chosen = [(q, o) for q in asked for o in chosen_in(q, answers)]
    points = [_point(o, actions) for q, o in chosen if o.why and q.id != "q_pain"]
    return Result(
        urgent=tuple(dict.fromkeys(o.urgent for _, o in chosen if o.urgent)),
        pain=tuple(o for q, o in chosen if q.id == "q_pain"),
        points=tuple(sorted(points, key=lambda p: -p.action)),
        left_open=tuple(q for q in asked if _open(q, answers)),
        not_asked=knowledge.not_asked(),
        too_young=any(o.ends for _, o in chosen),
        screening=screening,
    )


def assessment_payload(answers: Answers, as_of: date) -> dict[str, Any]:
    """What a consultation request may take along: the answers, the snapshot and the clinic's findings."""
    result = result_of(answers, as_of)
    return {
        "document": "SelfAssessment",
        "content_version": knowledge.VERSION,
        "as_of": as_of.isoformat(),
        "answers": {q: list(chosen) for q, chosen in answers.items()},
        "urgent": list(result.urgent),
        "snapshot": snapshot_document(snapshot_of(answers, as_of)),
        "readiness": result.screening.readiness,
        "findings": [
            {"code": f.code, "action": f.action.word, "message": f.message}
            for f in result.screening.findings
        ],
    }


def _rules() -> Rules:
    return Rules(
        contraindications=knowledge.contraindications(),
        interactions=knowledge.interactions(),
        indications=knowledge.indications(),
        workup=knowledge.workup(),
    )


def _point(option: Choice, actions: dict[str, Action]) -> Point:
    """An answer with what it asks for. What is urgent stands with the worst."""
    assert option.why
    drugs = _interactions(option)
    found = [actions[r] for r in option.present if r in actions]
    worst = max((*found, *drugs.values(), _at_least(option.may_be), _by_age(option, actions)))
    return Point(
        action=Action.BLOCK if option.urgent else worst,
        answer=option.text,
        why=option.why,
        rules=tuple(dict.fromkeys((*option.present, *option.may_be, *drugs))),
    )


def _at_least(rules: Iterable[str]) -> Action:
    """What an answer asks for that leaves its rules open.

    Of several one is present: the mildest. A single one may be: a doctor looks at it first.
    """
    own = {r.id: r.action for r in knowledge.contraindications()}
    open_rules = [own[r] for r in rules]
    if len(open_rules) > 1:
        return min(open_rules)
    return min(Action.HOLD, *open_rules) if open_rules else Action.ASK


def _by_age(option: Choice, actions: dict[str, Action]) -> Action:
    """An age group is judged by the birth date it stands for, not by an answer."""
    if not (option.from_years or option.under_years):
        return Action.ASK
    return max(actions.get(rule, Action.ASK) for rule in ("ci_age_u18", "ci_age_65"))


def _interactions(option: Choice) -> dict[str, Action]:
    """The classes a medicine belongs to, with their own action: a class is said, only its member is not."""
    if not option.medicine:
        return {}
    alone = PatientSnapshot(medicines=(Medicine(name=option.medicine, path=option.id),))
    found, _unknown = check_interactions(alone, knowledge.interactions(), route="iv")
    own = {i.id: i.action for i in knowledge.interactions()}
    return {f.code: own[f.code] for f in found}


def _open(question: AssessmentQuestion, answers: Answers) -> bool:
    chosen = chosen_in(question, answers)
    return not chosen or any(o.unsure for o in chosen)
