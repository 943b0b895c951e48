"""The decision aid, the front door and the cost page: light, plain, without a trace."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from reprieve import knowledge
from reprieve.core.readability import fernandez_huerta, flesch_kincaid_grade
from reprieve.patient.learn import text
from reprieve.patient.learn.pictures import figures
from reprieve.patient.learn.templatetags.plain import page_if_any

AID = [f"/learn/{page.slug}/" for page in knowledge.aid()]
QUESTIONS = [f"/assess/{question.slug}/" for question in knowledge.self_assessment()]
SAME_FOR_ALL = ["/learn/", *AID, "/learn/words/", "/assess/", "/cost/", "/find/"]
pytestmark = pytest.mark.django_db


class Reader(HTMLParser):
    """The words of <main>, a line for each block; links to sources are left out."""

    BLOCKS = frozenset(
        {
            "p",
            "li",
            "h1",
            "h2",
            "th",
            "td",
            "dt",
            "dd",
            "figcaption",
            "label",
            "legend",
            "button",
            "a",
            "option",
        }
    )

    VOID = frozenset({"br", "input", "path"})

    def __init__(self) -> None:
        super().__init__()
        self.text, self.inside, self.skipped = "", False, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        kind = named.get("class") or ""
        self.inside = self.inside or tag == "main"
        foreign = self.inside and (named.get("lang") == "en" or (tag == "a" and "fact" in kind))
        if self.skipped or foreign:
            self.skipped += tag not in self.VOID
        elif tag in self.BLOCKS and "word" not in kind:
            self.text += "\n"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "main"
        if self.skipped:
            self.skipped -= tag not in self.VOID

    def handle_data(self, data: str) -> None:
        if self.inside and not self.skipped:
            self.text += re.sub(r"\s+", " ", data)


def words_of(path: str, language: str) -> str:
    reader = Reader()
    page = Client(headers={"accept-language": language}).get(path)
    assert page.status_code == 200
    reader.feed(page.content.decode())
    return reader.text


def test_the_reader_leaves_sources_out_and_keeps_the_words() -> None:
    words = words_of("/learn/what/", "en")
    assert "Chronic pain is pain that lasts longer than 3 months." in words
    assert "source" not in words


@pytest.mark.parametrize("path", ["/", *SAME_FOR_ALL, *QUESTIONS])
def test_every_page_reads_at_grade_eight_or_below(path: str) -> None:
    assert flesch_kincaid_grade(words_of(path, "en")) <= 8


@pytest.mark.parametrize("path", ["/", *SAME_FOR_ALL, *QUESTIONS])
def test_every_page_is_easy_to_read_in_spanish(path: str) -> None:
    assert fernandez_huerta(words_of(path, "es")) >= 60


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_longest_result_is_as_plain(language: str) -> None:
    client = Client(headers={"accept-language": language})
    for question in knowledge.self_assessment():
        told = [o.id for o in question.options if not (o.none or o.ends)]
        client.post(f"/assess/{question.slug}/", {"choice": told if question.many else told[:1]})
    reader = Reader()
    reader.feed(client.get("/assess/result/").content.decode())
    assert len(reader.text.split()) > 400
    if language == "en":
        assert flesch_kincaid_grade(reader.text) <= 8
    else:
        assert fernandez_huerta(reader.text) >= 60


@pytest.mark.parametrize("page", knowledge.aid(), ids=lambda page: page.slug)
def test_the_prose_of_the_aid_alone_is_plain_as_well(page: object) -> None:
    """Without tables and headings, whose short cells would flatter the grade."""
    prose = [b for b in page.blocks if b.kind in ("text", "unknown", "list", "steps")]  # type: ignore[attr-defined]
    english = " ".join(text.plain(item) for b in prose for item in b.en)
    spanish = " ".join(text.plain(item) for b in prose for item in b.es)
    assert flesch_kincaid_grade(english) <= 8
    assert fernandez_huerta(spanish) >= 60


@pytest.mark.parametrize("path", SAME_FOR_ALL)
def test_what_is_the_same_for_all_may_be_cached_and_sets_no_cookie(path: str) -> None:
    page = Client().get(path)
    assert page.headers["Cache-Control"] == "public, max-age=3600"
    assert {"Accept-Language", "Cookie"} <= set(page.headers["Vary"].split(", "))
    assert not page.cookies


@pytest.mark.parametrize("path", ["/learn/nothing/", "/assess/nothing/", "/nothing/"])
def test_a_page_that_does_not_exist_sets_no_cookie_either(path: str) -> None:
    page = Client().get(path)
    assert page.status_code == 404
    assert not page.cookies


@pytest.mark.parametrize("path", SAME_FOR_ALL)
def test_a_page_runs_no_script_and_loads_nothing_from_elsewhere(path: str) -> None:
    html = Client().get(path).content.decode()
    assert "<script" not in html
    assert not re.findall(r"(?:src|action)=\"https?:", html)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_source_leads_to_its_fact(language: str) -> None:
    client = Client(headers={"accept-language": language})
    linked = {
        link
        for path in [*SAME_FOR_ALL, *QUESTIONS]
        for link in re.findall(r'href="(/learn/facts/[^"]+)"', client.get(path).content.decode())
    }
    assert len(linked) > 50
    for link in linked:
        assert client.get(link).status_code == 200, link


def test_a_fact_says_who_says_so_and_how_far_we_read_it() -> None:
    html = Client().get("/learn/facts/eff_duration_pickering20/").content.decode()
    assert "no better than placebo over 35 days" in html
    assert "We read the summary of the source, not all of it." in html
    assert 'href="https://pubs.asahq.org/' in html


def test_a_price_says_who_printed_it() -> None:
    html = Client().get("/learn/facts/cost_a000_infusion/").content.decode()
    assert "$350 to $1,200, unverified" in html
    assert "article 000" in html


def test_a_recalled_fact_says_that_nobody_checked_it() -> None:
    html = Client().get("/learn/facts/ci_seizure/").content.decode()
    assert "Nobody of us has checked it. Do not rely on it." in html


def test_a_fact_no_public_page_uses_has_no_public_page() -> None:
    """A dose of a protocol is nobody's business here."""
    assert Client().get("/learn/facts/lim_rate_chronic/").status_code == 404
    assert Client().get("/learn/facts/pr_crps_4h_x10/").status_code == 404
    assert Client().get("/learn/unknown/").status_code == 404


def test_every_benefit_is_drawn_with_its_comparison_and_its_contrary() -> None:
    html = Client().get("/learn/benefits/").content.decode()
    assert html.count('class="figures"') == 6
    assert html.count("How sure") == 3
    assert "But look at these, drawn at the same size." in html


def test_a_hundred_figures_are_drawn_and_said() -> None:
    svg = figures(58, "58 of 100 people")
    had, had_not = re.findall(r' d="([^"]*)"', svg)
    assert (had.count("z") // 2, had_not.count("z") // 2) == (58, 42)  # a head and a body each
    assert 'role="img" aria-label="58 of 100 people"' in svg


def test_the_spanish_says_that_no_clinician_has_reviewed_it() -> None:
    said = "Ningún médico ha revisado todavía el español."
    assert said in Client(headers={"accept-language": "es"}).get("/learn/").content.decode()
    assert said not in Client().get("/learn/").content.decode()


def test_a_language_chosen_by_a_link_is_kept_until_the_browser_closes() -> None:
    client = Client()
    answer = client.get("/cost/?seed=2&lang=es")
    assert answer.headers["Location"] == "/cost/?seed=2"
    assert answer.cookies["django_language"]["max-age"] == ""
    assert 'lang="es"' in client.get("/learn/").content.decode()


@pytest.mark.parametrize("path", ["//elsewhere.example/?lang=es", "/learn/?lang=xx"])
def test_a_language_link_leads_nowhere_else(path: str) -> None:
    answer = Client().get(path)
    assert "elsewhere.example" not in answer.headers.get("Location", "").partition("/")[0]
    assert not answer.headers.get("Location", "").startswith("//")


def test_a_stranger_meets_the_front_door_and_not_a_login_form() -> None:
    page = Client().get("/")
    html = page.content.decode()
    assert page.status_code == 200
    assert 'type="password"' not in html
    for door in ("/assess/", "/learn/", "/cost/", "/find/", "/account/login/"):
        assert f'href="{door}"' in html
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert not page.cookies


def test_a_door_that_leads_nowhere_is_not_there() -> None:
    assert page_if_any("nowhere:") == page_if_any("learn:nowhere") == ""
    assert page_if_any("find:") == "/find/"


def test_printed_prices_stand_in_until_somebody_types_their_own() -> None:
    html = Client().get("/cost/").content.decode()
    assert 'value="350"' in html  # cost_a000_infusion, the lowest
    assert 'value="2000"' in html  # cost_directory_pain_infusion, the highest
    assert "start number 1" in html
    assert "Not known: no study counts" in html
    assert "Ask yours in writing" in html


def own(**changed: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "consultation_low": 500, "consultation_high": 500, "infusion_low": 400, "infusion_high": 400,
        "upkeep_low": 300, "upkeep_high": 300, "extras_low": 0, "extras_high": 0, "sessions_low": 6,
        "sessions_high": 6, "every_low": 4, "every_high": 4, "no_upkeep": "on", "seed": 1,
    }  # fmt: skip
    return {**usual, **changed}


def test_fixed_prices_of_a_clinic_give_one_figure() -> None:
    """500 + 6 x 400."""
    assert "$2,900" in Client().get("/cost/", own()).content.decode()


@pytest.mark.parametrize(
    "changed",
    [{"infusion_high": 100}, {"sessions_low": 0}, {"consultation_low": ""}, {"seed": "x"}],
)
def test_prices_that_cannot_be_used_are_said_and_kept(changed: dict[str, object]) -> None:
    page = Client().get("/cost/", own(**changed))
    assert page.status_code == 422
    assert 'class="problems"' in page.content.decode()
    assert 'value="300"' in page.content.decode()
    assert Client().get("/cost/estimate.pdf", own(**changed)).status_code == 422


def test_the_paper_is_tagged_and_says_what_it_is_not() -> None:
    pdf = Client().get("/cost/estimate.pdf", own())
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert b"/MarkInfo" in pdf.content
    html = Client().get("/cost/").content.decode()
    assert "It is not the “good-faith estimate” of US law." in html


def test_prices_somebody_typed_are_not_kept_by_caches() -> None:
    assert "no-store" in Client().get("/cost/", own()).headers["Cache-Control"]
