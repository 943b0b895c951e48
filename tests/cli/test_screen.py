"""`reprieve screen` on the clinical cases, and on input nobody can use."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

CASES = sorted((Path(__file__).parents[1] / "cases/screen").glob("*.json"))


def snapshot(**parts: Any) -> dict[str, Any]:
    return {"document": "PatientSnapshot", "patient": {}, **parts}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_case(path: Path, reprieve: Callable[..., Run]) -> None:
    case = json.loads(path.read_text())
    run = reprieve("screen", *case["arguments"], document=case["input"])
    assert run.code == 0, run.err
    found = {f["code"]: f["action"] for f in run.answer["findings"]}
    assert {code: found.get(code) for code in case["expect"]} == case["expect"], case["title"]
    assert not set(case["never"]) & set(found), case["title"]


def test_the_answer_carries_both_versions_and_readiness_is_the_worst(
    reprieve: Callable[..., Run],
) -> None:
    answer = reprieve("screen", document=snapshot()).answer
    assert {
        "reprieve",
        "knowledge",
        "readiness",
        "answered",
        "as_of",
        "findings",
        "ignored",
    } <= set(answer)
    assert answer["readiness"] == answer["findings"][0]["action"] == "ask"
    assert answer["answered"]["n"] == 0


def test_findings_are_sorted_worst_first_then_with_reasons_then_by_code(
    reprieve: Callable[..., Run],
) -> None:
    document = snapshot(
        conditions=[{"system": "http://snomed.info/sct", "code": "38341003", "status": "active"}],
        medicines={"list": [{"name": "theophylline"}, {"name": "lorazepam"}]},
    )
    rank = {"block": 0, "hold": 1, "warn": 2, "ask": 3, "note": 4}
    findings = reprieve("screen", document=document).answer["findings"]
    keys = [(rank[f["action"]], not f["because"], f["code"]) for f in findings]
    assert keys == sorted(keys)


def test_every_finding_names_its_source_and_how_it_was_verified(
    reprieve: Callable[..., Run],
) -> None:
    for finding in reprieve("screen", document=snapshot()).answer["findings"]:
        assert finding["evidence"]["source"]
        assert finding["evidence"]["locator"]
        assert finding["evidence"]["verification"]
        assert finding["clears_when"]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("{not json", "$"),
        ('{"document": "PatientSnapshot", "patient": {}, "height_cm": NaN}', "$"),
        ("[]", "$"),
        (json.dumps({"resourceType": "Bundle", "entry": []}), "entry"),
        (json.dumps({"resourceType": "Observation"}), "resourceType"),
        (json.dumps(snapshot(weights=[{"value": "93", "unit": "kg"}])), "weights[0].value"),
    ],
)
def test_unusable_input_exits_2_with_problems_and_silence_on_standard_output(
    document: str, path: str, reprieve: Callable[..., Run]
) -> None:
    run = reprieve("screen", document=document)
    assert (run.code, run.out) == (2, "")
    assert path in run.problems


def test_an_oversized_document_is_refused_by_its_size(
    tmp_path: Path, reprieve: Callable[..., Run]
) -> None:
    huge = tmp_path / "huge.json"
    huge.write_bytes(b" " * 25_000_001)
    run = reprieve("screen", str(huge))
    assert run.code == 2
    assert "larger than 25 MB" in run.problems["$"]


def test_deep_nesting_is_refused_without_a_traceback(reprieve: Callable[..., Run]) -> None:
    assert reprieve("screen", document="[" * 100_000).code == 2


def test_an_unknown_route_is_unusable_input(reprieve: Callable[..., Run]) -> None:
    run = reprieve("screen", "--route", "telepathy", document=snapshot())
    assert run.code == 2
    assert "command line" in run.problems
