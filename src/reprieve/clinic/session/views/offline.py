"""The session pages as an app on a tablet: manifest, service worker, what is stored, what comes back."""

import hashlib
import json
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from reprieve.clinic.audit.services import actor_of
from reprieve.clinic.session.allowed import Charted
from reprieve.clinic.session.charting import chart
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.offline import tablet_words, worker_words
from reprieve.clinic.session.selectors import get_session, live
from reprieve.clinic.session.views.common import FORMS, MOVES, K, a_form, charted_of
from reprieve.core.problems import UnusableInput
from reprieve.core.session.state import State

SCRIPTS = ("reprieve/js/outbox.js",)  # what the worker needs of the pages' scripts
LONGEST_BODY = 500_000  # characters of one delivery
AT_ONCE = 50  # entries of one delivery
TOLD_LATE = timedelta(seconds=60)  # sent this much after it was typed: the entry says so


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; at the root, since a worker serves only what lies under its own address."""
    said = {
        "SCRIPTS": [static(name) for name in SCRIPTS],
        "STATIC": settings.STATIC_URL,
        "WORDS": worker_words(),
    }
    code = Path(finders.find("reprieve/js/service-worker.js")).read_text(encoding="utf-8")
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in said.items())
    version = hashlib.sha256((head + code).encode()).hexdigest()[:12]
    return HttpResponse(
        f'{head}const VERSION = "{version}";\n{code}',
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a tablet needs to put the clinic's chairs on its home screen."""
    said = {
        "name": _("reprieve: sessions"),
        "short_name": "reprieve",
        "id": reverse("session:board"),
        "start_url": reverse("session:board"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f7f6f3",
        "theme_color": "#0f5c63",
        "icons": [
            {
                "src": static(f"reprieve/img/icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for size in (192, 512)
        ],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@require_safe
def tablet(request: HttpRequest) -> HttpResponse:
    """What this tablet holds. The page itself holds nothing: a script fills it from the tablet's store."""
    context = {"stage": "board", "tablet_words": tablet_words()}
    return keep(render(request, "session/tablet.html", context))


def keep(response: HttpResponse) -> HttpResponse:
    """The tablet may keep a copy of this page until its user signs out."""
    if response.status_code == 200:
        response.headers["Keep-Offline"] = "1"
    return response


@require_http_methods(["GET", "POST"])
def deliver(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """Entries typed while there was no connection, oldest first; each is charted once or says why not.

    GET: who is signed in, and a token for the POST. Under another name than its author's an entry is
    not taken: the record says who saw a thing, and only that person can.
    """
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    if request.method == "GET":
        return JsonResponse({"user": str(request.user.pk), "token": get_token(request)})
    try:
        sent_at, entries = _read(request)
    except (ValueError, KeyError, TypeError) as wrong:
        return JsonResponse({"problem": str(wrong)}, status=400)
    now = timezone.now()
    answers = []
    for entry in entries:
        ago = timedelta(milliseconds=max(0.0, sent_at - entry["tapped_at"]))
        said = _deliver(request, session, entry, now - ago)
        answers.append({"id": entry["id"], **said})
    return JsonResponse({"answers": answers})


def _read(request: HttpRequest) -> tuple[float, list[dict[str, Any]]]:
    """Raises ValueError, KeyError or TypeError for what no page of ours sends."""
    if len(request.body) > LONGEST_BODY:
        raise ValueError("too much at once")
    said = json.loads(request.body)
    entries = [
        {
            "id": str(uuid.UUID(e["id"])),
            "author": str(e["author"]),
            "what": str(e["what"]),
            "tapped_at": float(e["tapped_at"]),
            "fields": [(str(name), str(value)) for name, value in e["fields"]],
        }
        for e in said["entries"]
    ]
    if len(entries) > AT_ONCE:
        raise ValueError("too many at once")
    return float(said["sent_at"]), entries


def _deliver(
    request: HttpRequest, session: Encounter, entry: dict[str, Any], typed_at: datetime
) -> dict[str, Any]:
    if entry["author"] != str(request.user.pk):
        return _refused(_("Only the person who typed it can send it."))
    if entry["what"] not in FORMS and entry["what"] not in MOVES:
        return _refused(_("Nothing of this kind can be charted."))
    session = get_session(
        clinic=request.clinic, patient_id=session.patient_id, session_id=session.pk
    )
    form = a_form(entry["what"], request, session, _as_posted(entry))
    if not form.is_valid():
        return _refused(
            *(f"{_label(form, name)}{e}" for name, found in form.errors.items() for e in found)
        )
    said = charted_of(entry["what"], form, session, typed_at)
    if entry["what"] == "emergency" and live(session).state is State.EMERGENCY:
        said = _tapped_here_too(said)
    if timezone.now() - typed_at > TOLD_LATE:
        said = replace(said, payload={**said.payload, "typed_at": typed_at.isoformat()})
    try:
        chart(session=session, said=replace(said, seen=None), by=actor_of(request))
    except UnusableInput as unusable:
        return _refused(*(p.message for p in unusable.problems))
    return {"status": "charted", "problems": []}


def _tapped_here_too(said: Charted) -> Charted:
    """A colleague was quicker elsewhere: the emergency stands, and that this tap was made is kept."""
    return replace(said, kind=K.NOTE, payload={"text": _("The emergency was tapped here too.")})


def _as_posted(entry: dict[str, Any]) -> QueryDict:
    typed = QueryDict(mutable=True)
    for name, value in entry["fields"]:
        typed.appendlist(name, value)
    typed["event_id"] = entry["id"]
    return typed


def _label(form: Any, name: str) -> str:
    """The field's name before its problem; a hidden field has none."""
    label = form.fields[name].label if name in form.fields else None
    return f"{label}: " if label else ""


def _refused(*problems: Any) -> dict[str, Any]:
    return {"status": "refused", "problems": [str(p) for p in problems]}


@require_safe
def authority(request: HttpRequest) -> HttpResponse:
    """The certificate of the clinic's own authority, for a tablet to trust. It holds nothing secret."""
    file = settings.HOME / "tls" / "authority.crt"
    if not file.is_file():
        raise Http404
    return HttpResponse(
        file.read_bytes(),
        content_type="application/x-x509-ca-cert",
        headers={"Content-Disposition": 'attachment; filename="reprieve-authority.crt"'},
    )
