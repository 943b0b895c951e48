"""Plain answers as the snapshot the clinic's own engine reads. What was not answered stays unknown."""

from datetime import date, timedelta

from reprieve.core.patient import (
    Answer,
    BornOn,
    Condition,
    ConditionStatus,
    Medicine,
    PatientSnapshot,
    Presence,
    PriorTreatment,
)
from reprieve.knowledge.plain import AssessmentQuestion, Choice
from reprieve.patient.assess.answers import Answers, chosen_in, way

OLDEST_YEARS = 110  # as the clinic's own range of ages


def snapshot_of(answers: Answers, as_of: date) -> PatientSnapshot:
    """Everything the answers say. Lists of medicines and allergies are never complete here."""
    chosen = [o for question in way(answers) for o in chosen_in(question, answers)]
    open_rules = {rule for o in chosen for rule in o.may_be}
    known: dict[str, Answer] = {}
    for question in way(answers):
        for rule, presence in _presences(question, chosen_in(question, answers)).items():
            if presence is Presence.PRESENT or rule not in open_rules:
                known[rule] = Answer(presence=presence, by="patient", on=as_of)
    return PatientSnapshot(
        born=next((_born(o, as_of) for o in chosen if o.from_years or o.under_years), None),
        answers=known,
        conditions=tuple(_condition(o) for o in chosen if o.condition),
        medicines=tuple(Medicine(name=o.medicine, path=o.id) for o in chosen if o.medicine),
        prior_treatments=tuple(
            PriorTreatment(what=o.treatment, outcome="unknown") for o in chosen if o.treatment
        ),
    )


def _presences(question: AssessmentQuestion, chosen: tuple[Choice, ...]) -> dict[str, Presence]:
    """Ticked is present; what else the list named is absent, unless nothing or "not sure" was ticked."""
    present = {rule for o in chosen for rule in o.present}
    found = dict.fromkeys(present, Presence.PRESENT)
    if chosen and not any(o.unsure for o in chosen):
        for rule in rules_of(question) - present:
            found[rule] = Presence.ABSENT
    return found


def rules_of(question: AssessmentQuestion) -> set[str]:
    """The rules a question settles. What an urgent sign may mean is not asked by naming the sign."""
    return {
        rule
        for o in question.options
        for rule in (o.present if o.urgent == "emergency" else (*o.present, *o.may_be))
    }


def _born(option: Choice, as_of: date) -> BornOn:
    """The span of birth dates of an age group."""
    youngest, eldest = option.from_years or 0, (option.under_years or OLDEST_YEARS + 1) - 1
    return BornOn(
        earliest=_years_before(as_of, eldest + 1, days_later=1),
        latest=_years_before(as_of, youngest),
    )


def _years_before(day: date, years: int, days_later: int = 0) -> date:
    """The same day of another year; 28 February for the 29th where there is none."""
    leap_day = (day.month, day.day) == (2, 29)
    then = date(day.year - years, day.month, 28) if leap_day else day.replace(year=day.year - years)
    return then + timedelta(days=days_later)


def _condition(option: Choice) -> Condition:
    return Condition(
        codings=(), text=option.condition or "", status=ConditionStatus.ACTIVE, path=option.id
    )
