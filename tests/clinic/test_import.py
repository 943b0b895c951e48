"""A record from another system is written whole or not at all, once, into the right chart."""

import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.assessment.models import RuleAnswer
from reprieve.clinic.assessment.selectors import rules
from reprieve.clinic.assessment.services import screen_patient
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.intake.identity import Known
from reprieve.clinic.intake.imports import (
    Preview,
    confirm_import,
    keep_upload,
    preview_of,
)
from reprieve.clinic.intake.models import PendingImport
from reprieve.clinic.patients.models import Observation, Patient, PatientIdentifier, Source
from reprieve.core.eligibility.screen import screen
from reprieve.core.problems import UnusableInput
from reprieve.core.strict_json import LARGEST_BYTES
from reprieve.fhir.bundle import read_bundle

from .conftest import a_patient, acting, somebody

pytestmark = pytest.mark.django_db
SYNTHEA = Path(__file__).parents[1] / "data/fhir"
LOINC = "http://loinc.org"
BORN = date(1980, 5, 1)
TODAY = timezone.localdate().isoformat()


def a_bundle(*resources: dict[str, Any], **patient: Any) -> dict[str, Any]:
    person = {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"family": "Novak", "given": ["Jana"]}],
        "birthDate": "1980-05-01",
        "gender": "female",
        "identifier": [{"system": "urn:hospital", "value": "N-1"}],
        **patient,
    }
    mine = {"reference": "Patient/p1"}
    entries = [{"resource": person}, *({"resource": {"subject": mine, **r}} for r in resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def observation(loinc: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": f"o-{loinc}-{value:g}",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": loinc, "display": "measured"}]},
        "effectiveDateTime": TODAY,
        "valueQuantity": {
            "value": value,
            "unit": unit,
            "code": unit,
            "system": "http://unitsofmeasure.org",
        },
        **more,
    }


def condition(text: str, id: str = "c1", clinical: str = "active") -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": id,
        "clinicalStatus": {"coding": [{"code": clinical}]},
        "code": {"text": text},
    }


def sent(data: Any, by: Actor) -> PendingImport:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return keep_upload(SimpleUploadedFile("record.json", raw), by=by)


def looked_at(data: Any, by: Actor) -> Preview:
    return preview_of(sent(data, by), as_of=timezone.localdate())


def imported(data: Any, by: Actor, choice: str = "") -> Patient:
    return confirm_import(sent(data, by), choice=choice, by=by)[0]


@pytest.mark.parametrize("name", ["Robby_Becker", "Twyla_Moen"])
def test_a_real_record_imports_and_screens_in_under_two_seconds_each(
    nurse: Actor, name: str
) -> None:
    raw = (SYNTHEA / f"{name}.json").read_bytes()
    as_of = timezone.localdate()

    started = time.monotonic()
    patient = imported(raw, nurse)
    took_import = time.monotonic() - started
    started = time.monotonic()
    found = screen_patient(patient, as_of=as_of).screening.findings
    took_screen = time.monotonic() - started

    assert max(took_import, took_screen) < 2
    straight, _problems = read_bundle(json.loads(raw), as_of=as_of)
    expected = screen(straight.snapshot, rules(), as_of=as_of).findings
    assert {(f.code, f.action) for f in found} == {(f.code, f.action) for f in expected}


@pytest.mark.parametrize("name", ["Robby_Becker", "Twyla_Moen"])
def test_a_second_import_finds_the_person_and_adds_nothing(nurse: Actor, name: str) -> None:
    raw = (SYNTHEA / f"{name}.json").read_bytes()
    patient = imported(raw, nurse)
    before = Observation.objects.filter(patient=patient).count()

    started = time.monotonic()
    again = looked_at(raw, nurse)
    same, added = confirm_import(again.pending, by=nurse)
    took = time.monotonic() - started

    assert took < 2
    assert (again.known, again.new, again.differs) == (Known.HERE, (), ())
    assert len(again.here) > 50
    assert (same, sum(added.values())) == (patient, 0)
    assert Observation.objects.filter(patient=patient).count() == before
    assert Patient.objects.count() == 1


def test_only_what_is_new_is_added(nurse: Actor) -> None:
    patient = imported(a_bundle(condition("CRPS")), nurse)

    preview = looked_at(a_bundle(condition("CRPS"), condition("Asthma", "c2")), nurse)
    confirm_import(preview.pending, by=nurse)

    assert [r.text for r in preview.new] == ["Asthma"]
    assert sorted(c.text for c in patient.conditions.all()) == ["Asthma", "CRPS"]


def test_what_changed_elsewhere_is_shown_and_left_as_it_stands_here(nurse: Actor) -> None:
    patient = imported(a_bundle(condition("CRPS")), nurse)

    preview = looked_at(a_bundle(condition("CRPS", clinical="resolved")), nurse)
    confirm_import(preview.pending, by=nurse)

    assert [r.text for r in preview.differs] == ["CRPS"]
    assert patient.conditions.get().status == "active"


def test_pounds_are_converted_and_shown_as_given(nurse: Actor) -> None:
    # 205 lb x 0.45359237 kg/lb = 92.986 kg
    preview = looked_at(a_bundle(observation("29463-7", 205, "[lb_av]")), nurse)
    patient, _added = confirm_import(preview.pending, by=nurse)

    assert [r.converted for r in preview.new] == ["205 [lb_av] = 92.99 kg"]
    row = patient.observations.get()
    assert (row.kind, row.value, row.unit) == ("29463-7", Decimal("92.99"), "kg")
    assert row.value_text == "converted from 205 [lb_av]"
    assert row.source == Source.IMPORT


def test_a_blood_pressure_panel_and_its_two_halves_are_one_reading_each(nurse: Actor) -> None:
    panel = observation("85354-9", 0, "")
    del panel["valueQuantity"]
    panel["component"] = [
        {
            k: v
            for k, v in observation(code, value, "mm[Hg]").items()
            if k in ("code", "valueQuantity")
        }
        for code, value in (("8480-6", 142), ("8462-4", 88))
    ]
    halves = [
        observation(code, value, "mm[Hg]", effectiveDateTime="2026-01-05T10:00:00Z")
        for code, value in (("8480-6", 150), ("8462-4", 90))
    ]

    patient = imported(a_bundle(panel, *halves), nurse)

    rows = patient.observations.filter(kind="85354-9").order_by("value")
    assert [(r.value, r.second_value) for r in rows] == [(142, 88), (150, 90)]


def test_the_codes_are_kept(nurse: Actor) -> None:
    patient = imported(a_bundle(observation("2345-7", 98, "mg/dL")), nurse)

    row = patient.observations.get()
    assert (row.kind, row.value, row.unit) == ("other", 98, "mg/dL")
    assert row.codings == [{"system": LOINC, "code": "2345-7", "display": "measured"}]


def test_national_numbers_are_not_kept(nurse: Actor) -> None:
    patient = imported((SYNTHEA / "Robby_Becker.json").read_bytes(), nurse)

    systems = {i.system for i in patient.identifiers.all()}
    assert "http://hospital.smarthealthit.org" in systems
    assert not any("ssn" in s or "passport" in s or "4.3.25" in s for s in systems)


def test_a_recorded_pregnancy_is_an_answer_of_the_record_and_no_later_answer_is_overruled(
    nurse: Actor,
) -> None:
    pregnant = observation("82810-3", 0, "")
    del pregnant["valueQuantity"]
    pregnant["valueCodeableConcept"] = {
        "coding": [{"system": "http://snomed.info/sct", "code": "77386006"}]
    }
    patient = imported(a_bundle(pregnant), nurse)
    assert RuleAnswer.objects.get(patient=patient).answer == "present"

    imported(a_bundle(pregnant), nurse)

    assert RuleAnswer.objects.filter(patient=patient).count() == 1


def test_an_import_confirms_no_list(nurse: Actor) -> None:
    none = {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "patient": {"reference": "Patient/p1"},
    }
    none["code"] = {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]}

    patient = imported(a_bundle(none), nurse)

    found = screen_patient(patient, as_of=timezone.localdate()).screening.findings
    assert "missing_allergies" in {f.code for f in found}


# --- who it is ---


def test_the_same_name_and_birth_date_asks_who_it_is(nurse: Actor) -> None:
    here = a_patient(nurse, family_name="Novák", given_names="Jana", birth_date=BORN)

    preview = looked_at(a_bundle(condition("CRPS")), nurse)
    assert (preview.known, preview.candidates) == (Known.UNSURE, (here,))
    with pytest.raises(UnusableInput):
        confirm_import(preview.pending, by=nurse)
    assert here.conditions.count() == 0

    patient, _added = confirm_import(preview.pending, choice=str(here.pk), by=nurse)
    assert patient == here
    assert here.conditions.get().text == "CRPS"
    assert looked_at(a_bundle(), nurse).known is Known.HERE  # the number is known from now on


def test_somebody_else_with_the_same_name_and_birth_date_becomes_a_second_patient(
    nurse: Actor,
) -> None:
    here = a_patient(nurse, family_name="Novak", given_names="Jana", birth_date=BORN)

    patient = imported(a_bundle(condition("CRPS")), nurse, choice="other")

    assert patient != here
    assert here.conditions.count() == 0


def test_a_shared_number_under_another_birth_date_is_never_taken_for_granted(nurse: Actor) -> None:
    imported(a_bundle(), nurse)

    assert looked_at(a_bundle(birthDate="1999-01-01"), nurse).known is Known.UNSURE


def test_a_bare_resource_id_shared_by_two_people_joins_nobody(nurse: Actor) -> None:
    imported(a_bundle(), nurse)
    other = a_bundle(
        name=[{"family": "Ito", "given": ["Ken"]}], identifier=[], birthDate="1971-03-03"
    )

    assert looked_at(other, nurse).known is Known.NEW
    assert imported(other, nurse).family_name == "Ito"


def test_numbers_of_two_people_here_stop_the_import(nurse: Actor) -> None:
    for family, number in (("Novak", "N-1"), ("Novak", "N-2")):
        person = a_patient(nurse, family_name=family, given_names="Jana", birth_date=BORN)
        PatientIdentifier.objects.create(
            clinic=person.clinic, patient=person, system="urn:hospital", value=number
        )
    both = [{"system": "urn:hospital", "value": n} for n in ("N-1", "N-2")]

    preview = looked_at(a_bundle(identifier=both), nurse)

    assert [p.path for p in preview.problems] == ["Patient.identifier"]
    with pytest.raises(UnusableInput):
        confirm_import(preview.pending, by=nurse)


def test_a_year_of_birth_is_not_made_into_a_day(nurse: Actor) -> None:
    assert imported(a_bundle(birthDate="1980"), nurse).birth_date is None


# --- bad input: each problem at its path, nothing written ---

OTHER_PERSON = {"resource": {"resourceType": "Patient", "id": "p2", "name": [{"family": "Two"}]}}
BAD: dict[str, tuple[Any, str, str]] = {
    "700 kg": (a_bundle(observation("29463-7", 700, "kg")), "entry[1]", "outside 30 to 250 kg"),
    "weight in a unit that is not UCUM": (
        a_bundle(observation("29463-7", 150, "pounds")),
        "entry[1]",
        "not a UCUM unit",
    ),
    "birth date in the future": (a_bundle(birthDate="2090-01-01"), "birthDate", "in the future"),
    "no name": (a_bundle(name=[]), "Patient.name", "a name is needed"),
    "two patients": (
        {**a_bundle(), "entry": [*a_bundle()["entry"], OTHER_PERSON]},
        "entry",
        "exactly one Patient is needed, 2 found",
    ),
    "no patient": (
        {"resourceType": "Bundle", "type": "collection", "entry": []},
        "entry",
        "exactly one Patient is needed, 0 found",
    ),
    "about somebody else": (
        a_bundle({**condition("CRPS"), "subject": {"reference": "Patient/p9"}}),
        "entry[1].resource.subject.reference",
        "not the Patient of this Bundle",
    ),
}


@pytest.mark.parametrize(("data", "path", "says"), BAD.values(), ids=list(BAD))
def test_a_record_with_a_problem_is_not_imported(
    nurse: Actor, data: Any, path: str, says: str
) -> None:
    preview = looked_at(data, nurse)

    assert [p for p in preview.problems if path in p.path and says in p.message]
    with pytest.raises(UnusableInput):
        confirm_import(preview.pending, by=nurse)
    assert Patient.objects.count() == 0
    assert PendingImport.objects.filter(pk=preview.pending.pk).exists()  # still there to look at


def test_all_problems_are_listed_together(nurse: Actor) -> None:
    data = a_bundle(observation("29463-7", 700, "kg"), birthDate="2090-01-01", name=[])

    assert len(looked_at(data, nurse).problems) == 3


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"{", "not JSON"),
        (b"", "not JSON"),
        (b'{"resourceType": "Bundle", "resourceType": "Bundle"}', "given twice"),
        (b'{"resourceType": "Bundle", "total": NaN}', "NaN"),
        (b"\xff\xfe{", "not UTF-8"),
        (b'{"resourceType": "Patient"}', "a FHIR R4 Bundle is needed"),
        (b"[]", "a FHIR R4 Bundle is needed"),
        (b'{"resourceType": "Bundle", "id": "\\u0000"}', "NUL"),
    ],
)
def test_what_is_no_bundle_is_refused_at_once(nurse: Actor, raw: bytes, says: str) -> None:
    with pytest.raises(UnusableInput, match=says):
        sent(raw, nurse)

    assert PendingImport.objects.count() == 0


def test_fifty_megabytes_are_refused_by_size_and_never_read(nurse: Actor) -> None:
    class Huge(SimpleUploadedFile):
        def read(self, *_: Any) -> bytes:
            pytest.fail("read")

    file = Huge("huge.json", b"")
    file.size = 50_000_000

    with pytest.raises(UnusableInput, match="larger than 25 MB"):
        keep_upload(file, by=nurse)
    file.size = LARGEST_BYTES + 1
    with pytest.raises(UnusableInput, match="larger than 25 MB"):
        keep_upload(file, by=nurse)


def test_a_failure_on_the_way_leaves_nothing_behind(
    nurse: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = sent(a_bundle(condition("CRPS")), nurse)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("reprieve.clinic.intake.imports.bulk_create_with_history", broken)
    with pytest.raises(RuntimeError):
        confirm_import(pending, by=nurse)

    assert Patient.objects.count() == 0
    assert PendingImport.objects.filter(pk=pending.pk).exists()


# --- pages ---


def test_the_page_shows_before_it_writes_and_the_file_is_gone_afterwards(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.NURSE)
    raw = json.dumps(a_bundle(condition("CRPS"), observation("29463-7", 205, "[lb_av]"))).encode()

    there = browser.post("/patients/import/", {"bundle": SimpleUploadedFile("r.json", raw)})
    page = browser.get(there.headers["Location"]).content.decode()

    assert "Novak, Jana" in page
    assert "205 [lb_av] = 92.99 kg" in page
    assert Patient.objects.count() == 0
    done = browser.post(f"{there.headers['Location']}confirm/")
    patient = Patient.objects.get()
    assert done.headers["Location"] == f"/patients/{patient.pk}/"
    assert browser.get(there.headers["Location"]).status_code == 404
    history = patient.conditions.get().history.get()
    assert history.history_change_reason == "import"
    said = [(e.action, e.object_type) for e in AuditEvent.objects.order_by("sequence")]
    assert ("create", "PendingImport") in said
    assert ("read", "import preview") in said
    assert ("create", "import") in said


def test_the_page_asks_who_it_is_and_writes_nothing_until_somebody_says(
    clinic: Clinic, nurse: Actor, signed_in: Callable[..., Client]
) -> None:
    here = a_patient(nurse, family_name="Novak", given_names="Jana", birth_date=BORN)
    browser = signed_in(clinic, Role.NURSE)
    raw = json.dumps(a_bundle(condition("CRPS"))).encode()
    there = browser.post("/patients/import/", {"bundle": SimpleUploadedFile("r.json", raw)})
    address = there.headers["Location"]

    for choice in ({}, {"choice": "11111111-1111-4111-8111-111111111111"}):
        refused = browser.post(f"{address}confirm/", choice)
        assert refused.status_code == 422
        assert "Say whether this is the same person" in refused.content.decode()
    assert here.conditions.count() == 0

    done = browser.post(f"{address}confirm/", {"choice": str(here.pk)})
    assert done.headers["Location"] == f"/patients/{here.pk}/"
    assert here.conditions.count() == 1


def test_problems_are_shown_with_their_paths(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.NURSE)

    refused = browser.post("/patients/import/", {"bundle": SimpleUploadedFile("r.json", b"{")})
    bad = json.dumps(BAD["700 kg"][0]).encode()
    there = browser.post("/patients/import/", {"bundle": SimpleUploadedFile("r.json", bad)})
    page = browser.get(there.headers["Location"]).content.decode()

    assert refused.status_code == 422
    assert "not JSON" in refused.content.decode()
    assert browser.post("/patients/import/").status_code == 422
    assert "entry[1]" in page
    assert "outside 30 to 250 kg" in page
    assert "confirm/" not in page


def test_a_waiting_file_is_for_the_person_who_sent_it(
    clinic: Clinic, other_clinic: Clinic, nurse: Actor, signed_in: Callable[..., Client]
) -> None:
    pending = sent(a_bundle(), nurse)

    for browser in (signed_in(clinic, Role.NURSE), signed_in(other_clinic, Role.NURSE)):
        assert browser.get(f"/patients/import/{pending.pk}/").status_code == 404
        assert browser.post(f"/patients/import/{pending.pk}/confirm/").status_code == 404
    assert Patient.objects.count() == 0


def test_a_file_waits_a_day_at_most(nurse: Actor) -> None:
    old, young = sent(a_bundle(), nurse), sent(a_bundle(), nurse)
    limit = timezone.now() - timedelta(hours=24)
    PendingImport.objects.filter(pk=old.pk).update(created_at=limit - timedelta(minutes=1))
    PendingImport.objects.filter(pk=young.pk).update(created_at=limit + timedelta(minutes=1))

    sent(a_bundle(), nurse)

    assert not PendingImport.objects.filter(pk=old.pk).exists()
    assert PendingImport.objects.filter(pk=young.pk).exists()


def test_the_front_desk_imports_without_reading_the_chart(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.FRONT_DESK)
    raw = json.dumps(a_bundle(condition("CRPS of the hand"))).encode()

    there = browser.post("/patients/import/", {"bundle": SimpleUploadedFile("r.json", raw)})
    page = browser.get(there.headers["Location"]).content.decode()
    done = browser.post(f"{there.headers['Location']}confirm/")

    assert "Novak, Jana" in page
    assert "CRPS" not in page
    assert done.headers["Location"].endswith("/details/")


@pytest.mark.parametrize(
    ("role", "status"), [(Role.PHARMACIST, 403), (Role.PATIENT, 403), (Role.PRESCRIBER, 200)]
)
def test_who_may_import(
    clinic: Clinic, signed_in: Callable[..., Client], role: Role, status: int
) -> None:
    assert signed_in(clinic, role).get("/patients/import/").status_code == status


def test_cancel_removes_the_file(clinic: Clinic, signed_in: Callable[..., Client]) -> None:
    browser = signed_in(clinic, Role.NURSE)
    raw = json.dumps(a_bundle()).encode()
    there = browser.post("/patients/import/", {"bundle": SimpleUploadedFile("r.json", raw)})

    browser.post(f"{there.headers['Location']}cancel/")

    assert PendingImport.objects.count() == Patient.objects.count() == 0


def test_another_clinic_with_the_same_record_has_its_own_patient(
    nurse: Actor, other_clinic: Clinic
) -> None:
    imported(a_bundle(), nurse)
    there = acting(somebody(other_clinic, Role.NURSE), other_clinic, Role.NURSE)

    assert looked_at(a_bundle(), there).known is Known.NEW
    assert imported(a_bundle(), there).clinic == other_clinic
