"""A nurse keeps what the patient says; a prescriber decides on the response by the rule."""

from .conftest import Visitor


def test_from_a_score_to_a_decision(visitor: Visitor) -> None:
    given_somebody_afterwards(visitor)
    when_the_patient_answers(visitor)
    when_the_prescriber_decides(visitor)
    then_exposure_and_its_checks_are_seen(visitor)
    then_timings_are_compared(visitor)
    then_a_pause_can_be_drawn(visitor)


def given_somebody_afterwards(visitor: Visitor) -> None:
    visitor.signs_in("prescriber").opens("/patients/?q=H-1049")
    visitor.page.locator("a.row-link").first.click()
    visitor.page.get_by_role("link", name="Follow-up", exact=True).click()
    visitor.page.get_by_role("heading", name="Pain over the course").wait_for()
    visitor.looks("followup")


def when_the_patient_answers(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_label("Average pain in the last 24 hours").fill("11")
    page.get_by_role("button", name="Keep it").click()
    page.locator(".problems").wait_for()
    visitor.looks("followup-refused")
    page.get_by_label("Average pain in the last 24 hours").fill("3")
    page.get_by_label("Satisfied with the result").select_option("yes")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("3 / 10").wait_for()


def when_the_prescriber_decides(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_label("Planned pause").check()
    page.get_by_label("Reason").fill("Travels for two months.")
    page.get_by_role("button", name="Sign the decision").click()
    page.get_by_role("heading", name="Decided before").wait_for()
    visitor.looks("followup-decided")


def then_exposure_and_its_checks_are_seen(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("link", name="Cumulative exposure, checks").click()
    page.get_by_role("heading", name="Checks by exposure").wait_for()
    visitor.looks("exposure")
    page.get_by_label("Check", exact=True).select_option("Liver tests")
    page.get_by_label("Done on").fill("2026-11-20")
    page.get_by_label("Something found").check()
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("link", name="Say what was found.").wait_for()
    visitor.looks("exposure-refused")
    page.get_by_label("In words").fill("ALT twice the limit; again next week.")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("heading", name="Recorded before").wait_for()
    page.get_by_role("link", name="Follow-up", exact=True).first.click()


def then_timings_are_compared(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("link", name="Next interval").click()
    page.get_by_role("heading", name="Ways of timing, over the next year").wait_for()
    visitor.looks("interval")


def then_a_pause_can_be_drawn(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("link", name="Planned pause").first.click()
    page.get_by_role("heading", name="Agree on a pause").wait_for()
    visitor.looks("pause")
    page.get_by_role("button", name="Draw the day").click()
    page.locator(".problems").wait_for()
    visitor.looks("pause-problems")


def test_the_clinics_own_outcomes(visitor: Visitor) -> None:
    page = visitor.signs_in("prescriber").opens("/outcomes/").page
    page.get_by_text("None of this is an effect.").wait_for()
    visitor.looks("outcomes")
    page.get_by_label("Condition", exact=True).select_option("Fibromyalgia")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("heading", name="Who is counted").wait_for()
    page.get_by_role("button", name="Count again").click()
    page.get_by_text("Counting").first.wait_for()
    page.get_by_role("link", name="A published trial, through these pages").click()
    page.get_by_text("On placebo, pain fell too.").wait_for()
    visitor.looks("published-trial")


def test_what_waits_afterwards(visitor: Visitor) -> None:
    page = visitor.signs_in("nurse").opens("/follow-up/").page
    page.get_by_role("heading", name="Look at these first").wait_for()
    visitor.looks("afterwards")
    page.get_by_text("Looked at: write what was decided").first.click()
    page.get_by_label("What was decided").first.fill("Called; comes on Thursday.")
    page.get_by_role("button", name="Keep it").first.click()
    page.get_by_text("Kept for").first.wait_for()
