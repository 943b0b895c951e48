"""The day and the week, who is on duty, the rules, and the waiting list."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reprieve.clinic.accounts.models import Clinic, User
from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.scheduling.forms import DutyForm, RulesForm
from reprieve.clinic.scheduling.grid import Grid, as_css, grid_of
from reprieve.clinic.scheduling.models import Appointment, ClinicDay, WaitingEntry
from reprieve.clinic.scheduling.rules import (
    adopt_rules,
    on_duty,
    rules_of,
    set_day,
    staff_of,
)
from reprieve.clinic.scheduling.selectors import (
    day_bounds,
    day_of,
    list_appointments,
    list_requests,
    list_waiting,
    unplaced,
)
from reprieve.clinic.scheduling.services import settle_waiting
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.problems import UnusableInput
from reprieve.core.scheduling.day import Day

form_page = require_http_methods(["GET", "HEAD", "POST"])
STAGE = {"stage": "calendar"}


@require_safe
@reads("calendar")
def calendar(request: HttpRequest) -> HttpResponse:
    """One day: chairs and prescribers side by side, a list on a telephone; the week above it."""
    on = asked_day(request)
    clinic, rules = request.clinic, rules_of(request.clinic)
    start, end = day_bounds(on)
    rows = list_appointments(clinic, start, end)
    day = day_of(clinic, on, rules)
    row = ClinicDay.objects.for_clinic(clinic).filter(on=on).first()
    context = {
        "on": on,
        "today": timezone.localdate(),
        "week": _week(request, on),
        "before": on - timedelta(days=7),
        "after": on + timedelta(days=7),
        "rows": rows,
        "grid": _grid(clinic, day, rows),
        "closed": day is None,
        "duty": on_duty(clinic, row, rules),
        "unplaced": unplaced(clinic, start, end),
        "waiting": list_waiting(clinic),
        "requests": list_requests(clinic),
        "rules": rules,
    }
    return render(request, "scheduling/calendar.html", STAGE | context)


@require_safe
def day_css(request: HttpRequest, on: date) -> HttpResponse:
    """Where each visit of a day stands on its page; numbers alone, so no reading of anybody."""
    clinic = request.clinic
    rows = list_appointments(clinic, *day_bounds(on))
    grid = _grid(clinic, day_of(clinic, on, rules_of(clinic)), rows)
    return HttpResponse(as_css(grid) if grid else "", content_type="text/css")


def _grid(clinic: Clinic, day: Day | None, rows: list[Appointment]) -> Grid | None:
    names = {str(m.user_id): str(m.user) for m in staff_of(clinic)}
    names |= {str(r.prescriber_id): str(r.prescriber) for r in rows if r.prescriber_id}
    return grid_of(day, rows, names)


def _week(request: HttpRequest, on: date) -> list[dict[str, Any]]:
    """Monday to Sunday around the day, with how many visits each has."""
    monday = on - timedelta(days=on.weekday())
    start, end = day_bounds(monday)[0], day_bounds(monday + timedelta(days=6))[1]
    booked = [
        timezone.localdate(r.starts_at) for r in list_appointments(request.clinic, start, end)
    ]
    days = [monday + timedelta(days=n) for n in range(7)]
    return [{"on": day, "visits": booked.count(day)} for day in days]


def asked_day(request: HttpRequest) -> date:
    """The day in the address; today without one. Raises Http404 for what is no day."""
    text = request.GET.get("on", "")
    if not text:
        return timezone.localdate()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if abs((day - timezone.localdate()).days) > 3660:
        raise Http404
    return day


@form_page
@reads("calendar day")
def duty(request: HttpRequest, on: date) -> HttpResponse:
    """Who works on this day, or that it is closed."""
    clinic = request.clinic
    row = ClinicDay.objects.for_clinic(clinic).filter(on=on).first()
    people = [str(m.user_id) for m in on_duty(clinic, row, rules_of(clinic))]
    initial = {"closed": bool(row and row.closed), "people": people}
    form = DutyForm(request.POST or take_typed(request), clinic=clinic, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["people"]
        users = list(User.objects.filter(pk__in=chosen))
        closed = form.cleaned_data["closed"]
        set_day(clinic=clinic, on=on, closed=closed, people=users, by=actor_of(request))
        messages.success(request, _("Kept. What was booked before stays: look at the day."))
        return redirect(f"{reverse('scheduling:calendar')}?on={on.isoformat()}")
    status = 422 if request.method == "POST" else 200
    return render(request, "scheduling/duty.html", STAGE | {"form": form, "on": on}, status=status)


@form_page
def rules(request: HttpRequest) -> HttpResponse:
    """Opening hours, chairs, ratio and lengths, adopted under a name."""
    standing = rules_of(request.clinic)
    initial = {name: getattr(standing, name) for name in RulesForm.base_fields}
    initial["chairs"] = ", ".join(standing.chairs)
    form = RulesForm(request.POST or take_typed(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            adopt_rules(clinic=request.clinic, rules=form.rules(), by=actor_of(request))
        except UnusableInput as unusable:
            for problem in unusable.problems:
                form.add_error(problem.path.removeprefix("id_"), problem.message)
        else:
            messages.success(request, _("Adopted. It counts from now on."))
            return redirect("scheduling:calendar")
    status = 422 if request.method == "POST" else 200
    return render(request, "scheduling/rules.html", STAGE | {"form": form}, status=status)


@require_safe
@reads("waiting list")
def waiting(request: HttpRequest) -> HttpResponse:
    """Who would come earlier, the longest waiting first."""
    context = {"waiting": list_waiting(request.clinic)}
    return render(request, "scheduling/waiting.html", STAGE | context)


@require_POST
def no_longer_waits(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    rows = WaitingEntry.objects.for_clinic(request.clinic).select_related("patient__clinic")
    settle_waiting(get_object_or_404(rows, pk=entry_id).patient, by=actor_of(request))
    messages.success(request, _("Taken off the list."))
    return redirect("scheduling:waiting")
