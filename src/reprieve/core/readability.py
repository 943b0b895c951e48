"""How hard a text is to read: Flesch-Kincaid grade (English), Fernández Huerta (Spanish).

Syllables are counted by rule, not from a dictionary. On our own pages textstat 0.7.2 counts fewer of
them, so a text is a grade or two easier there: this is the stricter measure.
"""

import re
import unicodedata

_SENTENCE_END = re.compile(r"[.!?:;]+(?:\s|$)|\n+")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_STRONG, _WEAK = set("aeoáéó"), set("iuü")
_ACCENTED_WEAK = set("íú")


def flesch_kincaid_grade(text: str) -> float:
    """US school grade of an English text: 0.39 words/sentence + 11.8 syllables/word - 15.59.

    Raises ValueError without a word. Kincaid and others 1975.
    """
    words, sentences = _words(text), _sentences(text)
    syllables = sum(english_syllables(w) for w in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def fernandez_huerta(text: str) -> float:
    """Ease of a Spanish text, 0 to 100, easier upwards: 206.84 - 60 syllables/word - 1.02 words/sentence.

    Fernández Huerta 1959 in the form corrected by Law 2011. Raises ValueError without a word.
    """
    words, sentences = _words(text), _sentences(text)
    syllables = sum(spanish_syllables(w) for w in words)
    return 206.84 - 60 * syllables / len(words) - 1.02 * len(words) / sentences


def english_syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end; at least one. Digits count one each."""
    low = _plain(word)
    if low.isdigit():
        return len(low)
    groups = len(re.findall(r"[aeiouy]+", low))
    if re.search(r"[^aeiouylr]e$|[aeiou]re$|[aeiouy]le$|[^aeiouytd]ed$|[^aeiouscgzx]es$", low):
        groups -= 1
    parted = r"i[ao](?!u)|[aeiouy].*[^aeiou]ea$|[aeou]ing$"
    groups += len(re.findall(parted, low)) - len(re.findall(r"(?:[cstgx]|ll)i[ao](?!u)", low))
    return max(1, groups)


def spanish_syllables(word: str) -> int:
    """Vowel groups, parted where two strong vowels or an accented i or u meet."""
    count, before = 0, ""
    low = re.sub(r"qu(?=[eiéí])|gu(?=[eiéí])", "g", unicodedata.normalize("NFC", word.lower()))
    low = re.sub(r"y\b", "i", low)
    if low.isdigit():
        return len(low)
    for letter in low:
        if letter in _STRONG:
            count += before not in _WEAK
        elif letter in _ACCENTED_WEAK:
            count += 1
        elif letter in _WEAK:
            count += before not in _STRONG | _WEAK | _ACCENTED_WEAK
        before = letter
    return max(1, count)


def _words(text: str) -> list[str]:
    found: list[str] = _WORD.findall(text)
    if not found:
        raise ValueError("a text without a word has no grade")
    return found


def _sentences(text: str) -> int:
    return max(1, sum(bool(_WORD.search(part)) for part in _SENTENCE_END.split(text)))


def _plain(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word.lower())
    return "".join(c for c in parts if c.isalnum())
