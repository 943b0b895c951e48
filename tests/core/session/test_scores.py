"""Scores against the patient's own values, at their borders; handovers; when a chair may be free; charting quality."""

from datetime import timedelta

import pytest

from reprieve.core.session.events import EventKind
from reprieve.core.session.expected import expected_ready
from reprieve.core.session.handover import handovers, in_charge, waiting
from reprieve.core.session.quality import quality
from reprieve.core.session.readings import Baseline
from reprieve.core.session.scores import score_aldrete, score_padss

from .limits import LIMITS
from .test_advisories import at, begun
from .test_session import NINE, event, started

K = EventKind
OWN = Baseline(values={"systolic_mmhg": 130, "heart_rate_per_min": 70, "pain_points": 6})


def padss(**changes: float | None) -> dict[str, int | None]:
    said: dict[str, float | None] = {
        "ambulation": 2,
        "nausea": 2,
        "bleeding": 2,
        "systolic_mmhg": 130,
        "heart_rate_per_min": 70,
        "pain_points": 4,
        **changes,
    }
    return dict(score_padss(baseline=OWN, **said).items)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("systolic", "points"), [(156, 2), (156.1, 1), (182, 1), (182.1, 0), (104, 2), (78, 1), (77, 0)]
)
def test_vital_signs_count_by_their_distance_from_the_own(systolic: float, points: int) -> None:
    """20 % of 130 is 26, 40 % is 52."""
    assert padss(systolic_mmhg=systolic)["vital_signs"] == points


def test_the_worse_of_pressure_and_heart_rate_counts() -> None:
    """70 beats: 84 is 20 %, 99 is 41 %."""
    assert padss(heart_rate_per_min=84)["vital_signs"] == 2
    assert padss(heart_rate_per_min=99)["vital_signs"] == 0


@pytest.mark.parametrize(("pain", "points"), [(6, 2), (6.1, 1), (8, 1), (8.1, 0), (0, 2)])
def test_pain_counts_against_the_own_pain(pain: float, points: int) -> None:
    assert padss(pain_points=pain)["pain"] == points


@pytest.mark.parametrize("item", ["ambulation", "nausea", "bleeding"])
def test_an_item_nobody_looked_at_leaves_no_total(item: str) -> None:
    score = score_padss(
        **{"ambulation": 2, "nausea": 2, "bleeding": 2, item: None},
        systolic_mmhg=130,
        heart_rate_per_min=70,
        pain_points=4,
        baseline=OWN,
    )
    assert score.total is None


def test_all_ten_points() -> None:
    assert sum(v for v in padss().values() if v is not None) == 10


@pytest.mark.parametrize(
    ("systolic", "points"), [(156, 2), (157, 1), (195, 1), (196, 0), (None, None)]
)
def test_aldrete_circulation_is_within_twenty_and_fifty_percent(
    systolic: float | None, points: int | None
) -> None:
    """20 % of 130 is 26, 50 % is 65."""
    score = score_aldrete(
        activity=2,
        respiration=2,
        consciousness=2,
        on_oxygen=False,
        systolic_mmhg=systolic,
        spo2_percent=97,
        baseline=OWN,
    )
    assert score.items["circulation"] == points


@pytest.mark.parametrize(
    ("spo2", "oxygen", "points"),
    [(93, False, 2), (92, False, 1), (93, True, 1), (91, True, 1), (90, True, 0), (97, None, None)],
)
def test_aldrete_oxygen_on_room_air_or_with_help(
    spo2: float, oxygen: bool | None, points: int | None
) -> None:
    score = score_aldrete(
        activity=2,
        respiration=2,
        consciousness=2,
        on_oxygen=oxygen,
        systolic_mmhg=130,
        spo2_percent=spo2,
        baseline=OWN,
    )
    assert score.items["oxygen"] == points
    assert score.total == (None if points is None else 8 + points)


def handed(minute: float, to: str, n: int) -> object:
    payload = {"to": to, "to_id": to.lower(), "why": "break"}
    return event(K.HANDOVER, minute, n=n, payload=payload)


def test_a_handover_counts_once_it_is_taken() -> None:
    gate = event(K.GATE_PASSED, -5)
    given = event(K.HANDOVER, 10, n=50, payload={"to": "Tomás", "to_id": "t", "why": "break"})
    assert waiting([gate, given]) == handovers([gate, given])[0]
    assert in_charge([gate, given]) == "nurse"
    payload = {"handover": str(given.id)}
    taken = event(K.HANDOVER_ACCEPTED, 12, payload=payload)
    assert waiting([gate, given, taken]) is None
    assert handovers([gate, given, taken])[0].accepted_at == at(12)
    assert in_charge([gate, given, taken]) == taken.by


def test_a_newer_handover_takes_the_place_of_one_that_waits() -> None:
    first = event(K.HANDOVER, 10, n=50, payload={"to": "Tomás", "to_id": "t"})
    second = event(K.HANDOVER, 11, n=51, payload={"to": "Ana", "to_id": "a"})
    found = waiting([first, second])
    assert found is not None
    assert found.to == "Ana"
    assert in_charge([]) is None


def test_the_expected_range_begins_with_the_shortest_observation() -> None:
    """Stop at 0, 30 min; a rescue drug at -10 asks for 60 min: 50. Own sessions took 45 and 80."""
    plain = expected_ready(
        ends_at=NINE, last_extra_at=None, own_minutes=(), limits=LIMITS, as_of=NINE
    )
    assert plain is not None
    assert (plain.low, plain.high, plain.basis) == (at(30), at(60), "default")
    extra = expected_ready(
        ends_at=NINE, last_extra_at=at(-10), own_minutes=(45, 80), limits=LIMITS, as_of=NINE
    )
    assert extra is not None
    assert (extra.low, extra.high, extra.basis) == (at(50), at(80), "own")


def test_the_range_never_lies_in_the_past_and_needs_an_end() -> None:
    late = expected_ready(
        ends_at=NINE, last_extra_at=None, own_minutes=(40,), limits=LIMITS, as_of=at(90)
    )
    assert late is not None
    assert (late.low, late.high) == (at(90), at(90))
    nothing = expected_ready(
        ends_at=None, last_extra_at=None, own_minutes=(), limits=LIMITS, as_of=NINE
    )
    assert nothing is None


def vitals(minute: float, late_s: float = 10, **values: float) -> object:
    made = event(K.VITALS, minute, payload=values or {"systolic_mmhg": 120 + minute})
    from dataclasses import replace

    return replace(made, recorded_at=made.measured_at + timedelta(seconds=late_s))


def test_sets_in_time_are_counted_as_such() -> None:
    """Due at 5, 10, 15, then 30: four sets in time, the next due at 45 not yet."""
    events = begun(*(vitals(m) for m in (5, 10, 15, 30)))  # type: ignore[arg-type]
    found = quality(events, LIMITS, at(40))
    assert (found.sets_due, found.sets_missed, found.late, found.flat) == (4, 0, 0, ())
    assert found.percent == 100


def test_a_missing_set_and_a_late_entry_are_counted() -> None:
    """Due at 5; the set came at 12, more than two minutes late, and was written six minutes later."""
    events = begun(vitals(12, late_s=360))  # type: ignore[arg-type]
    found = quality(events, LIMITS, at(13))
    assert (found.sets_due, found.sets_missed) == (1, 1)
    assert (found.entries, found.late) == (3, 1)
    assert quality(events, LIMITS, at(30)).sets_missed == 2  # due at 27, never came


@pytest.mark.parametrize(("n", "flat"), [(3, ()), (4, ("systolic_mmhg",))])
def test_four_equal_readings_look_copied(n: int, flat: tuple[str, ...]) -> None:
    events = begun(*(vitals(5 * i, systolic_mmhg=120.0) for i in range(1, n + 1)))  # type: ignore[arg-type]
    assert quality(events, LIMITS, at(21)).flat == flat


def test_before_the_start_nothing_is_judged() -> None:
    assert quality([event(K.GATE_PASSED, -5)], LIMITS, at(60)).percent is None
    assert quality([started(20)], LIMITS, at(3)).percent is None
