"""Running late moves what follows on the same chair or nurse, and nothing else."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.core.scheduling.day import Hold, Kind
from reprieve.core.scheduling.late import Booked, run_late


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=UTC)


def visit(key: str, chair: str, starts_at: datetime, minutes: int, nurse: str = "") -> Booked:
    ends_at = starts_at + timedelta(minutes=minutes)
    lanes = [(Kind.CHAIR, chair)] + ([(Kind.NURSE, nurse)] if nurse else [])
    return Booked(
        id=key,
        starts_at=starts_at,
        holds=tuple(
            Hold(kind=k, id=i, place=1, starts_at=starts_at, ends_at=ends_at) for k, i in lanes
        ),
    )


def starts(changed: Mapping[str, Booked]) -> dict[str, datetime]:
    return {key: v.starts_at for key, v in changed.items()}


DAY = (
    visit("a", "1", at(9), 120),
    visit("b", "1", at(11), 60),
    visit("c", "1", at(13), 60),
    visit("d", "2", at(11), 60),
)


def test_the_next_in_the_same_chair_begins_later_and_the_other_chair_does_not() -> None:
    changed = run_late(DAY, "a", 30, begun=False)

    # a: 9:30-11:30, so b: 11:30-12:30; c at 13:00 still has its chair; d sits elsewhere
    assert starts(changed) == {"a": at(9, 30), "b": at(11, 30)}


def test_a_long_delay_reaches_everybody_after_it() -> None:
    changed = run_late(DAY, "a", 90, begun=False)

    # a: 10:30-12:30, b: 12:30-13:30, c: 13:30
    assert starts(changed) == {"a": at(10, 30), "b": at(12, 30), "c": at(13, 30)}


def test_a_visit_under_way_ends_later_and_keeps_its_start() -> None:
    changed = run_late(DAY, "a", 30, begun=True)

    assert starts(changed) == {"a": at(9), "b": at(11, 30)}
    assert changed["a"].holds[0].ends_at == at(11, 30)


def test_a_delay_travels_from_chair_to_nurse_to_chair() -> None:
    day = (
        visit("a", "1", at(9), 60),
        visit("b", "1", at(10), 60, nurse="ruth"),
        visit("c", "2", at(11), 60, nurse="ruth"),
        visit("d", "2", at(12), 60),
    )

    changed = run_late(day, "a", 20, begun=False)

    assert starts(changed) == {
        "a": at(9, 20),
        "b": at(10, 20),
        "c": at(11, 20),
        "d": at(12, 20),
    }


def test_minutes_are_rounded_up_to_steps() -> None:
    assert starts(run_late(DAY, "c", 7, begun=False)) == {"c": at(13, 10)}


@pytest.mark.parametrize("minutes", [0, -5])
def test_a_delay_of_nothing_is_an_error(minutes: int) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        run_late(DAY, "a", minutes, begun=False)


@st.composite
def days(draw: st.DrawFn) -> tuple[Booked, ...]:
    """A day without a double booking: each visit on a chair and with a nurse who are both free."""
    visits: list[Booked] = []
    for n in range(draw(st.integers(1, 12))):
        start = at(8) + timedelta(minutes=5 * draw(st.integers(0, 120)))
        new = visit(
            str(n),
            draw(st.sampled_from("123")),
            start,
            5 * draw(st.integers(1, 30)),
            nurse=draw(st.sampled_from(("", "x", "y"))),
        )
        if not any(h.meets(t) for v in visits for h in new.holds for t in v.holds):
            visits.append(new)
    return tuple(visits)


@given(days(), st.data())
def test_after_a_delay_nothing_overlaps_nobody_is_early_and_the_order_stands(
    day: tuple[Booked, ...], data: st.DataObject
) -> None:
    late = data.draw(st.sampled_from(day))
    minutes = data.draw(st.integers(1, 240))
    begun = data.draw(st.booleans())

    changed = run_late(day, late.id, minutes, begun=begun)

    after = {**{v.id: v for v in day}, **changed}
    for one, other in combinations(after.values(), 2):
        assert not any(h.meets(t) for h in one.holds for t in other.holds)
    for before in day:
        now = after[before.id]
        assert now.starts_at >= before.starts_at
        assert [h.lane for h in now.holds] == [h.lane for h in before.holds]
        if before.starts_at < late.starts_at:
            assert now == before
