"""When relief was lost, as far as scores can say."""

from datetime import UTC, datetime, timedelta

import pytest

from reprieve.core.outcomes.durability import Ended, Ending, RelapseRule, Relief, relief_after
from reprieve.core.outcomes.trajectory import ScoreAt

DOSE = datetime(2026, 3, 2, 10, tzinfo=UTC)
RULE = RelapseRule()


def day(n: float) -> datetime:
    return DOSE + timedelta(days=n)


def after(*scores: tuple[float, float], ending: Ending | None = None) -> Relief | None:
    return relief_after(
        baseline=7,
        last_dose_at=DOSE,
        scores=[ScoreAt(at=day(n), value=value) for n, value in scores],
        rule=RULE,
        ending=ending,
    )


def test_relief_that_holds_is_watched_until_the_last_score_in_relief() -> None:
    assert after((3, 3), (14, 4)) == Relief(after_days=14, by_days=None, ended=Ended.WATCHED)


def test_relapse_is_the_first_of_two_scores_in_a_row_out_of_relief() -> None:
    """7 to 5 is a fall of 29 %: out of relief on days 28 and 42, so it was lost in (14, 28]."""
    found = after((3, 3), (14, 4), (28, 5), (42, 6))

    assert found == Relief(after_days=14, by_days=28, ended=Ended.RELAPSE)


def test_one_bad_score_between_good_ones_is_no_relapse() -> None:
    found = after((3, 3), (14, 6), (28, 4), (42, 3))

    assert found == Relief(after_days=42, by_days=None, ended=Ended.WATCHED)


def test_a_last_bad_score_alone_leaves_it_open_since_the_last_good_one() -> None:
    assert after((3, 3), (14, 6)) == Relief(after_days=3, by_days=None, ended=Ended.WATCHED)


@pytest.mark.parametrize(("score", "relief"), [(4.8, True), (4.9, True), (5.0, False)])
def test_thirty_percent_is_inside(score: float, relief: bool) -> None:
    """70 % of 7 is 4.9, where binary floats say 4.8999…"""
    assert (after((3, score)) is not None) is relief


def test_without_relief_there_is_nothing_to_lose() -> None:
    assert after((3, 6), (14, 3)) is None
    assert after() is None
    assert relief_after(baseline=None, last_dose_at=DOSE, scores=[], rule=RULE) is None


def test_a_new_course_ends_relief_somewhere_before_it() -> None:
    found = after((3, 3), (14, 4), (40, 6), ending=Ending(at=day(35), why=Ended.NEXT_COURSE))

    assert found == Relief(after_days=14, by_days=35, ended=Ended.NEXT_COURSE)


@pytest.mark.parametrize("why", [Ended.STOPPED, Ended.DIED])
def test_what_competes_with_relapse_is_named_and_not_counted_as_one(why: Ended) -> None:
    found = after((3, 3), (14, 4), ending=Ending(at=day(20), why=why))

    assert found == Relief(after_days=14, by_days=None, ended=why)


def test_a_rule_may_ask_for_one_score_or_for_half() -> None:
    strict = RelapseRule(relief_percent=50, scores=1)
    scores = [ScoreAt(at=day(n), value=v) for n, v in ((3, 3.0), (14, 3.6))]

    found = relief_after(baseline=7, last_dose_at=DOSE, scores=scores, rule=strict)
    assert found == Relief(after_days=3, by_days=14, ended=Ended.RELAPSE)  # 3.6 is 51 % of 7
