"""A prescriber weighs what is known, decides, plans inside a protocol and signs an order."""

import time

from .conftest import Visitor


def test_from_findings_to_a_signed_order(visitor: Visitor) -> None:
    given_a_weighed_patient(visitor)
    when_the_assessment_is_opened(visitor)
    then_silence_is_asked_about(visitor)
    when_a_question_is_answered(visitor)
    when_the_decision_is_signed(visitor)
    when_the_guideline_protocol_is_planned(visitor)
    then_the_dose_its_limits_and_its_curve_are_shown(visitor)
    when_the_order_is_signed(visitor)


def test_the_facts_can_be_read_with_their_sources(visitor: Visitor) -> None:
    visitor.signs_in("nurse").opens("/knowledge/").looks("knowledge")
    visitor.opens("/knowledge/claims/").looks("claims")
    visitor.opens("/knowledge/contraindications/").looks("contraindications")
    visitor.opens("/knowledge/record/ci_bp_rest/").looks("record")
    assert visitor.page.get_by_text("Ruling source:").is_visible()


def test_the_evidence_moves_with_what_is_chosen(visitor: Visitor) -> None:
    page = visitor.signs_in("pharmacist").opens("/evidence/").page
    visitor.looks("evidence")
    page.get_by_label("Hardy 2012").uncheck()
    page.locator("#pooled").get_by_text("3.30").first.wait_for()
    page.get_by_label("Compare by").select_option("RD")
    page.locator("#pooled").get_by_text("0.43").first.wait_for()
    page.locator("summary", has_text="Funnel plot").click()
    visitor.looks("evidence-difference")


def given_a_weighed_patient(visitor: Visitor) -> None:
    visitor.signs_in("prescriber").opens("/patients/register/")
    visitor.page.get_by_label("Family name").fill("Lindqvist")
    visitor.page.get_by_label("Given names").fill("Maja")
    visitor.page.get_by_label("Date of birth").fill("1979-03-04")
    visitor.page.get_by_role("button", name="Register", exact=True).click()
    visitor.page.get_by_role("heading", name="Chart", exact=True).wait_for()
    visitor.page.get_by_role("link", name="Add a measurement").click()
    form = visitor.page.locator("#observations-form")
    form.get_by_label("What was measured").select_option(label="weight")
    form.get_by_label("Value", exact=False).first.fill("70")
    form.get_by_label("Unit").select_option(label="kg")
    yesterday = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400))
    form.get_by_label("Measured on").fill(f"{yesterday}T00:00")
    form.get_by_role("button", name="Save").click()
    visitor.page.locator("#banner").get_by_text("70 kg").wait_for()


def when_the_assessment_is_opened(visitor: Visitor) -> None:
    visitor.page.get_by_role("link", name="Assessment", exact=True).click()
    visitor.page.get_by_role("heading", name="Assessment", exact=True).wait_for()


def then_silence_is_asked_about(visitor: Visitor) -> None:
    assert visitor.page.get_by_role("heading", name="Not known yet").is_visible()
    assert visitor.page.locator("#ci_seizure").is_visible()
    visitor.looks("assessment")


def when_a_question_is_answered(visitor: Visitor) -> None:
    visitor.page.locator("#note").fill("seen with her daughter")
    visitor.page.locator("#ci_seizure").get_by_role("button", name="No:").click()
    visitor.page.locator("#ci_seizure").wait_for(state="detached")
    assert visitor.page.locator("#note").input_value() == "seen with her daughter"
    visitor.page.locator("#ci_avm").get_by_role("button", name="Yes:").click()
    visitor.page.locator("#override-ci_avm").wait_for()
    visitor.looks("assessment-block")


def when_the_decision_is_signed(visitor: Visitor) -> None:
    visitor.page.get_by_label("Go on to a plan").check()
    visitor.page.get_by_role("button", name="Sign the assessment").click()
    visitor.page.locator(".problems").wait_for()
    visitor.looks("assessment-refused")
    visitor.page.locator("#override-ci_avm").fill(
        "Embolised in 2015, neurosurgeon agrees in writing."
    )
    visitor.page.get_by_role("button", name="Sign the assessment").click()
    visitor.page.get_by_role("heading", name="Signed assessment").wait_for()
    visitor.looks("assessment-signed")


def when_the_guideline_protocol_is_planned(visitor: Visitor) -> None:
    visitor.page.get_by_role("link", name="Go on to the plan").click()
    visitor.page.get_by_role("heading", name="Plan", exact=True).wait_for()
    visitor.looks("plan-empty")
    visitor.page.get_by_label("Protocol", exact=True).select_option("pr_iv_80mg_over_2h")
    visitor.page.get_by_role("heading", name="At least 80 mg over more than 2 hours").wait_for()


def then_the_dose_its_limits_and_its_curve_are_shown(visitor: Visitor) -> None:
    assert visitor.page.get_by_text("80.0 mg", exact=True).is_visible()
    assert visitor.page.locator(".curve svg").is_visible()
    visitor.looks("plan")


def when_the_order_is_signed(visitor: Visitor) -> None:
    visitor.page.get_by_label("Call me from systolic").fill("160")
    visitor.page.get_by_role("button", name="Sign the order").click()
    visitor.page.get_by_role("heading", name="Order", exact=True).wait_for()
    assert visitor.page.get_by_text("160 mmHg").is_visible()
    visitor.looks("order")
