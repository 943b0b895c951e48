"""One record of another system, from its import to the first follow-up, in one go."""

import re
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from .conftest import Visitor
from .test_intake_journey import a_person, send
from .test_session_journey import when_the_gate_is_opened, when_the_infusion_is_started


def test_an_imported_person_from_intake_to_follow_up(visitor: Visitor, tmp_path: Path) -> None:
    given_an_imported_record(visitor, tmp_path)
    when_the_chart_is_brought_up_to_date(visitor)
    when_consent_is_given(visitor)
    when_pain_is_scored_before_the_course(visitor)
    as_the_prescriber(visitor)
    when_the_assessment_is_signed_with_reasons(visitor)
    when_the_order_is_signed(visitor)
    as_the_nurse(visitor)
    when_a_session_is_given(visitor)
    then_follow_up_has_begun(visitor)


def moment(days_ago: float) -> str:
    """As the clinic's own clock shows it."""
    at = datetime.fromtimestamp(time.time(), ZoneInfo("America/Chicago")) - timedelta(days=days_ago)
    return at.strftime("%Y-%m-%dT%H:%M")


def of_patient(visitor: Visitor, place: str) -> Visitor:
    found = re.search(r"/patients/([0-9a-f-]{36})/", visitor.page.url)
    assert found
    return visitor.opens(f"/patients/{found[1]}/{place}")


def given_an_imported_record(visitor: Visitor, folder: Path) -> None:
    visitor.signs_in("nurse").opens("/patients/import/")
    send(visitor, a_person(folder))
    visitor.page.get_by_role("heading", name="A new patient").wait_for()
    visitor.page.get_by_role("button", name="Import", exact=True).click()
    visitor.page.get_by_role("heading", name="Chart", exact=True).wait_for()


def when_the_chart_is_brought_up_to_date(visitor: Visitor) -> None:
    """The record's weight is years old, and nobody has vouched for its lists."""
    measured(visitor, "weight", "86", "kg")
    measured(visitor, "blood pressure", "128", "mmHg", second="80")
    page = visitor.page
    page.get_by_role("link", name="Add a condition").click()
    form = page.locator("#conditions-form")
    form.get_by_label("Condition").fill("Painful diabetic neuropathy")
    form.get_by_label("This is the pain to be treated").check()
    form.get_by_role("button", name="Save").click()
    page.locator("#conditions").get_by_text("to be treated").wait_for()
    for section in ("medicines", "allergies"):
        page.locator(f"#{section}").get_by_role("button", name="Confirm complete").click()
        page.locator(f"#{section}").get_by_text("Confirmed complete by").wait_for()


def measured(visitor: Visitor, what: str, value: str, unit: str, second: str = "") -> None:
    page = visitor.page
    page.get_by_role("link", name="Add a measurement").click()
    form = page.locator("#observations-form")
    form.get_by_label("What was measured").select_option(label=what)
    form.get_by_label("Value", exact=False).first.fill(value)
    if second:
        form.get_by_label("Diastolic, if blood pressure").fill(second)
    form.get_by_label("Unit").select_option(label=unit)
    form.get_by_label("Measured on").fill(moment(1)[:10] + "T08:00")
    form.get_by_role("button", name="Save").click()
    page.locator("#observations .said").wait_for()


def when_consent_is_given(visitor: Visitor) -> None:
    page = of_patient(visitor, "intake/consent/").page
    page.get_by_role("heading", name="As signed").wait_for()
    page.get_by_label("Every point above").check()
    page.get_by_label("Name as signed").fill("Robby Becker")
    page.get_by_label("Signed on").fill(moment(1)[:10])
    page.get_by_label("Witness").fill("Ruth Okafor, RN")
    page.get_by_role("button", name="Record the consent").click()
    page.get_by_role("heading", name="What intake needs").wait_for()


def when_pain_is_scored_before_the_course(visitor: Visitor) -> None:
    """Four daily scores make the baseline: 7, 8, 7, 8."""
    for days_ago, pain in ((5, "7"), (4, "8"), (3, "7"), (2, "8")):
        page = of_patient(visitor, "follow-up/").page
        page.get_by_label("Average pain in the last 24 hours").fill(pain)
        page.get_by_label("Answered, if not now").fill(moment(days_ago))
        page.get_by_role("button", name="Keep it").click()
        page.get_by_text("Kept for").wait_for()


def as_the_prescriber(visitor: Visitor) -> None:
    change_hands(visitor, "prescriber")


def as_the_nurse(visitor: Visitor) -> None:
    change_hands(visitor, "nurse")


def change_hands(visitor: Visitor, role: str) -> None:
    """Another person at the same screen, at the same patient."""
    here = visitor.page.url.removeprefix(visitor.address)
    visitor.page.context.clear_cookies()
    visitor.signs_in(role).opens(here)


def when_the_assessment_is_signed_with_reasons(visitor: Visitor) -> None:
    """An active overdose in the record is asked about, answered, and decided on by name."""
    page = of_patient(visitor, "assessment/").page
    page.get_by_role("heading", name="Assessment", exact=True).wait_for()
    visitor.looks("whole-assessment")
    for reason in page.locator("textarea[id^=override-]").all():
        reason.fill("Discussed with the addiction service; monitored visits only.")
    page.get_by_label("Go on to a plan").check()
    page.get_by_role("button", name="Sign the assessment").click()
    page.get_by_role("heading", name="Signed assessment").wait_for()


def when_the_order_is_signed(visitor: Visitor) -> None:
    page = of_patient(visitor, "plan/").page
    page.get_by_label("Protocol", exact=True).select_option("pr_iv_80mg_over_2h")
    page.get_by_role("heading", name="At least 80 mg over more than 2 hours").wait_for()
    for reason in page.locator("textarea[id^=override-]").all():
        reason.fill("One session; the limit is known.")
    page.get_by_role("button", name="Sign the order").click()
    page.get_by_role("heading", name="Order", exact=True).wait_for()


def when_a_session_is_given(visitor: Visitor) -> None:
    page = of_patient(visitor, "sessions/").page
    page.get_by_label("When").fill(moment(0))
    page.get_by_label("Chair").fill("9")
    page.get_by_role("button", name="Plan the session").click()
    page.get_by_role("heading", name="The gate comes first").wait_for()
    page.get_by_role("link", name="Open the day-of gate").click()
    page.get_by_role("heading", name="Day-of gate").wait_for()
    when_the_gate_is_opened(visitor)
    when_the_infusion_is_started(visitor)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("is not confirmed").wait_for()
    page.get_by_role("button", name="The pump is stopped: confirm").click()
    page.get_by_role("heading", name="Going home").wait_for()


def then_follow_up_has_begun(visitor: Visitor) -> None:
    """A baseline of (7 + 8 + 7 + 8) / 4 = 7.5; a score of today stands too close to the dose to count."""
    page = of_patient(visitor, "follow-up/").page
    page.get_by_label("Average pain in the last 24 hours").fill("4")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("Kept for").wait_for()
    assert page.get_by_text("7.5 / 10, mean of 4 scores of the 7 days before").is_visible()
    assert page.get_by_text("no score that counts since the last infusion").is_visible()
    visitor.looks("whole-follow-up")
