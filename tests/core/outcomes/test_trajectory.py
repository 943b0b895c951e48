"""Which scores count, what the baseline is, and when somebody is due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reprieve.core.outcomes.trajectory import (
    ScoreAt,
    baseline_scores,
    counting,
    counts,
    due,
    response_check,
    schedule,
)

DOSE = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
DAY = DOSE.date()


def score(value: float, days: float) -> ScoreAt:
    return ScoreAt(at=DOSE + timedelta(days=days), value=value)


def test_the_baseline_is_the_mean_of_the_week_before() -> None:
    """(7 + 8 + 6 + 7) / 4 = 7; the score of ten days before does not count."""
    scores = [score(1, -10), score(7, -6), score(8, -4), score(6, -2), score(7, -1)]
    assert baseline_scores(scores, DOSE).mean == 7


def test_three_scores_make_no_baseline() -> None:
    found = baseline_scores([score(7, -n) for n in (1, 2, 3)], DOSE)
    assert (len(found.scores), found.mean) == (3, None)


def test_a_score_after_the_dose_is_never_baseline() -> None:
    assert baseline_scores([score(2, 0), score(2, 1)], DOSE).scores == ()
    assert baseline_scores([score(2, -1)], None).scores == ()


@pytest.mark.parametrize(("hours", "counted"), [(0, False), (23.9, False), (24, True), (-1, True)])
def test_a_score_within_a_day_of_a_dose_does_not_count(hours: float, counted: bool) -> None:
    assert counts(score(2, hours / 24), [DOSE]) is counted


def test_every_dose_has_its_own_day() -> None:
    second = DOSE + timedelta(days=14)
    kept = counting([score(5, 15.5), score(2, 14.5), score(4, 2)], [DOSE, second])
    assert [s.value for s in kept] == [4, 5]


def test_the_schedule_is_close_at_first_and_then_fortnightly_for_a_year() -> None:
    days = [(on - DAY).days for on in schedule(DAY, DAY + timedelta(days=1000))]
    assert days[:6] == [1, 3, 7, 14, 28, 42]
    assert days[-1] == 364


@pytest.mark.parametrize(
    ("today", "answered", "day", "late"),
    [
        (0, [], None, False),
        (1, [], 1, False),
        (2, [1], None, False),
        (3, [1], 3, False),
        (6, [1], 3, False),
        (7, [1, 3], 7, False),
        (10, [1, 3], 7, False),
        (11, [1, 3], 7, True),
        (14, [13], 14, False),
        (14, [14], None, False),
        (30, [14], 28, False),
    ],
)
def test_who_is_due_is_derived(
    today: int, answered: list[int], day: int | None, late: bool
) -> None:
    days = [DAY + timedelta(days=n) for n in answered]
    found = due(DAY, days, DAY + timedelta(days=today))
    assert (found.day if found else None) == day
    assert bool(found and found.late) is late


def test_nobody_is_due_before_the_first_dose() -> None:
    assert due(None, [], date(2026, 3, 9)) is None


@pytest.mark.parametrize(
    ("doses", "decided", "days_later", "waits"),
    [
        (1, None, 6, None),
        (1, None, 7, 1),
        (2, None, 7, 1),
        (2, 0, 7, None),  # decided on the day of the first dose
        (3, 0, 6, None),
        (3, 0, 7, 3),
        (3, 28, 7, None),  # decided on the day of the third
        (5, 28, 60, None),
        (0, None, 60, None),
    ],
)
def test_the_response_is_judged_after_the_first_and_the_third_dose(
    doses: int, decided: int | None, days_later: int, waits: int | None
) -> None:
    """Every two weeks; a week later the scores are in. days_later: after the first, or the third dose."""
    days = [date(2026, 1, 1) + timedelta(days=14 * n) for n in range(doses)]
    said = [] if decided is None else [date(2026, 1, 1) + timedelta(days=decided)]
    from_dose = days[2] if doses >= 3 else days[0] if days else date(2026, 1, 1)
    found = response_check(days, said, from_dose + timedelta(days=days_later))
    assert (found and found[0]) == waits
    if found:
        assert found[1] == from_dose + timedelta(days=7)
