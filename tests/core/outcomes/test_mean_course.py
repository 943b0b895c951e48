"""Pain week by week, raw and modelled."""

import pytest

from reprieve.core.outcomes.mean_course import WEEKS, ScoredCourse, mean_course, nearest_week
from reprieve.core.problems import UnusableInput


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (1, 1),
        (10, 1),  # 1.5 weeks are 10.5 days
        (10.5, 2),
        (34.9, 4),  # 5 weeks are 35 days
        (35, 6),
        (147, 26),  # 21 weeks
        (7 * 30, 26),
        (7 * 30 + 1, None),
    ],
)
def test_a_score_belongs_to_the_week_it_is_nearest_to(day: float, week: int | None) -> None:
    assert nearest_week(day) == week


def test_several_scores_around_one_week_count_as_their_mean_and_the_day_of_the_dose_as_none() -> (
    None
):
    course = ScoredCourse(person=1, baseline=8.0, scores=[(0.0, 9.0), (6.0, 4.0), (8.0, 6.0)])
    assert course.by_week() == {0: 8.0, 1: 5.0}


def test_without_a_baseline_week_0_is_missing_not_zero() -> None:
    assert ScoredCourse(person=1, baseline=None, scores=[(7.0, 4.0)]).by_week() == {1: 4.0}


def people(silent: bool) -> list[ScoredCourse]:
    """Twelve people, 6 to 8.75 before, two points less at week 4; the worse half falls silent by week 8."""
    courses = []
    for i in range(12):
        own = 6.0 + 0.25 * i
        scores = [(28.0, own - 2.0)]
        if i < 6 or not silent:
            scores.append((56.0, own - 2.0))
        courses.append(ScoredCourse(person=i, baseline=own, scores=scores))
    return courses


def test_when_the_worst_fall_silent_the_raw_mean_flatters_and_the_modelled_one_does_not() -> None:
    week = mean_course(people(silent=True))[-1]
    everybody = sum(6.0 + 0.25 * i - 2.0 for i in range(12)) / 12  # 5.375
    answering = sum(6.0 + 0.25 * i - 2.0 for i in range(6)) / 6  # 4.625
    assert (week.week, week.n) == (8, 6)
    assert week.mean == pytest.approx(answering)
    assert week.modelled == pytest.approx(everybody, abs=0.01)


def test_with_nobody_missing_both_means_are_the_same() -> None:
    weeks = mean_course(people(silent=False))
    assert [w.week for w in weeks] == [0, 4, 8]
    for week in weeks:
        assert week.modelled == pytest.approx(week.mean, abs=1e-6)
        assert week.low < week.modelled < week.high


def test_nine_courses_make_no_model_and_ten_do() -> None:
    with pytest.raises(UnusableInput, match="9 courses with a score"):
        mean_course(people(silent=False)[:9])
    assert mean_course(people(silent=False)[:10])


def test_a_week_with_two_scores_is_left_out() -> None:
    courses = people(silent=False)
    late = [
        ScoredCourse(person=c.person, baseline=c.baseline, scores=[*c.scores, (84.0, 5.0)])
        for c in courses[:2]
    ]
    assert [w.week for w in mean_course([*late, *courses[2:]])] == [0, 4, 8]
    assert set(WEEKS) >= {0, 4, 8, 12}
