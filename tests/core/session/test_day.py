"""The day-of questions and the daily room check: an answer that is missing is no answer."""

from datetime import date, timedelta

import pytest

from reprieve import knowledge
from reprieve.core.findings import Action
from reprieve.core.session.questions import asked, judge_answers, unanswered
from reprieve.core.session.rooms import RoomCheck, judge_room

TODAY = date(2026, 12, 1)
CALM = {q.id: "no" if q.speaks == "yes" else "yes" for q in knowledge.gate()}


def test_the_calm_answers_speak_against_nothing() -> None:
    assert judge_answers(knowledge.gate(), CALM) == ()


@pytest.mark.parametrize("question", knowledge.gate(), ids=lambda q: q.id)
def test_each_answer_that_speaks_does(question: object) -> None:
    code, speaks, action = question.id, question.speaks, question.action  # type: ignore[attr-defined]
    [found] = judge_answers(knowledge.gate(), {**CALM, code: speaks})
    assert (found.code, found.action) == (code, action)
    assert action in (Action.BLOCK, Action.HOLD, Action.WARN)


@pytest.mark.parametrize("answer", ["", None, "perhaps"])
def test_silence_is_no_answer(answer: str | None) -> None:
    said = {**CALM, "gt_stomach": answer}
    assert unanswered(knowledge.gate(), said) == ("gt_stomach",)  # type: ignore[arg-type]


def test_a_cannula_is_asked_for_only_where_there_is_one() -> None:
    ids = {route: {q.id for q in asked(knowledge.gate(), route)} for route in ("iv", "oral")}
    assert ids["iv"] - ids["oral"] == {"gt_iv_tested"}


def check(**changes: object) -> RoomCheck:
    ids = [item.id for item in knowledge.rooms()]
    said = {
        "room": "1",
        "on": TODAY,
        "by": "Ruth",
        "works": dict.fromkeys(ids, True),
        "expires_on": {"rm_rescue_drugs": TODAY},
        **changes,
    }
    return RoomCheck(**said)  # type: ignore[arg-type]


def test_a_room_that_is_ready_says_nothing() -> None:
    assert judge_room(knowledge.rooms(), check(), TODAY) == ()


@pytest.mark.parametrize("found", [None, check(on=TODAY - timedelta(days=1))])
def test_a_room_nobody_checked_today_holds(found: RoomCheck | None) -> None:
    [said] = judge_room(knowledge.rooms(), found, TODAY)
    assert (said.code, said.action) == ("room_unchecked", Action.HOLD)


@pytest.mark.parametrize("item", ["rm_oxygen", "rm_suction", "rm_bag_mask"])
def test_no_oxygen_suction_or_bag_blocks(item: str) -> None:
    works = {**check().works, item: False}
    [said] = judge_room(knowledge.rooms(), check(works=works), TODAY)
    assert (said.code, said.action) == (item, Action.BLOCK)


@pytest.mark.parametrize(
    ("expires", "speaks"),
    [(TODAY - timedelta(days=1), True), (TODAY, False), (TODAY + timedelta(days=1), False)],
)
def test_rescue_drugs_count_until_the_end_of_their_day(expires: date, speaks: bool) -> None:
    said = judge_room(knowledge.rooms(), check(expires_on={"rm_rescue_drugs": expires}), TODAY)
    assert bool(said) is speaks


def test_what_was_not_looked_at_is_not_there() -> None:
    said = judge_room(knowledge.rooms(), check(works={}, expires_on={}), TODAY)
    assert {s.code for s in said} == {item.id for item in knowledge.rooms()}
    dates = judge_room(knowledge.rooms(), check(expires_on={}), TODAY)
    assert [s.code for s in dates] == ["rm_rescue_drugs"]
