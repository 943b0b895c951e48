"""What was given in all, and what that makes due."""

from datetime import date, timedelta

import pytest

from reprieve.core.evidence import Evidence, Verification
from reprieve.core.outcomes.exposure import Check, Given, Why, check_due, exposure, rise_percent

TODAY = date(2026, 11, 21)
OURS = Evidence(source="PROJECT", locator="ours", verification=Verification.PROJECT_DEFAULT)


def given(days_ago: int, mg: float, drug: str = "ketamine", route: str = "iv") -> Given:
    return Given(on=TODAY - timedelta(days=days_ago), drug=drug, route=route, amount_mg=mg)


def check(**changes: object) -> Check:
    plain = {
        "id": "srv_x",
        "name": "x",
        "statement": "x",
        "before_course": True,
        "stop_rule": "x",
        "evidence": OURS,
    }
    return Check(**(plain | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days_ago", "month", "year"),
    [(0, 40, 40), (29, 40, 40), (30, 0, 40), (364, 0, 40), (365, 0, 0), (-1, None, None)],
)
def test_a_window_of_30_days_holds_today_and_29_before(
    days_ago: int, month: float | None, year: float | None
) -> None:
    rows = exposure([given(days_ago, 40)], TODAY)
    if month is None:
        assert rows == ()  # planned for tomorrow: not given
    else:
        assert (rows[0].month.amount_mg, rows[0].year.amount_mg) == (month, year)
        assert rows[0].ever.amount_mg == 40


def test_isomers_and_routes_are_never_added_up() -> None:
    rows = exposure(
        [given(40, 40), given(10, 28, "esketamine", "nasal"), given(5, 30), given(4, 0)], TODAY
    )
    assert [(r.drug, r.route, r.ever.visits, r.ever.amount_mg) for r in rows] == [
        ("ketamine", "iv", 2, 70),
        ("esketamine", "nasal", 1, 28),
    ]


def doses(*days_ago: int) -> list[date]:
    return [TODAY - timedelta(days=d) for d in days_ago]


def test_before_the_first_dose_nothing_is_due() -> None:
    assert check_due(check(every_days=1), done_on=[], doses_on=[], as_of=TODAY) is None


@pytest.mark.parametrize(("days_before_course", "due"), [(90, False), (91, True)])
def test_a_result_of_90_days_before_the_course_still_speaks_for_it(
    days_before_course: int, due: bool
) -> None:
    done = TODAY - timedelta(days=20 + days_before_course)
    found = check_due(check(), done_on=[done], doses_on=doses(20, 6), as_of=TODAY)
    assert (found is not None) is due
    if found:
        assert (found.why, found.since) == (Why.BEFORE_COURSE, TODAY - timedelta(days=20))


@pytest.mark.parametrize(("infusions", "due"), [(2, False), (3, True), (4, True)])
def test_every_three_infusions_since_it_was_last_done(infusions: int, due: bool) -> None:
    days = doses(*range(10 * infusions, 0, -10))
    done = days[0] - timedelta(days=1)
    found = check_due(check(every_infusions=3), done_on=[done], doses_on=days, as_of=TODAY)
    assert (found is not None) is due
    if found:
        assert (found.why, found.since) == (Why.INFUSIONS, days[2])


@pytest.mark.parametrize(("days_ago", "due"), [(89, False), (90, True), (91, True)])
def test_every_ninety_days(days_ago: int, due: bool) -> None:
    done = TODAY - timedelta(days=days_ago)
    found = check_due(check(every_days=90), done_on=[done], doses_on=doses(30), as_of=TODAY)
    assert (found is not None) is due
    if found:
        assert (found.why, found.since) == (Why.DAYS, done + timedelta(days=90))


def test_the_earlier_of_two_reasons_counts() -> None:
    found = check_due(
        check(every_infusions=1, every_days=10),
        done_on=[TODAY - timedelta(days=15)],
        doses_on=doses(14),
        as_of=TODAY,
    )
    assert found is not None
    assert (found.why, found.since) == (Why.INFUSIONS, TODAY - timedelta(days=14))


def test_a_check_not_wanted_before_the_course_counts_from_its_first_dose() -> None:
    repeated = check(before_course=False, every_days=30)
    assert check_due(repeated, done_on=[], doses_on=doses(29), as_of=TODAY) is None
    found = check_due(repeated, done_on=[], doses_on=doses(30), as_of=TODAY)
    assert found is not None
    assert found.since == TODAY


@pytest.mark.parametrize(
    ("amounts", "rise"),
    [
        ([], None),
        ([40], None),
        ([40, 60], 50),
        ([40, 80, 60], 50),
        ([40, 0], None),
        ([40, 30], -25),
    ],
)
def test_the_last_dose_against_the_first(amounts: list[float], rise: float | None) -> None:
    assert rise_percent(amounts) == rise
