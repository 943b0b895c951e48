"""The public texts: their markup as HTML, and which facts and words they use."""

import functools
import re
from typing import Any

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from reprieve import knowledge
from reprieve.knowledge.check_plain import FACT, WORD, bare, facts_of, pairs, sentences
from reprieve.knowledge.plain import AidPage, Word
from reprieve.knowledge.subjects import SUBJECTS

_SOURCE_THEN_STOP = re.compile(r"\s*(\[\[[a-z0-9_, ]+\]\])([.!?])")
_INITIALS = re.compile(r" [A-Z]{1,3}$")  # Cohen SP
# Drug labels go by their drug, not by the firms that print them.
LABELS = {
    "KETALAR_US": "US ketamine label",
    "KETALAR_UK": "UK ketamine label",
    "KETAMINE_CH": "Swiss ketamine label",
    "SPRAVATO_US": "US Spravato label",
    "SPRAVATO_EU": "EU Spravato label",
}
PUBLIC = ("aid", "pictures", "glossary", "self_assessment", "not_asked")


def rich(text: str) -> SafeString:
    """A text with its sources as links, after the full stop, and its explained words as buttons."""
    safe = _SOURCE_THEN_STOP.sub(r"\2 \1", str(escape(text)))
    safe = FACT.sub(lambda m: _sources(m[1]), safe)
    safe = WORD.sub(lambda m: _word(m[1], m[2]), safe)
    return mark_safe(safe)  # noqa: S308 - escaped above, and what was put in is made here


def plain(text: str) -> str:
    """A text as it is read aloud or printed."""
    return bare(text)


@functools.cache
def facts() -> dict[str, Any]:
    """The facts the public texts rest on, prices included: the only ones with a public page."""
    known = {r.id: r for name in SUBJECTS if name not in PUBLIC for r in knowledge.records(name)}
    named = {i for _, english, _spanish in texts() for i in facts_of(english)}
    rules = {
        rule
        for question in knowledge.self_assessment()
        for option in question.options
        for rule in (*option.present, *option.may_be)
    }
    drawn = {picture.fact for picture in knowledge.pictures()}
    others = {c.id for c in (*knowledge.costs(), *knowledge.interactions(), *knowledge.contacts())}
    estimate = {"gl_gfe_content", "gl_gfe_dispute"}
    return {i: known[i] for i in sorted(named | rules | drawn | others | estimate)}


@functools.cache
def texts() -> tuple[tuple[str, str, str], ...]:
    """Every public text: (where it stands, English, Spanish)."""
    return tuple(
        pair for name in PUBLIC for r in knowledge.records(name) for pair in pairs(r, r.id)
    )


def said_of(fact_id: str, language: str) -> list[str]:
    """What the public pages say with this fact behind it."""
    said = (es if language.startswith("es") else en for _, en, es in texts())
    found = [bare(s) for text in said for s in sentences(text) if fact_id in facts_of(s)]
    return list(dict.fromkeys(" – ".join(s.split(" | ")[:2]) for s in found))


def words_in(page: AidPage) -> list[Word]:
    """The words a page explains, each once, in the order of the glossary."""
    used = {m[0] for _, english, _es in pairs(page, "") for m in WORD.findall(english)}
    return [w for w in knowledge.glossary() if w.id in used]


def source_name(fact_id: str) -> str:
    """Who says so, in a word or two: "Ferraro 2025"."""
    record = facts().get(fact_id)
    evidence = getattr(record, "evidence", None)
    source = next((s for s in knowledge.sources() if evidence and s.id == evidence.source), None)
    if source is None:
        return fact_id
    if source.id in LABELS:
        return LABELS[source.id]
    who = source.authors.split(",")[0].split(" (")[0]
    name = _INITIALS.sub("", who) if "," in source.authors else who
    return f"{name} {source.year}" if source.year else name


def _sources(ids: str) -> str:
    return " ".join(_source(i.strip()) for i in ids.split(","))


def _source(fact_id: str) -> SafeString:
    label = _("source")
    return format_html(
        '<a class="fact" href="{}" aria-label="{}: {}">{}</a>',
        reverse("learn:fact", args=[fact_id]),
        label,
        source_name(fact_id),
        label,
    )


def _word(word_id: str, escaped: str) -> str:
    return f'<button type="button" class="word" popovertarget="{word_id}">{escaped}</button>'
