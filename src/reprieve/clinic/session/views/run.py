"""The page of a session, and the part of it that changes by itself."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from reprieve.clinic.live.opening import follows, refreshes
from reprieve.clinic.session.selectors import get_session
from reprieve.clinic.session.views.common import (
    live_context,
    run_context,
)
from reprieve.clinic.session.views.offline import keep


@require_safe
@refreshes("session")
@follows
def run(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    return keep(render(request, "session/run.html", run_context(request, session)))


@require_safe
@refreshes("session, live")
def live_part(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """What changes by itself: asked for every 15 s."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    return render(request, "session/_live.html", live_context(request, session))


@require_POST
def switch(request: HttpRequest, what: str) -> HttpResponse:
    """Dark or light for a dim room; sound or silence. Holds for this sign-in."""
    if what not in ("dark", "silent"):
        raise Http404
    request.session[what] = not request.session.get(what)
    back = request.POST.get("back", "")
    return redirect(back if back.startswith("/") and not back.startswith("//") else "home")
