"""A Bundle about one person becomes a snapshot; what is left aside is listed with the reason."""

from datetime import date
from typing import Any

import pytest

from reprieve.core.patient import ConditionStatus, PatientSnapshot, Presence
from reprieve.core.problems import Problem
from reprieve.fhir.bundle import read_bundle

TODAY = date(2026, 11, 21)
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
ME = {"reference": "urn:uuid:p1"}


def bundle(*resources: dict[str, Any], patients: int = 1, **patient: Any) -> dict[str, Any]:
    people = [
        {
            "fullUrl": f"urn:uuid:p{i + 1}",
            "resource": {"resourceType": "Patient", "id": f"p{i + 1}", **patient},
        }
        for i in range(patients)
    ]
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [*people, *({"resource": {"subject": ME, **r}} for r in resources)],
    }


def snapshot(*resources: dict[str, Any], **patient: Any) -> PatientSnapshot:
    imported, problems = read_bundle(bundle(*resources, **patient), as_of=TODAY)
    assert problems == []
    return imported.snapshot


def problems(*resources: dict[str, Any], patients: int = 1, **patient: Any) -> list[Problem]:
    return read_bundle(bundle(*resources, patients=patients, **patient), as_of=TODAY)[1]


def weight(value: float, *, on: str = "2026-11-20", **quantity: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "effectiveDateTime": on,
        "valueQuantity": {"value": value, **quantity},
    }


def condition(clinical: str | None, verification: str | None = None, **more: Any) -> dict[str, Any]:
    statuses = {"clinicalStatus": clinical, "verificationStatus": verification}
    return {
        "resourceType": "Condition",
        "code": {"coding": [{"system": SNOMED, "code": "38341003", "display": "Hypertension"}]},
        **{key: {"coding": [{"code": code}]} for key, code in statuses.items() if code},
        **more,
    }


def medicine(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "medicationCodeableConcept": {
            "coding": [
                {"system": RXNORM, "code": "1049221", "display": "oxyCODONE 5 MG / Acetaminophen"}
            ]
        },
        **more,
    }


@pytest.mark.parametrize("count", [0, 2])
def test_a_bundle_is_about_exactly_one_person(count: int) -> None:
    [problem] = problems(patients=count)
    assert problem.path == "entry"
    assert f"{count} found" in problem.message


def test_something_else_than_a_bundle_is_refused() -> None:
    _, [problem, missing] = read_bundle({"resourceType": "Patient"}, as_of=TODAY)
    assert problem.path == "resourceType"
    assert "exactly one Patient" in missing.message


def test_a_birth_date_in_the_future_is_refused_and_none_at_all_is_not() -> None:
    [problem] = problems(birthDate="2026-11-22")
    assert problem.path == "entry[0].resource.birthDate"
    assert snapshot().born is None


def test_pounds_are_converted_and_shown_as_given() -> None:
    found = snapshot(weight(205, unit="lbs", system="http://unitsofmeasure.org", code="[lb_av]"))
    assert found.latest_weight is not None
    assert found.latest_weight.value_kg == pytest.approx(92.98643585)  # 205 x 0.45359237
    assert found.latest_weight.as_given == "205 [lb_av]"


@pytest.mark.parametrize(
    ("resource", "says"),
    [
        (weight(205, unit="lbs"), "not a UCUM unit"),
        (weight(700, unit="kg"), "outside 30 to 250 kg"),
        (weight(80), "needs a value and a UCUM unit"),
    ],
)
def test_the_newest_weight_must_be_usable(resource: dict[str, Any], says: str) -> None:
    [problem] = problems(weight(80, on="2020-01-01", unit="kg"), resource)
    assert problem.path.startswith("entry[2].resource.valueQuantity")
    assert says in problem.message


def test_a_childs_weight_in_the_history_is_left_aside() -> None:
    found = snapshot(weight(12, on="1982-05-01", unit="kg"), weight(80, unit="kg"))
    assert [w.value_kg for w in found.weights] == [80]
    assert found.ignored[0].path == "entry[1]"


@pytest.mark.parametrize(
    ("clinical", "verification", "status"),
    [
        ("active", "confirmed", ConditionStatus.ACTIVE),
        ("recurrence", None, ConditionStatus.ACTIVE),
        ("active", "provisional", ConditionStatus.SUSPECTED),
        ("resolved", "confirmed", ConditionStatus.HISTORY),
        ("remission", None, ConditionStatus.HISTORY),
        ("inactive", None, ConditionStatus.HISTORY),
        ("active", "refuted", ConditionStatus.REFUTED),
        (None, None, ConditionStatus.ACTIVE),
    ],
)
def test_the_two_statuses_of_a_condition(
    clinical: str | None, verification: str | None, status: ConditionStatus
) -> None:
    [found] = snapshot(condition(clinical, verification)).conditions
    assert found.status is status


def test_an_ended_condition_without_a_status_is_history() -> None:
    [found] = snapshot(condition(None, abatementDateTime="2010-01-01")).conditions
    assert found.status is ConditionStatus.HISTORY


def test_entered_in_error_is_left_aside_with_the_reason() -> None:
    found = snapshot(condition("active", "entered-in-error"), medicine(status="entered-in-error"))
    assert found.conditions == ()
    assert found.medicines == ()
    assert [i.path for i in found.ignored] == ["entry[1]", "entry[2]"]


def test_what_is_dated_later_does_not_exist_yet() -> None:
    found = snapshot(condition("active", onsetDateTime="2027-01-01"))
    assert found.conditions == ()
    assert "dated after 2026-11-21" in found.ignored[0].why


def test_a_medicine_keeps_its_codes_names_and_daily_dose() -> None:
    dosage = {
        "timing": {"repeat": {"frequency": 1, "period": 6, "periodUnit": "h"}},
        "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}],
        "asNeededBoolean": True,
        "route": {"text": "Oral"},
    }
    [found] = snapshot(medicine(dosageInstruction=[dosage])).medicines
    assert found.rxnorm == ("1049221",)
    assert found.daily_dose is not None
    assert (found.daily_dose.value, found.daily_dose.unit) == (20, "mg")  # 5 mg every 6 h
    assert (found.route, found.as_needed, found.counts) == ("oral", True, True)


@pytest.mark.parametrize("reference", ["urn:uuid:m1", "Medication/m1", "#m1"])
def test_a_medicine_may_be_referred_to(reference: str) -> None:
    concept = {"coding": [{"system": RXNORM, "code": "6470", "display": "lorazepam"}]}
    drug = {"resourceType": "Medication", "id": "m1", "code": concept}
    request = medicine(medicationReference={"reference": reference}, contained=[drug])
    del request["medicationCodeableConcept"]
    data = bundle(request)
    data["entry"].append({"fullUrl": "urn:uuid:m1", "resource": drug})
    imported, found = read_bundle(data, as_of=TODAY)
    assert found == []
    assert imported.snapshot.medicines[0].rxnorm == ("6470",)


def test_a_resource_about_somebody_else_is_refused() -> None:
    [problem] = problems(condition("active", subject={"reference": "Patient/other"}))
    assert problem.path == "entry[1].resource.subject.reference"


def test_blood_pressure_comes_as_a_panel_or_as_two() -> None:
    def part(code: str, value: float) -> dict[str, Any]:
        return {
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "valueQuantity": {"value": value, "unit": "mm[Hg]"},
        }

    def of(code: str, **more: Any) -> dict[str, Any]:
        return {
            "resourceType": "Observation",
            "status": "final",
            "effectiveDateTime": "2026-11-20T09:00:00-05:00",
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            **more,
        }

    panel = of("85354-9", component=[part("8480-6", 142), part("8462-4", 88)])
    two = [
        of("8480-6", valueQuantity={"value": 142, "unit": "mm[Hg]"}),
        of("8462-4", valueQuantity={"value": 88, "unit": "mm[Hg]"}),
    ]
    for resources in ([panel], two):
        [reading] = snapshot(*resources).blood_pressures
        assert (reading.systolic_mmhg, reading.diastolic_mmhg, reading.on) == (
            142,
            88,
            date(2026, 11, 20),
        )


def test_no_known_allergy_completes_the_list() -> None:
    none_known = {
        "resourceType": "AllergyIntolerance",
        "patient": ME,
        "code": {"coding": [{"system": SNOMED, "code": "716186003"}]},
    }
    assert snapshot(none_known).allergies_complete
    assert not snapshot().allergies_complete


def test_a_recent_pregnancy_status_answers_and_an_old_one_does_not() -> None:
    def status(on: str) -> dict[str, Any]:
        return {
            "resourceType": "Observation",
            "status": "final",
            "effectiveDateTime": on,
            "code": {"coding": [{"system": "http://loinc.org", "code": "82810-3"}]},
            "valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "77386006"}]},
        }

    assert snapshot(status("2026-11-01")).answers["ci_preg"].presence is Presence.PRESENT
    assert snapshot(status("2026-01-01")).answers == {}


def test_wrong_shapes_are_problems_with_paths_and_never_a_crash() -> None:
    found = problems(
        {"resourceType": "Condition", "code": "hypertension"},
        {"resourceType": "Observation", "code": {"coding": "x"}, "status": 7},
        {"resourceType": "MedicationRequest", "medicationCodeableConcept": {"coding": [3]}},
        gender="F",
        birthDate=1974,
    )
    paths = {p.path for p in found}
    assert {
        "entry[0].resource.gender",
        "entry[0].resource.birthDate",
        "entry[1].resource.code",
        "entry[2].resource.status",
        "entry[2].resource.code.coding",
        "entry[3].resource.medicationCodeableConcept.coding[0]",
    } <= paths


def test_a_resource_we_have_no_use_for_is_listed() -> None:
    [ignored] = snapshot({"resourceType": "Claim"}).ignored
    assert (ignored.path, ignored.why) == ("entry[1]", "Claim is not used")


def test_a_record_of_an_older_fhir_is_refused_by_name() -> None:
    stu3 = {
        "resourceType": "Condition",
        "clinicalStatus": "active",
        "verificationStatus": "confirmed",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "38341003"}]},
    }
    _, problems = read_bundle(bundle(stu3), as_of=TODAY)

    assert problems[0].path == "resourceType"
    assert "R4 is needed" in problems[0].message
