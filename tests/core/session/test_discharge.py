"""Going home takes every gate. The recovery score opens one door only."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from reprieve import knowledge
from reprieve.core.session.discharge import (
    Discharge,
    Leaving,
    check_discharge,
    may_move_to_recovery_chair,
)
from reprieve.core.session.readings import Baseline

from .limits import LIMITS
from .test_session import NINE

OWN = Baseline(values={"systolic_mmhg": 130, "spo2_percent": 97})
READY = Leaving(
    as_of=NINE + timedelta(minutes=30),
    stopped_at=NINE,
    score=10,
    oriented=True,
    dissociation_points=0,
    systolic_mmhg=130,
    spo2_percent=97,
    fluids=True,
    walked=True,
    cannula_out=True,
    escort_name="Luis Abara",
    escort_present=True,
    instructions_given=True,
    no_driving_told=True,
)


def check(own: Baseline = OWN, **changes: Any) -> Discharge:
    return check_discharge(replace(READY, **changes), own, LIMITS)


def test_with_every_gate_open_the_patient_goes_home() -> None:
    assert check().may_go_home


@pytest.mark.parametrize(
    "field",
    [
        "oriented",
        "fluids",
        "walked",
        "cannula_out",
        "escort_present",
        "instructions_given",
        "no_driving_told",
    ],
)
@pytest.mark.parametrize("value", [False, None])
def test_no_total_makes_up_for_a_closed_gate(field: str, value: bool | None) -> None:
    found = check(**{field: value}, score=10)
    assert not found.may_go_home
    assert len(found.closed) == 1


@pytest.mark.parametrize(("score", "home"), [(8, False), (9, True), (10, True), (None, False)])
def test_the_score_is_asked_for_too(score: int | None, home: bool) -> None:
    assert check(score=score).may_go_home is home


@pytest.mark.parametrize(("minutes", "home"), [(29.9, False), (30, True), (31, True)])
def test_observation_runs_from_the_stop(minutes: float, home: bool) -> None:
    assert check(as_of=NINE + timedelta(minutes=minutes)).may_go_home is home


@pytest.mark.parametrize(
    ("route", "minutes"), [("im", 60), ("sublingual", 90), ("oral", 120), ("intranasal", 120)]
)
def test_each_route_of_a_single_dose_has_its_own_clock(route: str, minutes: float) -> None:
    early, due = (NINE + timedelta(minutes=m) for m in (minutes - 0.1, minutes))
    assert [g.code for g in check(dose_route=route, as_of=early).closed] == ["observed"]
    assert check(dose_route=route, as_of=due).may_go_home


def test_nobody_goes_home_under_a_high_advisory() -> None:
    assert [g.code for g in check(urgent=("SpO2 88 %",)).closed] == ["urgent"]


@pytest.mark.parametrize(("minutes", "home"), [(59.9, False), (60, True)])
def test_observation_is_longer_after_a_bolus_or_rescue_drug(minutes: float, home: bool) -> None:
    late = NINE + timedelta(hours=2)
    found = check(as_of=late, last_extra_at=late - timedelta(minutes=minutes))
    assert found.may_go_home is home


@pytest.mark.parametrize(
    ("systolic", "home"), [(156, True), (156.1, False), (104, True), (103.9, False), (None, False)]
)
def test_pressure_is_held_to_the_patients_own(systolic: float | None, home: bool) -> None:
    """20 % of 130 is 26: 104 to 156."""
    assert check(systolic_mmhg=systolic).may_go_home is home


@pytest.mark.parametrize(("spo2", "home"), [(94, True), (93.1, True), (93, False)])
def test_saturation_is_held_to_the_patients_own(spo2: float, home: bool) -> None:
    assert check(spo2_percent=spo2).may_go_home is home


def test_without_a_baseline_the_gate_stays_closed() -> None:
    assert [g.code for g in check(own=Baseline()).closed] == ["pressure", "saturation"]


@pytest.mark.parametrize(
    ("now", "before", "home"), [(0, 0, True), (1, 0, False), (2, 2, True), (3, 2, False)]
)
def test_dissociation_is_back_to_the_patients_own(now: float, before: float, home: bool) -> None:
    own = Baseline(values={**OWN.values, "dissociation_points": before})
    assert check(own=own, dissociation_points=now).may_go_home is home


def test_an_escort_without_a_name_is_none() -> None:
    assert [g.code for g in check(escort_name=" ").closed] == ["escort"]


def test_before_the_stop_nobody_goes_home() -> None:
    assert [g.code for g in check(stopped_at=None).closed] == ["observed"]


@pytest.mark.parametrize(("points", "moves"), [(8, False), (9, True), (10, True), (None, False)])
def test_the_recovery_score_moves_to_the_chair_only(points: int | None, moves: bool) -> None:
    assert may_move_to_recovery_chair(points, 9) is moves
    [aldrete] = [s for s in knowledge.scales() if s.id == "MODIFIED_ALDRETE"]
    assert aldrete.threshold_points == 9
    assert aldrete.permits == ("recovery_chair",)


def test_no_prediction_is_read() -> None:
    names = {f.name for f in fields(Leaving)}
    assert not any(word in name for name in names for word in ("ng_per", "plasma", "predict"))
