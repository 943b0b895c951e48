"""Session state and delivered dose are folds over events that are never changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reprieve.core.session.delivered import delivery, pump_checks
from reprieve.core.session.events import Event, EventKind, in_force
from reprieve.core.session.state import CLOSED, MOVES, TRANSITIONS, State, may_record, state_of

NINE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
K = EventKind


def event(kind: EventKind, minute: float, n: int | None = None, **more: Any) -> Event:
    at = NINE + timedelta(minutes=minute, seconds=more.pop("after_s", 0))
    payload = more.pop("payload", {})
    number = n if n is not None else 100_000 + int(minute * 1000) + list(K).index(kind)
    return Event(
        id=UUID(int=number),
        kind=kind,
        measured_at=at,
        recorded_at=at,
        by="nurse",
        payload=payload,
        **more,
    )


def started(rate_mg_per_h: float, minute: float = 0, **more: Any) -> Event:
    return event(K.INFUSION_STARTED, minute, payload={"rate_mg_per_h": rate_mg_per_h}, **more)


def changed(rate_mg_per_h: float, minute: float, **more: Any) -> Event:
    return event(K.RATE_CHANGED, minute, payload={"rate_mg_per_h": rate_mg_per_h}, **more)


def test_a_session_from_gate_to_home() -> None:
    path = [
        (event(K.GATE_PASSED, -5), State.READY),
        (started(20), State.RUNNING),
        (event(K.INFUSION_PAUSED, 10), State.PAUSED),
        (event(K.INFUSION_RESUMED, 15), State.RUNNING),
        (event(K.INFUSION_STOPPED, 60), State.RECOVERY),
        (event(K.DISCHARGED, 120), State.DISCHARGED),
    ]
    events: list[Event] = []
    for one, state in path:
        assert may_record(state_of(events), one.kind)
        events.append(one)
        assert state_of(events) is state


def test_nothing_starts_before_the_gate() -> None:
    assert not may_record(State.PLANNED, K.INFUSION_STARTED)
    assert state_of([started(20)]) is State.PLANNED


def test_an_emergency_is_one_step_from_every_open_state() -> None:
    for state in set(State) - CLOSED - {State.EMERGENCY}:
        assert TRANSITIONS[state][K.EMERGENCY_STARTED] is State.EMERGENCY


def test_observations_may_be_charted_in_every_state_so_that_nothing_is_lost() -> None:
    for state in State:
        for kind in set(K) - MOVES:
            assert may_record(state, kind)


def test_a_correction_replaces_what_it_corrects_and_the_old_one_stays_readable() -> None:
    wrong = changed(200, 10)
    right = changed(20, 10, n=77, corrects=wrong.id, reason="typed one zero too many")
    events = [event(K.GATE_PASSED, -1), started(10), wrong, right]
    assert wrong in events
    assert wrong not in in_force(events)
    assert delivery(events).rate_mg_per_h(NINE + timedelta(minutes=20)) == 20


def test_delivered_mg_by_hand() -> None:
    events = [
        started(20),  # 20 mg/h for 15 min: 5 mg
        changed(30, 15),  # 30 mg/h for 20 min: 10 mg
        event(K.BOLUS_GIVEN, 20, payload={"amount_mg": 4}),
        event(K.INFUSION_PAUSED, 35),  # nothing for 10 min
        event(K.INFUSION_RESUMED, 45),  # back at 30 mg/h for 15 min: 7.5 mg
        event(K.INFUSION_STOPPED, 60),
    ]
    given_mg = delivery(events)
    assert given_mg.total_mg(NINE + timedelta(minutes=15)) == pytest.approx(5, abs=1e-9)
    assert given_mg.total_mg(NINE + timedelta(minutes=40)) == pytest.approx(19, abs=1e-9)
    assert given_mg.total_mg(NINE + timedelta(hours=5)) == pytest.approx(26.5, abs=1e-9)
    assert given_mg.rate_mg_per_h(NINE + timedelta(minutes=40)) == 0


rates = st.lists(
    st.tuples(st.integers(1, 3600), st.floats(0, 200)), min_size=1, max_size=20
)  # seconds until the next change, mg/h


@settings(deadline=None)
@given(rates)
def test_delivered_mg_is_the_sum_of_rate_times_time(steps: list[tuple[int, float]]) -> None:
    """Against exact rational arithmetic, to 1e-9 mg and a part in 1e9."""
    seconds, expected, events = 0, Fraction(0), []
    for i, (lasts, rate) in enumerate(steps):
        make = started if i == 0 else changed
        events.append(make(rate, 0, n=i + 1, after_s=seconds))
        seconds += lasts
        expected += Fraction(rate) * lasts / 3600
    events.append(event(K.INFUSION_STOPPED, 0, n=999, after_s=seconds))
    found = delivery(events).total_mg(NINE + timedelta(days=2))
    assert found == pytest.approx(float(expected), rel=1e-9, abs=1e-9)


pauses = st.lists(
    st.tuples(
        st.integers(1, 3600),  # seconds it lasts
        st.sampled_from(["rate", "pause", "resume", "bolus"]),
        st.floats(0, 200),  # mg/h, or mg of a bolus
    ),
    max_size=25,
)


@settings(deadline=None)
@given(st.floats(0, 200), pauses, st.integers(0, 40_000))
def test_delivered_mg_at_any_moment_of_any_history(
    first: float, steps: list[tuple[int, str, float]], asked_s: int
) -> None:
    """Pauses, resumptions at the old rate and boluses too; the closed form is kept beside it."""
    rate, flowing, seconds, expected = Fraction(first), True, 0, Fraction(0)
    events = [started(first, 0, n=1)]
    for i, (lasts, what, number) in enumerate(steps):
        expected += _until(rate, flowing, seconds, seconds + lasts, asked_s)
        seconds += lasts
        kind, payload = K.RATE_CHANGED, {"rate_mg_per_h": number}
        if what == "rate":
            rate, flowing = Fraction(number), True
        elif what == "pause":
            kind, payload, flowing = K.INFUSION_PAUSED, {}, False
        elif what == "resume":
            kind, payload, flowing = K.INFUSION_RESUMED, {}, True
        else:
            kind, payload = K.BOLUS_GIVEN, {"amount_mg": number}
            expected += Fraction(number) if seconds <= asked_s else 0
        events.append(event(kind, 0, n=i + 2, after_s=seconds, payload=payload))
    expected += _until(rate, flowing, seconds, max(seconds, asked_s), asked_s)
    found = delivery(events).total_mg(NINE + timedelta(seconds=asked_s))
    assert found == pytest.approx(float(expected), rel=1e-9, abs=1e-9)


def _until(rate: Fraction, flowing: bool, start: int, end: int, asked_s: int) -> Fraction:
    seconds = max(min(end, asked_s) - start, 0) if flowing else 0
    return rate * seconds / 3600


@settings(deadline=None)
@given(rates, st.floats(0, 600), st.floats(0, 600))
def test_what_has_been_given_never_decreases(
    steps: Sequence[tuple[int, float]], a: float, b: float
) -> None:
    events, seconds = [], 0
    for i, (lasts, rate) in enumerate(steps):
        events.append((started if i == 0 else changed)(rate, seconds / 60, n=i + 1))
        seconds += lasts
    early, late = (NINE + timedelta(minutes=m) for m in sorted((a, b)))
    assert delivery(events).total_mg(early) <= delivery(events).total_mg(late) + 1e-9


@settings(deadline=None)
@given(st.permutations(range(5)))
def test_the_order_of_arrival_does_not_matter(order: list[int]) -> None:
    """Two tablets, one offline: the fold goes by when things happened."""
    events = [
        event(K.GATE_PASSED, -1),
        started(20),
        changed(25, 10),
        event(K.INFUSION_PAUSED, 30),
        event(K.INFUSION_STOPPED, 31),
    ]
    shuffled = [events[i] for i in order]
    assert state_of(shuffled) is State.RECOVERY
    assert delivery(shuffled).total_mg(NINE + timedelta(hours=1)) == delivery(events).total_mg(
        NINE + timedelta(hours=1)
    )


def test_the_pump_beside_the_charted_rates() -> None:
    """20 mg/h for 30 min is 10 mg; the pump says 6 mL of 2 mg/mL: 12 mg, 2 more than charted."""
    reading = {"volume_infused_ml": 6.0, "concentration_mg_per_ml": 2.0}
    events = [
        started(20),
        event(K.BOLUS_GIVEN, 10, payload={"amount_mg": 5.0}),
        event(K.PUMP_READING, 30, payload=reading),
        event(K.PUMP_READING, 31, payload={**reading, "boluses_by_pump": True}),
    ]
    by_hand, by_pump = pump_checks(events)
    assert by_hand.difference_mg == pytest.approx(2, abs=1e-9)
    # with the bolus in the pump: 10.333 + 5 charted against 12
    assert by_pump.difference_mg == pytest.approx(12 - 15 - 20 / 60, abs=1e-9)


def test_a_segment_keeps_the_concentration_of_its_start() -> None:
    start = event(
        K.INFUSION_STARTED, 0, payload={"rate_mg_per_h": 20, "concentration_mg_per_ml": 2}
    )
    segments = delivery([start, changed(30, 10), event(K.INFUSION_STOPPED, 20)]).segments
    assert [s.concentration_mg_per_ml for s in segments] == [2, 2]
