"""The session: planned from an order, gated on the day, charted, stopped, left. And the chairs."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.live.opening import follows, refreshes
from reprieve.clinic.patients.selectors import banner_of, get_patient
from reprieve.clinic.plan.models import MedicationRequest
from reprieve.clinic.session import forms
from reprieve.clinic.session.charting import Charted, chart, plan_session
from reprieve.clinic.session.gate import judge, pass_gate, save_checks, second_checkers
from reprieve.clinic.session.leaving import discharge
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.record import record_pdf
from reprieve.clinic.session.selectors import (
    Live,
    event_rows,
    get_session,
    list_sessions,
    live,
    sessions_today,
)
from reprieve.clinic.session.timeline import flagged, timeline
from reprieve.clinic.session.words import KINDS
from reprieve.clinic.ui.pdf import pdf_response
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.session.events import EventKind
from reprieve.core.session.state import State

K = EventKind
FORMS: dict[str, type[forms.ChartForm]] = {
    "vitals": forms.VitalsForm,
    "start": forms.StartForm,
    "rate": forms.RateForm,
    "bolus": forms.BolusForm,
    "dose": forms.DoseForm,
    "rescue": forms.RescueForm,
    "adverse": forms.AdverseForm,
    "note": forms.NoteForm,
    "cancel": forms.CancelForm,
}
MOVES = {
    "ask-stop": K.STOP_REQUESTED,
    "pause": K.INFUSION_PAUSED,
    "resume": K.INFUSION_RESUMED,
    "stop-press": K.STOP_PRESSED,
    "stop-withdraw": K.STOP_WITHDRAWN,
    "stop": K.INFUSION_STOPPED,
}


@require_safe
@reads("sessions")
def show(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """The sessions of a patient, and the next one to plan from the order."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    return render(request, "session/show.html", _show(patient, forms.PlanSessionForm()))


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    if request.method != "POST":
        typed = take_typed(request)
        return render(request, "session/show.html", _show(patient, forms.PlanSessionForm(typed)))
    form, order = forms.PlanSessionForm(request.POST), _order(patient)
    if order is None:
        form.add_error(None, _("There is no order that stands: a plan is signed first."))
    elif form.is_valid():
        try:
            row = plan_session(
                patient=patient, order=order, by=actor_of(request), **form.cleaned_data
            )
        except UnusableInput as unusable:
            form.add_error(None, unusable.problems[0].message)
        else:
            return redirect("session:run", patient.pk, row.pk)
    return render(request, "session/show.html", _show(patient, form), status=422)


@require_safe
@reads("session")
@follows
def run(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    return render(request, "session/run.html", _run(request, session))


@require_safe
@refreshes("session, live")
def live_part(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """What changes by itself: asked for every 15 s."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    return render(request, "session/_live.html", _live(session))


@require_http_methods(["GET", "HEAD", "POST"])
@reads("session gate")
def gate(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """The day-of gate. `Check` keeps today's values in the chart; `Open` asks for everything."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    by, checkers = actor_of(request), second_checkers(session, actor_of(request))
    if request.method != "POST":
        typed = take_typed(request)
        form = forms.GateForm(typed, checkers=checkers)
        return render(request, "session/gate.html", _gate(session, form, typed or {}, []))
    form = forms.GateForm(request.POST, checkers=checkers)
    form.is_valid()
    said = form.cleaned_data
    problems: list[Problem] = []
    if said.get("event_id"):
        save_checks(session=session, said=said, by=by)
    if "open" in request.POST and not form.errors:
        try:
            overrides = {
                key.removeprefix("override-"): value
                for key, value in request.POST.items()
                if key.startswith("override-")
            }
            pass_gate(
                session=session,
                event_id=said["event_id"],
                said=said,
                overrides=overrides,
                at=timezone.now(),
                by=by,
            )
        except UnusableInput as unusable:
            problems = list(unusable.problems)
        else:
            messages.success(request, _("The gate is open. The infusion may be started."))
            return redirect("session:run", patient_id, session_id)
    context = _gate(session, form, request.POST, problems, judged=judge(session, said))
    return render(request, "session/gate.html", context, status=422)


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
    form = _form(what, session, typed)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            chart(session=session, said=_charted(what, form, session), by=actor_of(request))
        except UnusableInput as unusable:
            problems = list(unusable.problems)
        else:
            done = _("{what} charted for {patient}.").format(
                what=KINDS[_kind(what)], patient=session.patient
            )
            messages.success(request, done)
            return redirect("session:run", patient_id, session_id)
    context = _run(request, session, bound={what: form}, problems=problems)
    return render(request, "session/run.html", context, status=422)


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
            payload={"code": code, "since": found.since.isoformat()},
        )
        chart(session=session, said=event, by=actor_of(request))
    return redirect("session:run", patient_id, session_id)


@require_http_methods(["GET", "HEAD", "POST"])
@reads("session event")
def correct(
    request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID, event_id: uuid.UUID
) -> HttpResponse:
    """A new event in place of an old one, with the reason; or taking it back."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    old = get_object_or_404(session.events.select_related("recorded_by"), pk=event_id)
    if old.corrected_by.exists():
        raise Http404
    values = {k: v for k, v in old.payload.items() if isinstance(v, str | int | float)}
    form = forms.CorrectForm(
        request.POST if request.method == "POST" else take_typed(request),
        initial={"event_id": uuid.uuid4(), "measured_at": old.measured_at},
    )
    fields = _correction_fields(old.kind)
    if fields is not None:
        body = fields(request.POST if request.method == "POST" else None, initial=values)
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
                messages.success(request, _("Corrected. The old entry stays readable."))
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
                messages.success(request, _("Discharged: every gate is open."))
                return redirect("session:run", patient_id, session_id)
            problems = [Problem("gates", f"{g.asks}: {g.why}.") for g in found.closed]
            session = get_session(
                clinic=request.clinic, patient_id=patient_id, session_id=session_id
            )
            typed = typed.copy()
            typed["event_id"] = str(uuid.uuid4())  # the assessment is kept; the next try is another
            form = forms.DischargeForm(typed)
    context = _run(request, session, bound={"discharge": form}, problems=problems)
    return render(request, "session/run.html", context, status=422)


@require_safe
@reads("session record")
def record(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    day = session.planned_at or session.recorded_at
    return pdf_response(record_pdf(banner_of(patient), live(session)), f"session-{day:%Y-%m-%d}")


@require_safe
@refreshes("chairs")
@follows
def board(request: HttpRequest) -> HttpResponse:
    """Every session of today, the running ones first; HTMX asks for the rows alone."""
    rows = sessions_today(request.clinic)
    context = {"rows": rows, "stage": "board", "now": timezone.now()}
    template = "session/_board.html" if request.htmx else "session/board.html"
    return render(request, template, context)


@require_POST
def light(request: HttpRequest) -> HttpResponse:
    """Dark or light, for a dim room; holds for this sign-in."""
    request.session["dark"] = not request.session.get("dark")
    back = request.POST.get("back", "")
    return redirect(back if back.startswith("/") and not back.startswith("//") else "home")


def _order(patient: Any) -> MedicationRequest | None:
    """The newest order of a course that is going on."""
    return (
        MedicationRequest.objects.for_clinic(patient.clinic)
        .filter(patient=patient, plan__status="active", replaced_by=None)
        .select_related("plan")
        .order_by("-signed_at")
        .first()
    )


def _show(patient: Any, form: forms.PlanSessionForm) -> dict[str, Any]:
    return {
        "banner": banner_of(patient),
        "stage": "session",
        "rows": [live(row) for row in list_sessions(patient)[:30]],
        "order": _order(patient),
        "form": form,
    }


def _live(session: Encounter) -> dict[str, Any]:
    now = live(session)
    return {
        "live": now,
        "session": session,
        "banner": {"patient": session.patient},
        "timeline": timeline(now),
        "flagged": flagged(now),
        "rows": event_rows(session),
        "fresh_id": uuid.uuid4(),
    }


def _run(
    request: HttpRequest,
    session: Encounter,
    bound: dict[str, Any] | None = None,
    problems: list[Problem] | None = None,
) -> dict[str, Any]:
    context = _live(session)
    now: Live = context["live"]
    return {
        **context,
        "banner": banner_of(get_patient(clinic=request.clinic, patient_id=session.patient_id)),
        "stage": "session",
        "dark": request.session.get("dark"),
        "problems": problems or [],
        "bound": set(bound or {}),
        "forms": {**_open_forms(now), **(bound or {})},
        "move": forms.MoveForm(),
    }


def _open_forms(now: Live) -> dict[str, forms.ChartForm]:
    """What may be charted in this state, and nothing that may not."""
    by_state = {
        State.PLANNED: ("cancel",),
        State.READY: ("start" if now.order else "dose", "cancel"),
        State.RUNNING: ("rate", "bolus"),
        State.PAUSED: (),
    }
    names = ["vitals", *by_state.get(now.state, ())]
    if now.state in (State.RUNNING, State.PAUSED, State.RECOVERY, State.EMERGENCY):
        names.append("rescue")
    names += ["adverse", "note"]
    found = {name: _form(name, now.session, None) for name in names}
    if now.state is State.RECOVERY:
        found["discharge"] = forms.DischargeForm()
    if now.order and now.order.bolus_mg is None:
        found.pop("bolus", None)
    return found


def _form(what: str, session: Encounter, data: Any) -> forms.ChartForm:
    if what in MOVES:
        return forms.MoveForm(data)
    if what == "rescue":
        order = live(session).order
        return forms.RescueForm(data, ordered=order.rescue if order else ())
    return FORMS[what](data)


def _kind(what: str) -> EventKind:
    return MOVES.get(what) or FORMS[what].kind


def _charted(what: str, form: forms.ChartForm, session: Encounter) -> Charted:
    outside = form.outside_order() if isinstance(form, forms.OutsideOrder) else None
    at, payload = form.measured_or_now(), form.payload()
    if what == "stop":
        # The infusion ended when stop was first pressed, not when somebody confirmed it.
        pressed = live(session).stop_pressed_at
        at, payload = pressed or at, {"confirmed_at": at.isoformat()}
    return Charted(
        event_id=form.cleaned_data["event_id"],
        kind=_kind(what),
        measured_at=at,
        payload=payload,
        outside_order=outside,
    )


def _correction_fields(kind: str) -> type[forms.ChartForm] | None:
    return next((f for f in FORMS.values() if f.kind == kind and f is not forms.CancelForm), None)


def _corrected(old: Any, take_back: bool, body: Any) -> dict[str, Any]:
    if take_back:
        return {"text": _("taken back: {what}").format(what=KINDS[K(old.kind)])}
    return {**old.payload, **body.payload()} if body else dict(old.payload)


def _gate(
    session: Encounter,
    form: forms.GateForm,
    typed: Any,
    problems: list[Problem],
    judged: Any = None,
) -> dict[str, Any]:
    return {
        "banner": banner_of(get_patient(clinic=session.clinic, patient_id=session.patient_id)),
        "stage": "session",
        "session": session,
        "form": form,
        "judged": judged or judge(session, {}),
        "typed": {key: typed[key] for key in typed},
        "problems": problems,
        "checked": judged is not None,
        "last": _last_session(session),
    }


def _last_session(session: Encounter) -> dict[str, Any] | None:
    """What the session before was like."""
    rows = [live(r) for r in list_sessions(session.patient)[:6] if r.pk != session.pk]
    before = next((r for r in rows if r.observations.started_at), None)
    if before is None:
        return None

    def most(parameter: str) -> float | None:
        values = [r.value for r in before.observations.readings if r.parameter == parameter]
        return max(values, default=None)

    return {
        "on": before.observations.started_at,
        "rate": max((s.rate_mg_per_h for s in before.given.segments), default=None),
        "total_mg": before.total_mg,
        "systolic": most("systolic_mmhg"),
        "dissociation": most("dissociation_points"),
        "distress": most("distress_points"),
        "rescue": [e.payload.get("drug") for e in before.events if e.kind is K.DRUG_GIVEN],
    }
