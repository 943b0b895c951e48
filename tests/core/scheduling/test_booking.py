"""Room on a day: one visit in a chair, a nurse within the ratio, a prescriber with one patient."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.core.scheduling.booking import Refusal, find_slots, may_book
from reprieve.core.scheduling.day import Day, Hold, Kind, Needs, Resource, steps

YESTERDAY = datetime(2026, 11, 20, tzinfo=UTC)
INFUSION = Needs(treatment_min=60, recovery_min=60, turnover_min=15)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=UTC)


def a_day(chairs: int = 2, nurses: int = 1, ratio: int = 2, prescribers: int = 0) -> Day:
    return Day(
        opens_at=at(8),
        closes_at=at(17),
        resources=(
            *(Resource(kind=Kind.CHAIR, id=str(n + 1)) for n in range(chairs)),
            *(Resource(kind=Kind.NURSE, id=f"n{n}", places=ratio) for n in range(nurses)),
            *(Resource(kind=Kind.PRESCRIBER, id=f"p{n}") for n in range(prescribers)),
        ),
    )


def with_booked(day: Day, starts_at: datetime, needs: Needs = INFUSION) -> Day:
    verdict = may_book(day, needs, starts_at, now=YESTERDAY)
    assert verdict.possible
    return replace(day, taken=day.taken + verdict.holds)


def test_a_visit_takes_chair_with_turnover_and_nurse_without() -> None:
    verdict = may_book(a_day(), INFUSION, at(9), now=YESTERDAY)

    # 60 + 60 min at the chair under the nurse's eyes, and 15 min to clean it
    assert {h.kind: h.ends_at for h in verdict.holds} == {
        Kind.CHAIR: at(11, 15),
        Kind.NURSE: at(11),
    }


@pytest.mark.parametrize(
    ("start", "refused"),
    [(at(11), True), (at(11, 10), True), (at(11, 15), False)],
)
def test_a_chair_is_free_again_after_turnover(start: datetime, refused: bool) -> None:
    day = with_booked(a_day(chairs=1), at(9))

    assert bool(may_book(day, INFUSION, start, now=YESTERDAY).refusals) is refused


def test_a_third_patient_of_a_nurse_for_two_is_refused_although_a_chair_is_free() -> None:
    day = with_booked(with_booked(a_day(chairs=3, ratio=2), at(9)), at(9))

    assert may_book(day, INFUSION, at(10), now=YESTERDAY).refusals == (Refusal.NO_NURSE,)


def test_every_reason_is_named_at_once() -> None:
    verdict = may_book(a_day(chairs=0, nurses=0), INFUSION, at(16, 2), now=at(16, 30))

    assert verdict.refusals == (
        Refusal.PAST,
        Refusal.OFF_STEP,
        Refusal.OUTSIDE_HOURS,
        Refusal.NO_CHAIR,
        Refusal.NO_NURSE,
    )
    assert verdict.holds == ()


@pytest.mark.parametrize(
    ("start", "fits"), [(at(14, 55), True), (at(15), True), (at(15, 5), False)]
)
def test_the_patient_leaves_before_the_clinic_closes(start: datetime, fits: bool) -> None:
    # 15:00 + 120 min = 17:00; turnover runs on to 17:15 without the patient
    assert may_book(a_day(), INFUSION, start, now=YESTERDAY).possible is fits


def test_a_consultation_takes_the_prescriber_and_no_chair() -> None:
    talk = Needs(treatment_min=45, prescriber_min=45, chair=False, nurse=False)
    day = with_booked(a_day(prescribers=1), at(9), talk)

    assert may_book(day, talk, at(9, 30), now=YESTERDAY).refusals == (Refusal.NO_PRESCRIBER,)
    assert may_book(day, INFUSION, at(9), now=YESTERDAY).possible


def test_slots_of_one_chair_are_what_is_left_around_a_visit() -> None:
    day = with_booked(replace(a_day(chairs=1), closes_at=at(13, 30)), at(9))

    # 9:00 to 11:15 is taken; 8:00 would end at 10:15; from 11:15 on a visit of 120 min ends by 13:30
    found = [v.starts_at for v in find_slots(day, INFUSION, now=YESTERDAY)]
    assert found == [at(11, 15), at(11, 30)]


def test_a_chosen_chair_is_the_chair_given() -> None:
    verdict = may_book(a_day(), INFUSION, at(9), now=YESTERDAY, chair="2")

    assert [h.id for h in verdict.holds if h.kind is Kind.CHAIR] == ["2"]


def test_a_hold_covers_its_last_step_in_full() -> None:
    hold = Hold(kind=Kind.CHAIR, id="1", place=1, starts_at=at(9), ends_at=at(9, 12))

    assert steps(hold) == (at(9), at(9, 5), at(9, 10))


lengths = st.integers(1, 30).map(lambda n: 5 * n)
visits = st.lists(st.tuples(st.integers(0, 110), lengths, lengths, st.integers(0, 6)), max_size=25)


@given(visits, st.integers(1, 4), st.integers(1, 3), st.integers(1, 4))
def test_no_chair_is_double_booked_and_no_ratio_exceeded(
    wishes: list[tuple[int, int, int, int]], chairs: int, nurses: int, ratio: int
) -> None:
    day = a_day(chairs=chairs, nurses=nurses, ratio=ratio)
    for start, treatment, recovery, turnover in wishes:
        needs = Needs(treatment_min=treatment, recovery_min=recovery, turnover_min=5 * turnover)
        verdict = may_book(day, needs, at(8) + timedelta(minutes=5 * start), now=YESTERDAY)
        day = replace(day, taken=day.taken + verdict.holds)

    for n in range(0, 12 * 60, 5):  # looked at minute by minute, not by the rule under test
        moment = at(8) + timedelta(minutes=n)
        there = [h for h in day.taken if h.starts_at <= moment < h.ends_at]
        for resource in day.resources:
            using = [h for h in there if (h.kind, h.id) == (resource.kind, resource.id)]
            assert len(using) <= resource.places
