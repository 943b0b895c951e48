"""Book, look at, move, cancel, delay; and put somebody on the waiting list."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.search import search_patients
from reprieve.clinic.patients.selectors import get_patient
from reprieve.clinic.scheduling.files import calendar_file, video_url
from reprieve.clinic.scheduling.forms import CancelForm, DayForm, LateForm, WaitForm, WhenForm
from reprieve.clinic.scheduling.models import Appointment
from reprieve.clinic.scheduling.rules import rules_of
from reprieve.clinic.scheduling.selectors import (
    course_of,
    day_of,
    get_appointment,
    list_waiting,
    order_of,
)
from reprieve.clinic.scheduling.services import (
    DOSE,
    TALKS,
    book,
    cancel,
    delay,
    move,
    slots_on,
    wait,
)
from reprieve.clinic.scheduling.words import REASONS
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.selectors import SESSIONS
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.problems import UnusableInput
from reprieve.core.scheduling.booking import Verdict, find_slots
from reprieve.core.scheduling.course import Course, course_reasons, earliest_day

form_page = require_http_methods(["GET", "HEAD", "POST"])
STAGE = {"stage": "calendar"}
FOUND = 12


@form_page
@reads("patient list")
def find(request: HttpRequest) -> HttpResponse:
    """Whom to book: search first."""
    question = request.GET.get("q", "").strip()[:100]
    found = search_patients(request.clinic, question).order_by("family_name", "given_names", "pk")
    context = {"question": question, "found": list(found[:FOUND]) if question else []}
    return render(request, "scheduling/find.html", STAGE | context)


@form_page
@reads("calendar")
def book_visit(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """What for, which day, then the times that are free: one press books."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    visit = _visit_to_place(request, patient)
    course = course_of(patient, without=visit)
    form = WhenForm(
        initial={"kind": DOSE if course else "consultation", "on": _first_day(course, visit)}
    )
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        chosen = _starts_at(request)
        kind = request.POST.get("kind", "")
        try:
            row = book(
                patient=patient,
                kind=kind,
                starts_at=chosen,
                by=actor_of(request),
                video="video" in request.POST,
                encounter=visit,
                appointment_id=_form_id(request),
            )
        except UnusableInput as unusable:
            problems = unusable.problems
            form = WhenForm({"kind": kind, "on": timezone.localdate(chosen)})
        else:
            messages.success(request, _("Booked."))
            return redirect("scheduling:visit", row.pk)
    elif "on" in request.GET:
        form = WhenForm(request.GET)
    elif typed := take_typed(request):
        form = WhenForm(typed)
    context = {
        "patient": patient,
        "form": form,
        "visit": visit,
        "problems": problems,
        "order": order_of(patient),
        "form_id": uuid.uuid4(),
        **_offered(patient, form, visit, course),
    }
    return render(request, "scheduling/book.html", STAGE | context, status=422 if problems else 200)


def _offered(
    patient: Patient, form: WhenForm, visit: Encounter | None, course: Course | None
) -> dict[str, Any]:
    """The free times of the day asked for; what the course says against it."""
    if form.is_bound and not form.is_valid():
        return {}
    said = form.cleaned_data if form.is_bound else form.initial
    kind, on = said["kind"], said["on"]
    try:
        slots = slots_on(patient, kind, on, patient.clinic, without=visit)
    except UnusableInput as unusable:
        return {"refused": [p.message for p in unusable.problems], "on": on, "kind": kind}
    found = {"slots": slots or (), "closed": slots is None, "on": on, "kind": kind}
    found["warnings"] = _words(slots[0].warnings) if slots else []
    if kind == DOSE and course and not slots:
        found["refused"] = _words(r for r in course_reasons(course, on) if r.stops)
    found["video"] = kind in TALKS and bool(rules_of(patient.clinic).video_url)
    return found


@form_page
@reads("appointment")
def show(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    """One visit: what it takes, and what can be done with it."""
    return _visit(request, get_appointment(request.clinic, appointment_id))


@form_page
@reads("appointment")
def move_visit(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    row = get_appointment(request.clinic, appointment_id)
    form = DayForm(initial={"on": timezone.localdate(row.starts_at)})
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        chosen = _starts_at(request)
        try:
            move(row, starts_at=chosen, by=actor_of(request))
        except UnusableInput as unusable:
            problems = unusable.problems
            form = DayForm({"on": timezone.localdate(chosen)})
        else:
            messages.success(request, _("Moved."))
            return redirect("scheduling:visit", row.pk)
    elif "on" in request.GET:
        form = DayForm(request.GET)
    slots = None
    if not form.is_bound or form.is_valid():
        on = form.cleaned_data["on"] if form.is_bound else form.initial["on"]
        slots = _slots_to_move(row, on)
    context = {"row": row, "form": form, "slots": slots, "problems": problems}
    return render(request, "scheduling/move.html", STAGE | context, status=422 if problems else 200)


def _slots_to_move(row: Appointment, on: date) -> tuple[Verdict, ...] | None:
    day = day_of(row.clinic, on, rules_of(row.clinic), without=[row.pk])
    if day is None:
        return None
    is_dose = row.encounter.kind in SESSIONS
    course = course_of(row.patient, without=row.encounter) if is_dose else None
    return find_slots(day, row.needs, now=timezone.localtime(), course=course)


@require_POST
def cancel_visit(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    return _change(
        request,
        appointment_id,
        CancelForm(request.POST),
        lambda row, said: cancel(row, because=said["because"], by=actor_of(request)),
        _("Cancelled. Its place is free."),
        "scheduling:waiting",
    )


@require_POST
def delay_visit(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    def run_late(row: Appointment, said: dict[str, Any]) -> None:
        changed = delay(row, minutes=said["minutes"], by=actor_of(request))
        n = len(changed) - 1
        if n:
            words = ngettext(
                "%(n)s later visit begins later, too.", "%(n)s later visits begin later, too.", n
            )
            messages.warning(request, words % {"n": n})

    form = LateForm(request.POST)
    return _change(request, appointment_id, form, run_late, _("Kept."), "")


def _change(
    request: HttpRequest,
    appointment_id: uuid.UUID,
    form: Any,
    act: Callable[[Appointment, dict[str, Any]], object],
    done: str,
    then: str,
) -> HttpResponse:
    row = get_appointment(request.clinic, appointment_id)
    if form.is_valid():
        try:
            act(row, form.cleaned_data)
        except UnusableInput as unusable:
            for problem in unusable.problems:
                name = problem.path.removeprefix("id_")
                form.add_error(name if name in form.fields else None, problem.message)
        else:
            messages.success(request, done)
            waits = then and list_waiting(request.clinic)
            return redirect(then) if waits else redirect(_day(row))
    return _visit(request, row, form)


def _visit(request: HttpRequest, row: Appointment, failed: Any = None) -> HttpResponse:
    context = {
        "row": row,
        "rules": rules_of(request.clinic),
        "open": row.status == row.Status.BOOKED
        and row.encounter.status == Encounter.Status.PLANNED,
        "runs": row.status == row.Status.BOOKED
        and row.encounter.status
        in (Encounter.Status.PLANNED, Encounter.Status.ARRIVED, Encounter.Status.IN_PROGRESS),
        "is_dose": row.encounter.kind in SESSIONS,
        "day": _day(row),
        "video_url": video_url(row),
        "cancel_form": failed if isinstance(failed, CancelForm) else CancelForm(),
        "late_form": failed if isinstance(failed, LateForm) else LateForm(),
        "failed": failed,
    }
    return render(request, "scheduling/visit.html", STAGE | context, status=422 if failed else 200)


@form_page
@reads("waiting list")
def wait_for(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Put a patient on the list of those who would come earlier."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    initial = {"kind": DOSE if order_of(patient) else "consultation"}
    form = WaitForm(
        request.POST or take_typed(request), initial={**initial, "from_on": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            wait(patient=patient, by=actor_of(request), **form.cleaned_data)
        except UnusableInput as unusable:
            for problem in unusable.problems:
                form.add_error(problem.path.removeprefix("id_"), problem.message)
        else:
            messages.success(request, _("On the waiting list."))
            return redirect("scheduling:waiting")
    status = 422 if request.method == "POST" else 200
    context = STAGE | {"form": form, "patient": patient}
    return render(request, "scheduling/wait.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
@reads("appointment")
def file(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    """The visit as a calendar file, to hand to the patient."""
    return calendar_file([get_appointment(request.clinic, appointment_id)], for_patient=True)


def _visit_to_place(request: HttpRequest, patient: Patient) -> Encounter | None:
    """A visit planned elsewhere, named in the address: it is put in the calendar, not doubled."""
    key = request.POST.get("visit") or request.GET.get("visit")
    if not key:
        return None
    rows = Encounter.objects.for_clinic(patient.clinic).filter(
        patient=patient, status=Encounter.Status.PLANNED, appointment=None
    )
    try:
        return get_object_or_404(rows, pk=uuid.UUID(key))
    except ValueError:
        return None


def _first_day(course: Course | None, visit: Encounter | None) -> date:
    if visit and visit.planned_at:
        return max(timezone.localdate(visit.planned_at), timezone.localdate())
    tomorrow = timezone.localdate() + timedelta(days=1)
    return earliest_day(course, tomorrow) if course else tomorrow


def _starts_at(request: HttpRequest) -> datetime:
    """The time pressed, in the clinic's zone. What no page of ours sent is a time long past: refused."""
    try:
        found = parse_datetime(request.POST.get("starts_at", ""))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        return timezone.localtime() - timedelta(days=1)
    return timezone.localtime(found)


def _form_id(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("form_id", ""))
    except ValueError:
        return None


def _words(reasons: Any) -> list[Any]:
    return [REASONS[reason] for reason in reasons]


def _day(row: Appointment) -> str:
    on = timezone.localdate(row.starts_at)
    return f"{reverse('scheduling:calendar')}?on={on.isoformat()}"
