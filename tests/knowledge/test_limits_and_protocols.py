"""A limit nobody reckons, or a protocol nobody can plan, is a broken fact."""

from datetime import date

import pytest

from reprieve import knowledge
from reprieve.core.dosing.plan import Adjust, plan_quantities, propose_plan
from reprieve.core.dosing.protocol import Protocol
from reprieve.core.patient import Weight
from tests.core.builders import TODAY, a_patient

PROTOCOLS = knowledge.protocols()


def test_every_limit_speaks_of_a_quantity_that_plans_have() -> None:
    iv = next(p for p in PROTOCOLS if p.route == "iv")
    day = (date(2026, 12, 1),)
    known = set(plan_quantities(iv, 35, 40, 70, day)) | set(plan_quantities(iv, 35, 5, 70, day))
    assert {limit.quantity for limit in knowledge.limits()} <= known


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda p: p.id)
def test_every_protocol_can_be_planned_once_its_dose_is_stated(protocol: Protocol) -> None:
    patient = a_patient(weights=(Weight(value_kg=70, on=TODAY, as_given="70 kg"),))
    adjust = Adjust(amount_mg=20, duration_min=60 if protocol.route == "iv" else None)
    plan = propose_plan(patient, protocol, knowledge.limits(), start_on=TODAY, adjust=adjust)
    assert plan.amount_mg == 20
    assert plan.course


def test_the_identifiers_others_rely_on_exist() -> None:
    fixed = {
        *[
            "pr_iv_30_40min_x6",
            "pr_iv_0p5_2_mgkg_1h",
            "pr_iv_80mg_over_2h",
            "pr_crps_4h_x10",
            "pr_crps_100h",
        ],
        *[
            "pr_oral_followon",
            "pr_sublingual_followon",
            "pr_nasal",
            "pr_topical",
            "pr_acute_bolus",
            "pr_acute_infusion",
        ],
        *[
            "lim_bolus_chronic",
            "lim_bolus_acute",
            "lim_rate_chronic",
            "lim_rate_acute",
            "lim_rate_ps12",
        ],
        "lim_crps_max_mg_h",
    }
    assert fixed <= {p.id for p in PROTOCOLS} | {limit.id for limit in knowledge.limits()}
