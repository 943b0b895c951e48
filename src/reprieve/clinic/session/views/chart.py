"""Charting one thing, seeing an advisory, correcting an entry."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.patients.selectors import banner_of
from reprieve.clinic.session import forms
from reprieve.clinic.session.charting import Charted, chart
from reprieve.clinic.session.selectors import get_session, live
from reprieve.clinic.session.views.common import (
    FORMS,
    MOVES,
    K,
    a_form,
    charted_of,
    kind_of,
    refused,
)
from reprieve.clinic.session.words import KINDS, advisory_in_words
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.session.state import State


@require_http_methods(["GET", "HEAD", "POST"])
def chart_one(
    request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID, what: str
) -> HttpResponse:
    """Chart one thing; what could not be charted comes back as it was typed, with the reason."""
    if what not in FORMS and what not in MOVES:
        raise Http404
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    typed = request.POST if request.method == "POST" else take_typed(request)
    if typed is None:
        return redirect("session:run", patient_id, session_id)
    if what == "emergency" and live(session).state is State.EMERGENCY:
        return redirect("session:emergency", patient_id, session_id)  # a colleague was quicker
    form = a_form(what, request, session, typed)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            chart(session=session, said=charted_of(what, form, session), by=actor_of(request))
        except UnusableInput as unusable:
            problems = list(unusable.problems)
        else:
            done = _("{what} charted for {patient}.").format(
                what=KINDS[kind_of(what)], patient=session.patient
            )
            messages.success(request, done)
            return redirect(_after(what), patient_id, session_id)
    return refused(request, session, {what: form}, problems)


@require_POST
def acknowledge(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """By name: it says who has seen it, it does not take a high one away."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    now = live(session)
    code, form = request.POST.get("code", ""), forms.MoveForm(request.POST)
    found = next((s.advisory for s in now.advisories if s.advisory.code == code), None)
    if found and form.is_valid():
        event = Charted(
            event_id=form.cleaned_data["event_id"],
            kind=K.ADVISORY_ACKNOWLEDGED,
            measured_at=timezone.now(),
            payload={
                "code": code,
                "since": found.since.isoformat(),
                "value": found.value,
                "limit": found.limit,
                "owner": found.owner,
            },
        )
        chart(session=session, said=event, by=actor_of(request))
        seen = _("Seen by {name}: {what}, {patient}.").format(
            name=request.user, what=advisory_in_words(found), patient=session.patient
        )
        messages.success(request, seen)
    return redirect("session:run", patient_id, session_id)


@require_http_methods(["GET", "HEAD", "POST"])
@reads("session event")
def correct(
    request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID, event_id: uuid.UUID
) -> HttpResponse:
    """A new event in place of an old one, with the reason; or taking it back."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    old = get_object_or_404(session.events.select_related("recorded_by"), pk=event_id)
    if newer := old.corrected_by.select_related("recorded_by").first():
        said = _("Corrected already, by {name}: look at the new entry, {patient}.")
        messages.warning(request, said.format(name=newer.recorded_by, patient=session.patient))
        return redirect("session:run", patient_id, session_id)
    values = {k: v for k, v in old.payload.items() if isinstance(v, str | int | float)}
    form = forms.CorrectForm(
        request.POST if request.method == "POST" else take_typed(request),
        initial={"event_id": uuid.uuid4(), "measured_at": old.measured_at},
    )
    fields = _correction_fields(old.kind)
    more = {"route": old.payload.get("route", "")} if fields is forms.DoseForm else {}
    if fields is not None:
        body = fields(request.POST if request.method == "POST" else None, initial=values, **more)
        if isinstance(body, forms.OutsideOrder):
            body.offer([])
    else:
        body = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if said["take_back"] or body is None or body.is_valid():
            event = Charted(
                event_id=said["event_id"],
                kind=K.NOTE if said["take_back"] else K(old.kind),
                measured_at=said["measured_at"],
                payload=_corrected(old, said["take_back"], body),
                corrects=old,
                reason=said["reason"],
            )
            try:
                chart(session=session, said=event, by=actor_of(request))
            except UnusableInput as unusable:
                form.add_error(None, unusable.problems[0].message)
            else:
                messages.success(
                    request,
                    _("Corrected for {patient}. The old entry stays readable.").format(
                        patient=session.patient
                    ),
                )
                return redirect("session:run", patient_id, session_id)
    context = {
        "banner": banner_of(session.patient),
        "stage": "session",
        "session": session,
        "old": old,
        "form": form,
        "body": body,
        "dark": request.session.get("dark"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "session/correct.html", context, status=status)


def _after(what: str) -> str:
    """An emergency stays on its own page until it is over."""
    return "session:emergency" if what in ("emergency", "step") else "session:run"


def _correction_fields(kind: str) -> type[forms.ChartForm] | None:
    return next((f for f in FORMS.values() if f.kind == kind and f is not forms.CancelForm), None)


def _corrected(old: Any, take_back: bool, body: Any) -> dict[str, Any]:
    if take_back:
        return {"text": _("taken back: {what}").format(what=KINDS[K(old.kind)])}
    return {**old.payload, **body.payload()} if body else dict(old.payload)
