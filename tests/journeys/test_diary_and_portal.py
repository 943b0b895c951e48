"""A link arrives on a telephone: the diary in ten seconds, also without a network; then one's own pages."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from .conftest import PASSWORD, WIDTHS, Visitor

TAP_S = 0.9  # a person reads a button and finds the next one
READ_S = 1.5  # and a short question
PATIENT = "H-1048"


@pytest.fixture(params=["en", "es"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=list(WIDTHS))
def somebody(
    request: pytest.FixtureRequest, browser: Browser, clinic_address: str, language: str
) -> Iterator[Visitor]:
    """Somebody with an empty browser, in one of the two languages."""
    width, height = WIDTHS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": "django_language", "value": language, "url": clinic_address}])
    yield Visitor(context.new_page(), clinic_address, f"{request.param}-{language}")
    context.close()


@pytest.fixture(scope="module")
def nurse(browser: Browser, clinic_address: str) -> Iterator[Page]:
    """The second nurse is the second-factor journey's; a prescriber sends the links here."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    visitor = Visitor(context.new_page(), clinic_address, "desk").signs_in("prescriber")
    visitor.opens(f"/patients/?q={PATIENT}").page.locator("a.row-link").first.click()
    visitor.page.get_by_role("link", name="Follow-up", exact=True).click()
    yield visitor.page
    context.close()


def a_link(nurse: Page, purpose: str, *questionnaires: str) -> str:
    """Sent from the follow-up page; the demonstration shows what was sent."""
    nurse.get_by_label("What for").select_option(purpose)
    for name in questionnaires:
        nurse.locator(f"#ask-{name}").check()
    nurse.get_by_role("button", name="Send the link").click()
    return str(nurse.get_by_role("link", name="Open the link").get_attribute("href"))


def choose(page: Page, name: str, value: int) -> None:
    page.locator(f"label.mark:has(input[name='{name}'][value='{value}'])").click()


def kept(nurse: Page) -> str:
    nurse.reload()
    return nurse.locator("section:has(#diary-title)").inner_text()


def test_an_entry_in_ten_seconds_from_the_tap_on_the_link(somebody: Visitor, nurse: Page) -> None:
    somebody.opens(a_link(nurse, "diary")).looks("link-open")
    page = somebody.page
    began = time.monotonic()
    time.sleep(READ_S)
    page.locator(".big-button").click()
    page.locator("#entry").wait_for()
    time.sleep(READ_S)
    if page.locator("#average").is_visible():
        choose(page, "average", 4)
        time.sleep(TAP_S)
    choose(page, "now", 3)
    time.sleep(TAP_S)
    page.locator("#entry .big-button").first.click()
    page.locator("#kept-sent").wait_for()
    took_s = time.monotonic() - began

    assert took_s <= 10, f"{took_s:.1f} s"
    assert "/l/diary/" in page.url  # the secret is gone from the address
    somebody.looks("diary-kept")


def test_everything_of_the_diary_by_keyboard(somebody: Visitor, nurse: Page) -> None:
    page = somebody.opens(a_link(nurse, "diary")).page
    page.locator(".big-button").focus()
    page.keyboard.press("Enter")
    page.locator("#entry").wait_for()
    page.locator("input[name=now][value='0']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert page.locator("input[name=now]:checked").get_attribute("value") == "1"
    for summary in page.locator("details.more > summary, details.more details > summary").all():
        summary.focus()
        page.keyboard.press("Enter")
    page.locator("[data-region='knee-left']").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("5")
    assert page.locator("#region-knee-left").input_value() == "5"
    assert page.locator("[data-region='knee-left']").get_attribute("aria-pressed") == "true"
    page.locator("#effect-1").focus()
    page.keyboard.press("Space")
    somebody.looks("diary-more")
    page.locator("#entry .big-button").last.focus()
    page.keyboard.press("Enter")
    page.locator("#kept-sent").wait_for()
    assert "Left knee 5" in kept(nurse)


def test_nothing_chosen_is_said_and_an_urgent_answer_shows_whom_to_call(
    somebody: Visitor, nurse: Page
) -> None:
    page = somebody.opens(a_link(nurse, "diary")).page
    page.locator(".big-button").click()
    page.locator("#entry .big-button").first.click()
    page.locator("#problems").wait_for()
    somebody.looks("diary-problem")
    page.locator("details.more > summary").click()
    page.locator("details.more details:has(#bladder-blood) > summary").click()
    page.locator("#bladder-blood").check()
    page.locator("#entry .big-button").last.click()
    page.locator("#call-now").wait_for()
    assert page.locator("#call-now a[href='tel:911']").is_visible()
    somebody.looks("diary-call-now")


def test_entries_without_a_network_wait_and_are_sent_once(somebody: Visitor, nurse: Page) -> None:
    page = somebody.opens(a_link(nurse, "diary")).page
    page.locator(".big-button").click()
    page.locator("#entry").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(
        "caches.keys().then((all) => Promise.all(all.map((n) => caches.open(n).then((c) => c.keys())))).then((k) => k.flat().length > 5)"
    )
    note = f"offline {somebody.width}"
    page.context.set_offline(True)
    page.reload()  # the page itself comes from this telephone
    for strength in (6, 7):
        page.locator("#entry").wait_for()
        choose(page, "now", strength)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        page.locator("#note").fill(f"{note} {strength}")
        page.locator("#entry .big-button").first.click()
        page.locator("#kept-here").wait_for()
        if strength == 6:
            page.locator("#again").click()
    assert "2" in page.locator("#waiting").inner_text()
    somebody.complaints.clear()  # what could not be fetched without a network
    page.context.set_offline(False)
    page.reload()
    page.wait_for_function("document.getElementById('waiting').hidden")
    page.reload()
    page.wait_for_timeout(500)
    said = kept(nurse)
    assert (said.count(f"{note} 6"), said.count(f"{note} 7")) == (1, 1)


def test_questionnaires_by_link_and_the_crisis_line_on_the_next_screen(
    somebody: Visitor, nurse: Page
) -> None:
    address = a_link(nurse, "questionnaire", "PHQ-9", "FOLLOW_UP")
    page = somebody.opens(address).page
    page.locator(".big-button").click()
    first = page.locator("input[name=questionnaire]").get_attribute("value")
    assert first == "FOLLOW_UP"
    somebody.looks("questions-effects")
    page.locator(".big-button").click()
    for n in range(1, 10):
        choose(page, f"phq9-{n}", 1 if n == 9 else 0)
    somebody.looks("questions-phq9")
    page.locator(".big-button").click()
    page.locator(".call-now a[href='tel:988']").wait_for()
    somebody.looks("questions-urgent")
    somebody.opens(address).looks("link-refused")
    assert page.locator("a[href^='tel:+']").first.is_visible()


def test_links_that_do_not_open_help(somebody: Visitor, nurse: Page) -> None:
    address = a_link(nurse, "diary")
    somebody.opens(address[:-3] + "/").looks("link-tampered")
    nurse.get_by_role("button", name="Take back").first.click()
    somebody.opens(address).looks("link-taken-back")
    assert "Quigley" not in somebody.page.content()


def test_ones_own_pages(somebody: Visitor) -> None:
    page = somebody.opens("/account/login/code/").looks("code").page
    somebody.opens("/account/login/").looks("login")
    page.locator("input[name=login]").fill("patient@demo.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form[action$='login/'] button").first.click()
    page.wait_for_url("**/my/")
    somebody.looks("my-plan")
    for path in ("pain", "messages", "documents", "medicine", "data", "diary"):
        somebody.opens(f"/my/{path}/").looks(f"my-{path}")
    somebody.opens("/account/second-factor/webauthn/").looks("my-passkeys")
    somebody.opens("/my/consent/withdraw/").looks("my-withdraw")
    somebody.opens("/my/messages/")
    page.locator("#id_text").fill(f"A question from {somebody.width}")
    page.locator("form .big-button").click()
    page.get_by_text(f"A question from {somebody.width}").wait_for()


def test_staff_see_what_patients_sent(visitor: Visitor) -> None:
    page = visitor.signs_in("prescriber").opens("/from-patients/").looks("from-patients").page
    page.locator("main a.row-link").first.click()
    visitor.looks("from-patients-message")
    visitor.opens("/from-patients/rules/").looks("from-patients-rules")
    page.get_by_label("Within how many minutes").fill("1")
    page.get_by_role("button", name="Adopt under my name").click()
    page.locator(".problems").wait_for()
    visitor.looks("from-patients-rules-refused")
    visitor.opens(f"/patients/?q={PATIENT}").page.locator("a.row-link").first.click()
    page.get_by_role("link", name="Follow-up", exact=True).click()
    page.locator("#links-title").wait_for()
    visitor.looks("followup-with-links")
