"""An emergency: one page with one job. And its cards, for any screen."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reprieve.clinic.audit.services import reads
from reprieve.clinic.live.opening import refreshes
from reprieve.clinic.patients.selectors import banner_of
from reprieve.clinic.session.handover_paper import transfer_pdf
from reprieve.clinic.session.policy import policy_of
from reprieve.clinic.session.selectors import (
    get_session,
    last_at,
    live,
)
from reprieve.clinic.session.views.common import (
    K,
    a_form,
    live_context,
    stored_context,
)
from reprieve.clinic.session.views.offline import keep
from reprieve.clinic.session.words import STEPS
from reprieve.clinic.ui.pdf import pdf_response
from reprieve.core.session.events import in_force
from reprieve.core.session.state import State


@require_safe
@refreshes("session emergency")
def emergency(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """Stop the pump, a clock, one tap for each thing done, the cards, and the way out."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    now = live(session)
    context = {
        **live_context(request, session),
        **stored_context(request, now),
        "banner": banner_of(session.patient),
        "stage": "session",
        "steps": STEPS,
        "cards": now.policy.emergency_cards(),
        "policy": now.policy,
        "began_at": last_at(now.events, K.EMERGENCY_STARTED),
        "done": [e for e in in_force(now.events) if e.kind is K.EMERGENCY_STEP],
        "transfer": a_form("transfer", request, session, None),
        "going_on": now.state is State.EMERGENCY,
        "dark": request.session.get("dark"),
    }
    return keep(render(request, "session/emergency.html", context))


@require_safe
def cards(request: HttpRequest) -> HttpResponse:
    """The clinic's emergency cards without any patient: may be kept on a tablet."""
    policy = policy_of(request.clinic)
    context = {"cards": policy.emergency_cards(), "policy": policy, "stage": "board"}
    return render(request, "session/cards.html", context)


@require_safe
@reads("session transfer")
def transfer(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """One page for whoever takes over: who, what was given, what happened, the last values."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    return pdf_response(transfer_pdf(banner_of(session.patient), live(session)), "transfer")
