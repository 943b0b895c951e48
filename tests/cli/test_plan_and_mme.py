"""`reprieve plan` and `reprieve mme`, with the arithmetic by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Run


def plan(**parts: Any) -> dict[str, Any]:
    snapshot = {
        "document": "PatientSnapshot",
        "patient": {"birth_date": "1974-02-14", "sex": "male"},
        "weights": [{"value": 80, "unit": "kg", "on": "2026-11-20"}],
        "height_cm": 180,
    }
    return {"snapshot": snapshot, "protocol": "pr_crps_4h_x10", "start_on": "2026-12-01", **parts}


def run_plan(reprieve: Callable[..., Run], **parts: Any) -> Run:
    return reprieve("plan", "--as-of", "2026-11-21", document=plan(**parts))


def test_the_crps_regimen_is_capped_by_its_own_hourly_maximum(reprieve: Callable[..., Run]) -> None:
    answer = run_plan(reprieve).answer
    assert answer["totals"]["visit_mg"] == pytest.approx(100)  # 0.35 x 80 = 28, so 25 mg/h x 4 h
    assert answer["pump"][0]["rate_mg_per_h"] == pytest.approx(25)
    assert len(answer["course"]) == 10


def test_what_the_clinician_states_is_kept_and_the_crossed_limit_is_named(
    reprieve: Callable[..., Run],
) -> None:
    adjust = {
        "amount_mg_per_kg": 0.5,
        "duration_min": 40,
        "sessions": 6,
        "interval_days": 14,
        "vial": {"mg_per_ml": 50, "ml": 10},
        "bag_ml": 100,
    }
    answer = run_plan(reprieve, adjust=adjust).answer
    assert answer["totals"]["course_mg"] == pytest.approx(240)  # 0.5 x 80 x 6
    assert answer["pump"][0]["rate_ml_per_h"] == pytest.approx(150)  # the 100 mL bag in 40 min
    assert answer["preparation"]["drug_ml"] == pytest.approx(0.8)  # 40 mg / 50 mg/mL
    crossed = {limit["code"] for limit in answer["limits"] if limit["crossed"]}
    assert "lim_crps_max_mg_h" in crossed  # 60 mg/h, the trial's maximum is 25
    assert answer["course"][1] == {"session": 2, "on": "2026-12-15"}


def test_the_hundred_hour_course_blocks_in_a_clinic(reprieve: Callable[..., Run]) -> None:
    assert run_plan(reprieve, protocol="pr_crps_100h").answer["readiness"] == "block"


def test_every_problem_of_a_plan_is_reported_at_once(reprieve: Callable[..., Run]) -> None:
    document = plan(
        protocol="pr_of_my_own", start_on="soon", adjust={"amount_mg": -1, "sesions": 3}
    )
    run = reprieve("plan", document=document)
    assert run.code == 2
    assert set(run.problems) == {"protocol", "start_on", "adjust.amount_mg", "adjust.sesions"}


def test_a_plan_without_a_weight_is_refused(reprieve: Callable[..., Run]) -> None:
    document = plan(snapshot={"document": "PatientSnapshot", "patient": {}})
    assert "snapshot.weights" in reprieve("plan", document=document).problems


def opioid(name: str, daily_dose: Any, unit: str = "mg", route: str = "oral") -> dict[str, Any]:
    return {"name": name, "daily_dose": daily_dose, "unit": unit, "route": route}


@pytest.mark.parametrize(
    ("opioids", "mme"),
    [
        ([opioid("oxycodone", 30)], 45),  # x 1.5
        ([opioid("codeine", 120)], 18),  # x 0.15
        ([opioid("hydromorphone", 8)], 40),  # x 5
        ([opioid("methadone", 10)], 47),  # x 4.7
        ([opioid("tramadol", 200)], 40),  # x 0.2
        ([opioid("tapentadol", 100)], 40),  # x 0.4
        ([opioid("fentanyl", 25, "mcg/h", "transdermal")], 60),  # x 2.4
        ([opioid("oxycodone", 30), opioid("buprenorphine", 8, route="sublingual")], None),
        ([opioid("morphine", 30, route="intrathecal")], None),
        ([], 0),
    ],
)
def test_morphine_equivalents(
    opioids: list[dict[str, Any]], mme: float | None, reprieve: Callable[..., Run]
) -> None:
    answer = reprieve("mme", document={"opioids": opioids}).answer
    assert answer["mme_per_day"] == (None if mme is None else pytest.approx(mme))
    assert bool(answer["why"]) is (mme is None)
    assert (answer["table"], answer["caution"]) == ("CDC 2022", "not for conversion")


def test_an_opioid_dose_given_as_text_is_refused(reprieve: Callable[..., Run]) -> None:
    run = reprieve(
        "mme", document={"opioids": [opioid("oxycodone", "30"), opioid("codeine", 1, "g")]}
    )
    assert set(run.problems) == {"opioids[0].daily_dose", "opioids[1].unit"}
