"""The protocol's interval, and no booking beyond an open response check."""

from datetime import date, timedelta

import pytest

from reprieve.core.scheduling.course import (
    Course,
    CourseReason,
    course_reasons,
    earliest_day,
    last_bookable_dose,
)

FIRST = date(2026, 11, 2)
WEEKLY = (7, 14)


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def reasons(course: Course, n: int) -> tuple[CourseReason, ...]:
    return course_reasons(course, day(n))


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, (CourseReason.TOO_SOON,)),
        (6, (CourseReason.TOO_SOON,)),
        (7, ()),
        (14, ()),
        (15, (CourseReason.TOO_LATE,)),
    ],
)
def test_a_dose_comes_within_the_protocols_interval(
    n: int, expected: tuple[CourseReason, ...]
) -> None:
    course = Course(given_on=(day(0),), decided_on=(day(0),), interval_days=WEEKLY)

    assert reasons(course, n) == expected


def test_a_gap_warns_and_does_not_stop() -> None:
    assert [r for r in CourseReason if not r.stops] == [CourseReason.TOO_LATE]


@pytest.mark.parametrize(("n", "refused"), [(13, True), (14, True), (15, True), (7, False)])
def test_a_dose_put_in_before_a_booked_one_keeps_its_distance(n: int, refused: bool) -> None:
    course = Course(
        given_on=(day(0),), booked_on=(day(14),), decided_on=(day(1),), interval_days=WEEKLY
    )

    assert bool(reasons(course, n)) is refused


def test_before_the_first_dose_only_that_one_is_booked() -> None:
    assert reasons(Course(interval_days=WEEKLY), 0) == ()
    booked = Course(booked_on=(day(0),), interval_days=WEEKLY)
    assert reasons(booked, 7) == (CourseReason.BEYOND_CHECK,)


def test_the_second_dose_waits_for_somebody_to_judge_the_first() -> None:
    unjudged = Course(given_on=(day(0),), interval_days=WEEKLY)
    judged = Course(given_on=(day(0),), decided_on=(day(5),), interval_days=WEEKLY)

    assert reasons(unjudged, 7) == (CourseReason.BEYOND_CHECK,)
    assert reasons(judged, 7) == ()


def test_after_the_first_check_the_calendar_reaches_the_third_dose_and_no_further() -> None:
    course = Course(
        given_on=(day(0),), booked_on=(day(7),), decided_on=(day(5),), interval_days=WEEKLY
    )
    third = Course(
        given_on=(day(0),), booked_on=(day(7), day(14)), decided_on=(day(5),), interval_days=WEEKLY
    )

    assert reasons(course, 14) == ()
    assert reasons(third, 21) == (CourseReason.BEYOND_CHECK,)


@pytest.mark.parametrize(("decided", "limit"), [(None, 3), (13, 3), (14, None), (20, None)])
def test_after_the_third_dose_a_decision_on_or_after_its_day_opens_the_rest(
    decided: int | None, limit: int | None
) -> None:
    course = Course(
        given_on=(day(0), day(7), day(14)),
        decided_on=() if decided is None else (day(decided),),
    )

    assert last_bookable_dose(course) == limit


def test_a_complete_course_takes_no_further_dose() -> None:
    course = Course(given_on=tuple(map(day, (0, 7, 14))), decided_on=(day(15),), sessions=3)

    assert reasons(course, 21) == (CourseReason.COURSE_COMPLETE,)


def test_two_doses_never_fall_on_one_day_although_the_protocol_names_no_interval() -> None:
    assert CourseReason.TOO_SOON in reasons(Course(given_on=(day(0),), decided_on=(day(0),)), 0)


def test_the_first_day_offered_is_the_first_the_interval_allows() -> None:
    course = Course(given_on=(day(0),), booked_on=(day(7),), interval_days=WEEKLY)

    assert earliest_day(course, day(8)) == day(14)
    assert earliest_day(course, day(20)) == day(20)
    assert earliest_day(Course(), day(3)) == day(3)
