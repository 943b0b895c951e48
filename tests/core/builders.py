"""Small, honest stand-ins for records, so that a test shows only what matters to it."""

from datetime import date
from typing import Any

from reprieve.core.eligibility.rules import CodedConcept, Contraindication
from reprieve.core.evidence import Evidence, Verification
from reprieve.core.findings import Action, Kind
from reprieve.core.interactions.rules import Interaction, Member
from reprieve.core.patient import (
    BloodPressure,
    BornOn,
    Coding,
    Condition,
    ConditionStatus,
    Medicine,
    PatientSnapshot,
)

TODAY = date(2026, 11, 21)
EVIDENCE = Evidence(source="TEST", locator="p 1", verification=Verification.LABEL)
ICD = "icd10cm"


def a_rule(**changes: Any) -> Contraindication:
    values: dict[str, Any] = {
        "id": "ci_test",
        "action": Action.BLOCK,
        "kind": Kind.CONTRAINDICATION,
        "condition": "Test condition",
        "severity": "absolute",
        "message": "It is there.",
        "question": "Is it there?",
        "clears_when": "It is gone.",
        "rationale": "because",
        "evidence": EVIDENCE,
        "codes": (CodedConcept(system=ICD, code="I71", display="aneurysm", descendants=True),),
    }
    return Contraindication(**{**values, **changes})


def an_interaction(**changes: Any) -> Interaction:
    values: dict[str, Any] = {
        "id": "ix_test",
        "action": Action.WARN,
        "drug_or_class": "Test class",
        "severity": "moderate",
        "mechanism": "m",
        "management": "Watch.",
        "message": "They add up.",
        "evidence": EVIDENCE,
        "members": (Member(name="lorazepam", rxnorm="6470", synonyms=("ativan",)),),
    }
    return Interaction(**{**values, **changes})


def born(year: int, month: int = 1, day: int = 1) -> BornOn:
    return BornOn(earliest=date(year, month, day), latest=date(year, month, day))


def a_condition(
    code: str = "I71.4", status: ConditionStatus = ConditionStatus.ACTIVE, text: str = "as coded"
) -> Condition:
    return Condition(codings=(Coding(ICD, code),), text=text, status=status, path="conditions[0]")


def a_medicine(name: str, **changes: Any) -> Medicine:
    return Medicine(**{"name": name, "path": "medicines.list[0]", **changes})


def a_reading(systolic: float, diastolic: float, on: date | None = TODAY) -> BloodPressure:
    return BloodPressure(systolic_mmhg=systolic, diastolic_mmhg=diastolic, on=on)


def a_patient(**changes: Any) -> PatientSnapshot:
    return PatientSnapshot(**{"born": born(1980), **changes})
