"""The pages of the decision aid. Public, the same for everybody, without a cookie."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from reprieve import knowledge
from reprieve.core.evidence import NOT_LOCATED, Evidence
from reprieve.knowledge.kinds import Cost, Source
from reprieve.patient.learn import text
from reprieve.patient.public import same_for_all

# How far anybody of us has read the source, for a reader who has never seen the clinic.
CHECKED = {
    "full_text": _("We read the whole source."),
    "label": _("We read it in the drug label."),
    "excerpt_or_abstract": _("We read the summary of the source, not all of it."),
    "second_hand": _("We read it in somebody else's summary, not in the source itself."),
    "derived": _("We worked it out from other figures."),
    "recalled": _("Nobody of us has checked it. Do not rely on it."),
    "project_default": _("This is our own choice. No source says it."),
}
# What of a record is shown, in its own (English) words.
OWN_WORDS = (
    "title",
    "condition",
    "drug_or_class",
    "item",
    "name",
    "number",
    "claim",
    "summary",
    "message",
    "statement",
    "result",
    "harm",
    "conclusion",
    "effect",
    "rate",
    "rationale",
    "mechanism",
    "population",
    "quoted_by",
    "note",
    "disagreement",
)


@require_safe
@same_for_all
def home(request: HttpRequest) -> HttpResponse:
    """Every page of the aid with its title."""
    return render(request, "learn/home.html", {"pages": knowledge.aid()})


@require_safe
@same_for_all
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page, with the way to the ones before and after."""
    pages = knowledge.aid()
    at = next((i for i, p in enumerate(pages) if p.slug == slug), None)
    if at is None:
        raise Http404
    context = {
        "page": pages[at],
        "number": at + 1,
        "of": len(pages),
        "before": pages[at - 1] if at else None,
        "after": pages[at + 1] if at + 1 < len(pages) else None,
        "words": text.words_in(pages[at]),
        "version": knowledge.VERSION,
        "released": knowledge.RELEASED_ON,
    }
    return render(request, "learn/page.html", context)


@require_safe
@same_for_all
def words(request: HttpRequest) -> HttpResponse:
    """The glossary."""
    return render(request, "learn/words.html", {"words": knowledge.glossary()})


@require_safe
@same_for_all
def fact(request: HttpRequest, fact_id: str) -> HttpResponse:
    """One fact: what we say with it, who says so, and how far we have read it there."""
    record = text.facts().get(fact_id)
    if record is None:
        raise Http404
    evidence: Evidence | None = getattr(record, "evidence", None)
    currency = getattr(record, "currency", None)
    context = {
        "said": text.said_of(fact_id, get_language() or "en"),
        "own": _own_words(record),
        "cited": [_citation(e) for e in ([evidence, *evidence.also] if evidence else [])],
        "review_by": currency.review_by if currency else None,
        "overdue": bool(currency and currency.overdue(timezone.localdate())),
        "fact_id": fact_id,
    }
    return render(request, "learn/fact.html", context)


def _own_words(record: Any) -> list[str]:
    """What a record says of itself, and the price it holds."""
    found = [getattr(record, key, None) for key in OWN_WORDS]
    said = [value for value in found if isinstance(value, str) and value]
    if isinstance(record, Cost):
        said.append(f"${record.low_usd:,.0f} to ${record.high_usd:,.0f}, {record.standing}")
    return said


def _citation(evidence: Evidence) -> dict[str, Any]:
    source = next((s for s in knowledge.sources() if s.id == evidence.source), None)
    return {
        "source": source,
        "where": "" if evidence.locator == NOT_LOCATED else evidence.locator,
        "grade": evidence.grade,
        "quote": evidence.quote,
        "checked": CHECKED[evidence.verification.value],
        "unread": not evidence.verification.may_permit,
        "address": _address(source) if source else "",
    }


def _address(source: Source) -> str:
    """Where the source can be read: its DOI, else the first address it was read at."""
    if source.doi:
        return f"https://doi.org/{source.doi}"
    return next((a for a in source.urls if a.startswith(("https://", "http://"))), "")
