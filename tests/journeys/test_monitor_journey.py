"""A monitor is bound to a chair; what it shows is on the page at once, and in the chart with one tap."""

import asyncio
import contextlib
import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from reprieve.gateway.virtual.hl7_monitor import HL7Monitor
from reprieve.gateway.virtual.physiology import VirtualPatient

from .conftest import Visitor

RUNNING = '.chair:has(.badge:text-is("running"))'
CHARTED = "() => document.querySelectorAll('.charted li').length"


@contextlib.contextmanager
def a_virtual_patient(port: int, name: str) -> Iterator[HL7Monitor]:
    """Plays over MLLP, in its own thread, until the journey is over."""
    monitor = HL7Monitor(
        VirtualPatient(scenario="hypertensive"), name=name, speed=60.0, say=lambda _line: None
    )
    loop = asyncio.new_event_loop()
    task = loop.create_task(monitor.play("127.0.0.1", port, minutes=360))

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield monitor
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)


def test_from_an_unknown_device_to_a_charted_set(
    visitor: Visitor, feed_port: int, browser: Browser
) -> None:
    name = f"VIRTUAL-{visitor.width}"
    with a_virtual_patient(feed_port, name):
        given_the_device_was_refused_and_listed(visitor, name)
        chair, path = given_a_running_session(visitor)
        when_it_is_added_and_bound(visitor, name, chair)
        then_its_values_stand_on_the_page_of_the_session(visitor, path)
        when_a_set_is_taken_it_is_charted_as_the_devices(visitor)
        then_another_screen_sees_the_next_set_within_a_second(visitor, path, browser)
        then_the_device_is_taken_away(visitor, name)


def given_the_device_was_refused_and_listed(visitor: Visitor, name: str) -> None:
    visitor.signs_in("nurse")
    for _ in range(20):
        visitor.opens("/devices/")
        if visitor.page.get_by_role("link", name=f"Add this device {name}").count():
            break
        visitor.page.wait_for_timeout(500)
    visitor.looks("devices-unknown")


def given_a_running_session(visitor: Visitor) -> tuple[str, str]:
    """On a telephone the first that runs, at a desk the second."""
    visitor.opens("/chairs/")
    chair = visitor.page.locator(RUNNING).nth(0 if visitor.width == "phone" else 1)
    words = re.search(r"Chair (\S+)", chair.inner_text())
    path = chair.locator("h2 a").get_attribute("href")
    assert words
    assert path
    return words[1], path


def when_it_is_added_and_bound(visitor: Visitor, name: str, chair: str) -> None:
    page = visitor.opens("/devices/").page
    page.get_by_role("link", name=f"Add this device {name}").click()
    page.get_by_label("Name", exact=True).fill(f"Monitor {visitor.width}")
    page.get_by_label("This is a virtual patient, no real one").check()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text(f"Monitor {visitor.width} added.").wait_for()
    page.get_by_label(f"Chair: Monitor {visitor.width}", exact=True).fill(chair)
    page.get_by_role("button", name=f"Put at this chair: Monitor {visitor.width}").click()
    page.get_by_text(f"stands at chair {chair}").wait_for()
    visitor.looks("devices-bound")


def then_its_values_stand_on_the_page_of_the_session(visitor: Visitor, path: str) -> None:
    page = visitor.opens(path).page
    page.locator("html[data-live=on]").wait_for()
    page.locator("#monitor").get_by_text("virtual patient, invented").wait_for()
    button = page.get_by_role("button", name=re.compile("^Chart this set, from the monitor at"))
    button.wait_for(timeout=10_000)
    before = button.inner_text()
    page.wait_for_function(
        "before => document.querySelector('#take-set')?.textContent !== before",
        arg=before,
        timeout=3_000,
    )  # a second later it shows the next set, by itself
    visitor.looks("session-monitor")


def when_a_set_is_taken_it_is_charted_as_the_devices(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("#take-set").click()
    page.get_by_text(re.compile("Vital set of the monitor at .* charted for")).wait_for()
    entry = page.locator(".charted li", has_text="Ruth Okafor, RN, device").first
    assert "Systolic" in page.locator(".charted").inner_text()
    entry.wait_for()


def then_another_screen_sees_the_next_set_within_a_second(
    visitor: Visitor, path: str, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    try:
        other = Visitor(context.new_page(), visitor.address, "desk")
        other.signs_in("prescriber").opens(path)
        other.page.locator("html[data-live=on]").wait_for()
        before = other.page.evaluate(CHARTED)
        visitor.page.locator("#take-set").wait_for(timeout=10_000)
        visitor.page.locator("#take-set").click()
        visitor.page.get_by_text(
            re.compile("Vital set of the monitor at .* charted for")
        ).wait_for()
        other.page.wait_for_function(
            "before => document.querySelectorAll('.charted li').length > before",
            arg=before,
            timeout=1_000,
        )
        assert other.complaints == []
    finally:
        context.close()


def then_the_device_is_taken_away(visitor: Visitor, name: str) -> None:
    page = visitor.opens("/devices/").page
    page.get_by_role("button", name=f"Take away: Monitor {visitor.width}").click()
    page.get_by_text("stands at no chair").wait_for()


@pytest.mark.parametrize("part", ["monitor/file/"])
def test_a_file_is_asked_for_on_a_page_of_its_own(visitor: Visitor, part: str) -> None:
    visitor.signs_in("nurse")
    _chair, path = given_a_running_session(visitor)
    visitor.opens(path + part).looks("session-file")
