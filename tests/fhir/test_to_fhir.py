"""What we write is FHIR R4: required elements are there, empty ones are not, and our reader reads it back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.core.patient import ConditionStatus
from reprieve.fhir import to_fhir
from reprieve.fhir.bundle import read_bundle

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ADA = to_fhir.patient(
    id="p1", family="Abara", given="Ada Maria", sex="female", born=date(1974, 2, 14)
)
CONDITION: dict[str, Any] = {
    "id": "c1",
    "subject": "p1",
    "text": "Fibromyalgia",
    "codings": [],
    "status": "active",
    "verification": "confirmed",
}


def read(*resources: dict[str, Any]) -> Any:
    found, problems = read_bundle(
        to_fhir.bundle([ADA, *resources], at=AT), as_of=date(2026, 11, 21)
    )
    assert problems == []
    return found.snapshot


def empty_parts(value: Any) -> Iterator[Any]:
    """FHIR forbids empty strings, arrays, objects and null."""
    if value in (None, "", [], {}):
        yield value
    if isinstance(value, dict):
        for part in value.values():
            yield from empty_parts(part)
    if isinstance(value, list):
        for part in value:
            yield from empty_parts(part)


def test_a_patient_without_telephone_or_birth_date_has_no_empty_elements() -> None:
    found = to_fhir.patient(id="p1", family="Abara", given="Ada", sex="unknown", born=None)

    assert found == {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"use": "official", "family": "Abara", "given": ["Ada"]}],
        "gender": "unknown",
    }


@pytest.mark.parametrize(
    ("status", "verification", "read_as"),
    [
        ("active", "confirmed", ConditionStatus.ACTIVE),
        ("active", "provisional", ConditionStatus.SUSPECTED),
        ("resolved", "confirmed", ConditionStatus.HISTORY),
        ("active", "refuted", ConditionStatus.REFUTED),
    ],
)
def test_a_condition_keeps_its_certainty(
    status: str, verification: str, read_as: ConditionStatus
) -> None:
    row = to_fhir.condition(**{**CONDITION, "status": status, "verification": verification})

    [found] = read(row).conditions
    assert found.status is read_as


def test_a_condition_entered_in_error_has_no_clinical_status() -> None:
    """con-5 of FHIR R4: clinicalStatus is absent when verificationStatus is entered-in-error."""
    row = to_fhir.condition(**{**CONDITION, "verification": "entered-in-error"})

    assert "clinicalStatus" not in row


@pytest.mark.parametrize(
    ("status", "certainty", "clinical"),
    [
        ("active", "confirmed", True),
        ("resolved", "confirmed", True),
        ("refuted", "refuted", False),
        ("entered-in-error", "entered-in-error", False),
    ],
)
def test_an_allergy_ruled_out_is_not_active(status: str, certainty: str, clinical: bool) -> None:
    row = to_fhir.allergy_intolerance(
        id="a1", subject="p1", text="latex", codings=[], status=status, criticality="low"
    )

    assert row["verificationStatus"]["coding"][0]["code"] == certainty
    assert ("clinicalStatus" in row) is clinical


def test_a_dose_a_day_reads_back_as_the_same_dose() -> None:
    row = to_fhir.medication_statement(
        id="m1",
        subject="p1",
        text="gabapentin",
        codings=[],
        status="active",
        daily_dose=1800,
        unit="mg",
        as_needed=True,
        since=date(2026, 1, 5),
    )

    [found] = read(row).medicines
    assert (found.daily_dose.value, found.daily_dose.unit, found.as_needed) == (1800, "mg", True)


def test_a_dose_without_a_unit_is_not_written_as_a_number() -> None:
    row = to_fhir.medication_statement(
        id="m1", subject="p1", text="x", codings=[], status="active", daily_dose=5, unit=""
    )

    assert "dosage" not in row


def test_a_blood_pressure_is_two_components_and_half_of_one_is_one() -> None:
    whole = to_fhir.blood_pressure_components(142, 88)
    half = to_fhir.blood_pressure_components(142, None)

    assert [c["valueQuantity"]["value"] for c in whole] == [142, 88]
    assert [c["code"]["coding"][0]["code"] for c in half] == ["8480-6"]


def test_the_pain_score_has_its_loinc_and_another_score_our_own_name() -> None:
    pain = to_fhir.score(id="s1", subject="p1", instrument="NRS", title="Pain", value=0.0, at=AT)
    peg = to_fhir.score(id="s2", subject="p1", instrument="PEG", title="PEG", value=4.3, at=AT)

    assert pain["code"]["coding"][0] == {"system": "http://loinc.org", "code": "72514-3"}
    assert peg["code"]["coding"][0]["system"] == to_fhir.OWN_INSTRUMENT
    assert [p.value for p in read(pain, peg).pain_scores] == [0.0]  # zero is a score


def test_answers_keep_their_kind_and_a_declined_one_has_no_answer() -> None:
    row = to_fhir.questionnaire_response(
        id="q1",
        subject="p1",
        instrument="PHQ-9",
        answers={
            "a": 0,
            "b": True,
            "c": "words",
            "d": ["x", "y"],
            "e": {"declined": True},
            "f": [],
        },
        at=AT,
    )

    assert {i["linkId"]: i.get("answer") for i in row["item"]} == {
        "a": [{"valueDecimal": 0}],
        "b": [{"valueBoolean": True}],
        "c": [{"valueString": "words"}],
        "d": [{"valueString": "x"}, {"valueString": "y"}],
        "e": None,
        "f": None,
    }


words = st.text(max_size=20)
maybe_day = st.none() | st.dates(date(1950, 1, 1), date(2026, 11, 1))


@given(
    text=st.text(min_size=1, max_size=20).filter(str.strip),
    site=words,
    onset=maybe_day,
    ended=maybe_day,
)
def test_no_condition_has_an_empty_element(
    text: str, site: str, onset: date | None, ended: date | None
) -> None:
    row = to_fhir.condition(**{**CONDITION, "text": text}, body_site=site, onset=onset, ended=ended)

    assert list(empty_parts(row)) == []


@given(dose=st.none() | st.floats(0.1, 9999), unit=words, route=words, written=words)
def test_no_medicine_has_an_empty_element(
    dose: float | None, unit: str, route: str, written: str
) -> None:
    row = to_fhir.medication_statement(
        id="m1",
        subject="p1",
        text="x",
        codings=[],
        status="active",
        daily_dose=dose,
        unit=unit,
        route=route,
        as_written=written,
    )

    assert list(empty_parts(row)) == []
