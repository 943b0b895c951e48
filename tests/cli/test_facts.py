"""`reprieve facts KIND`: every record of a kind, with its evidence."""

from collections.abc import Callable
from typing import Any

import pytest

from reprieve import knowledge
from reprieve.cli.facts import KINDS

PROMISED = """contraindications interactions indications protocols limits monitoring adverse_events
scales instruments responses mme consent costs compounding controlled_substance decision_aid
guidelines claims disagreements sources"""
EVIDENCE = {"source", "locator", "grade", "quote", "verification", "also"}


def test_every_promised_kind_is_answered() -> None:
    assert set(PROMISED.split()) <= KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_each_record_has_an_id_and_says_where_it_comes_from(
    reprieve: Callable[..., Any], kind: str
) -> None:
    answer = reprieve("facts", kind).answer
    assert answer["knowledge"] == knowledge.VERSION
    assert answer["records"]
    for record in answer["records"]:
        assert record["id"]
        if kind != "changes":
            assert record["evidence"].keys() == EVIDENCE
            assert record.keys() >= {"jurisdiction", "valid_until", "review_by"}


def test_a_contraindication_reads_as_promised(reprieve: Callable[..., Any]) -> None:
    records = {r["id"]: r for r in reprieve("facts", "contraindications").answer["records"]}
    rest = records["ci_bp_rest"]
    assert (rest["action"], rest["kind"], rest["code_settles"]) == (
        "block",
        "contraindication",
        False,
    )
    assert rest["blood_pressure"]["systolic_over_mmhg"] == 180
    assert rest["evidence"]["source"] == "KETAMINE_CH"
    assert [e["source"] for e in rest["evidence"]["also"]] == ["COHEN18"]


def test_monitoring_brings_the_alarm_thresholds(reprieve: Callable[..., Any]) -> None:
    ids = {r["id"] for r in reprieve("facts", "monitoring").answer["records"]}
    assert {"mon_bp_interval", "mon_spo2_stop"} <= ids


def test_a_kind_that_does_not_exist_is_refused(reprieve: Callable[..., Any]) -> None:
    run = reprieve("facts", "rumours")
    assert (run.code, run.out) == (2, "")
    assert "command line" in run.problems
