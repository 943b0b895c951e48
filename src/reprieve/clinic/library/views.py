"""Browsing the facts: every record with its source, its verification and its currency."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reprieve import knowledge
from reprieve.clinic.library.shelves import SHELVES, by_id, rows_of
from reprieve.core.evidence import NOT_LOCATED, Evidence
from reprieve.core.words import phrases, words

VERDICTS = ("disagree", "qualify", "unverified", "agree", "service")
TONES = {"disagree": "block", "qualify": "warn", "agree": "clear"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All kinds, how well each is verified, what changed for patients, and a search over everything."""
    question = request.GET.get("q", "").strip()[:100]
    context = {
        "stage": "knowledge",
        "question": question,
        "found": _search(question) if question else None,
        "shelves": [(shelf, _standing(shelf.subject)) for shelf in SHELVES],
        "claims": _standing("claims"),
        "version": knowledge.VERSION,
        "changes": knowledge.changes(),
    }
    return render(request, "library/home.html", context)


@require_safe
def kind(request: HttpRequest, subject: str) -> HttpResponse:
    """Every record of a kind. Claims have their own page: popular claim, verdict, literature."""
    if subject == "claims":
        return _claims(request)
    shelf = next((s for s in SHELVES if s.subject == subject), None)
    if shelf is None:
        raise Http404
    rows = [
        (
            r,
            getattr(r, shelf.title),
            getattr(r, shelf.detail) if shelf.detail else "",
            getattr(r, "evidence", None),
        )
        for r in knowledge.records(subject)
    ]
    context = {"stage": "knowledge", "shelf": shelf, "rows": rows}
    return render(request, "library/kind.html", context)


@require_safe
def record(request: HttpRequest, record_id: str) -> HttpResponse:
    """One record: what it says, who says so, and who has read it there."""
    if record_id not in by_id():
        raise Http404
    subject, found = by_id()[record_id]
    evidence: Evidence | None = getattr(found, "evidence", None)
    currency = getattr(found, "currency", None)
    sources = {s.id: s for s in knowledge.sources()}
    cited = [evidence, *evidence.also] if evidence else []
    context = {
        "stage": "knowledge",
        "subject": subject,
        "record": found,
        "rows": rows_of(found),
        "cited": [(e, sources.get(e.source), e.locator == NOT_LOCATED) for e in cited],
        "overdue": currency.overdue(timezone.localdate()) if currency else None,
    }
    return render(request, "library/record.html", context)


def _claims(request: HttpRequest) -> HttpResponse:
    claims = sorted(knowledge.claims(), key=lambda c: VERDICTS.index(c.verdict))
    wanted = request.GET.get("verdict", "")
    counts = {v: sum(c.verdict == v for c in claims) for v in VERDICTS}
    shown = [c for c in claims if wanted not in VERDICTS or c.verdict == wanted]
    context = {
        "stage": "knowledge",
        "claims": shown,
        "counts": counts,
        "wanted": wanted,
        "tones": TONES,
    }
    return render(request, "library/claims.html", context)


def _standing(subject: str) -> dict[str, int]:
    """How many records, how many rest on what nobody read, how many are not located."""
    evidence = [e for r in knowledge.records(subject) if (e := getattr(r, "evidence", None))]
    return {
        "n": len(knowledge.records(subject)),
        "not_read": sum(not e.verification.may_permit for e in evidence),
        "not_located": sum(e.locator == NOT_LOCATED for e in evidence),
    }


def _search(question: str) -> list[tuple[str, Any]]:
    """Records that hold every word asked for, anywhere."""
    asked = set(words(question))
    return [
        (subject, r)
        for subject, r in by_id().values()
        if asked <= phrases(" ".join(value for _, value in rows_of(r)))
    ][:60]
