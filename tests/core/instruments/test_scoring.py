"""Questionnaires are scored as their sources say, and a missing answer never counts as zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve import knowledge
from reprieve.core.instruments.questionnaire import Questionnaire, ScoringMethod
from reprieve.core.instruments.scoring import band_of, score_questionnaire
from reprieve.core.problems import UnusableInput

INSTRUMENTS = {q.id: q for q in knowledge.instruments()}
ASKED = [q for q in INSTRUMENTS.values() if q.items]


def answers_adding_up_to(questionnaire: Questionnaire, total: int) -> dict[str, float]:
    """Three points an item, from the first one on, until the total is reached."""
    answers = {}
    for item in questionnaire.items:
        answers[item.link_id] = float(min(3, total))
        total -= min(3, total)
    return answers


# Kroenke, Spitzer, Williams 2001: 5, 10, 15, 20 begin mild, moderate, moderately severe, severe.
@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately severe"),
        (19, "moderately severe"),
        (20, "severe"),
        (27, "severe"),
    ],
)
def test_the_phq9_bands_begin_at_5_10_15_and_20(total: int, band: str) -> None:
    phq9 = INSTRUMENTS["PHQ-9"]

    score = score_questionnaire(phq9, answers_adding_up_to(phq9, total))

    assert score.value == total
    assert score.band is not None
    assert score.band.label_en == band


# Spitzer, Kroenke, Williams, Löwe 2006: 5, 10, 15 begin mild, moderate, severe.
@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "severe"),
        (21, "severe"),
    ],
)
def test_the_gad7_bands_begin_at_5_10_and_15(total: int, band: str) -> None:
    gad7 = INSTRUMENTS["GAD-7"]

    score = score_questionnaire(gad7, answers_adding_up_to(gad7, total))

    assert score.value == total
    assert score.band is not None
    assert score.band.label_en == band


def test_the_peg_is_the_mean_of_its_three_items() -> None:
    # Krebs 2009: the mean of the three 0-10 items. (7 + 8 + 6) / 3 = 7
    score = score_questionnaire(INSTRUMENTS["PEG"], {"peg-p": 7, "peg-e": 8, "peg-g": 6})

    assert score.value == pytest.approx(7.0)


def test_the_peg_has_no_mean_of_two_items() -> None:
    score = score_questionnaire(INSTRUMENTS["PEG"], {"peg-p": 7, "peg-e": 8})

    assert score.value is None
    assert score.missing == ("peg-g",)


def test_any_thought_of_being_better_off_dead_is_urgent_even_when_nothing_else_was_answered() -> (
    None
):
    phq9 = INSTRUMENTS["PHQ-9"]

    assert score_questionnaire(phq9, {"phq9-9": 0}).urgent == ()
    assert score_questionnaire(phq9, {"phq9-9": 1}).urgent == ("phq9-9",)
    assert score_questionnaire(phq9, {"phq9-9": 3}).urgent == ("phq9-9",)


def test_blood_in_the_urine_is_urgent() -> None:
    bladder = INSTRUMENTS["BLADDER"]

    assert score_questionnaire(bladder, {"bladder-5": 0}).urgent == ()
    assert score_questionnaire(bladder, {"bladder-5": 1}).urgent == ("bladder-5",)


SYMPTOMS = [f"bud-symptom-{g}" for g in ("sensory", "vasomotor", "sudomotor", "motor")]
SIGNS = [f"bud-sign-{g}" for g in ("sensory", "vasomotor", "sudomotor", "motor")]


# Harden 2010: continuing disproportionate pain, a symptom in three of four categories, a sign in
# two or more of four, and no diagnosis that explains it better.
@pytest.mark.parametrize(
    ("pain", "symptoms", "signs", "nothing_better", "met"),
    [
        (1, 3, 2, 1, True),
        (1, 4, 4, 1, True),
        (1, 2, 2, 1, False),
        (1, 3, 1, 1, False),
        (0, 4, 4, 1, False),
        (1, 4, 4, 0, False),
        (0, 0, 0, 0, False),
    ],
)
def test_the_budapest_criteria(
    pain: int, symptoms: int, signs: int, nothing_better: int, met: bool
) -> None:
    answers = {"bud-1": pain, "bud-4": nothing_better}
    answers |= {link: int(i < symptoms) for i, link in enumerate(SYMPTOMS)}
    answers |= {link: int(i < signs) for i, link in enumerate(SIGNS)}

    assert score_questionnaire(INSTRUMENTS["BUDAPEST"], answers).met is met


def test_budapest_criteria_with_a_sign_not_looked_for_are_neither_met_nor_unmet() -> None:
    answers = dict.fromkeys(["bud-1", "bud-4", *SYMPTOMS, *SIGNS[:3]], 1)

    score = score_questionnaire(INSTRUMENTS["BUDAPEST"], answers)

    assert (score.met, score.missing) == (None, ("bud-sign-motor",))


@pytest.mark.parametrize(
    ("answers", "path"),
    [
        ({"phq9-1": 4}, "phq9-1"),
        ({"phq9-1": -1}, "phq9-1"),
        ({"phq9-1": 1.5}, "phq9-1"),
        ({"phq9-10": 1}, "phq9-10"),
    ],
)
def test_what_is_no_answer_of_the_questionnaire_is_refused(
    answers: dict[str, float], path: str
) -> None:
    with pytest.raises(UnusableInput) as refused:
        score_questionnaire(INSTRUMENTS["PHQ-9"], answers)

    assert [p.path for p in refused.value.problems] == [path]


def test_a_whole_number_scale_takes_its_ends_and_nothing_beyond() -> None:
    nrs = INSTRUMENTS["NRS"]

    assert score_questionnaire(nrs, {"nrs-average": 0}).value == 0
    assert score_questionnaire(nrs, {"nrs-average": 10}).value == 10
    for beyond in (11, -1, 7.5):
        with pytest.raises(UnusableInput):
            score_questionnaire(nrs, {"nrs-average": beyond})


@pytest.mark.parametrize("questionnaire", ASKED, ids=lambda q: q.id)
@given(data=st.data())
def test_taking_any_answer_away_takes_the_score_away(
    questionnaire: Questionnaire, data: st.DataObject
) -> None:
    answers = {
        item.link_id: data.draw(
            st.sampled_from([c.points for c in item.choices])
            if item.choices
            else st.integers(int(item.minimum_points), int(item.maximum_points)).map(float)
        )
        for item in questionnaire.items
    }
    whole = score_questionnaire(questionnaire, answers)
    lost = data.draw(st.sampled_from(sorted(answers)))

    part = score_questionnaire(questionnaire, {k: v for k, v in answers.items() if k != lost})

    assert (part.value, part.met, part.band, part.missing) == (None, None, None, (lost,))
    if questionnaire.method is not ScoringMethod.RULE:
        low, high = questionnaire.minimum_points, questionnaire.maximum_points
        assert whole.value is not None
        assert low is not None
        assert high is not None
        assert low <= whole.value <= high


def test_no_score_has_no_band() -> None:
    assert band_of(INSTRUMENTS["PHQ-9"], None) is None
