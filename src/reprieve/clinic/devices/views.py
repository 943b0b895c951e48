"""Devices and their chairs; what the monitor says beside a session; readings from a file."""

import re
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.devices import files
from reprieve.clinic.devices.forms import BindForm, DeviceForm, FileForm
from reprieve.clinic.devices.models import Device, ReadingFile
from reprieve.clinic.devices.selectors import (
    chairs,
    get_device,
    list_devices,
    monitor,
    other_troubles,
    unknown_devices,
    visit_with_monitor,
)
from reprieve.clinic.devices.services import add_device, bind, retire, take_into_chart, unbind
from reprieve.clinic.devices.training import is_training
from reprieve.clinic.live.opening import refreshes
from reprieve.clinic.patients.selectors import banner_of, get_patient
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.selectors import get_session
from reprieve.core.problems import UnusableInput

SHOWN_ROWS = 20  # of a file, before "and so many more"
_CHOSEN = re.compile(r"[a-z0-9_]{1,40}:[0-9]{1,18}(?:,[a-z0-9_]{1,40}:[0-9]{1,18}){0,19}")


@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: HttpRequest) -> HttpResponse:
    """Devices in use, what was heard of unknown ones, and a form to add one."""
    training = is_training(request.clinic)
    first = {"identifier": request.GET.get("identifier", "")[:200], "protocol": "hl7"}
    form = DeviceForm(request.POST or None, training=training, initial=first)
    if request.method == "POST" and form.is_valid():
        said = {"virtual": False, **form.cleaned_data}
        try:
            device = add_device(**said, by=actor_of(request))
        except UnusableInput as unusable:
            for problem in unusable.problems:
                form.add_error(
                    problem.path if problem.path in form.fields else None, problem.message
                )
        else:
            messages.success(request, _("{device} added.").format(device=device))
            return redirect("devices:list")
    context = {
        "stage": "devices",
        "form": form,
        "devices": list_devices(request.clinic),
        "unknown": unknown_devices(request.clinic)[:50],
        "troubles": other_troubles(request.clinic),
        "chairs": chairs(request.clinic),
        "training": training,
    }
    return render(request, "devices/list.html", context, status=422 if form.errors else 200)


@require_POST
def bind_device(request: HttpRequest, device_id: uuid.UUID) -> HttpResponse:
    """Put a device at a chair, under one's own name; an empty chair takes it away."""
    device, form = get_device(request.clinic, device_id), BindForm(request.POST)
    if "away" in request.POST:
        unbind(device=device, by=actor_of(request))
        messages.success(request, _("{device} stands at no chair.").format(device=device))
    elif form.is_valid():
        row = bind(device=device, by=actor_of(request), **form.cleaned_data)
        said = _("{device} stands at chair {chair}.").format(device=device, chair=row.chair)
        messages.success(request, said)
    else:
        messages.warning(request, _("Say which chair it stands at."))
    return redirect("devices:list")


@require_POST
def retire_device(request: HttpRequest, device_id: uuid.UUID) -> HttpResponse:
    device = get_device(request.clinic, device_id)
    retire(device=device, by=actor_of(request))
    messages.success(request, _("{device} is no longer used.").format(device=device))
    return redirect("devices:list")


@require_safe
@refreshes("session monitor")
def strip(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """The newest values of the devices at this session's chair."""
    session = visit_with_monitor(
        clinic=request.clinic, patient_id=patient_id, session_id=session_id
    )
    context = {"session": session, "monitor": monitor(session)}
    return render(request, "devices/_monitor.html", context)


@require_POST
def accept(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """Take what the monitor said into the chart, by name."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    text = request.POST.get("takes", "")
    pairs = [pair.split(":") for pair in text.split(",")] if _CHOSEN.fullmatch(text) else []
    try:
        events = take_into_chart(
            session=session,
            chosen=[(parameter, int(pk)) for parameter, pk in pairs],
            by=actor_of(request),
        )
    except UnusableInput as unusable:
        messages.warning(request, _("Not charted: {why}").format(why=unusable.problems[0].message))
    else:
        at = timezone.localtime(max(e.measured_at for e in events))
        done = _("Vital set of the monitor at {at} charted for {patient}.")
        messages.success(request, done.format(at=f"{at:%H:%M:%S}", patient=session.patient))
    return redirect("session:run", patient_id, session_id)


@require_http_methods(["GET", "HEAD", "POST"])
@reads("session files")
def upload(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """Send a monitor's file; those sent before are listed."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    known = Device.objects.for_clinic(request.clinic).filter(retired_at=None).order_by("name")
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FileForm(*posted, devices=known)
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = files.keep(
                session=session, device=said["device"], upload=said["file"], by=actor_of(request)
            )
            return redirect("devices:file", patient_id, session_id, row.pk)
        except UnusableInput as unusable:
            problems = list(unusable.problems)
    sent = ReadingFile.objects.for_clinic(request.clinic).filter(encounter=session)
    context = {
        **_banner(session),
        "form": form,
        "problems": problems,
        "files": sent.defer("text").order_by("-recorded_at"),
        "known": known,
    }
    status = 422 if problems or form.errors else 200
    return render(request, "devices/upload.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@reads("session file")
def file(
    request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID, file_id: uuid.UUID
) -> HttpResponse:
    """Look at what a file would do; a POST does it."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    rows = ReadingFile.objects.for_clinic(request.clinic).filter(encounter=session)
    row = get_object_or_404(rows.select_related("encounter__clinic", "device"), pk=file_id)
    try:
        shown = files.preview_of(row)
        if request.method == "POST":
            n = files.confirm(row, by=actor_of(request))
            said = _("{n} sets of the file charted for {patient}.")
            messages.success(request, said.format(n=n, patient=session.patient))
            return redirect("session:run", patient_id, session_id)
    except UnusableInput as unusable:
        messages.warning(request, unusable.problems[0].message)
        return redirect("devices:upload", patient_id, session_id)
    context = {
        **_banner(session),
        "preview": shown,
        "first": shown.charted[:SHOWN_ROWS],
        "more": max(0, len(shown.charted) - SHOWN_ROWS),
        "every": files.EVERY_MIN,
    }
    return render(request, "devices/file.html", context)


def _banner(session: Encounter) -> dict[str, Any]:
    patient = get_patient(clinic=session.clinic, patient_id=session.patient_id)
    return {"banner": banner_of(patient), "stage": "session", "session": session}
