"""Before the first visit: a stranger checks, learns and reckons, in both languages, without a trace."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Request

from .conftest import Visitor

WORDS_PER_MIN = 238  # silent reading of adults, Brysbaert 2019, J Mem Lang 109:104047
SECONDS_PER_TAP = 1.2  # project_default: to aim and press on a phone
LIMIT_BYTES = 300_000

# What this person says, question by question; the rest follows from it.
SAYS = {
    "now": ["now_none"],
    "age": ["age_adult"],
    "pain": ["pain_crps"],
    "long": ["long_chronic"],
    "tried": ["tried_move", "tried_drugs"],
    "pregnant": ["preg_no"],
    "heart": ["heart_bp"],
    "head": ["head_none"],
    "mind": ["mind_none"],
    "body": ["body_liver"],
    "use": ["use_no"],
    "drugs": ["drug_opioid", "drug_maoi"],
}


@pytest.fixture(params=["en", "es"])
def language(request: pytest.FixtureRequest, visitor: Visitor) -> str:
    """The visitor chooses it on the first page."""
    visitor.opens("/")
    if request.param == "es":
        visitor.page.get_by_role("link", name="Español").click()
        visitor.page.wait_for_function("document.documentElement.lang === 'es'")
    return str(request.param)


def test_the_self_assessment_in_two_minutes(visitor: Visitor, language: str) -> None:
    visitor.looks(f"start-{language}")
    visitor.page.locator(".big-doors a").first.click()
    visitor.page.get_by_role("progressbar").wait_for(state="detached")
    visitor.looks(f"assess-start-{language}")
    visitor.page.locator("main .button").click()
    spent_s = 0.0  # reading every word of each question, tapping, and waiting for the next page
    for slug, says in SAYS.items():
        visitor.page.wait_for_url(f"**/assess/{slug}/")
        visitor.looks(f"assess-{slug}-{language}")
        spent_s += read(visitor.page) + SECONDS_PER_TAP * taps(visitor.page, says)
        started = time.monotonic()
        answer(visitor.page, says)
        visitor.page.wait_for_load_state()
        spent_s += time.monotonic() - started
    visitor.page.wait_for_url("**/assess/result/")

    assert spent_s <= 120, f"{spent_s:.0f} s"
    then_the_result_says_what_to_talk_about(visitor, language)


def then_the_result_says_what_to_talk_about(visitor: Visitor, language: str) -> None:
    visitor.looks(f"assess-result-{language}")
    said = visitor.page.locator("main").inner_text()
    first = visitor.page.locator(".points").first.inner_text()
    assert ("High blood pressure" if language == "en" else "Presión alta") in first
    assert not re.search(r"qualif|eligible|candidat|apto|\bmg\b|mg/kg", said, re.IGNORECASE)
    paper = visitor.page.request.get(f"{visitor.address}/assess/result.pdf")
    assert paper.body().startswith(b"%PDF")


def read(page: Page) -> float:
    """Seconds to read the question and all its answers."""
    return 60 * len(page.locator("fieldset").inner_text().split()) / WORDS_PER_MIN


def taps(page: Page, says: list[str]) -> int:
    """One for each tick and one for Next; a single choice is one tap."""
    return len(says) + 1 if page.locator("input[name=choice]").count() else 1


def answer(page: Page, says: list[str]) -> None:
    for option in says:
        choice = page.locator(f"[name=choice][value={option}]")
        if choice.get_attribute("type") == "checkbox":
            choice.check()
        else:
            choice.click()
            return
    page.get_by_role("button", name=re.compile("Next|Siguiente")).click()


@pytest.mark.parametrize(
    ("slug", "option", "number"),
    [("now", "now_chest", "911"), ("now", "now_suicide", "988"), ("pregnant", "preg_yes", "911")],
)
def test_an_urgent_answer_shows_who_to_call_on_the_next_screen(
    visitor: Visitor, language: str, slug: str, option: str, number: str
) -> None:
    visitor.opens(f"/assess/{slug}/")
    answer(visitor.page, [option])
    visitor.page.wait_for_url(f"**/assess/{slug}/help/")

    assert visitor.page.locator(f'a[href="tel:{number}"]').first.is_visible()
    visitor.looks(f"assess-help-{option}-{language}")

    visitor.page.locator("main .actions .button").click()
    visitor.page.get_by_role("progressbar").wait_for()


def test_on_paper_the_numbers_to_call_stay(visitor: Visitor) -> None:
    visitor.opens("/assess/now/")
    answer(visitor.page, ["now_suicide"])
    visitor.opens("/assess/result/")
    visitor.page.emulate_media(media="print")

    assert visitor.page.locator('a[href="tel:988"]').first.is_visible()
    assert not visitor.page.get_by_role("button", name="Forget my answers").is_visible()


def test_back_works_and_the_answer_is_still_there(visitor: Visitor) -> None:
    visitor.opens("/assess/age/")
    answer(visitor.page, ["age_adult"])
    visitor.page.wait_for_url("**/assess/pain/")
    visitor.page.go_back()
    visitor.page.wait_for_url("**/assess/age/")
    visitor.page.reload()

    assert "your answer" in visitor.page.locator("[value=age_adult]").inner_text()
    visitor.page.get_by_role("link", name="Back").click()
    visitor.page.wait_for_url("**/assess/now/")


def test_the_self_assessment_by_keyboard_alone(visitor: Visitor) -> None:
    visitor.opens("/assess/")
    press_until(visitor.page, lambda: focused(visitor.page, "main .button"), "Enter")
    for slug, says in SAYS.items():
        visitor.page.wait_for_url(f"**/assess/{slug}/")
        for option in says:
            box = visitor.page.locator(f"[value={option}]").get_attribute("type") == "checkbox"
            here = f"[value={option}]"
            press_until(
                visitor.page, lambda here=here: focused(visitor.page, here), " " if box else "Enter"
            )
            if not box:
                break
        else:
            press_until(
                visitor.page,
                lambda: focused(visitor.page, "form .actions button:first-child"),
                "Enter",
            )
    visitor.page.wait_for_url("**/assess/result/")


def press_until(page: Page, there: Callable[[], bool], key: str) -> None:
    """Tab until the focus is there, then press."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if there():
            page.keyboard.press(key)
            return
    pytest.fail("the keyboard never reached it")


def focused(page: Page, selector: str) -> bool:
    return bool(page.evaluate(f"document.activeElement.matches({selector!r})"))


def test_every_page_of_the_decision_aid(visitor: Visitor, language: str) -> None:
    visitor.page.locator(".big-doors a").nth(1).click()
    visitor.page.wait_for_url("**/learn/")
    visitor.looks(f"learn-{language}")
    pages = [a.get_attribute("href") for a in visitor.page.locator(".shelf a").all()]
    assert len(pages) == 14
    for path in pages:
        visitor.opens(str(path)).looks(f"{str(path).strip('/').replace('/', '-')}-{language}")
    visitor.opens("/learn/words/").looks(f"learn-words-{language}")


def test_a_word_is_explained_and_a_number_leads_to_its_source_by_keyboard(
    visitor: Visitor,
) -> None:
    visitor.opens("/learn/what/")
    visitor.page.locator("button.word").first.focus()
    visitor.page.keyboard.press("Enter")
    meaning = visitor.page.locator(".meaning:popover-open")
    meaning.wait_for()
    visitor.looks("learn-word-open")
    visitor.page.keyboard.press("Escape")
    meaning.wait_for(state="detached")

    visitor.page.locator("a.fact").nth(1).focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_role("heading", name="Where this comes from").wait_for()
    visitor.looks("learn-fact")


def test_a_clinics_own_prices_make_another_range(visitor: Visitor, language: str) -> None:
    visitor.opens("/cost/").looks(f"cost-{language}")
    before = visitor.page.locator(".big-number").inner_text()
    for field in ("infusion_low", "infusion_high"):
        visitor.page.locator(f"[name={field}]").fill("900")
    visitor.page.locator("form.prices button").click()
    visitor.page.wait_for_url("**/cost/?*")

    assert visitor.page.locator(".big-number").inner_text() != before
    visitor.looks(f"cost-own-{language}")
    paper = visitor.page.locator("a[href*='estimate.pdf']").get_attribute("href")
    assert visitor.page.request.get(f"{visitor.address}{paper}").body().startswith(b"%PDF")


def test_prices_upside_down_are_said_with_what_was_typed(visitor: Visitor) -> None:
    visitor.opens("/cost/")
    visitor.page.locator("[name=infusion_low]").fill("900")
    visitor.page.locator("[name=infusion_high]").fill("100")
    visitor.page.locator("form.prices button").click()
    visitor.page.locator(".problems").wait_for()

    assert visitor.page.locator("[name=infusion_low]").input_value() == "900"
    visitor.looks("cost-problem")


def test_the_first_load_is_light_and_nothing_goes_elsewhere(
    browser: Browser, clinic_address: str
) -> None:
    """Bytes over the wire as Chromium counts them, with an empty cache."""
    for path in ("/", "/learn/", "/learn/benefits/", "/assess/", "/cost/"):
        context = browser.new_context()
        page = context.new_page()
        asked: list[Request] = []
        page.on("request", lambda request, asked=asked: asked.append(request))
        page.goto(clinic_address + path, wait_until="networkidle")
        total = page.evaluate(
            "performance.getEntries().reduce((sum, e) => sum + (e.transferSize || 0), 0)"
        )
        assert total <= LIMIT_BYTES, f"{path}: {total} bytes"
        assert total > 10_000  # the measure works
        assert {r.url.startswith(clinic_address) for r in asked} == {True}
        assert context.cookies() == []
        context.close()


def test_without_scripts_it_works_the_same(browser: Browser, clinic_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{clinic_address}/assess/")
    page.locator("main .button").click()
    for slug, says in SAYS.items():
        assert page.url.endswith(f"/assess/{slug}/")
        answer(page, says)
    assert page.url.endswith("/assess/result/")
    context.close()


def test_it_can_be_mailed_to_oneself_and_forgotten(visitor: Visitor) -> None:
    visitor.opens("/assess/drugs/")
    answer(visitor.page, ["drug_opioid"])
    visitor.page.wait_for_url("**/assess/result/")
    visitor.page.wait_for_timeout(3200)  # nobody reads a page faster
    visitor.page.get_by_label("Send it to your own email").fill("visitor@invented.example")
    visitor.page.get_by_role("button", name="Send").click()
    visitor.page.get_by_text("Sent. The address was not kept.").wait_for()
    visitor.looks("assess-mailed")

    visitor.page.get_by_role("button", name="Forget my answers").click()
    visitor.page.wait_for_url("**/assess/")
    assert visitor.page.context.cookies() == []


def test_staff_sign_in_from_the_front_door(visitor: Visitor) -> None:
    visitor.opens("/")
    visitor.page.get_by_role("link", name="Staff: sign in").click()
    visitor.page.wait_for_url("**/account/login/")
    visitor.signs_in("prescriber")

    visitor.page.get_by_role("heading", name="Today").wait_for()
