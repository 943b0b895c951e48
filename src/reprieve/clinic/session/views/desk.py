"""The board of the chairs, and what waits for somebody."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reprieve.clinic.accounts.models import Role
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import actor_of, audit, reads
from reprieve.clinic.live.opening import follows, refreshes
from reprieve.clinic.patients.selectors import banner_of
from reprieve.clinic.session import forms
from reprieve.clinic.session.charting import Charted, chart
from reprieve.clinic.session.rooms import inspections
from reprieve.clinic.session.selectors import get_session, live
from reprieve.clinic.session.views.common import (
    K,
)
from reprieve.clinic.session.waiting import board_of, calls_due, get_to_sign, to_sign, urgent
from reprieve.clinic.ui.typed import take_typed


@require_safe
@refreshes("chairs")
@follows
def board(request: HttpRequest) -> HttpResponse:
    """Every session of today, the running ones first; HTMX asks for the rows alone."""
    rows = board_of(request.clinic)
    nurses = {r.live.nurse: r for r in rows if r.nurse_has}
    context = {
        "rows": rows,
        "nurses": sorted(nurses.values(), key=lambda r: -r.nurse_has),
        "stage": "board",
        "now": timezone.now(),
        "rooms": inspections(request.clinic, timezone.localdate()),
    }
    template = "session/_board.html" if request.htmx else "session/board.html"
    return render(request, template, context)


@require_safe
def watch(request: HttpRequest) -> HttpResponse:
    """A strip for every staff page: what cannot wait. Empty, and not a reading, when nothing does."""
    rows = urgent(request.clinic)
    for row in rows:
        audit("watch", action=Did.READ, by=actor_of(request), patient_id=row.session.patient_id)
    return render(request, "session/_watch.html", {"rows": rows, "me": str(request.user.pk)})


@require_safe
@reads("desk")
def desk(request: HttpRequest) -> HttpResponse:
    """The work list: orders to co-sign, calls, handovers, rooms."""
    prescriber = Role.PRESCRIBER in request.roles
    context = {
        "stage": "desk",
        "to_sign": to_sign(request.clinic, request.user),
        "prescriber": prescriber,
        "calls": calls_due(request.clinic),
        "handovers": [r for r in urgent(request.clinic) if r.handover],
        "rooms": inspections(request.clinic, timezone.localdate()),
        "me": str(request.user.pk),
        "now": timezone.now(),
    }
    return render(request, "session/desk.html", context)


@require_POST
def cosign(request: HttpRequest, event_id: uuid.UUID) -> HttpResponse:
    """The prescriber who ordered by telephone puts their name to it, or says that it was not so."""
    row = get_to_sign(request.clinic, request.user, event_id)
    if row is None:
        raise Http404
    agrees, text = request.POST.get("agrees") == "yes", request.POST.get("text", "").strip()
    form = forms.MoveForm(request.POST)
    if not form.is_valid() or not (agrees or text):
        messages.warning(request, _("Say what was not so, then send it again."))
        return redirect("session:desk")
    session = get_session(
        clinic=request.clinic, patient_id=row.event.patient_id, session_id=row.event.encounter_id
    )
    said = Charted(
        event_id=form.cleaned_data["event_id"],
        kind=K.ORDER_COSIGNED,
        measured_at=timezone.now(),
        payload={"order_event": str(row.event.pk), "agrees": agrees, "text": text[:500]},
    )
    chart(session=session, said=said, by=actor_of(request))
    messages.success(request, _("Signed for {patient}.").format(patient=session.patient))
    return redirect("session:desk")


@require_http_methods(["GET", "HEAD", "POST"])
@reads("session call")
def call(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """The call on the next day, with its script."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    typed = request.POST if request.method == "POST" else take_typed(request)
    form = forms.CallForm(typed)
    if request.method == "POST" and form.is_valid():
        said = Charted(
            event_id=form.cleaned_data["event_id"],
            kind=K.PATIENT_CALLED,
            measured_at=form.measured_or_now(),
            payload=form.payload(),
        )
        chart(session=session, said=said, by=actor_of(request))
        messages.success(request, _("Call charted for {patient}.").format(patient=session.patient))
        return redirect("session:desk")
    context = {
        "banner": banner_of(session.patient),
        "stage": "session",
        "session": session,
        "live": live(session),
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "session/call.html", context, status=status)


@require_POST
def accept(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """The colleague takes the patient over, under their own name. Nobody can take for another."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    waiting, form = live(session).handover, forms.MoveForm(request.POST)
    if waiting is None or waiting.to_id != str(request.user.pk) or not form.is_valid():
        messages.warning(request, _("No handover of this patient waits for you."))
        return redirect("session:run", patient_id, session_id)
    said = Charted(
        event_id=form.cleaned_data["event_id"],
        kind=K.HANDOVER_ACCEPTED,
        measured_at=timezone.now(),
        payload={"handover": str(waiting.id)},
    )
    chart(session=session, said=said, by=actor_of(request))
    messages.success(request, _("You look after {patient} now.").format(patient=session.patient))
    return redirect("session:run", patient_id, session_id)
