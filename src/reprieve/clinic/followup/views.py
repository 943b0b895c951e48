"""Afterwards: what is due, how the pain went, whether it was a response, and what next."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.followup import letter as letter_of
from reprieve.clinic.followup.advice import advice_of
from reprieve.clinic.followup.forms import DecisionForm, FollowUpForm
from reprieve.clinic.followup.models import FollowUpDecision
from reprieve.clinic.followup.picture import picture, table
from reprieve.clinic.followup.selectors import Trajectory, judge, list_decisions, trajectory
from reprieve.clinic.followup.services import decide, record_follow_up
from reprieve.clinic.followup.summary import decision_pdf
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.selectors import banner_of, get_patient
from reprieve.clinic.ui.pdf import pdf_response
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.outcomes.response import ResponseStatus
from reprieve.core.problems import Problem, UnusableInput


@require_safe
@reads("follow-up")
def show(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    return render(request, "followup/show.html", _context(patient))


@require_safe
@reads("interval advisor")
def interval(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """How long relief lasts in this person, and each timing compared. Decides nothing."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    course = trajectory(patient)
    context = {
        "banner": banner_of(patient),
        "stage": "followup",
        "advice": advice_of(course) if course and course.doses else None,
    }
    return render(request, "followup/advice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Keep what the patient says; one row a questionnaire."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    if request.method != "POST":
        form = FollowUpForm(take_typed(request))
        return render(request, "followup/show.html", _context(patient, form=form))
    form = FollowUpForm(request.POST)
    if form.is_valid():
        record_follow_up(
            patient=patient,
            form_id=form.cleaned_data["form_id"],
            answers=form.answers(),
            answered_at=form.cleaned_data["answered_at"] or timezone.now(),
            by=actor_of(request),
        )
        messages.success(request, _("Kept for {patient}.").format(patient=patient))
        return redirect("followup:show", patient.pk)
    return render(request, "followup/show.html", _context(patient, form=form), status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def decide_one(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Repeat, change, pause or stop, signed."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    course = trajectory(patient)
    if request.method != "POST" or course is None:
        decision = DecisionForm(take_typed(request))
        return render(request, "followup/show.html", _context(patient, decision=decision))
    decision = DecisionForm(request.POST)
    problems: list[Problem] = []
    if decision.is_valid():
        try:
            row = decide(
                plan=course.plan, at=timezone.now(), by=actor_of(request), **decision.cleaned_data
            )
        except UnusableInput as unusable:
            problems = list(unusable.problems)
        else:
            messages.success(
                request, _("Signed: {decision}.").format(decision=row.get_decision_display())
            )
            return redirect("followup:show", patient.pk)
    context = _context(patient, decision=decision, problems=problems)
    return render(request, "followup/show.html", context, status=422)


@require_safe
@reads("follow-up summary")
def summary(request: HttpRequest, patient_id: uuid.UUID, decision_id: uuid.UUID) -> HttpResponse:
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    row = get_object_or_404(list_decisions(patient), pk=decision_id)
    pdf = decision_pdf(banner_of(patient), row, trajectory(patient))
    return pdf_response(pdf, f"follow-up-{row.decided_at:%Y-%m-%d}")


@require_safe
@reads("course on one page")
def course_page(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    patient, course = _course(request, patient_id)
    judged = judge(course) if course.doses else None
    return pdf_response(letter_of.course_page(banner_of(patient), course, judged), "course")


@require_safe
@reads("letter to the referrer")
def letter(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    patient, course = _course(request, patient_id)
    judged = judge(course) if course.doses else None
    who = str(request.user)
    return pdf_response(
        letter_of.referrer_letter(banner_of(patient), course, judged, who), "letter"
    )


def _course(request: HttpRequest, patient_id: uuid.UUID) -> tuple[Patient, Trajectory]:
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    if (course := trajectory(patient)) is None:
        raise Http404
    return patient, course


def _context(
    patient: Patient,
    *,
    form: FollowUpForm | None = None,
    decision: DecisionForm | None = None,
    problems: list[Problem] | None = None,
) -> dict[str, Any]:
    course = trajectory(patient)
    judged = judge(course) if course and course.doses else None
    met = judged is not None and judged.response.status is ResponseStatus.RESPONDED
    return {
        "banner": banner_of(patient),
        "stage": "followup",
        "course": course,
        "judged": judged,
        "met": met,
        "picture": picture(course, timezone.localdate()) if course else None,
        "table": table(course) if course else [],
        "form": form or FollowUpForm(),
        "decision_form": decision or _default_decision(judged, met),
        "problems": problems or [],
        "decisions": list_decisions(patient)[:10],
    }


def _default_decision(judged: Any, met: bool) -> DecisionForm:
    """To stop, once the rule had its time and is not met; otherwise nothing is chosen."""
    stop = judged is not None and not met and not judged.too_early
    return DecisionForm(initial={"decision": FollowUpDecision.Decision.STOP} if stop else {})
