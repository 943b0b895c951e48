"""What is asked on the day beside the rules of eligibility: records, and what an answer means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reprieve.core.evidence import Currency, Evidence
from reprieve.core.findings import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class GateQuestion:
    """One yes-or-no question of the day-of gate.

    speaks: the answer, "yes" or "no", that speaks against going on; no answer keeps the gate closed.
    action: block, hold or warn. routes: only for these routes; empty: any.
    section: where the form shows it: identity, today, safety; home: only for a dose given at home.
    """

    id: str
    section: str
    question: str
    speaks: str
    action: Action
    message: str
    evidence: Evidence
    routes: tuple[str, ...] = ()
    note: str | None = None
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomItem:
    """One thing that is checked in the room every day before the first patient.

    action: what its absence means for everybody treated there that day.
    expires: it has a date of expiry that is written down and judged.
    """

    id: str
    item: str
    asks: str
    action: Action
    evidence: Evidence
    expires: bool = False
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyCard:
    """What to do in one kind of emergency, in order, in words that can be read while doing it.

    after: what must not be forgotten once it is over.
    """

    id: str
    order: int
    title: str
    steps: tuple[str, ...]
    evidence: Evidence
    after: tuple[str, ...] = ()
    note: str | None = None
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """An answer of the day, or its absence, that speaks against going on."""

    code: str
    action: Action
    message: str
    evidence: Evidence


def asked(
    questions: Iterable[GateQuestion], route: str, *, at_home: bool = False
) -> tuple[GateQuestion, ...]:
    """The questions for this route and place, in the order of the file."""
    return tuple(
        q
        for q in questions
        if (not q.routes or route in q.routes) and (at_home or q.section != "home")
    )


def unanswered(questions: Iterable[GateQuestion], answers: Mapping[str, str]) -> tuple[str, ...]:
    """Ids of questions nobody answered: silence is not "no"."""
    return tuple(q.id for q in questions if answers.get(q.id) not in ("yes", "no"))


def judge_answers(
    questions: Iterable[GateQuestion], answers: Mapping[str, str]
) -> tuple[Spoken, ...]:
    """What today's answers speak against, worst first."""
    found = [
        Spoken(code=q.id, action=q.action, message=q.message, evidence=q.evidence)
        for q in questions
        if answers.get(q.id) == q.speaks
    ]
    return tuple(sorted(found, key=lambda s: -s.action))
