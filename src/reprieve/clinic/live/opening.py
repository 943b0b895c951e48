"""One audit row when a live page is opened; what refreshes by itself under that opening adds none.

The page carries a signed word: who opened what, when. A refresh that shows it, in the header
X-Opening (or, where a browser can send no header, in the query), by the same person for the same
thing within the hour, is part of that opening. Any other is an opening of its own, with its row.
"""

import functools
import uuid
from collections.abc import Callable
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import actor_of, audit
from reprieve.clinic.live.selectors import version_of, version_of_board

HOLDS_S = 3600  # project_default: a page left open is an opening again each hour
BOARD = "board"
_signer = signing.TimestampSigner(salt="live opening")


def opening_of(request: HttpRequest, what: str) -> str:
    """The word for this page: the one it came with while it holds, else a new one."""
    return getattr(request, "opening", "") or _signer.sign(f"{request.user.pk}/{what}")


def under_opening(request: HttpRequest, what: str) -> bool:
    """Whether this refresh belongs to an opening that has its row. Keeps the word for the answer."""
    word = request.headers.get("X-Opening") or request.GET.get("opening", "")
    try:
        said = _signer.unsign(word, max_age=HOLDS_S)
    except signing.BadSignature:
        return False
    if said != f"{request.user.pk}/{what}":
        return False
    request.opening = word
    return True


def audit_opening(request: HttpRequest, what: str, patient_id: uuid.UUID | None) -> None:
    """A row, unless this is part of an opening that has one."""
    thing = what.rpartition("/")[2]
    if not under_opening(request, thing):
        audit(
            what.partition("/")[0],
            action=Action.READ,
            by=actor_of(request),
            patient_id=patient_id,
        )


def follows(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page that follows: where things stand is noted before anything is read for it."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        session_id = kwargs.get("session_id")
        request.live_version = (
            version_of(request.clinic, session_id)
            if session_id
            else version_of_board(request.clinic)
        )
        return view(request, *args, **kwargs)

    return wrapped


def refreshes(what: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For a view a page asks for again and again: `reads`, once for each opening."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            thing = str(kwargs.get("session_id", BOARD))
            known = under_opening(request, thing)
            response = view(request, *args, **kwargs)
            if not known and response.status_code == 200:
                audit(
                    what,
                    action=Action.READ,
                    by=actor_of(request),
                    patient_id=kwargs.get("patient_id"),
                )
            return response

        wrapped.reads = what
        return wrapped

    return decorate
