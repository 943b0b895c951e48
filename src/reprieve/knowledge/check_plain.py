"""Refuse a public text that says a number nobody can follow to its source."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reprieve.core.problems import Problem
from reprieve.knowledge.decode import encode
from reprieve.knowledge.plain import BLOCKS, AidBlock, Picture, Say

Records = Mapping[str, list[tuple[str, Any]]]
PLAIN = ("aid", "pictures", "glossary", "self_assessment", "not_asked")
FACT = re.compile(r"\[\[([a-z0-9_, ]+)\]\]")
WORD = re.compile(r"\{(w_[a-z0-9_]+)\|([^}]+)\}")
NUMBER = re.compile(r"(?<![A-Za-z_\d])\d+(?:,\d{3})*(?:\.\d+)?")  # not the digits of an id
# Numbers written as words; "one" is an article as often as a number.
SPELLED_EN = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|fifty|hundred"
    r"|thousand)\b",
    re.IGNORECASE,
)
SPELLED_ES = re.compile(
    r"\b(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|veinte|treinta|cincuenta"
    r"|cien|ciento|mil)\b",
    re.IGNORECASE,
)


def sentences(text: str) -> list[str]:
    """The sentences of a text. A sentence's facts stand before its full stop."""
    return [s for s in re.split(r"(?<=[.!?])\s+", text.strip()) if s]


def facts_of(text: str) -> list[str]:
    """The ids a text names, in their order."""
    return [i.strip() for group in FACT.findall(text) for i in group.split(",")]


def bare(text: str) -> str:
    """The text as it is read: facts taken out, explained words in place."""
    return re.sub(r"\s+([.,;:!?])", r"\1", WORD.sub(r"\2", FACT.sub("", text))).strip()


def check_plain(found: Records) -> Iterator[Problem]:
    """Languages that differ, numbers without a fact, ids that do not exist, benefits that stand alone."""
    known = {r.id: r for name, group in found.items() if name not in PLAIN for _, r in group}
    words = {r.id for _, r in found.get("glossary", [])}
    pictures = {r.id for _, r in found.get("pictures", [])}
    for name in PLAIN:
        for path, record in found.get(name, []):
            for where, english, spanish in pairs(record, path):
                yield from _check_pair(where, english, spanish, known, words)
    for path, page in found.get("aid", []):
        yield from _check_blocks(path, page.blocks, pictures)
    for path, picture in found.get("pictures", []):
        yield from _check_picture(path, picture, known, pictures)
    for path, question in found.get("self_assessment", []):
        rules = [r for o in question.options for r in (*o.present, *o.may_be)]
        yield from _missing(path, rules, known)


def pairs(value: Any, path: str) -> Iterator[tuple[str, str, str]]:
    """Every text of a record with its translation: (path, English, Spanish)."""
    if isinstance(value, Say):
        yield path, value.en, value.es
    elif isinstance(value, AidBlock):
        for i, (english, spanish) in enumerate(zip(value.en, value.es, strict=False)):
            yield f"{path}.{value.kind}[{i}]", english, spanish
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from pairs(item, f"{path}[{i}]")
    elif hasattr(value, "__dataclass_fields__"):
        for key in value.__dataclass_fields__:
            yield from pairs(getattr(value, key), f"{path}.{key}")


def _check_pair(
    path: str, english: str, spanish: str, known: Mapping[str, Any], words: set[str]
) -> Iterator[Problem]:
    if sorted(facts_of(english)) != sorted(facts_of(spanish)):
        yield Problem(path, "English and Spanish name different facts")
    if sorted(i for i, _ in WORD.findall(english)) != sorted(i for i, _ in WORD.findall(spanish)):
        yield Problem(path, "English and Spanish explain different words")
    for text, spelled in ((english, SPELLED_EN), (spanish, SPELLED_ES)):
        yield from _missing(path, facts_of(text), known)
        yield from _missing(path, [i for i, _ in WORD.findall(text)], words)
        for sentence in sentences(text):
            yield from _check_numbers(path, sentence, spelled, known)


def _check_numbers(
    path: str, sentence: str, spelled: re.Pattern[str], known: Mapping[str, Any]
) -> Iterator[Problem]:
    said = bare(sentence)
    spoken = [n for n in NUMBER.findall(said) if n != "100"]  # "of 100" is our frame, no figure
    named = [known[i] for i in facts_of(sentence) if i in known]
    if (spoken or spelled.search(said)) and not named:
        yield Problem(path, f"a number without a fact: {said!r}")
        return
    for number in spoken:
        if not any(holds(fact, number) for fact in named):
            yield Problem(path, f"{number} is in none of its facts: {said!r}")


def holds(fact: Any, number: str) -> bool:
    """Whether a fact holds a number, rounded as it is said, or as people of 100."""
    wanted = float(number.replace(",", ""))
    places = len(number.partition(".")[2])
    slack = 0.5 * 10**-places + 1e-9
    return any(abs(n - wanted) <= slack for n in numbers_in(fact))


def numbers_in(fact: Any) -> Iterator[float]:
    """The figures of a record, and its counts of people as of 100."""
    text = json.dumps(encode(fact), ensure_ascii=False)
    for number in NUMBER.findall(text):
        yield float(number.replace(",", ""))
    for key in ("responders", "control_responders"):
        if counts := getattr(fact, key, None):
            yield 100 * counts[0] / counts[1]
    for n, of in re.findall(r"(\d+) of (\d+)\b", text):
        if int(of):
            yield 100 * int(n) / int(of)


def _check_blocks(path: str, blocks: Iterable[AidBlock], pictures: set[str]) -> Iterator[Problem]:
    for i, block in enumerate(blocks):
        where = f"{path}.blocks[{i}]"
        if block.kind not in BLOCKS:
            yield Problem(where, f"{block.kind!r} is not one of: {', '.join(BLOCKS)}")
        if len(block.en) != len(block.es) or not (block.en or block.picture):
            yield Problem(where, "English and Spanish must both be there, item for item")
        if (block.kind == "picture") != (block.picture is not None):
            yield Problem(where, "a block of the kind picture names its picture, and no other does")
        yield from _missing(where, [block.picture] if block.picture else [], pictures)


def _check_picture(
    path: str, picture: Picture, known: Mapping[str, Any], pictures: set[str]
) -> Iterator[Problem]:
    yield from _missing(path, [picture.fact], known)
    yield from _missing(path, picture.contrary, pictures)
    if picture.direction not in ("benefit", "harm"):
        yield Problem(path, "direction is benefit or harm")
    if picture.direction == "benefit" and picture.control_per_100 is None:
        yield Problem(path, "a benefit without its comparison")
    if picture.direction == "benefit" and not picture.contrary:
        yield Problem(path, "a benefit without its most contrary result")
    counts = [c for c in (picture.treated_per_100, picture.control_per_100) if c is not None]
    for count in counts:
        if not 0 <= count <= 100:
            yield Problem(path, f"{count} is not a number of people out of 100")
        elif picture.fact in known and not holds(known[picture.fact], str(count)):
            yield Problem(path, f"{count} of 100 is not in {picture.fact}")


def _missing(path: str, ids: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    for absent in sorted(set(ids) - set(known)):
        yield Problem(path, f"names {absent!r}, which does not exist")
