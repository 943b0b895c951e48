"""The page of the planned pause."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.followup.pauses import (
    PauseForm,
    compared,
    list_pauses,
    lived_pauses,
    plan_pause,
)
from reprieve.clinic.followup.selectors import Trajectory, trajectory
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.selectors import banner_of, get_patient
from reprieve.clinic.ui.typed import take_typed


@require_safe
@reads("planned pause")
def pause(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    return render(request, "followup/pause.html", _context(patient, trajectory(patient)))


@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Agree on a pause; the day is drawn once and stands."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    course = trajectory(patient)
    if request.method != "POST" or course is None:
        context = _context(patient, course, PauseForm(take_typed(request)))
        return render(request, "followup/pause.html", context)
    form = PauseForm(request.POST)
    if form.is_valid():
        try:
            plan_pause(plan=course.plan, agreed=form.cleaned_data, by=actor_of(request))
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Drawn. The day stands."))
            return redirect("followup:pause", patient.pk)
    return render(request, "followup/pause.html", _context(patient, course, form), status=422)


def _context(
    patient: Patient, course: Trajectory | None, form: PauseForm | None = None
) -> dict[str, Any]:
    lived = lived_pauses(course, list(list_pauses(patient))) if course else []
    return {
        "banner": banner_of(patient),
        "stage": "followup",
        "course": course,
        "lived": lived,
        "found": compared(course, lived) if course else None,
        "form": form or PauseForm(),
    }
