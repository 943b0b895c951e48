"""The work list of the follow-up, and the page of exposure and checks of one patient."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reprieve import knowledge
from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.followup.exposure import (
    CheckForm,
    charted_by_patient,
    checks_by_patient,
    given_to,
    record_check,
    standing_of,
)
from reprieve.clinic.followup.selectors import Trajectory, trajectory
from reprieve.clinic.followup.worklist import Kind, settle, work_of
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.selectors import banner_of, get_patient
from reprieve.clinic.session.waiting import calls_due
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.outcomes.exposure import exposure

KINDS = {
    Kind.URGENT_ANSWER: gettext_lazy("An answer that cannot wait"),
    Kind.FOUND: gettext_lazy("A check found something"),
    Kind.RISING_DOSE: gettext_lazy("The dose rises"),
    Kind.RELAPSE: gettext_lazy("Relief is lost"),
    Kind.RESPONSE: gettext_lazy("Does it help? To be judged after infusion"),
    Kind.SILENT: gettext_lazy("No answer"),
}


@require_safe
@reads("follow-up work")
def work(request: HttpRequest) -> HttpResponse:
    """Everybody who waits, the most urgent first."""
    return render(request, "followup/work.html", _work(request))


@require_POST
def settle_one(request: HttpRequest) -> HttpResponse:
    """Write what was decided about an item; without words nothing is settled."""
    key, note = request.POST.get("item", ""), request.POST.get("note", "").strip()
    item = next((i for i in work_of(request.clinic).items if i.key == key), None)
    if item is None:
        messages.info(request, _("Somebody has settled it meanwhile."))
        return redirect("work")
    if not note:
        context = _work(request) | {"unwritten": key}
        return render(request, "followup/work.html", context, status=422)
    settle(item=item, note=note[:2000], by=actor_of(request))
    messages.success(request, _("Kept for {patient}.").format(patient=item.patient))
    return redirect("work")


@require_safe
@reads("exposure")
def exposed(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Totals by isomer and route, the checks they make due, and the stop rules."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    return render(request, "followup/exposure.html", _exposed(patient, CheckForm()))


@require_http_methods(["GET", "HEAD", "POST"])
def checked(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Record a check that was done."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    course = trajectory(patient)
    if request.method != "POST" or course is None:
        return render(
            request, "followup/exposure.html", _exposed(patient, CheckForm(take_typed(request)))
        )
    form = CheckForm(request.POST)
    if form.is_valid():
        record_check(plan=course.plan, said=form.cleaned_data, by=actor_of(request))
        messages.success(request, _("Kept for {patient}.").format(patient=patient))
        return redirect("followup:exposure", patient.pk)
    return render(request, "followup/exposure.html", _exposed(patient, form), status=422)


def _work(request: HttpRequest) -> dict[str, Any]:
    return {
        "stage": "work",
        "work": work_of(request.clinic),
        "calls": calls_due(request.clinic),
        "kinds": {kind.value: label for kind, label in KINDS.items()},
    }


def _exposed(patient: Patient, form: CheckForm) -> dict[str, Any]:
    today = timezone.localdate()
    course = trajectory(patient)
    return {
        "banner": banner_of(patient),
        "stage": "followup",
        "course": course,
        "totals": exposure(given_to(patient.clinic, [patient.pk]).get(patient.pk, []), today),
        "standing": _standing(patient, course) if course else [],
        "form": form,
        "names": {check.id: check.name for check in knowledge.surveillance()},
        "history": checks_by_patient(patient.clinic, [patient.pk]).get(patient.pk, [])[::-1],
    }


def _standing(patient: Patient, course: Trajectory) -> list[Any]:
    return standing_of(
        rows=checks_by_patient(patient.clinic, [patient.pk]).get(patient.pk, ()),
        charted=charted_by_patient(patient.clinic, [patient.pk]),
        patient=patient.pk,
        doses_on=[timezone.localdate(at) for at in course.doses],
        as_of=timezone.localdate(),
    )
