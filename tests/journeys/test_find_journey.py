"""Somebody looks for a clinic, in both languages, and the keeper of the directory settles what came of it."""

import re

import pytest
from playwright.sync_api import Browser

from .conftest import Visitor
from .test_before_the_visit import LIMIT_BYTES, language

__all__ = ["language"]


def test_from_the_front_door_to_a_profile(visitor: Visitor, language: str) -> None:
    visitor.page.locator(".big-doors a[href='/find/']").click()
    visitor.page.wait_for_url("**/find/")
    visitor.looks(f"find-{language}")

    visitor.page.locator("[name=place]").fill("60601")
    visitor.page.locator(".find-form button").click()
    visitor.page.wait_for_url("**/find/?*")
    then_list_and_map_show_the_same(visitor)
    visitor.looks(f"find-found-{language}")

    visitor.page.locator(".clinic h3 a").first.click()
    visitor.page.locator(".vetting").wait_for()
    visitor.looks(f"find-profile-{language}")


def then_list_and_map_show_the_same(visitor: Visitor) -> None:
    listed = visitor.page.locator(".pin-number").all_inner_texts()
    drawn = visitor.page.locator("text.pin").all_text_contents()
    assert listed
    assert sorted(listed) == sorted(drawn)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("place=Portland&radius=10&route=topical&setting=mobile&price=over-700", "empty"),
        ("place=Nowhere", "unknown"),
        ("place=K1P&radius=250", "canada"),
    ],
)
def test_every_answer_of_a_search(visitor: Visitor, language: str, asked: str, name: str) -> None:
    visitor.opens(f"/find/?{asked}").looks(f"find-{name}-{language}")


def test_by_keyboard_alone(visitor: Visitor) -> None:
    visitor.opens("/find/")
    visitor.page.locator("[name=place]").focus()
    visitor.page.keyboard.type("M5V")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/find/?*")
    visitor.page.locator(".clinic h3 a").first.focus()
    visitor.page.keyboard.press("Enter")

    visitor.page.locator(".vetting").wait_for()


def test_a_reported_problem_and_a_claim_reach_the_keeper(visitor: Visitor, language: str) -> None:
    visitor.opens("/find/?place=Toronto&radius=100")
    visitor.page.locator(".clinic h3 a").first.click()
    profile = visitor.page.url.removeprefix(visitor.address)
    visitor.opens(f"{profile}problem/").looks(f"find-problem-{language}")
    visitor.page.locator(".find-send button").click()
    visitor.page.locator(".problems").wait_for()
    visitor.looks(f"find-problem-refused-{language}")
    visitor.opens(f"{profile}claim/").looks(f"find-claim-{language}")

    visitor.opens("/?lang=en").signs_in("prescriber")
    visitor.opens(f"/directory/?lang={language}").looks(f"directory-{language}")
    visitor.opens("/directory/import/").looks(f"directory-import-{language}")
    visitor.opens("/directory/new/").looks(f"directory-new-{language}")
    visitor.opens("/directory/").page.locator("a[href*='/directory/claims/']").first.click()
    visitor.page.locator("[name=verdict]").first.wait_for()
    visitor.looks(f"directory-claim-{language}")
    visitor.opens(f"/directory{profile.removeprefix('/find')}")
    visitor.page.locator("details.card summary").click()
    visitor.looks(f"directory-listing-{language}")


def test_a_table_is_looked_at_before_it_is_added(visitor: Visitor) -> None:
    table = "name,city,state,zip,country\nInvented Boston Rooms,Boston,MA,02115,US\nBad,Boston,XX,02115,US\n"
    visitor.signs_in("prescriber")
    visitor.opens("/directory/import/")
    file = {"name": "t.csv", "mimeType": "text/csv", "buffer": table.encode()}
    visitor.page.locator("[name=table]").set_input_files(file)  # type: ignore[arg-type]
    visitor.page.get_by_role("button", name="Look at the file").click()
    visitor.page.locator(".problems").wait_for()

    assert "3.region" in visitor.page.locator(".problems").inner_text()
    visitor.looks("directory-preview")
    visitor.page.get_by_role("button", name="Cancel").click()
    visitor.page.wait_for_url("**/directory/import/")


def test_without_scripts_light_and_from_nowhere_else(browser: Browser, clinic_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[int] = []
    page.on("response", lambda r: asked.append(int(r.headers.get("content-length", 0))))
    hosts: set[bool] = set()
    page.on("request", lambda r: hosts.add(r.url.startswith(clinic_address)))
    page.goto(f"{clinic_address}/find/")
    page.locator("[name=place]").fill("60601")
    page.locator(".find-form button").click()

    assert re.search(r"\d+ clinics within", page.locator("#found").inner_text())
    assert 10_000 < sum(asked) <= LIMIT_BYTES
    assert hosts == {True}
    assert context.cookies() == []
    context.close()
