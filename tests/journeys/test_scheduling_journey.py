"""A visitor asks for a first visit; the front desk books it, moves it, and a delay travels on."""

import time

from .conftest import Visitor


def test_from_a_request_to_a_place_in_the_calendar(visitor: Visitor) -> None:
    page = visitor.opens("/request/").looks("request").page
    time.sleep(3.1)  # faster is a machine
    name = f"Invented {visitor.width}"
    page.get_by_label("Given names").fill("Rosa")
    page.get_by_label("Family name").fill(name)
    page.get_by_label("Telephone").fill("+1 555 0199")
    page.get_by_role("button", name="Send to the clinic").click()
    visitor.looks("request-sent")

    visitor.signs_in("front-desk").opens("/calendar/").looks("calendar")
    page.get_by_role("link", name="Requests for a first visit").click()
    visitor.looks("requests")
    page.get_by_role("link", name=name).click()
    visitor.looks("request-triage")
    page.get_by_role("button", name="Register and find a time").click()
    visitor.looks("booking")
    page.locator(".slots button").first.click()
    page.get_by_role("link", name="Move").click()
    visitor.looks("moving")
    page.locator(".slots button").nth(3).click()
    visitor.looks("appointment")
    page.get_by_label("Minutes later").fill("20")
    page.get_by_role("button", name="Keep the delay").click()
    assert page.locator(".day .visit", has_text=name).get_by_text("20 min late").is_visible()
    visitor.looks("calendar-late")


def test_a_crisis_is_met_with_a_number_and_kept_from_the_front_desk(visitor: Visitor) -> None:
    page = visitor.opens("/request/").page
    time.sleep(3.1)
    name = f"Alarm {visitor.width}"
    page.get_by_label("Given names").fill("Rosa")
    page.get_by_label("Family name").fill(name)
    page.get_by_label("Telephone").fill("+1 555 0199")
    page.get_by_label("Thoughts of suicide").check()
    page.get_by_role("button", name="Send to the clinic").click()
    assert page.get_by_role("link", name="Call 988").is_visible()
    visitor.looks("request-crisis")

    visitor.signs_in("front-desk").opens("/calendar/requests/")
    page.get_by_role("link", name=name).click()
    visitor.looks("request-red-flag")
    assert page.get_by_role("button", name="Close the request").count() == 0
    assert page.get_by_role("button", name="Register and find a time").count() == 0
