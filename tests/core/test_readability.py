"""Reading grade by the published formulas; syllables counted aloud."""

import pytest

from reprieve.core.readability import (
    english_syllables,
    fernandez_huerta,
    flesch_kincaid_grade,
    spanish_syllables,
)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("pain", 1), ("these", 1), ("fire", 1), ("places", 2), ("walked", 1), ("wanted", 2),
        ("table", 2), ("people", 2), ("ketamine", 3), ("chronic", 2), ("idea", 3), ("area", 3),
        ("being", 2), ("radio", 3), ("nation", 2), ("special", 2), ("million", 2), ("24", 2),
    ],
)  # fmt: skip
def test_english_words_have_the_syllables_one_hears(word: str, syllables: int) -> None:
    assert english_syllables(word) == syllables


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("dolor", 2), ("médico", 3), ("ketamina", 4), ("fisioterapia", 5), ("día", 2), ("aéreo", 4),
        ("que", 1), ("guía", 2), ("pingüino", 3), ("ciudad", 2), ("país", 2), ("reír", 2), ("hay", 1),
        ("estudio", 3), ("teatro", 3), ("agua", 2), ("y", 1), ("leer", 2),
    ],
)  # fmt: skip
def test_spanish_words_have_the_syllables_one_hears(word: str, syllables: int) -> None:
    assert spanish_syllables(word) == syllables


def test_the_grade_of_an_english_passage() -> None:
    text = (
        "Low-dose ketamine may reduce chronic pain for some people. Nobody knows who will benefit. "
        "Talk with a doctor about the decision before you begin."
    )
    # 24 words, 3 sentences, 15 + 9 + 16 = 40 syllables: 0.39 x 8 + 11.8 x 40/24 - 15.59
    assert flesch_kincaid_grade(text) == pytest.approx(7.197, abs=0.001)


def test_the_ease_of_a_spanish_sentence() -> None:
    # 4 words, 1 sentence, 1 + 2 + 2 + 1 = 6 syllables: 206.84 - 60 x 1.5 - 1.02 x 4
    assert fernandez_huerta("El gato come pan.") == pytest.approx(112.76)


def test_longer_sentences_and_longer_words_are_harder() -> None:
    short, long = "We stop. We rest.", "We stop and then we rest for a while and then we go on."
    assert flesch_kincaid_grade(short) < flesch_kincaid_grade(long)
    assert flesch_kincaid_grade("It hurts.") < flesch_kincaid_grade("Neuropathies debilitate.")
    assert fernandez_huerta("Me duele.") > fernandez_huerta("Neuropatías incapacitantes.")


def test_a_text_without_words_has_no_grade() -> None:
    with pytest.raises(ValueError, match="no grade"):
        flesch_kincaid_grade(" ... ")
