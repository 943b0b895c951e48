"""The day-of gate."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.patients.selectors import banner_of
from reprieve.clinic.session import forms
from reprieve.clinic.session.before import last_session
from reprieve.clinic.session.gate import judge, pass_gate, questions_of, save_checks
from reprieve.clinic.session.home import home_statements
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.people import checkers, prescribers
from reprieve.clinic.session.policy import policy_of
from reprieve.clinic.session.rooms import room_check
from reprieve.clinic.session.selectors import get_session
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.problems import Problem, UnusableInput


@require_http_methods(["GET", "HEAD", "POST"])
@reads("session gate")
def gate(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """The day-of gate. `Check` keeps today's values in the chart; `Open` asks for everything."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    if request.method != "POST":
        typed = take_typed(request)
        return render(request, "session/gate.html", _gate(request, session, typed))
    form = _form(request, session, request.POST)
    form.is_valid()
    said, by = form.cleaned_data, actor_of(request)
    problems: list[Problem] = []
    if said.get("event_id"):
        save_checks(session=session, said=said, by=by)
    if "open" in request.POST and not form.errors:
        try:
            pass_gate(
                session=session,
                event_id=said["event_id"],
                said=said,
                overrides=_overrides(request),
                at=timezone.now(),
                by=by,
            )
        except UnusableInput as unusable:
            problems = list(unusable.problems)
        else:
            opened = _("The gate is open for {patient}. Treatment may be started.")
            messages.success(request, opened.format(patient=session.patient))
            return redirect("session:run", patient_id, session_id)
    context = _gate(request, session, request.POST, form, problems)
    return render(request, "session/gate.html", context, status=422)


def _form(request: HttpRequest, session: Encounter, data: Any = None) -> forms.GateForm:
    return forms.GateForm(
        data,
        checkers=checkers(request.clinic, actor_of(request)),
        prescribers=prescribers(request.clinic),
        questions=questions_of(session),
        at_home=session.place == Encounter.Place.HOME,
    )


def _overrides(request: HttpRequest) -> dict[str, str]:
    return {
        key.removeprefix("override-"): str(value)
        for key, value in request.POST.items()
        if key.startswith("override-")
    }


def _gate(
    request: HttpRequest,
    session: Encounter,
    typed: Any,
    form: forms.GateForm | None = None,
    problems: list[Problem] | None = None,
) -> dict[str, Any]:
    """The page. What speaks against today is judged once something has been said."""
    at_home = session.place == Encounter.Place.HOME
    return {
        "banner": banner_of(session.patient),
        "stage": "session",
        "session": session,
        "form": form or _form(request, session, typed),
        "judged": judge(session, form.cleaned_data) if form else None,
        "typed": dict(typed.items()) if typed else {},
        "problems": problems or [],
        "last": last_session(session, policy_of(request.clinic)),
        "room": room_check(request.clinic, session.chair, timezone.localdate()),
        "at_home": at_home,
        "statements": home_statements() if at_home else (),
    }
