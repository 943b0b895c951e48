"""The network goes while a session is charted: it goes on, and everything arrives once.

The last of the journeys by its name: it kills the web server and brings a session into an emergency.
"""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Error, Page

from .conftest import PASSWORD, Visitor
from .cut_line import Line, a_line

ENTRIES = (
    "() => reprieve.outbox.all().then((all) => all.map((one) => [one.words, one.state, one.why]))"
)


@pytest.fixture
def line(clinic_address: str) -> Iterator[Line]:
    with a_line(clinic_address) as found:
        yield found


@pytest.fixture
def nurse(browser: Browser, line: Line) -> Iterator[Visitor]:
    """A nurse with a tablet whose line to the clinic can be cut."""
    context = browser.new_context(viewport={"width": 820, "height": 1180}, locale="en-US")
    visitor = Visitor(context.new_page(), f"http://127.0.0.1:{line.port}", "tablet")
    visitor.signs_in("nurse")
    yield visitor
    context.close()


def test_ten_minutes_without_a_network(nurse: Visitor, line: Line) -> None:
    page = nurse.page
    given_a_running_session(nurse)
    before = page.locator(".charted > li").count()
    name = page.evaluate("reprieve.tablet.here.patient")
    start = clinic_now(page) - timedelta(minutes=10)

    line.cut()
    for minute in (2, 4, 6, 8, 10):
        chart_a_set(page, 120 + minute, start + timedelta(minutes=minute))
        page.locator("#tablet li", has_text=f"Systolic {120 + minute} mmHg, SpO2 97 %").wait_for()
    then_every_unsent_entry_names_its_patient(page, name, 5)
    write(page, "note", "Write a note", "noteform-text", "No network here.", start, 9)
    chart_a_rate(page, "10", start + timedelta(minutes=9))
    then_the_page_goes_on(page)
    nurse.complaints.clear()  # a page without a network says so on its console
    nurse.looks("session-offline")
    then_another_patient_is_not_shown(nurse)

    line.mend()
    page.goto(nurse.address + "/chairs/tablet/")
    until_everything_is_sent(page)
    open_again(nurse, name)
    page = nurse.page
    page.locator(".charted", has_text="No network here.").wait_for()
    assert page.locator(".charted > li").count() == before + 7
    times = [t.strip() for t in page.locator(".charted > li .number").all_inner_texts()]
    assert times == sorted(times, reverse=True)
    for minute in (2, 4, 6, 8, 10):
        assert (
            page.locator(
                ".charted > li", has_text=f"Systolic {120 + minute} mmHg, SpO2 97 %"
            ).count()
            == 1
        )
    assert page.locator(".charted > li", has_text="Rate changed").count() >= 1


def test_an_answer_that_is_lost_and_a_server_killed_midway_double_nothing(
    nurse: Visitor, line: Line, running_clinic: tuple[str, int]
) -> None:
    page = nurse.page
    given_a_running_session(nurse)
    before = page.locator(".charted > li").count()
    name = page.evaluate("reprieve.tablet.here.patient")
    start = clinic_now(page) - timedelta(minutes=9)

    line.deaf = True  # it reaches the clinic; the answer never comes back
    chart_a_set(page, 141, start)
    page.locator("#tablet li", has_text="Systolic 141 mmHg").wait_for(timeout=30_000)
    line.cut()
    for n in range(1, 7):
        chart_a_set(page, 141 + n, start + timedelta(minutes=n))
        page.locator("#tablet li", has_text=f"Systolic {141 + n} mmHg, SpO2 97 %").wait_for()
    line.mend()
    kill_the_web_server(running_clinic[1])
    until_everything_is_sent(page)
    open_again(nurse, name)
    page = nurse.page
    page.locator(".charted", has_text="Systolic 147 mmHg").wait_for()
    assert page.locator(".charted > li").count() == before + 7
    for n in range(7):
        assert (
            page.locator(".charted > li", has_text=f"Systolic {141 + n} mmHg, SpO2 97 %").count()
            == 1
        )


def test_an_expired_sign_in_loses_nothing_and_another_person_sends_nothing(
    nurse: Visitor, line: Line
) -> None:
    page = nurse.page
    given_a_running_session(nurse)
    path = page.url
    line.cut()
    chart_a_set(page, 133, clinic_now(page) - timedelta(minutes=1))
    page.locator("#tablet li", has_text="Systolic 133 mmHg").wait_for()
    page.context.clear_cookies(name=re.compile("session"))
    line.mend()
    page.get_by_text("You are no longer signed in").wait_for(timeout=20_000)
    nurse.complaints.clear()
    nurse.looks("session-signed-out")

    sign_in(nurse, "prescriber")  # a colleague on the same tablet
    page.goto(path)
    page.get_by_text("waits for Ruth Okafor, RN to sign in").wait_for(timeout=15_000)
    assert page.evaluate(ENTRIES)[0][1] == "waiting"
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("wait on this tablet for Ruth Okafor").wait_for()
    nurse.looks("sign-in-unsent")
    assert page.evaluate("caches.has('reprieve-pages')") is False

    sign_in(nurse, "nurse")
    page.goto(path)
    page.locator(".charted > li", has_text="Systolic 133 mmHg").wait_for(timeout=20_000)
    assert page.locator(".charted > li", has_text="Systolic 133 mmHg").count() == 1
    assert "Ruth Okafor" in page.locator(".charted > li", has_text="Systolic 133").inner_text()
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    assert page.evaluate("() => reprieve.outbox.all()") == []
    assert page.evaluate("() => reprieve.outbox.pages()") == []


def test_an_emergency_without_a_network_and_what_is_refused_stays(
    nurse: Visitor, line: Line
) -> None:
    page = nurse.page
    given_a_running_session(nurse, nth=1)
    name = page.evaluate("reprieve.tablet.here.patient")
    line.cut()
    page.get_by_role("button", name="Emergency", exact=True).click()
    page.get_by_role("heading", name="Stop the pump by hand, now.").wait_for()
    page.locator(".running", has_text=re.compile(r"^\d+:\d\d$")).wait_for()
    page.get_by_role("button", name="Help called").click()
    page.get_by_role("button", name="Oxygen").click()
    page.locator("#done li", has_text="not sent yet").nth(1).wait_for()
    nurse.complaints.clear()
    nurse.looks("emergency-offline")
    # A tap the clinic will not take: longer than a line of the record may be.
    page.evaluate(
        """() => { const { outbox, tablet } = reprieve;
             return outbox.put(outbox.entry(tablet.here, "step", [["event_id", outbox.freshId()], ["step", "sing"]], Date.now())); }"""
    )
    line.mend()
    page.locator("#tablet li.is-block", has_text="not charted").wait_for(timeout=30_000)
    nurse.complaints.clear()  # of what was asked for until the line was mended
    nurse.looks("emergency-refused")
    entries = page.evaluate(ENTRIES)
    assert [state for _words, state, _why in entries] == ["refused"]
    page.get_by_role("button", name="Keep as a note").click()
    until_everything_is_sent(page)
    open_again(nurse, name)
    page = nurse.page
    done = page.locator(".charted > li")
    assert done.filter(has_text="Help called").count() == 1
    assert done.filter(has_text="Oxygen").count() == 1
    assert done.filter(has_text="Not charted as it was typed").count() == 1
    page.get_by_role("link", name="To the emergency page").click()
    page.get_by_role("button", name=re.compile("^Over: ")).click()


def test_on_a_tablet_held_upright_the_timeline_stands_above_the_forms(nurse: Visitor) -> None:
    given_a_running_session(nurse)
    tops = [
        nurse.page.locator(one).first.bounding_box() for one in ("svg.timeline", "#vitals-title")
    ]
    assert tops[0]
    assert tops[1]
    assert tops[0]["y"] < tops[1]["y"]
    nurse.looks("session-upright")
    nurse.opens("/chairs/tablet/").page.locator(".kept li").first.wait_for()
    nurse.looks("on-this-tablet")


def given_a_running_session(visitor: Visitor, nth: int = 0) -> None:
    visitor.opens("/chairs/")
    visitor.page.locator('.chair:has(.badge:text-is("running")) h2 a').nth(nth).click()
    visitor.page.locator("html[data-tablet=keeps]").wait_for()


def until_everything_is_sent(page: Page, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if not page.evaluate(ENTRIES):
                return
        except Error:  # the page is just showing itself anew
            pass
        page.wait_for_timeout(200)
    pytest.fail(f"still unsent: {page.evaluate(ENTRIES)}")


def open_again(visitor: Visitor, name: str) -> None:
    """In another tab: the one that was without a network shows itself anew by itself."""
    old, visitor.page = visitor.page, visitor.page.context.new_page()
    old.close(run_before_unload=False)
    visitor.opens("/chairs/")
    visitor.page.locator(".chair h2 a", has_text=name).first.click()
    visitor.page.locator(".charted").wait_for()


def clinic_now(page: Page) -> datetime:
    zone = page.evaluate("reprieve.tablet.here.zone")
    return datetime.now(ZoneInfo(zone))  # noqa: TID251


def chart_a_set(page: Page, systolic: int, at: datetime) -> None:
    page.locator("#vitalsform-systolic_mmhg").fill(str(systolic))
    page.locator("#vitalsform-spo2_percent").fill("97")
    page.locator("summary", has_text="Not now: another time").first.click()
    page.locator("#vitalsform-measured_at").fill(f"{at:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Chart the set").click()


def chart_a_rate(page: Page, rate: str, at: datetime) -> None:
    page.locator("summary", has_text="Change the rate").click()
    page.locator("#rateform-rate_mg_per_h").fill(rate)
    page.locator("#rateform-measured_at").fill(f"{at:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Change the rate").click()
    page.locator("#tablet li", has_text="Rate changed").wait_for()


def write(page: Page, what: str, title: str, box: str, text: str, at: datetime, n: int) -> None:
    page.locator("summary", has_text=title).click()
    page.locator(f"#{box}").fill(text)
    page.locator(f"#{what}form-measured_at").fill(f"{at + timedelta(minutes=n):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name=title).click()
    page.locator("#tablet li", has_text=text).wait_for()


def then_every_unsent_entry_names_its_patient(page: Page, name: str, n: int) -> None:
    rows = page.locator("#tablet li").all_inner_texts()
    assert len(rows) == n
    assert all(name in row and "typed by Ruth Okafor, RN" in row for row in rows)
    assert "5 entries are not sent yet" in page.locator("#tablet [data-status]").inner_text()
    assert "No connection since" in page.locator("#tablet [data-status]").inner_text()


def then_the_page_goes_on(page: Page) -> None:
    """Charted offline, it counts: the newest value, the rate, the time of the next set, the curve."""
    page.locator('[data-value="systolic_mmhg"]', has_text="130").wait_for()
    page.locator("[data-figure=rate]", has_text="10.0 mg/h").wait_for()
    assert re.fullmatch(r"\d\d:\d\d", page.locator("[data-figure=due]").inner_text())
    assert page.locator("svg.timeline [data-curve] .parent.ahead").count() == 1
    page.locator("#vitalsform-systolic_mmhg").fill("186")
    page.get_by_role("button", name="Chart the set").click()
    page.locator(
        "[data-advisories] li", has_text="Systolic 186 mmHg, at or above 180"
    ).first.wait_for()
    # taken out again, so that the record of the ten minutes stays what it was
    page.evaluate(
        "() => reprieve.outbox.all().then((all) => reprieve.outbox.remove(all.at(-1).id))"
    )


def then_another_patient_is_not_shown(nurse: Visitor) -> None:
    mine = nurse.page.url
    nurse.opens(
        re.sub(
            r"sessions/[0-9a-f-]+",
            f"sessions/{'0' * 8}-0000-4000-8000-{'0' * 12}",
            mine.replace(nurse.address, ""),
        )
    )
    nurse.page.get_by_role("heading", name="On this tablet").wait_for()
    assert nurse.page.locator("#banner").count() == 0
    nurse.page.goto(mine)
    nurse.page.get_by_text("This is the page as it stood at").wait_for()


def kill_the_web_server(supervisor: int) -> None:
    """SIGKILL to the web process the supervisor started; it starts another."""
    told = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(supervisor)], capture_output=True, text=True
    )
    [pid] = [int(row.split()[0]) for row in told.stdout.splitlines() if "uvicorn" in row]
    os.kill(pid, signal.SIGKILL)


def sign_in(visitor: Visitor, role: str) -> None:
    page = visitor.page
    page.goto(f"{visitor.address}/account/login/")
    page.get_by_label("Email").fill(f"{role}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{visitor.address}/")
