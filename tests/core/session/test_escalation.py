"""A high advisory under nobody's name goes to the prescriber; the clinic's own limits; the record of it all."""

from datetime import timedelta

import pytest

from reprieve import knowledge
from reprieve.core.dosing.protocol import Owner
from reprieve.core.problems import UnusableInput
from reprieve.core.session.advisories import (
    Acknowledgement,
    Priority,
    Shown,
    check_observations,
    shown,
)
from reprieve.core.session.episodes import episodes
from reprieve.core.session.escalation import escalated, sound
from reprieve.core.session.events import EventKind
from reprieve.core.session.limits import adjustable, adjusted
from reprieve.core.session.readings import Baseline

from .limits import LIMITS
from .test_advisories import at, begun, seen
from .test_session import NINE, event

K = EventKind


def rows(value: float, minute: float, acknowledged_at: float | None = None) -> tuple[Shown, ...]:
    found = check_observations(
        seen(("systolic_mmhg", value, 0)), LIMITS, Baseline(), None, at(minute)
    )
    by = [
        Acknowledgement(code=a.code, since=a.since, by="Ruth", at=at(acknowledged_at))
        for a in found
        if acknowledged_at is not None
    ]
    return shown(found, by, at(minute))


@pytest.mark.parametrize(("seconds", "goes"), [(59, False), (60, True), (61, True)])
def test_a_high_advisory_goes_to_the_prescriber_after_a_minute(seconds: int, goes: bool) -> None:
    minute = seconds / 60
    found = escalated(rows(185, minute), at(minute))
    assert bool(found) is goes
    if goes:
        assert found[0].since == NINE + timedelta(seconds=60)


def test_an_acknowledgement_by_name_ends_the_escalation() -> None:
    assert escalated(rows(185, 5, acknowledged_at=0.5), at(5)) == ()


def test_a_medium_advisory_is_never_escalated() -> None:
    assert escalated(rows(165, 30), at(30)) == ()


def test_a_high_one_sounds_again_and_again_even_when_acknowledged() -> None:
    for by in (None, 0.5):
        said = sound(rows(185, 2, acknowledged_at=by), 30)
        assert said is not None
        assert (said.priority, said.repeat_s) == (Priority.HIGH, 30)


def test_a_medium_one_is_silent_while_it_rests() -> None:
    assert sound(rows(165, 2, acknowledged_at=1)) is None
    loud = sound(rows(165, 2))
    assert loud is not None
    assert loud.priority is Priority.MEDIUM
    assert sound(()) is None


@pytest.mark.parametrize(
    ("code", "low", "high"),
    [
        ("mon_sbp_warn", 140, 180),
        ("mon_sbp_stop", 160, 200),
        ("mon_dbp_warn", 90, 110),
        ("mon_dbp_stop", 100, 120),
        ("mon_hr_warn_low", 40, 60),
        ("mon_hr_warn_high", 100, 150),
        ("mon_set_due", 5, 15),
    ],
)
def test_a_clinic_moves_a_limit_inside_its_range_only(code: str, low: float, high: float) -> None:
    """The ranges of the specification. Under and over each end is refused."""
    known = knowledge.thresholds()
    [limit] = [t for t in known if t.id == code]
    assert (limit.adjustable_low, limit.adjustable_high) == (low, high)
    for value in (low - 0.1, high + 0.1):
        with pytest.raises(UnusableInput):
            adjusted(known, {code: value})


def test_a_moved_limit_says_it_is_the_clinics() -> None:
    [moved] = [t for t in adjusted(knowledge.thresholds(), {"mon_sbp_warn": 150}) if
               t.id == "mon_sbp_warn"]  # fmt: skip
    assert (moved.limit, moved.owner) == (150, Owner.CLINIC)
    [same] = [t for t in adjusted(knowledge.thresholds(), {"mon_sbp_warn": 160}) if
              t.id == "mon_sbp_warn"]  # fmt: skip
    assert same.owner is Owner.PROJECT_DEFAULT


@pytest.mark.parametrize("code", ["mon_moaas_pause", "mon_moaas_stop", "mon_spo2_emergency"])
def test_sedation_and_the_saturation_of_an_emergency_are_fixed(code: str) -> None:
    [limit] = [t for t in knowledge.thresholds() if t.id == code]
    assert not adjustable(limit)
    with pytest.raises(UnusableInput):
        adjusted(knowledge.thresholds(), {code: limit.limit})


def test_saturation_never_stops_under_ninety() -> None:
    with pytest.raises(UnusableInput):
        adjusted(knowledge.thresholds(), {"mon_spo2_stop": 89})


def test_a_warning_must_speak_before_the_stop_behind_it() -> None:
    for chosen in ({"mon_sbp_warn": 180}, {"mon_spo2_warn": 92}, {"mon_sbp_stop": 160}):
        with pytest.raises(UnusableInput):
            adjusted(knowledge.thresholds(), chosen)
    assert adjusted(knowledge.thresholds(), {"mon_sbp_warn": 170, "mon_sbp_stop": 175})


def test_a_limit_nobody_knows_is_refused() -> None:
    with pytest.raises(UnusableInput):
        adjusted(knowledge.thresholds(), {"mon_nothing": 1})


def test_the_record_tells_when_it_began_ended_and_who_had_seen_it() -> None:
    """184 at 10, 150 at 20; nobody acknowledged within a minute."""
    high = event(K.VITALS, 10, payload={"systolic_mmhg": 184.0})
    low = event(K.VITALS, 20, payload={"systolic_mmhg": 150.0})
    events = begun(event(K.VITALS, 5, payload={"systolic_mmhg": 120.0}), high, low)
    late = Acknowledgement(code="mon_sbp_stop", since=high.measured_at, by="Ruth", at=at(12))
    for acknowledgements, escalates in (([late], True), ([], True)):
        found = episodes(events, LIMITS, Baseline(), None, acknowledgements, at(21))
        [one] = [e for e in found if e.advisory.code == "mon_sbp_stop"]
        assert (one.advisory.since, one.until) == (at(10), at(20))
        assert one.escalated is escalates
    soon = Acknowledgement(code="mon_sbp_stop", since=high.measured_at, by="Ruth", at=at(10.5))
    [one] = [
        e
        for e in episodes(events, LIMITS, Baseline(), None, [soon], at(21))
        if e.advisory.code == "mon_sbp_stop"
    ]
    assert not one.escalated
    assert one.acknowledged == soon


def test_an_episode_that_lasts_has_no_end() -> None:
    events = begun(event(K.VITALS, 5, payload={"spo2_percent": 88.0}))
    [one] = episodes(events, LIMITS, Baseline(), None, [], at(6))
    assert (one.until, one.escalated) == (None, True)
