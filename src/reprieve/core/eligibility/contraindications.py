"""Which contraindications are present, absent or not known, and what each one asks for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reprieve.core.eligibility.codes import matching
from reprieve.core.eligibility.rules import BloodPressureOver, Contraindication
from reprieve.core.findings import Action, Finding
from reprieve.core.patient import (
    BloodPressure,
    ConditionStatus,
    PatientSnapshot,
    Presence,
    Sex,
)
from reprieve.core.words import contains_words

READING_COUNTS_DAYS = 30  # project_default: blood pressure and weight (contracts.md)
CHILDBEARING_YEARS = (12, 55)  # project_default: whom pregnancy rules are asked of


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a rule's condition is there, and the patient facts that say so."""

    presence: Presence
    because: tuple[str, ...] = ()


def check_contraindications(
    patient: PatientSnapshot,
    rules: Iterable[Contraindication],
    *,
    as_of: date,
    day_of: bool = False,
) -> tuple[tuple[Finding, ...], dict[str, Judgement]]:
    """A finding for every rule that is present or cannot be ruled out, and the judgement of each rule asked.

    A rule the record is silent about yields ASK, never nothing. Rules that cannot apply to this
    person, and day-of rules at another stage, are not asked. Raises nothing for clinical reasons.
    """
    asked = [r for r in rules if applies(r, patient, as_of) and (day_of or not r.day_of)]
    judged = {rule.id: judge(rule, patient, as_of) for rule in asked}
    found = (_finding(rule, judged[rule.id]) for rule in asked)
    return tuple(f for f in found if f), judged


def applies(rule: Contraindication, patient: PatientSnapshot, as_of: date) -> bool:
    """False only where the rule cannot apply: recorded male, or surely outside 12 to 55 years."""
    if not rule.female_only:
        return True
    if patient.sex is Sex.MALE:
        return False
    low, high = CHILDBEARING_YEARS
    youngest, oldest = patient.born.ages_on(as_of) if patient.born else (low, high)
    return oldest >= low and youngest <= high


def judge(rule: Contraindication, patient: PatientSnapshot, as_of: date) -> Judgement:
    """Present, absent or unknown, by age, reading, code, allergy and answer.

    What shows the condition wins over what denies it; a bare silence is unknown.
    """
    if rule.age:
        return _by_age(rule, patient, as_of)
    evidence = [
        _by_blood_pressure(rule, patient, as_of),
        _by_codes(rule, patient),
        _by_allergy(rule, patient),
        _by_answer(rule, patient),
    ]
    because = tuple(b for judgement in evidence for b in judgement.because)
    for presence in (Presence.PRESENT, Presence.ABSENT):
        if any(j.presence is presence for j in evidence):
            return Judgement(presence, because)
    return Judgement(Presence.UNKNOWN, because)


def _finding(rule: Contraindication, judgement: Judgement) -> Finding | None:
    if judgement.presence is Presence.ABSENT:
        return None
    present = judgement.presence is Presence.PRESENT
    return Finding(
        code=rule.id,
        kind=rule.kind,
        action=rule.action if present else Action.ASK,
        message=rule.message if present else rule.question,
        because=judgement.because,
        clears_when=rule.clears_when,
        evidence=rule.evidence,
        disagreement=rule.disagreement,
    )


def _by_age(rule: Contraindication, patient: PatientSnapshot, as_of: date) -> Judgement:
    if rule.age is None or patient.born is None:
        return Judgement(Presence.UNKNOWN)
    youngest, oldest = patient.born.ages_on(as_of)
    because = (f"age {youngest}" if youngest == oldest else f"age {youngest} or {oldest}",)
    inside = [_in_range(rule, age) for age in (youngest, oldest)]
    if all(inside):
        return Judgement(Presence.PRESENT, because)
    return Judgement(Presence.UNKNOWN if any(inside) else Presence.ABSENT, because)


def _in_range(rule: Contraindication, age_years: int) -> bool:
    limits = rule.age
    return bool(
        limits
        and (limits.from_years is None or age_years >= limits.from_years)
        and (limits.under_years is None or age_years < limits.under_years)
    )


def _by_blood_pressure(rule: Contraindication, patient: PatientSnapshot, as_of: date) -> Judgement:
    """The newest day's readings decide, the highest of that day; older ones are only shown."""
    if rule.blood_pressure is None or not patient.blood_pressures:
        return Judgement(Presence.UNKNOWN)
    oldest = as_of - timedelta(days=0 if rule.day_of else READING_COUNTS_DAYS)
    latest = max((r.on for r in patient.blood_pressures if r.on), default=None)
    if latest is None or latest < oldest:
        shown = [r for r in patient.blood_pressures if r.on == latest]
        return Judgement(Presence.UNKNOWN, tuple(f"{r.label} (too old to count)" for r in shown))
    readings = [r for r in patient.blood_pressures if r.on == latest]
    youngest = patient.born.ages_on(as_of)[0] if patient.born else 0
    return _judge_readings(readings, rule.blood_pressure, youngest)


def _judge_readings(
    readings: Sequence[BloodPressure], limit: BloodPressureOver, age_years: int
) -> Judgement:
    systolic_limit, diastolic_limit = limit.systolic_over_mmhg, limit.diastolic_over_mmhg
    if limit.from_age_years is not None and age_years >= limit.from_age_years:
        systolic_limit = limit.older_systolic_over_mmhg or systolic_limit
        diastolic_limit = limit.older_diastolic_over_mmhg or diastolic_limit
    over = [
        (r.systolic_mmhg or 0) > systolic_limit or (r.diastolic_mmhg or 0) > diastolic_limit
        for r in readings
    ]
    because = tuple(r.label for r in readings)
    if any(over):
        return Judgement(Presence.PRESENT, because)
    whole = any(r.systolic_mmhg is not None and r.diastolic_mmhg is not None for r in readings)
    return Judgement(Presence.ABSENT if whole else Presence.UNKNOWN, because)


def _by_codes(rule: Contraindication, patient: PatientSnapshot) -> Judgement:
    """An active code settles where the rule says so; a hint or a history asks; refuted is absent."""
    matches = matching(patient.conditions, rule.codes)
    if not matches:
        return Judgement(Presence.UNKNOWN)
    because = tuple(f"{c.label}, {_STATUS_WORDS[c.status]}" for c in matches)
    statuses = {c.status for c in matches}
    if statuses == {ConditionStatus.REFUTED}:
        return Judgement(Presence.ABSENT, because)
    counted = ConditionStatus.ACTIVE in statuses or (
        rule.history_counts and ConditionStatus.HISTORY in statuses
    )
    settled = rule.code_settles and counted
    return Judgement(Presence.PRESENT if settled else Presence.UNKNOWN, because)


_STATUS_WORDS = {
    ConditionStatus.ACTIVE: "active",
    ConditionStatus.SUSPECTED: "suspected, not confirmed",
    ConditionStatus.HISTORY: "in the history",
    ConditionStatus.REFUTED: "refuted",
}


def _by_allergy(rule: Contraindication, patient: PatientSnapshot) -> Judgement:
    if not rule.allergens:
        return Judgement(Presence.UNKNOWN)
    found = [a for a in patient.allergies if contains_words(a.name, rule.allergens)]
    if found:
        return Judgement(Presence.PRESENT, tuple(f"allergy: {a.name}" for a in found))
    if patient.allergies_complete:
        return Judgement(Presence.ABSENT, ("allergy list complete, ketamine not on it",))
    return Judgement(Presence.UNKNOWN)


def _by_answer(rule: Contraindication, patient: PatientSnapshot) -> Judgement:
    answer = patient.answers.get(rule.id)
    if answer is None or answer.presence is Presence.UNKNOWN:
        return Judgement(Presence.UNKNOWN)
    day = f" on {answer.on.isoformat()}" if answer.on else ""
    return Judgement(answer.presence, (f"{answer.by} answered {answer.presence}{day}",))
