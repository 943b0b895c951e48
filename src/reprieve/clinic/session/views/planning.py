"""The sessions of a patient, and the next one planned from the signed order."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.patients.selectors import banner_of, get_patient
from reprieve.clinic.plan.models import MedicationRequest
from reprieve.clinic.session import forms
from reprieve.clinic.session.charting import plan_session
from reprieve.clinic.session.policy import policy_of
from reprieve.clinic.session.selectors import list_sessions, live
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.problems import UnusableInput


@require_safe
@reads("sessions")
def show(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """The sessions of a patient, and the next one to plan from the order."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    return render(request, "session/show.html", _show(patient, _form(patient)))


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    if request.method != "POST":
        typed = take_typed(request)
        return render(request, "session/show.html", _show(patient, _form(patient, typed)))
    form, order = _form(patient, request.POST), _order(patient)
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
    policy = policy_of(patient.clinic)
    return {
        "banner": banner_of(patient),
        "stage": "session",
        "rows": [live(row, policy=policy) for row in list_sessions(patient)[:30]],
        "order": _order(patient),
        "form": form,
    }


def _form(patient: Any, data: Any = None) -> forms.PlanSessionForm:
    at_home = bool(policy_of(patient.clinic).home_signed_by)
    return forms.PlanSessionForm(data, at_home=at_home)
