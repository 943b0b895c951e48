"""Values that ask somebody to act: at the limit, under it, over it; against the patient's own; missing."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from reprieve import knowledge
from reprieve.core.dosing.order import Order, RescueDrug
from reprieve.core.session.advisories import (
    Acknowledgement,
    Advisory,
    Priority,
    check_observations,
    next_set_due,
    shown,
)
from reprieve.core.session.events import Event, EventKind
from reprieve.core.session.readings import Baseline, Observations, Reading, baseline_of, observe
from reprieve.core.session.rescue import rescue_refusals

from .limits import LIMITS
from .test_session import NINE, changed, event, started

K = EventKind
ORDER = Order(
    start_rate_mg_per_h=30,
    maximum_rate_mg_per_h=60,
    maximum_total_mg=40,
    weight_kg=70,
    hold_systolic_mmhg=170,
    call_systolic_mmhg=150,
    hold_spo2_percent=93,
    call_distress=7,
)


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def begun(*later: Event) -> list[Event]:
    """A session that runs at 20 mg/h from 0."""
    return [event(K.GATE_PASSED, -5), started(20), *later]


def seen(*rows: tuple[str, float, float], **more: Any) -> Observations:
    readings = tuple(Reading(parameter=p, value=v, at=at(m)) for p, v, m in rows)
    return Observations(readings=readings, **more)


def check(
    observations: Observations,
    own: dict[str, float] | None = None,
    order: Order | None = None,
    minute: float = 1,
) -> dict[str, Advisory]:
    found = check_observations(observations, LIMITS, Baseline(values=own or {}), order, at(minute))
    return {a.code: a for a in found}


@pytest.mark.parametrize(
    ("parameter", "inside", "crossing", "code"),
    [
        ("systolic_mmhg", 159, 160, "mon_sbp_warn"),
        ("systolic_mmhg", 179, 180, "mon_sbp_stop"),
        ("diastolic_mmhg", 99, 100, "mon_dbp_warn"),
        ("diastolic_mmhg", 109, 110, "mon_dbp_stop"),
        ("heart_rate_per_min", 51, 50, "mon_hr_warn_low"),
        ("heart_rate_per_min", 119, 120, "mon_hr_warn_high"),
        ("spo2_percent", 94, 93.9, "mon_spo2_warn"),
        ("spo2_percent", 92, 91.9, "mon_spo2_stop"),
        ("spo2_percent", 90, 89.9, "mon_spo2_emergency"),
        ("respiratory_rate_per_min", 11, 10, "mon_rr_warn_low"),
        ("respiratory_rate_per_min", 29, 30, "mon_rr_warn_high"),
        ("moaa_s_points", 4, 3, "mon_moaas_pause"),
        ("moaa_s_points", 3, 2, "mon_moaas_stop"),
    ],
)
def test_a_limit_speaks_from_where_it_says(
    parameter: str, inside: float, crossing: float, code: str
) -> None:
    assert code not in check(seen((parameter, inside, 0)))
    assert code in check(seen((parameter, crossing, 0)))


def test_the_limits_tested_here_are_those_of_the_knowledge_base() -> None:
    known = {
        t.id: (t.parameter, t.stage, t.level, t.comparison, t.limit) for t in knowledge.thresholds()
    }
    for limit in LIMITS:
        mine = (limit.parameter, limit.stage, limit.level, limit.comparison, limit.limit)
        assert known[limit.id] == mine


def test_the_worst_of_two_limits_speaks_for_both() -> None:
    found = check(seen(("spo2_percent", 88, 0)))
    assert list(found) == ["mon_spo2_emergency"]
    assert found["mon_spo2_emergency"].priority is Priority.HIGH


def test_since_is_the_first_of_the_unbroken_run() -> None:
    rows = (
        ("systolic_mmhg", 170, 0),
        ("systolic_mmhg", 150, 5),
        ("systolic_mmhg", 165, 10),
        ("systolic_mmhg", 161, 15),
    )
    assert check(seen(*rows))["mon_sbp_warn"].since == at(10)


def test_a_value_that_recovered_says_nothing() -> None:
    assert check(seen(("systolic_mmhg", 185, 0), ("systolic_mmhg", 140, 5))) == {}


@pytest.mark.parametrize(("now", "speaks"), [(149, False), (150, True), (151, True)])
def test_a_rise_is_reckoned_from_the_patients_own_pressure(now: float, speaks: bool) -> None:
    found = check(seen(("systolic_mmhg", now, 0)), own={"systolic_mmhg": 110})
    assert ("mon_sbp_rise" in found) is speaks
    if speaks:
        rise = found["mon_sbp_rise"]
        assert (rise.value, rise.baseline, rise.owner) == (now - 110, 110, "project_default")


def test_a_low_saturation_of_the_patients_own_is_no_fall() -> None:
    assert "mon_spo2_fall" not in check(seen(("spo2_percent", 95, 0)), own={"spo2_percent": 98})
    assert "mon_spo2_fall" in check(seen(("spo2_percent", 94, 0)), own={"spo2_percent": 98})


def test_without_a_baseline_nothing_relative_is_said() -> None:
    assert check(seen(("systolic_mmhg", 159, 0))) == {}


@pytest.mark.parametrize(
    ("parameter", "inside", "crossing", "code"),
    [
        ("systolic_mmhg", 149, 150, "order_call_systolic"),
        ("systolic_mmhg", 169, 170, "order_hold_systolic"),
        ("spo2_percent", 93, 92.9, "order_hold_spo2"),
        ("distress_points", 6, 7, "order_call_distress"),
    ],
)
def test_the_orders_own_numbers_stand_beside_the_clinics(
    parameter: str, inside: float, crossing: float, code: str
) -> None:
    assert code not in check(seen((parameter, inside, 0)), order=ORDER)
    found = check(seen((parameter, crossing, 0)), order=ORDER)
    assert (found[code].owner, found[code].evidence) == ("order", None)


def test_reaching_the_total_of_the_order_holds_the_infusion() -> None:
    """50 mg at 30 mg/h: 10 mg over take 20 min."""
    running = Observations(given_mg=50, rate_mg_per_h=30)
    found = check(running, order=ORDER, minute=100)["order_total"]
    assert found.since == at(80)
    assert "order_total" not in check(Observations(given_mg=39.9, rate_mg_per_h=30), order=ORDER)


@pytest.mark.parametrize(
    ("rate", "code"),
    [(70, None), (71, "mon_rate_intensive"), (140, "mon_rate_intensive"), (141, "mon_rate_icu")],
)
def test_the_rate_per_kilogram_names_whose_limit_it_passes(rate: float, code: str | None) -> None:
    """70 kg: 1 mg/kg/h is 70 mg/h."""
    found = check(Observations(rate_mg_per_h=rate), order=ORDER)
    assert [c for c in found if c.startswith("mon_rate")] == ([code] if code else [])


def test_a_set_is_due_five_minutes_after_the_start_and_then_every_fifteen() -> None:
    assert next_set_due(observe(begun(), at(1)), LIMITS) == at(5)
    vitals = [event(K.VITALS, m, payload={"systolic_mmhg": 120}) for m in (5, 10, 15)]
    # the close watch of 15 min ends with the set at 15: the next is 15 min later
    assert next_set_due(observe(begun(*vitals[:1]), at(6)), LIMITS) == at(10)
    assert next_set_due(observe(begun(*vitals), at(16)), LIMITS) == at(30)


def test_an_increase_asks_for_closer_watching_and_a_decrease_does_not() -> None:
    sets = [event(K.VITALS, m, payload={"spo2_percent": 98}) for m in (5, 10, 15, 30)]
    events = begun(*sets)
    assert next_set_due(observe([*events, changed(30, 31)], at(32)), LIMITS) == at(36)
    assert next_set_due(observe([*events, changed(10, 31)], at(32)), LIMITS) == at(45)


def test_a_pain_score_alone_is_no_vital_set() -> None:
    events = begun(event(K.PAIN, 4, payload={"pain_points": 3}))
    assert next_set_due(observe(events, at(5)), LIMITS) == at(5)


@pytest.mark.parametrize(
    ("minute", "priority"),
    [(4.9, None), (5, Priority.LOW), (9.9, Priority.LOW), (10, Priority.MEDIUM)],
)
def test_due_and_missing_grows_more_urgent(minute: float, priority: Priority | None) -> None:
    found = check(observe(begun(), at(minute)), minute=minute)
    assert [a.priority for a in found.values()] == ([priority] if priority else [])


def test_nothing_is_due_before_the_start_or_after_going_home() -> None:
    gate = event(K.GATE_PASSED, -5)
    assert next_set_due(observe([gate], at(60)), LIMITS) is None
    home = [gate, started(20), event(K.INFUSION_STOPPED, 40), event(K.DISCHARGED, 90)]
    assert next_set_due(observe(home, at(200)), LIMITS) is None


def test_a_corrected_value_no_longer_speaks() -> None:
    wrong = event(K.VITALS, 5, n=1, payload={"systolic_mmhg": 216})
    right = event(
        K.VITALS, 5, n=2, payload={"systolic_mmhg": 126}, corrects=wrong.id, reason="typed"
    )
    assert check(observe(begun(wrong, right), at(6)), minute=6) == {}


def test_the_baseline_is_the_set_of_the_gate() -> None:
    gate = event(
        K.GATE_PASSED, -5, payload={"baseline": {"systolic_mmhg": 128, "spo2_percent": None}}
    )
    own = baseline_of([gate])
    assert (own.of("systolic_mmhg"), own.of("spo2_percent")) == (128, None)
    assert baseline_of([]).values == {}


def test_a_medium_advisory_rests_five_minutes_and_a_high_one_never() -> None:
    medium, high = seen(("systolic_mmhg", 165, 0)), seen(("systolic_mmhg", 185, 0))
    for observations, rests in ((medium, True), (high, False)):
        found = check_observations(observations, LIMITS, Baseline(), None, at(1))
        ack = Acknowledgement(code=found[0].code, since=found[0].since, by="Ruth", at=at(1))
        assert shown(found, [ack], at(5.9))[0].quiet is rests
        assert not shown(found, [ack], at(6))[0].quiet
        other = Acknowledgement(code=found[0].code, since=at(-30), by="Ruth", at=at(1))
        assert shown(found, [other], at(2))[0].acknowledged is None  # an older crossing


RESCUE = RescueDrug(
    drug="ondansetron",
    dose_mg=4,
    route="IV",
    for_what="nausea",
    repeat_after_min=30,
    at_most_times=2,
)


def test_a_rescue_drug_stays_inside_its_order() -> None:
    def refused(dose: float, minute: float, *before: float) -> int:
        return len(
            rescue_refusals(RESCUE, dose_mg=dose, at=at(minute), given_at=[at(m) for m in before])
        )

    assert refused(4, 10) == 0
    assert refused(4.1, 10) == 1
    assert refused(4, 39.9, 10) == 1
    assert refused(4, 40, 10) == 0
    assert refused(4, 90, 10, 45) == 1  # twice at most


def test_events_of_every_kind_are_read_without_failing() -> None:
    every: list[Event] = [
        event(kind, n, payload={"rate_mg_per_h": 10, "amount_mg": 1}) for n, kind in enumerate(K)
    ]
    assert observe(every, at(100)).given_mg > 0
