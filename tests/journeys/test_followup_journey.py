"""A nurse keeps what the patient says; a prescriber decides on the response by the rule."""

from .conftest import Visitor


def test_from_a_score_to_a_decision(visitor: Visitor) -> None:
    given_somebody_afterwards(visitor)
    when_the_patient_answers(visitor)
    when_the_prescriber_decides(visitor)
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
