"""Whole-word matching of names in free text, whatever the case, hyphens or accents."""

import re
import unicodedata
from collections.abc import Iterable

_TOKEN = re.compile(r"[a-z0-9]+")
LONGEST_NAME_WORDS = 5


def words(text: str) -> tuple[str, ...]:
    """The words of a text, lower case, without accents or punctuation."""
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text)
    return tuple(_TOKEN.findall("".join(c for c in plain.lower() if not unicodedata.combining(c))))


def phrases(text: str) -> set[str]:
    """Every run of one to five neighbouring words of a text, joined by single spaces."""
    tokens = words(text)
    return {
        " ".join(tokens[i : i + n])
        for n in range(1, LONGEST_NAME_WORDS + 1)
        for i in range(len(tokens) - n + 1)
    }


def contains_words(text: str, names: Iterable[str]) -> bool:
    """Whether any of the names stands in the text as whole words."""
    there = phrases(text)
    return any(" ".join(words(name)) in there for name in names)
