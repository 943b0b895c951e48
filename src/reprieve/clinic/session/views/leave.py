"""Recovery score and going home."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reprieve.clinic.audit.services import actor_of
from reprieve.clinic.session import forms
from reprieve.clinic.session.leaving import RECOVERY_SCALE, discharge, points_asked, score_recovery
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.selectors import get_session
from reprieve.clinic.session.views.common import (
    refused,
)
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.session.discharge import may_move_to_recovery_chair
from reprieve.core.session.scores import Score


@require_http_methods(["GET", "HEAD", "POST"])
def recovery(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """The recovery score: enough points move to the recovery chair, and no further."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    typed = request.POST if request.method == "POST" else take_typed(request)
    if typed is None:
        return redirect("session:run", patient_id, session_id)
    form = forms.RecoveryForm(typed)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            score = score_recovery(
                session=session,
                event_id=form.cleaned_data["event_id"],
                at=form.measured_or_now(),
                said=form.payload(),
                by=actor_of(request),
            )
        except UnusableInput as unusable:
            problems = list(unusable.problems)
        else:
            messages.success(request, _scored(session, score))
            return redirect("session:run", patient_id, session_id)
    return refused(request, session, {"recovery": form}, problems)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """Home through every gate, or an assessment that says which are closed."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    typed = request.POST if request.method == "POST" else take_typed(request)
    if typed is None:
        return redirect("session:run", patient_id, session_id)
    form = forms.DischargeForm(typed)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            found = discharge(
                session=session,
                event_id=form.cleaned_data["event_id"],
                at=form.measured_or_now(),
                said=form.payload(),
                by=actor_of(request),
            )
        except UnusableInput as unusable:
            problems = list(unusable.problems)
        else:
            if found.may_go_home:
                home = _("{patient} is discharged: every gate is open.")
                messages.success(request, home.format(patient=session.patient))
                return redirect("session:run", patient_id, session_id)
            problems = [Problem("gates", f"{g.asks}: {g.why}.") for g in found.closed]
            session = get_session(
                clinic=request.clinic, patient_id=patient_id, session_id=session_id
            )
            typed = typed.copy()
            typed["event_id"] = str(uuid.uuid4())  # the assessment is kept; the next try is another
            form = forms.DischargeForm(typed)
    return refused(request, session, {"discharge": form}, problems)


def _scored(session: Encounter, score: Score) -> str:
    if score.total is None:
        text = _("Kept for {patient}: not every item was looked at, so there is no total.")
    elif may_move_to_recovery_chair(score.total, points_asked(RECOVERY_SCALE)):
        text = _("{patient} scores {n}: to the recovery chair. Home takes every gate.")
    else:
        text = _("{patient} scores {n}: stays where the monitor is.")
    return text.format(patient=session.patient, n=score.total)
