"""Public texts: a number that cannot be followed to its fact, or a missing language, is refused."""

from typing import Any

import pytest

from reprieve import knowledge
from reprieve.core.problems import Problem
from reprieve.knowledge.check_plain import bare, check_plain, sentences
from reprieve.knowledge.decode import decode
from reprieve.knowledge.plain import AidPage, Picture, Word

CLAIMS = [("claims", c) for c in knowledge.claims()]
EFFECTS = [("effects", e) for e in knowledge.effects()]


def problems(**records: list[Any]) -> list[str]:
    found = {name: [("here", r) for r in rows] for name, rows in records.items()}
    return [p.message for p in check_plain({**found, "claims": CLAIMS, "effects": EFFECTS})]


def word(en: str, es: str) -> Word:
    table = {"id": "w_x", "term": {"en": "x", "es": "x"}, "meaning": {"en": en, "es": es}}
    return read(Word, table)


def read(kind: type[Any], table: dict[str, Any]) -> Any:
    found: list[Problem] = []
    record = decode(kind, table, "here", found)
    assert not found
    return record


def test_a_number_with_its_fact_passes() -> None:
    text = "It lasts more than 3 months [[sc39]]."
    assert problems(glossary=[word(text, "Dura más de 3 meses [[sc39]].")]) == []


def test_a_number_without_a_fact_is_refused_in_either_language() -> None:
    [message] = problems(glossary=[word("It lasts long.", "Dura 3 meses.")])
    assert "a number without a fact" in message


@pytest.mark.parametrize("text", ["For three months.", "In fifty people."])
def test_a_number_in_words_is_a_number(text: str) -> None:
    assert "a number without a fact" in problems(glossary=[word(text, "Mucho.")])[0]


def test_a_number_its_fact_does_not_hold_is_refused() -> None:
    found = problems(glossary=[word("It lasts 5 months [[sc39]].", "Dura mucho [[sc39]].")])
    assert found == ["5 is in none of its facts: 'It lasts 5 months.'"]


def test_a_figure_may_be_rounded_and_counts_may_be_said_of_100() -> None:
    """1.8 of the record as 2; 7 of 12 as 58 of 100."""
    said = "By 2 points [[eff_duration_orhurhu19]]. In 58 of 100 [[eff_response_kvarnstrom03]]."
    assert problems(glossary=[word(said, said)]) == []


def test_a_fact_that_does_not_exist_is_refused() -> None:
    found = problems(glossary=[word("So [[sc999]].", "Así [[sc999]].")])
    assert "names 'sc999', which does not exist" in found


def test_both_languages_rest_on_the_same_facts() -> None:
    found = problems(glossary=[word("So [[sc39]].", "Así.")])
    assert found == ["English and Spanish name different facts"]


def test_a_missing_language_is_refused_by_the_loader() -> None:
    found: list[Problem] = []
    decode(Word, {"id": "w_x", "term": {"en": "x"}, "meaning": {"en": "x", "es": "x"}}, "w", found)
    assert found == [Problem("w.term.es", "is missing")]


def page(**block: Any) -> AidPage:
    table = {"id": "aid_x", "order": 1, "title": {"en": "x", "es": "x"}, "blocks": [block]}
    return read(AidPage, table)


def test_a_page_has_as_many_items_in_one_language_as_in_the_other() -> None:
    found = problems(aid=[page(kind="list", en=["one thing"], es=[])])
    assert found == ["English and Spanish must both be there, item for item"]


def test_a_kind_of_block_nobody_draws_is_refused() -> None:
    assert "is not one of" in problems(aid=[page(kind="film", en=["x"], es=["x"])])[0]


def picture(**changed: Any) -> Picture:
    said = {"en": "x", "es": "x"}
    table = {
        "id": "pic_x", "direction": "benefit", "fact": "eff_response_kvarnstrom03", "title": said,
        "people": said, "when": said, "certainty": said, "treated_per_100": 58,
        "control_per_100": 17, "contrary": ["pic_x"], **changed,
    }  # fmt: skip
    return read(Picture, {k: v for k, v in table.items() if v is not None})


def test_a_benefit_beside_its_comparison_passes() -> None:
    assert problems(pictures=[picture()]) == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"control_per_100": None}, "a benefit without its comparison"),
        ({"contrary": []}, "a benefit without its most contrary result"),
        ({"treated_per_100": 60}, "60 of 100 is not in eff_response_kvarnstrom03"),
        ({"control_per_100": 101}, "101 is not a number of people out of 100"),
        ({"direction": "both"}, "direction is benefit or harm"),
    ],
)
def test_a_picture_that_would_mislead_is_refused(changed: dict[str, Any], message: str) -> None:
    assert message in problems(pictures=[picture(**changed)])


def test_no_public_figure_rests_on_what_nobody_checked() -> None:
    """Recalled records may warn; they are never drawn as people who got better."""
    known = {r.id: r for s in ("effects", "adverse_events") for r in knowledge.records(s)}
    for drawn in knowledge.pictures():
        assert known[drawn.fact].evidence.verification.may_permit, drawn.id


def test_markup_is_taken_out_of_what_is_read() -> None:
    assert bare("{w_iv|A drip} for 2 hours [[sc14]].") == "A drip for 2 hours."
    assert sentences("By 1.8 points. Then no more.") == ["By 1.8 points.", "Then no more."]
