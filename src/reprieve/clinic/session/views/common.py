"""What the pages of a session share: the forms by name, and the page of a running session."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reprieve.clinic.accounts.models import Role
from reprieve.clinic.audit.services import actor_of
from reprieve.clinic.patients.selectors import banner_of, get_patient
from reprieve.clinic.session import forms
from reprieve.clinic.session.allowed import Charted
from reprieve.clinic.session.expected import expected
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.offline import (
    session_model,
    session_now,
    session_page,
    session_rules,
    session_words,
    tablet_words,
)
from reprieve.clinic.session.people import colleagues, prescribers
from reprieve.clinic.session.selectors import Live, event_rows, live, rescue_of, strength_of
from reprieve.clinic.session.timeline import flagged, timeline
from reprieve.core.problems import Problem
from reprieve.core.session.events import EventKind
from reprieve.core.session.state import State

K = EventKind
FORMS: dict[str, type[forms.ChartForm]] = {
    "vitals": forms.VitalsForm,
    "scores": forms.ScoresForm,
    "start": forms.StartForm,
    "rate": forms.RateForm,
    "bolus": forms.BolusForm,
    "dose": forms.DoseForm,
    "pump": forms.PumpForm,
    "rescue": forms.RescueForm,
    "adverse": forms.AdverseForm,
    "setting": forms.SettingForm,
    "note": forms.NoteForm,
    "cancel": forms.CancelForm,
    "hand-over": forms.HandoverForm,
    "emergency": forms.EmergencyForm,
    "step": forms.StepForm,
    "transfer": forms.TransferForm,
    "call": forms.CallForm,
}
MOVES = {
    "ask-stop": K.STOP_REQUESTED,
    "pause": K.INFUSION_PAUSED,
    "resume": K.INFUSION_RESUMED,
    "stop-press": K.STOP_PRESSED,
    "stop-withdraw": K.STOP_WITHDRAWN,
    "stop": K.INFUSION_STOPPED,
    "emergency-over": K.EMERGENCY_ENDED,
}
BY_STATE = {
    State.PLANNED: ("cancel",),
    State.READY: ("start", "dose", "cancel"),
    State.RUNNING: ("rate", "bolus", "pump"),
    State.PAUSED: ("pump",),
    State.RECOVERY: ("dose", "pump"),
}
GOING_ON = (State.RUNNING, State.PAUSED, State.RECOVERY, State.EMERGENCY)


def kind_of(what: str) -> EventKind:
    return MOVES.get(what) or FORMS[what].kind


def live_context(request: HttpRequest, session: Encounter) -> dict[str, Any]:
    """What changes by itself on the page of a session."""
    now = live(session)
    return {
        "live": now,
        "session": session,
        "banner": {"patient": session.patient},
        "timeline": timeline(now),
        "flagged": flagged(now),
        "rows": event_rows(session),
        "fresh_id": uuid.uuid4(),
        "expected": expected(now),
        "silent": request.session.get("silent"),
        "me": str(request.user.pk),
        "now_data": session_now(now),
    }


def stored_context(request: HttpRequest, now: Live) -> dict[str, Any]:
    """What a page carries so that it can go on without the server."""
    kinds = {what: kind_of(what) for what in (*FORMS, *MOVES)}
    return {
        "page_data": {**session_page(now.session, request), "words": session_words(kinds)},
        "rules_data": session_rules(now, kinds),
        "model_data": session_model(now),
        "tablet_words": tablet_words(),
    }


def run_context(
    request: HttpRequest,
    session: Encounter,
    bound: dict[str, Any] | None = None,
    problems: list[Problem] | None = None,
) -> dict[str, Any]:
    """The whole page: what is live, and a form for everything that may be charted now."""
    context = live_context(request, session)
    now: Live = context["live"]
    return {
        **context,
        **stored_context(request, now),
        "banner": banner_of(get_patient(clinic=request.clinic, patient_id=session.patient_id)),
        "stage": "session",
        "dark": request.session.get("dark"),
        "problems": problems or [],
        "bound": set(bound or {}),
        "forms": {**_open_forms(request, now), **(bound or {})},
        "may_titrate": bool(now.policy.may_titrate & request.roles),
        "prescriber": Role.PRESCRIBER in request.roles,
    }


def refused(
    request: HttpRequest, session: Encounter, bound: dict[str, Any], problems: list[Problem]
) -> HttpResponse:
    """The page again with what was typed and why it was not charted."""
    context = run_context(request, session, bound=bound, problems=problems)
    return render(request, "session/run.html", context, status=422)


def a_form(
    what: str, request: HttpRequest, session: Encounter, data: Any, seen: int = 0
) -> forms.ChartForm:
    """A form of this name for this session; `seen`: the last entry the page shows."""
    if what in MOVES:
        return forms.MoveForm(data, initial={"seen": seen})
    more: dict[str, Any] = {}
    if what == "rescue":
        more["ordered"] = rescue_of(session.order)
    if what in ("start", "rate"):
        more["strength"] = strength_of(session)
    if what == "dose":
        more["route"] = session.order.order["route"] if session.order else ""
    if what == "hand-over":
        more["colleagues"] = colleagues(request.clinic, actor_of(request))
    form = FORMS[what](data, initial={"seen": seen}, **more)
    if isinstance(form, forms.OutsideOrder):
        form.offer(_prescribers(request))
    return form


def charted_of(
    what: str, form: forms.ChartForm, session: Encounter, typed_at: datetime | None = None
) -> Charted:
    """What a valid form says. typed_at: when it was typed, for what is sent later."""
    outside = form.outside_order() if isinstance(form, forms.OutsideOrder) else None
    said, payload = form.cleaned_data, form.payload()
    at = said.get("measured_at") or typed_at or form.measured_or_now()
    if what == "stop":
        # The infusion ended when stop was first pressed, not when somebody confirmed it.
        pressed = live(session).stop_pressed_at
        at, payload = pressed or at, {"confirmed_at": at.isoformat()}
    return Charted(
        event_id=said["event_id"],
        kind=kind_of(what),
        measured_at=at,
        payload=payload,
        outside_order=outside,
        seen=said.get("seen"),
    )


def _prescribers(request: HttpRequest) -> list[tuple[str, str]]:
    """Read once a request, however many forms name them."""
    if not hasattr(request, "_prescribers"):
        request._prescribers = prescribers(request.clinic)
    return request._prescribers


def _open_forms(request: HttpRequest, now: Live) -> dict[str, forms.ChartForm]:
    """What may be charted in this state, and nothing that may not."""
    names = ["vitals", *BY_STATE.get(now.state, ())]
    if now.state in GOING_ON:
        names += ["scores", "rescue", "hand-over"]
    names += ["adverse", "setting", "note"]
    unfit = {"start"} if now.order is None else {"dose"}
    if now.order is not None and now.order.bolus_mg is None and not now.observations.rate_mg_per_h:
        unfit.add("bolus")
    if now.dose_route:
        unfit.add("pump")
    seen = now.last_sequence
    found = {
        name: a_form(name, request, now.session, None, seen) for name in names if name not in unfit
    }
    if now.state is State.RECOVERY:
        found["recovery"] = forms.RecoveryForm()
        found["discharge"] = forms.DischargeForm()
    return found
