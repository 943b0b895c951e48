"""A nurse runs a session: gate, start, a set, a rate inside and outside the order, stop, home, print."""

import re

from .conftest import PASSWORD, Visitor


def test_from_the_gate_to_the_door(visitor: Visitor) -> None:
    given_a_session_planned_for_today(visitor)
    when_the_gate_is_opened(visitor)
    when_the_infusion_is_started(visitor)
    then_a_set_is_charted_and_a_high_pressure_speaks(visitor)
    then_a_rate_beyond_the_order_is_refused(visitor)
    when_it_is_stopped_in_two_steps(visitor)
    then_nobody_goes_home_too_early(visitor)


def test_the_chairs_and_a_running_session(visitor: Visitor) -> None:
    visitor.signs_in("nurse").opens("/chairs/")
    assert visitor.page.get_by_text("running", exact=True).count() == 2
    visitor.looks("chairs")
    visitor.page.locator(".chair h2 a").first.click()
    visitor.page.get_by_role("heading", name="Timeline").wait_for()
    visitor.looks("session-running")
    visitor.page.get_by_role("button", name="Dark").click()
    visitor.page.locator("html[data-theme=dark]").wait_for()
    visitor.looks("session-dark")
    visitor.page.get_by_role("button", name="Light").click()
    visitor.page.get_by_role("link", name=re.compile("^Correct Vital set")).first.click()
    visitor.page.get_by_role("heading", name="Correct: Vital set").wait_for()
    visitor.looks("session-correct")


def given_a_session_planned_for_today(visitor: Visitor) -> None:
    """On a telephone the last of the planned chairs, at a desk the one before."""
    visitor.signs_in("nurse").opens("/chairs/")
    planned = visitor.page.locator('.chair:has(.badge:text-is("planned")) h2 a')
    planned.nth(0).click()
    visitor.page.get_by_role("heading", name="The gate comes first").wait_for()
    visitor.looks("session-planned")
    visitor.page.get_by_role("link", name="Open the day-of gate").click()
    visitor.page.get_by_role("heading", name="Day-of gate").wait_for()
    visitor.looks("gate")


def when_the_gate_is_opened(visitor: Visitor) -> None:
    page = visitor.page
    weight = re.search(r"([\d.]+) kg", page.locator("#banner").inner_text())
    assert weight
    page.get_by_label("The patient says their full name").check()
    page.get_by_label("The patient says their date of birth").check()
    page.get_by_label("Weight today").fill(weight[1])
    for name, answer in (
        ("changes", "no"),
        ("eaten", "yes"),
        ("intoxicated", "no"),
        ("capacity", "yes"),
        ("escort_present", "yes"),
    ):
        page.locator(f"input[name={name}][value={answer}]").check()
    page.get_by_label("Escort, by name").fill("Luis")
    page.get_by_label("Pregnancy").select_option("impossible")
    values = {
        "systolic_mmhg": "126",
        "diastolic_mmhg": "78",
        "heart_rate_per_min": "72",
        "spo2_percent": "98",
        "respiratory_rate_per_min": "14",
        "moaa_s_points": "5",
        "pain_points": "7",
        "dissociation_points": "0",
    }
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_label("Drug, dose, concentration").check()
    page.get_by_label("Second person who checked").select_option(label="Tomás Rey, RN")
    page.get_by_label("Their own password").fill(PASSWORD)
    page.get_by_role("button", name="Open the gate").click()
    page.get_by_text("The gate stays closed").wait_for()
    visitor.looks("gate-closed")
    page.locator("#override-ci_npo").fill("Sips of water two hours ago.")
    page.get_by_label("Prescriber who decides to go on").fill("Miriam Castellanos, MD")
    page.get_by_label("Their own password").fill(PASSWORD)
    page.get_by_role("button", name="Open the gate").click()
    page.get_by_text("ready to start").first.wait_for()
    visitor.looks("session-ready")


def when_the_infusion_is_started(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("summary", has_text="Start the infusion").click()
    page.locator("#startform-rate_mg_per_h").fill("30")
    page.get_by_role("button", name="Start the infusion").click()
    page.get_by_role("button", name="Stop", exact=True).wait_for()


def then_a_set_is_charted_and_a_high_pressure_speaks(visitor: Visitor) -> None:
    page = visitor.page
    for name, value in {
        "systolic_mmhg": "184",
        "diastolic_mmhg": "96",
        "spo2_percent": "97",
    }.items():
        page.locator(f"#vitalsform-{name}").fill(value)
    page.get_by_role("button", name="Chart the set").click()
    page.get_by_text("Systolic 184 mmHg, at or above 180 mmHg").first.wait_for()
    visitor.looks("session-advisory")
    page.get_by_role("button", name=re.compile("^I have seen it: Systolic 184")).first.click()
    page.get_by_text("seen by Ruth Okafor").first.wait_for()


def then_a_rate_beyond_the_order_is_refused(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("summary", has_text="Change the rate").click()
    page.locator("#rateform-rate_mg_per_h").fill("200")
    page.get_by_role("button", name="Change the rate").click()
    page.get_by_text("Not charted").wait_for()
    assert "above the order's maximum" in page.locator(".problems").inner_text()
    assert page.locator("#rateform-rate_mg_per_h").input_value() == "200"
    visitor.looks("session-outside-order")
    page.locator("#rateform-rate_mg_per_h").fill("20")
    page.get_by_role("button", name="Change the rate").click()
    page.locator(".charted", has_text="Rate changed").wait_for()


def when_it_is_stopped_in_two_steps(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("is not confirmed").wait_for()
    visitor.looks("session-stop")
    page.get_by_role("button", name="The pump is stopped: confirm").click()
    page.get_by_role("heading", name="Going home").wait_for()


def then_nobody_goes_home_too_early(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("#dischargeform-score").fill("10")
    page.get_by_role("button", name="Look at the gates and discharge").click()
    page.get_by_text("Not home yet").wait_for()
    problems = page.locator(".problems").inner_text()
    assert "Observed 30 min after the stop" in problems
    assert "Escort named and present" in problems
    visitor.looks("session-not-home")
