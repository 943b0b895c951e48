"""Every contraindication and interaction record, present, absent and unknown."""

from datetime import date
from typing import Any

import pytest

from reprieve import knowledge
from reprieve.core.eligibility.contraindications import check_contraindications
from reprieve.core.eligibility.rules import Contraindication
from reprieve.core.findings import Action, Finding
from reprieve.core.interactions.check import check_interactions
from reprieve.core.interactions.rules import Interaction
from reprieve.core.patient import Answer, Coding, Condition, ConditionStatus, Presence, Sex
from tests.core.builders import TODAY, a_medicine, a_patient, a_reading, born

RULES = knowledge.contraindications()
INTERACTIONS = knowledge.interactions()
ROUTES = ("iv", "im", "oral", "sublingual", "intranasal", "topical")


def found(rule: Contraindication, **patient: Any) -> list[Finding]:
    someone = a_patient(**{"sex": Sex.FEMALE, "born": born(1990), **patient})
    return list(check_contraindications(someone, [rule], as_of=TODAY, day_of=True)[0])


def says(rule: Contraindication, presence: Presence) -> dict[str, Answer]:
    return {rule.id: Answer(presence=presence, by="clinician", on=TODAY)}


answered = [r for r in RULES if not r.age]
aged = [r for r in RULES if r.age]
measured = [r for r in RULES if r.blood_pressure]


@pytest.mark.parametrize("rule", answered, ids=lambda r: r.id)
def test_present(rule: Contraindication) -> None:
    [finding] = found(rule, answers=says(rule, Presence.PRESENT))
    assert (finding.action, finding.message) == (rule.action, rule.message)


@pytest.mark.parametrize("rule", answered, ids=lambda r: r.id)
def test_absent(rule: Contraindication) -> None:
    assert found(rule, answers=says(rule, Presence.ABSENT)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_unknown(rule: Contraindication) -> None:
    [finding] = found(rule, born=None if rule.age else born(1990))
    assert (finding.action, finding.message) == (Action.ASK, rule.question)


@pytest.mark.parametrize("rule", aged, ids=lambda r: r.id)
def test_age_present_and_absent(rule: Contraindication) -> None:
    assert rule.age is not None
    edge = rule.age.from_years or rule.age.under_years or 0
    at, under = (
        found(rule, born=born(TODAY.year - edge)),
        found(rule, born=born(TODAY.year - edge + 1)),
    )
    inside, outside = (at, under) if rule.age.from_years else (under, at)
    assert [f.action for f in inside] == [rule.action]
    assert outside == []


@pytest.mark.parametrize("rule", measured, ids=lambda r: r.id)
def test_pressure_at_and_over(rule: Contraindication) -> None:
    assert rule.blood_pressure is not None
    systolic, diastolic = (
        rule.blood_pressure.systolic_over_mmhg,
        rule.blood_pressure.diastolic_over_mmhg,
    )
    assert found(rule, blood_pressures=(a_reading(systolic, diastolic),)) == []
    assert [
        f.action for f in found(rule, blood_pressures=(a_reading(systolic + 1, diastolic),))
    ] == [rule.action]
    assert [
        f.action for f in found(rule, blood_pressures=(a_reading(systolic, diastolic + 1),))
    ] == [rule.action]


CODES = [(rule, code) for rule in RULES for code in rule.codes]


@pytest.mark.parametrize(
    ("rule", "code"), CODES, ids=lambda x: getattr(x, "id", getattr(x, "code", None))
)
def test_each_code_settles_or_asks_as_its_rule_says(rule: Contraindication, code: Any) -> None:
    condition = Condition(
        codings=(Coding(code.system, code.code),),
        text=code.display,
        status=ConditionStatus.ACTIVE,
        path="conditions[0]",
    )
    [finding] = found(rule, conditions=(condition,))
    assert finding.action is (rule.action if rule.code_settles else Action.ASK)
    assert code.code in finding.because[0]


def interactions(rule: Interaction, *names: str, planned: str, **more: Any) -> list[Finding]:
    medicines = tuple(a_medicine(name, **more) for name in names)
    return list(check_interactions(a_patient(medicines=medicines), [rule], route=planned)[0])


@pytest.mark.parametrize("rule", INTERACTIONS, ids=lambda r: r.id)
def test_every_member_is_found_by_each_of_its_names_and_codes(rule: Interaction) -> None:
    route = (rule.routes or ("iv",))[0]
    by = {"route": rule.drug_routes[0]} if rule.drug_routes else {}
    for member in rule.members:
        for name in (member.name, *member.synonyms):
            [finding] = interactions(rule, f"{name.upper()} 10 MG", planned=route, **by)
            assert finding.action is rule.action, name
        for code in filter(None, (member.rxnorm, *member.products)):
            [finding] = interactions(rule, "x", planned=route, rxnorm=(code,), **by)
            assert finding.action is rule.action, code


@pytest.mark.parametrize("rule", INTERACTIONS, ids=lambda r: r.id)
def test_no_medicine_listed_is_silence_and_a_vague_one_asks(rule: Interaction) -> None:
    route = (rule.routes or ("iv",))[0]
    assert interactions(rule, planned=route) == []
    assert interactions(rule, "vitamin d3 1000 units", planned=route) == []
    for vague in rule.may_mean:
        [finding] = interactions(rule, vague, planned=route)
        assert finding.action is Action.ASK, vague


@pytest.mark.parametrize("rule", [r for r in INTERACTIONS if r.routes], ids=lambda r: r.id)
def test_outside_its_routes_every_interaction_is_a_note(rule: Interaction) -> None:
    for route in set(ROUTES) - set(rule.routes):
        [finding] = interactions(rule, rule.members[0].name, planned=route)
        assert finding.action is Action.NOTE


def test_nothing_is_overdue_today() -> None:
    overdue = [r.id for r in (*RULES, *INTERACTIONS) if r.currency.overdue(date(2026, 11, 21))]
    assert overdue == []
