"""From a record of another system to a patient who has been asked, and has consented."""

import json
import uuid
from pathlib import Path
from typing import Any

from .conftest import Visitor

SYNTHEA = Path(__file__).parents[1] / "data/fhir/Robby_Becker.json"


def test_a_record_is_imported_asked_about_and_consented_to(
    visitor: Visitor, tmp_path: Path
) -> None:
    visitor.signs_in("nurse").opens("/patients/")
    visitor.page.get_by_role("link", name="Import from another system").click()
    visitor.page.get_by_role("heading", name="Import from another system").wait_for()
    visitor.looks("import")

    when_a_file_that_is_not_json_is_sent(visitor, tmp_path)
    when_a_file_with_problems_is_sent_and_removed(visitor, tmp_path)
    when_a_record_is_sent(visitor, a_person(tmp_path))
    then_everything_it_would_add_is_shown(visitor)
    when_it_is_confirmed(visitor)

    visitor.page.get_by_role("link", name="Intake", exact=True).click()
    visitor.page.get_by_role("heading", name="What intake needs").wait_for()
    assert visitor.page.get_by_text("90 MME/d").is_visible()  # the record orders it twice
    visitor.looks("intake-empty")

    when_the_peg_is_half_answered(visitor)
    when_it_is_answered_by_keyboard(visitor)
    when_it_is_asked_again(visitor)
    when_an_answer_is_urgent(visitor)
    when_consent_is_recorded(visitor)
    then_intake_shows_it(visitor)

    when_the_same_record_is_sent_again(visitor, tmp_path)
    when_a_namesake_is_sent_it_asks_who_it_is(visitor, tmp_path)


def a_person(folder: Path) -> Path:
    """The synthetic record under identifiers of its own, so that each run meets somebody new."""
    data = json.loads(SYNTHEA.read_text())
    for entry in data["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            mine = str(uuid.uuid4())
            entry["resource"]["id"] = mine
            entry["resource"]["identifier"] = [
                {"system": "http://hospital.smarthealthit.org", "value": mine}
            ]
            entry["resource"]["name"] = [{"family": f"Becker-{mine[:6]}", "given": ["Robby"]}]
        if entry["resource"]["resourceType"] == "MedicationRequest":
            an_opioid(entry["resource"])
    return written(folder / "becker.json", data)


def an_opioid(medicine: dict[str, Any]) -> None:
    """Oxycodone 10 mg three times a day by mouth: 30 mg x 1.5 = 45 MME."""
    medicine["status"] = "active"
    medicine["medicationCodeableConcept"] = {"text": "Oxycodone Hydrochloride 10 MG Oral Tablet"}
    medicine["dosageInstruction"] = [
        {
            "route": {"text": "Oral"},
            "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": 10, "unit": "mg", "code": "mg"}}],
        }
    ]


def written(path: Path, data: Any) -> Path:
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def send(visitor: Visitor, file: Path) -> None:
    visitor.page.get_by_label("Record of one person").set_input_files(file)
    visitor.page.get_by_role("button", name="Look at the file").click()


def when_a_file_that_is_not_json_is_sent(visitor: Visitor, folder: Path) -> None:
    send(visitor, written(folder / "broken.json", "{"))
    visitor.page.get_by_text("not JSON").wait_for()
    visitor.looks("import-not-json")


def when_a_file_with_problems_is_sent_and_removed(visitor: Visitor, folder: Path) -> None:
    heavy = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "effectiveDateTime": "2026-11-20",
        "valueQuantity": {"value": 700, "unit": "kg", "code": "kg"},
    }
    born = {
        "resourceType": "Patient",
        "id": "p",
        "name": [{"family": "X"}],
        "birthDate": "2090-01-01",
    }
    entries = [{"resource": born}, {"resource": heavy}]
    send(visitor, written(folder / "bad.json", {"resourceType": "Bundle", "entry": entries}))
    visitor.page.get_by_role("heading", name="2 problems: this file cannot be imported").wait_for()
    assert visitor.page.get_by_role("button", name="Import", exact=True).count() == 0
    visitor.looks("import-problems")
    visitor.page.get_by_role("button", name="Remove the file and choose another").click()


def when_a_record_is_sent(visitor: Visitor, file: Path) -> None:
    visitor.page.get_by_role("heading", name="Import from another system").wait_for()
    send(visitor, file)


def then_everything_it_would_add_is_shown(visitor: Visitor) -> None:
    visitor.page.get_by_role("heading", name="A new patient").wait_for()
    assert visitor.page.get_by_text("Hypertension", exact=True).is_visible()
    visitor.looks("import-preview")


def when_it_is_confirmed(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Import", exact=True).click()
    visitor.page.get_by_role("heading", name="Chart", exact=True).wait_for()
    visitor.looks("import-done")


def when_the_peg_is_half_answered(visitor: Visitor) -> None:
    visitor.page.get_by_role("link", name="Ask: Pain, Enjoyment, General activity").click()
    visitor.page.get_by_role("heading", name="Pain, Enjoyment, General activity").wait_for()
    assert visitor.page.locator("input[type=radio]:checked").count() == 0
    visitor.looks("peg")
    visitor.page.locator("input[name='peg-p'][value='7']").check(force=True)
    visitor.page.get_by_role("button", name="Save").click()
    visitor.page.locator(".problems").wait_for()
    assert visitor.page.locator("input[name='peg-p'][value='7']").is_checked()
    visitor.looks("peg-problems")


def when_it_is_answered_by_keyboard(visitor: Visitor) -> None:
    for name in ("peg-e", "peg-g"):
        visitor.page.locator(f"input[name='{name}'][value='0']").focus()
        for _step in range(8):
            visitor.page.keyboard.press("ArrowRight")
        assert visitor.page.locator(f"input[name='{name}'][value='8']").is_checked()
    visitor.page.get_by_role("button", name="Save").click()
    visitor.page.get_by_role("heading", name="What intake needs").wait_for()
    visitor.page.get_by_text("7.67 of 10").first.wait_for()  # (7 + 8 + 8) / 3


def when_it_is_asked_again(visitor: Visitor) -> None:
    visitor.page.get_by_role("link", name="Ask again: Pain, Enjoyment, General activity").click()
    visitor.page.get_by_role("heading", name="Answered before").wait_for()
    for name in ("peg-p", "peg-e", "peg-g"):
        visitor.page.locator(f"input[name='{name}'][value='4']").check(force=True)
    visitor.page.get_by_role("button", name="Save").click()
    visitor.page.get_by_role("heading", name="What intake needs").wait_for()
    assert visitor.page.locator("svg.trend").count() == 1


def when_an_answer_is_urgent(visitor: Visitor) -> None:
    visitor.page.get_by_role("link", name="Ask: Patient Health Questionnaire").click()
    visitor.page.get_by_role("heading", name="Patient Health Questionnaire").wait_for()
    for n in range(1, 9):
        visitor.page.locator(f"input[name='phq9-{n}'][value='1']").check(force=True)
    visitor.page.locator("input[name='phq9-9'][value='1']").check(force=True)
    visitor.looks("phq9")
    visitor.page.get_by_role("button", name="Save").click()
    visitor.page.get_by_text("call or text 988").wait_for()
    assert visitor.page.get_by_text("Miriam Castellanos, MD").is_visible()
    visitor.looks("phq9-urgent")
    visitor.page.get_by_role("link", name="Back to intake").click()


def when_consent_is_recorded(visitor: Visitor) -> None:
    visitor.page.get_by_role("link", name="Record the consent: Consent").click()
    visitor.page.get_by_role("heading", name="As signed").wait_for()
    visitor.looks("consent")
    visitor.page.get_by_role("button", name="Record the consent").click()
    visitor.page.locator(".problems").wait_for()
    visitor.looks("consent-problems")
    visitor.page.get_by_label("Every point above").check()
    visitor.page.get_by_label("Name as signed").fill("Robby Becker")
    visitor.page.get_by_label("Signed on").fill("2026-11-20")
    visitor.page.get_by_label("Witness").fill("Ruth Okafor, RN")
    visitor.page.get_by_role("button", name="Record the consent").click()


def then_intake_shows_it(visitor: Visitor) -> None:
    visitor.page.get_by_role("heading", name="What intake needs").wait_for()
    assert visitor.page.locator("#banner").get_by_text("none", exact=True).count() == 0
    visitor.looks("intake-filled")


def when_the_same_record_is_sent_again(visitor: Visitor, folder: Path) -> None:
    visitor.opens("/patients/import/")
    send(visitor, folder / "becker.json")
    visitor.page.get_by_role("heading", name="Already a patient here").wait_for()
    visitor.looks("import-again")
    visitor.page.get_by_role("button", name="Nothing new: finish").click()
    visitor.page.get_by_role("heading", name="Chart", exact=True).wait_for()


def when_a_namesake_is_sent_it_asks_who_it_is(visitor: Visitor, folder: Path) -> None:
    """The same name and date of birth under another record number."""
    data = json.loads((folder / "becker.json").read_text())
    for entry in data["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            entry["resource"]["id"] = "another"
            entry["resource"]["identifier"][0]["value"] = str(uuid.uuid4())
    for entry in data["entry"]:
        for key in ("subject", "patient"):
            if "reference" in entry["resource"].get(key, {}):
                entry["resource"][key]["reference"] = "Patient/another"
    visitor.opens("/patients/import/")
    send(visitor, written(folder / "namesake.json", data))
    visitor.page.get_by_role("heading", name="Is this somebody you already have?").wait_for()
    visitor.page.get_by_role("button", name="Import", exact=True).click()
    visitor.page.locator(".problems").get_by_text("Say whether this is the same person").wait_for()
    visitor.looks("import-unsure")
    visitor.page.get_by_label("Somebody else").check()
    visitor.page.get_by_role("button", name="Import", exact=True).click()
    visitor.page.get_by_role("heading", name="Chart", exact=True).wait_for()
