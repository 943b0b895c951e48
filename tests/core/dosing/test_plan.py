"""Dose arithmetic by hand, limits at, under and over, and nothing capped in silence."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reprieve.core.dosing.limits import crosses
from reprieve.core.dosing.plan import Adjust, Plan, propose_plan
from reprieve.core.dosing.protocol import Limit, Owner, Proposal, Protocol, ProtocolDose, Setting
from reprieve.core.dosing.pump import Vial, prepare
from reprieve.core.dosing.readiness import plan_findings
from reprieve.core.dosing.weight import Basis, weight_choices
from reprieve.core.findings import Action
from reprieve.core.patient import Sex, Weight
from reprieve.core.problems import UnusableInput
from tests.core.builders import EVIDENCE, TODAY, a_patient

START = date(2026, 12, 1)


def a_protocol(**changes: Any) -> Protocol:
    values: dict[str, Any] = {
        "id": "pr_test",
        "title": "Test",
        "summary": "s",
        "purpose": "chronic",
        "setting": Setting.CLINIC,
        "drug": "ketamine",
        "route": "iv",
        "dose": ProtocolDose(),
        "evidence": EVIDENCE,
    }
    return Protocol(**{**values, **changes})


def a_limit(quantity: str, limit: float, **changes: Any) -> Limit:
    values: dict[str, Any] = {
        "id": f"lim_{quantity}",
        "quantity": quantity,
        "limit": limit,
        "unit": "mg/h",
        "owner": Owner.GUIDELINE,
        "message": "m",
        "evidence": EVIDENCE,
    }
    return Limit(**{**values, **changes})


def weighing(kg: float, **changes: Any) -> Any:
    return a_patient(weights=(Weight(value_kg=kg, on=TODAY, as_given=f"{kg} kg"),), **changes)


def plan(
    kg: float = 70, limits: tuple[Limit, ...] = (), protocol: Protocol | None = None, **adjust: Any
) -> Plan:
    return propose_plan(
        weighing(kg), protocol or a_protocol(), limits, start_on=START, adjust=Adjust(**adjust)
    )


def test_half_a_milligram_per_kilogram_over_forty_minutes() -> None:
    p = plan(amount_mg_per_kg=0.5, duration_min=40, sessions=6, interval_days=14)
    assert p.amount_mg == pytest.approx(35)  # 0.5 x 70
    assert p.pump[0].rate_mg_per_h == pytest.approx(52.5)  # 35 / 40 x 60
    assert p.pump[0].rate_mg_per_kg_per_h == pytest.approx(0.75)  # 52.5 / 70
    assert p.course_mg == pytest.approx(210)  # 6 x 35
    assert p.course[-1] == date(2027, 2, 9)  # 1 December + 70 days


def test_the_protocols_own_hourly_maximum_sets_the_rate_of_a_heavy_person() -> None:
    crps = a_protocol(
        proposal=Proposal(
            rate_mg_per_kg_per_h=0.35, max_rate_mg_per_h=25, duration_min=240, sessions=10
        )
    )
    assert plan(70, protocol=crps).amount_mg == pytest.approx(98)  # 0.35 x 70 x 4
    heavy = plan(93.3, protocol=crps)  # 0.35 x 93.3 = 32.7 mg/h, over 25
    assert heavy.amount_mg == pytest.approx(100)  # 25 x 4
    assert "25 mg/h" in heavy.notes[0]


def test_a_dose_the_clinician_states_is_not_capped_but_the_limit_is_named() -> None:
    p = plan(limits=(a_limit("rate_mg_per_h", 25),), rate_mg_per_h=30, duration_min=60)
    assert p.amount_mg == pytest.approx(30)
    [check] = p.limits
    assert check.crossed
    assert plan_findings(p)[0].action is Action.WARN


@pytest.mark.parametrize(("value", "crossed"), [(0.99, False), (1.0, False), (1.01, True)])
def test_a_limit_under_at_and_over(value: float, crossed: bool) -> None:
    assert crosses(a_limit("rate_mg_per_kg_per_h", 1.0), value) is crossed


@pytest.mark.parametrize(("value", "crossed"), [(79, True), (80, False), (81, False)])
def test_a_minimum_under_at_and_over(value: float, crossed: bool) -> None:
    assert crosses(a_limit("visit_mg", 80, is_minimum=True), value) is crossed


def test_the_last_bit_of_a_float_crosses_nothing() -> None:
    assert 0.1 + 0.2 > 0.3
    assert not crosses(a_limit("rate_mg_per_kg_per_h", 0.3), 0.1 + 0.2)


def test_a_limit_for_another_purpose_does_not_speak() -> None:
    limits = (a_limit("visit_mg", 1, purposes=("acute",)), a_limit("visit_mg", 1, routes=("oral",)))
    assert plan(limits=limits, amount_mg=50, duration_min=60).limits == ()


def test_a_short_intravenous_dose_is_held_to_the_bolus_limit() -> None:
    limits = (a_limit("bolus_mg_per_kg", 0.35), a_limit("rate_mg_per_kg_per_h", 2))
    [check] = plan(limits=limits, amount_mg_per_kg=0.36, duration_min=10).limits
    assert check.limit.quantity == "bolus_mg_per_kg"
    assert check.crossed


def test_a_missing_weight_is_a_problem() -> None:
    with pytest.raises(UnusableInput, match="weight"):
        propose_plan(
            a_patient(),
            a_protocol(),
            (),
            start_on=START,
            adjust=Adjust(amount_mg=35, duration_min=40),
        )


@pytest.mark.parametrize(
    ("kg", "refused"),
    [(81.0, False), (86.7, True)],  # height 170 cm: 30 x 1.7^2 = 86.7 kg
)
def test_from_body_mass_index_30_the_weight_basis_must_be_chosen(kg: float, refused: bool) -> None:
    patient = weighing(kg, height_cm=170, sex=Sex.FEMALE)
    given = Adjust(amount_mg_per_kg=0.5, duration_min=40)
    if not refused:
        assert (
            propose_plan(patient, a_protocol(), (), start_on=START, adjust=given).weight.basis
            is Basis.ACTUAL
        )
        return
    with pytest.raises(UnusableInput, match=r"actual 86\.7 kg"):
        propose_plan(patient, a_protocol(), (), start_on=START, adjust=given)
    chosen = replace(given, basis=Basis.IDEAL)
    # Devine: 45.5 + 2.3 x (170 - 152.4) / 2.54 = 61.437 kg; half of it in mg
    ideal = propose_plan(patient, a_protocol(), (), start_on=START, adjust=chosen)
    assert ideal.amount_mg == pytest.approx(30.7185, abs=1e-4)
    assert "recalled" in ideal.notes[0]  # the formula says how far it was read


def test_ideal_and_adjusted_weight_by_hand() -> None:
    choices = weight_choices(weighing(110, height_cm=180, sex=Sex.MALE), 110)
    assert choices.ideal_kg == pytest.approx(74.992, abs=1e-3)  # 50 + 2.3 x 27.6 / 2.54
    assert choices.adjusted_kg == pytest.approx(88.995, abs=1e-3)  # 74.992 + 0.4 x 35.008


def test_ideal_weight_is_not_invented_below_the_formulas_range() -> None:
    choices = weight_choices(weighing(80, height_cm=150, sex=Sex.FEMALE), 80)
    assert choices.ideal_kg is None
    assert "152.4" in str(choices.why)


def test_a_protocol_without_a_dose_asks_for_one() -> None:
    with pytest.raises(UnusableInput, match="states no dose"):
        plan(duration_min=40)


def test_two_doses_at_once_are_refused() -> None:
    with pytest.raises(UnusableInput, match="one dose"):
        plan(amount_mg=35, rate_mg_per_h=20, duration_min=40)


def test_an_intravenous_dose_needs_a_duration() -> None:
    with pytest.raises(UnusableInput, match="duration"):
        plan(amount_mg=35)


def test_preparation_fills_the_bag_to_its_volume() -> None:
    p = plan(amount_mg=50, duration_min=60, vial=Vial(mg_per_ml=50, ml=10), bag_ml=100)
    assert p.preparation is not None
    assert (p.preparation.drug_ml, p.preparation.diluent_ml) == (1, 99)
    assert p.preparation.mg_per_ml == 0.5
    assert p.pump[0].rate_ml_per_h == pytest.approx(100)  # 50 mg/h at 0.5 mg/mL


@pytest.mark.parametrize(("mg", "vials"), [(499, 1), (500, 1), (501, 2)])
def test_vials_are_whole(mg: float, vials: int) -> None:
    preparation = prepare(mg, Vial(mg_per_ml=50, ml=10), 100)
    assert preparation is not None
    assert preparation.vials == vials


def test_more_drug_than_the_bag_holds_is_refused() -> None:
    with pytest.raises(UnusableInput, match="bag"):
        plan(amount_mg=60, duration_min=60, vial=Vial(mg_per_ml=10, ml=20), bag_ml=5)


def test_a_hospital_protocol_blocks_in_a_clinic() -> None:
    p = plan(protocol=a_protocol(setting=Setting.HOSPITAL), amount_mg=35, duration_min=40)
    assert plan_findings(p)[0].action is Action.BLOCK


def test_only_sessions_of_the_first_year_count_for_the_year() -> None:
    p = plan(amount_mg=10, duration_min=40, sessions=14, interval_days=28)  # the 14th is day 364
    assert p.year_mg == pytest.approx(140)
    p = plan(amount_mg=10, duration_min=40, sessions=15, interval_days=28)  # the 15th is day 392
    assert p.year_mg == pytest.approx(140)
