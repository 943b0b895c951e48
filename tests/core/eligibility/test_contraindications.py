"""A rule is present, absent or unknown, and silence is never absence."""

from datetime import date, timedelta

import pytest

from reprieve.core.eligibility.contraindications import check_contraindications, judge
from reprieve.core.eligibility.rules import (
    AgeRange,
    BloodPressureOver,
    Contraindication,
)
from reprieve.core.findings import Action, Finding
from reprieve.core.patient import (
    Allergy,
    Answer,
    BornOn,
    ConditionStatus,
    PatientSnapshot,
    Presence,
    Sex,
)
from tests.core.builders import TODAY, a_condition, a_patient, a_reading, a_rule, born


def findings(
    patient: PatientSnapshot, rule: Contraindication, *, day_of: bool = False
) -> tuple[Finding, ...]:
    return check_contraindications(patient, [rule], as_of=TODAY, day_of=day_of)[0]


def answered(presence: Presence, by: str = "clinician") -> dict[str, Answer]:
    return {"ci_test": Answer(presence=presence, by=by, on=TODAY)}


def test_a_silent_record_asks() -> None:
    [finding] = findings(a_patient(), a_rule())
    assert (finding.code, finding.action, finding.message) == (
        "ci_test",
        Action.ASK,
        "Is it there?",
    )
    assert finding.because == ()


def test_an_active_code_blocks() -> None:
    [finding] = findings(a_patient(conditions=(a_condition(),)), a_rule())
    assert finding.action is Action.BLOCK
    assert finding.because == ("as coded (I71.4), active",)


def test_an_active_code_that_is_only_a_hint_asks_and_says_why() -> None:
    [finding] = findings(a_patient(conditions=(a_condition(),)), a_rule(code_settles=False))
    assert finding.action is Action.ASK
    assert finding.because == ("as coded (I71.4), active",)


@pytest.mark.parametrize("code", ["I71.4", "I714", "i71.4", "I71"])
def test_a_code_counts_with_or_without_its_dot(code: str) -> None:
    [finding] = findings(a_patient(conditions=(a_condition(code),)), a_rule())
    assert finding.action is Action.BLOCK


def test_another_code_of_the_same_chapter_does_not_count() -> None:
    [finding] = findings(a_patient(conditions=(a_condition("I70.0"),)), a_rule())
    assert finding.action is Action.ASK
    assert finding.because == ()


def test_a_refuted_condition_is_absent() -> None:
    refuted = a_condition(status=ConditionStatus.REFUTED)
    assert findings(a_patient(conditions=(refuted,)), a_rule()) == ()


@pytest.mark.parametrize("status", [ConditionStatus.HISTORY, ConditionStatus.SUSPECTED])
def test_history_and_suspicion_ask(status: ConditionStatus) -> None:
    [finding] = findings(a_patient(conditions=(a_condition(status=status),)), a_rule())
    assert finding.action is Action.ASK
    assert len(finding.because) == 1


def test_history_is_the_condition_where_the_rule_is_about_the_past() -> None:
    past = a_condition(status=ConditionStatus.HISTORY)
    [finding] = findings(a_patient(conditions=(past,)), a_rule(history_counts=True))
    assert finding.action is Action.BLOCK


def test_an_answer_settles_either_way() -> None:
    rule = a_rule(code_settles=False)
    hinted = a_patient(conditions=(a_condition(),), answers=answered(Presence.ABSENT))
    assert findings(hinted, rule) == ()
    [finding] = findings(a_patient(answers=answered(Presence.PRESENT)), rule)
    assert finding.action is Action.BLOCK
    assert finding.because == ("clinician answered present on 2026-11-21",)


def test_an_answer_of_unknown_is_no_answer() -> None:
    [finding] = findings(a_patient(answers=answered(Presence.UNKNOWN)), a_rule())
    assert finding.action is Action.ASK


def test_an_active_settling_code_outweighs_a_denial_and_both_are_shown() -> None:
    patient = a_patient(conditions=(a_condition(),), answers=answered(Presence.ABSENT, "patient"))
    [finding] = findings(patient, a_rule())
    assert finding.action is Action.BLOCK
    assert finding.because[1] == "patient answered absent on 2026-11-21"


BP_RULE = a_rule(
    codes=(),
    code_settles=False,
    blood_pressure=BloodPressureOver(systolic_over_mmhg=180, diastolic_over_mmhg=100),
)


@pytest.mark.parametrize(
    ("systolic", "diastolic", "presence"),
    [
        (179, 99, Presence.ABSENT),
        (180, 100, Presence.ABSENT),  # the label says over 180/100
        (181, 100, Presence.PRESENT),
        (180, 101, Presence.PRESENT),
    ],
)
def test_resting_pressure_at_under_and_over_the_limit(
    systolic: float, diastolic: float, presence: Presence
) -> None:
    patient = a_patient(blood_pressures=(a_reading(systolic, diastolic),))
    assert judge(BP_RULE, patient, TODAY).presence is presence


@pytest.mark.parametrize(("age_days", "presence"), [(30, Presence.ABSENT), (31, Presence.UNKNOWN)])
def test_a_reading_counts_for_thirty_days(age_days: int, presence: Presence) -> None:
    reading = a_reading(120, 80, TODAY - timedelta(days=age_days))
    judgement = judge(BP_RULE, a_patient(blood_pressures=(reading,)), TODAY)
    assert judgement.presence is presence
    assert "BP 120/80" in judgement.because[0]


def test_the_newest_day_decides_and_its_highest_reading() -> None:
    old_high = a_reading(200, 110, TODAY - timedelta(days=3))
    assert (
        judge(BP_RULE, a_patient(blood_pressures=(old_high, a_reading(150, 90))), TODAY).presence
        is Presence.ABSENT
    )
    twice = (a_reading(150, 90), a_reading(185, 90))
    assert judge(BP_RULE, a_patient(blood_pressures=twice), TODAY).presence is Presence.PRESENT


def test_a_pre_dose_reading_must_be_of_the_day() -> None:
    rule = a_rule(codes=(), day_of=True, blood_pressure=BP_RULE.blood_pressure)
    yesterday = a_patient(blood_pressures=(a_reading(120, 80, TODAY - timedelta(days=1)),))
    assert findings(yesterday, rule) == ()  # not asked before the day
    [finding] = findings(yesterday, rule, day_of=True)
    assert finding.action is Action.ASK


OLDER = BloodPressureOver(
    systolic_over_mmhg=140,
    diastolic_over_mmhg=90,
    from_age_years=65,
    older_systolic_over_mmhg=150,
    older_diastolic_over_mmhg=90,
)


@pytest.mark.parametrize(
    ("birth", "presence"),
    [
        (date(1961, 11, 22), Presence.PRESENT),  # 64 until tomorrow: 145 is over 140
        (date(1961, 11, 21), Presence.ABSENT),  # 65 today: 145 is not over 150
    ],
)
def test_the_pressure_limit_of_older_people_begins_on_their_birthday(
    birth: date, presence: Presence
) -> None:
    patient = a_patient(
        born=BornOn(earliest=birth, latest=birth), blood_pressures=(a_reading(145, 85),)
    )
    assert judge(a_rule(codes=(), blood_pressure=OLDER), patient, TODAY).presence is presence


def test_an_unknown_age_takes_the_stricter_limit() -> None:
    patient = a_patient(born=None, blood_pressures=(a_reading(145, 85),))
    assert (
        judge(a_rule(codes=(), blood_pressure=OLDER), patient, TODAY).presence is Presence.PRESENT
    )


@pytest.mark.parametrize(
    ("birth", "presence"),
    [
        (date(2008, 11, 22), Presence.PRESENT),  # 17 until tomorrow
        (date(2008, 11, 21), Presence.ABSENT),  # 18 today
    ],
)
def test_under_eighteen_ends_on_the_birthday(birth: date, presence: Presence) -> None:
    rule = a_rule(codes=(), age=AgeRange(under_years=18))
    patient = a_patient(born=BornOn(earliest=birth, latest=birth))
    assert judge(rule, patient, TODAY).presence is presence


def test_a_birth_year_alone_may_leave_the_age_open() -> None:
    rule = a_rule(codes=(), age=AgeRange(under_years=18))
    only_2008 = BornOn(earliest=date(2008, 1, 1), latest=date(2008, 12, 31))
    judgement = judge(rule, a_patient(born=only_2008), TODAY)
    assert judgement.presence is Presence.UNKNOWN
    assert judgement.because == ("age 17 or 18",)


def test_no_birth_date_asks() -> None:
    [finding] = findings(a_patient(born=None), a_rule(codes=(), age=AgeRange(under_years=18)))
    assert finding.action is Action.ASK


@pytest.mark.parametrize(
    ("sex", "year", "asked"),
    [
        (Sex.MALE, 1990, False),
        (Sex.FEMALE, 1990, True),
        (Sex.UNKNOWN, 1990, True),
        (Sex.OTHER, 1990, True),
        (Sex.FEMALE, 1971, True),  # 55
        (Sex.FEMALE, 1970, False),  # 56
    ],
)
def test_pregnancy_is_asked_of_whom_it_can_concern(sex: Sex, year: int, asked: bool) -> None:
    rule = a_rule(codes=(), female_only=True)
    assert bool(findings(a_patient(sex=sex, born=born(year)), rule)) is asked


def test_an_allergy_to_ketamine_blocks_and_a_complete_list_without_it_clears() -> None:
    rule = a_rule(codes=(), allergens=("ketamine",))
    allergic = a_patient(allergies=(Allergy(name="Ketamine HCl", path="allergies.list[0]"),))
    assert findings(allergic, rule)[0].action is Action.BLOCK
    other = (Allergy(name="Penicillin", path="allergies.list[0]"),)
    assert findings(a_patient(allergies=other), rule)[0].action is Action.ASK
    assert findings(a_patient(allergies=other, allergies_complete=True), rule) == ()
