"""A PatientSnapshot document is read whole or refused with every problem."""

from datetime import date
from typing import Any

import pytest

from reprieve.core.patient import ConditionStatus, PatientSnapshot, Sex
from reprieve.core.problems import Problem
from reprieve.core.snapshot import read_snapshot
from reprieve.core.snapshot_document import snapshot_document

TODAY = date(2026, 11, 21)


def read(**parts: Any) -> tuple[PatientSnapshot, list[Problem]]:
    document = {"document": "PatientSnapshot", "patient": {}, **parts}
    return read_snapshot(document, as_of=TODAY, rule_ids={"ci_hypersens"})


def test_only_the_patient_is_required() -> None:
    snapshot, problems = read()
    assert problems == []
    assert (snapshot.sex, snapshot.born, snapshot.medicines_complete) == (Sex.UNKNOWN, None, False)


def test_the_contracts_example_is_read() -> None:
    snapshot, problems = read(
        patient={"birth_date": "1974-02-14", "sex": "male"},
        weights=[{"value": 93.3, "unit": "kg", "on": "2026-11-20"}],
        height_cm=175,
        answers={"ci_hypersens": {"is": "absent", "by": "clinician", "on": "2026-11-20"}},
        conditions=[
            {
                "system": "http://snomed.info/sct",
                "code": "38341003",
                "text": "Hypertension",
                "status": "active",
            }
        ],
        medicines={
            "complete": False,
            "list": [
                {
                    "rxnorm": "36437",
                    "name": "sertraline",
                    "status": "active",
                    "daily_dose": {"value": 100, "unit": "mg"},
                    "route": "oral",
                }
            ],
        },
        allergies={"complete": False, "list": []},
        blood_pressures=[{"systolic_mmhg": 142, "diastolic_mmhg": 88, "on": "2026-11-20"}],
        labs=[{"loinc": "1742-6", "value": 31, "unit": "U/L", "on": "2026-11-01"}],
        prior_treatments=[{"what": "gabapentin", "outcome": "failed"}],
    )
    assert problems == []
    assert snapshot.conditions[0].status is ConditionStatus.ACTIVE
    assert snapshot.medicines[0].label == "sertraline 100 mg a day (active)"


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ({"patient": {"birth_date": "2026-11-22"}}, "patient.birth_date"),
        ({"patient": {"birth_date": "1974-02-30"}}, "patient.birth_date"),
        ({"patient": {"sex": "M"}}, "patient.sex"),
        ({"weights": [{"value": 700, "unit": "kg"}]}, "weights[0].value"),
        ({"weights": [{"value": 180, "unit": "lbs"}]}, "weights[0].unit"),
        ({"weights": [{"value": 80, "unit": "kg", "on": "2026-11-22"}]}, "weights[0].on"),
        ({"height_cm": 1.75}, "height_cm"),
        (
            {"answers": {"ci_unheard_of": {"is": "absent", "by": "clinician"}}},
            "answers.ci_unheard_of",
        ),
        ({"answers": {"ci_hypersens": {"is": "no", "by": "clinician"}}}, "answers.ci_hypersens.is"),
        ({"conditions": [{"code": "I10", "status": "active"}]}, "conditions[0].system"),
        ({"medicines": {"list": [{"status": "active"}]}}, "medicines.list[0]"),
        ({"medicines": []}, "medicines"),
        (
            {"blood_pressures": [{"systolic_mmhg": 80, "diastolic_mmhg": 120}]},
            "blood_pressures[0].diastolic_mmhg",
        ),
        ({"labs": [{"loinc": "1742-6", "value": "31", "unit": "U/L"}]}, "labs[0].value"),
        ({"shoe_size": 44}, "shoe_size"),
        ({"document": "Bundle"}, "document"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_path(parts: dict[str, Any], path: str) -> None:
    _, problems = read(**parts)
    assert [p.path for p in problems] == [path]


def test_pounds_are_converted_and_a_unit_we_do_not_know_is_refused() -> None:
    snapshot, problems = read(
        weights=[{"value": 205, "unit": "[lb_av]"}, {"value": 13, "unit": "[stone_av]"}]
    )
    assert snapshot.weights[0].as_given == "205 [lb_av]"
    assert [p.path for p in problems] == ["weights[1].unit"]


def test_a_snapshot_written_and_read_again_is_the_same() -> None:
    first, problems = read(
        patient={"birth_date": "1974-02", "sex": "female"},
        weights=[{"value": 205, "unit": "[lb_av]", "on": "2026-11-20"}],
        height_cm=170,
        answers={"ci_hypersens": {"is": "absent", "by": "patient", "on": "2026-11-20"}},
        conditions=[{"text": "stroke?", "status": "suspected", "on": "2020-01-01"}],
        medicines={
            "complete": True,
            "list": [{"name": "sertraline", "rxnorm": "36437", "as_needed": False}],
        },
        allergies={"complete": True, "list": [{"name": "latex"}]},
        blood_pressures=[{"systolic_mmhg": 142, "diastolic_mmhg": 88, "on": "2026-11-20"}],
        labs=[{"loinc": "1742-6", "value": 31, "unit": "U/L"}],
        prior_treatments=[{"what": "gabapentin", "outcome": "failed"}],
    )
    assert problems == []
    document = snapshot_document(first)
    second, again = read_snapshot(document, as_of=TODAY, rule_ids={"ci_hypersens"})
    assert again == []
    assert second == first
