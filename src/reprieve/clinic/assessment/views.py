"""The assessment page: findings with their sources, answers in place, the decision signed."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reprieve.clinic.assessment.models import Assessment
from reprieve.clinic.assessment.selectors import list_assessments
from reprieve.clinic.assessment.services import answer_rule, screen_patient, sign_assessment
from reprieve.clinic.assessment.summary import assessment_pdf
from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.selectors import banner_of, get_patient
from reprieve.clinic.ui.pdf import pdf_response
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.findings import Action, Finding, Kind
from reprieve.core.problems import UnusableInput

ROUTES = {
    "iv": gettext_lazy("into a vein (IV)"),
    "im": gettext_lazy("into a muscle (IM)"),
    "sublingual": gettext_lazy("under the tongue"),
    "oral": gettext_lazy("by mouth"),
    "intranasal": gettext_lazy("into the nose"),
    "topical": gettext_lazy("on the skin"),
}


@require_safe
@reads("assessment")
def show(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """The findings as the chart stands now."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    return render(request, "assessment/show.html", _context(request, patient, {}))


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Sign the findings as they stand now; what was typed stays when it cannot be signed."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    if request.method != "POST":
        return render(
            request, "assessment/show.html", _context(request, patient, take_typed(request))
        )
    try:
        row = _sign(request, patient)
    except UnusableInput as unusable:
        context = _context(request, patient, request.POST) | {"problems": unusable.problems}
        return render(request, "assessment/show.html", context, status=422)
    messages.success(request, _("Signed."))
    return redirect("assessment:signed", patient.pk, row.pk)


@require_POST
def answer(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """One rule answered in place; the findings come back as they now stand."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    try:
        answer_rule(
            patient=patient,
            rule=request.POST.get("rule", ""),
            answer=request.POST.get("answer", ""),
            by=actor_of(request),
        )
    except UnusableInput:
        return render(request, "400.html", status=400)
    if not request.htmx:
        return redirect(request.META.get("HTTP_REFERER") or request.path)
    return render(request, "assessment/_findings.html", _context(request, patient, request.POST))


@require_safe
@reads("assessment")
def signed(request: HttpRequest, patient_id: uuid.UUID, assessment_id: uuid.UUID) -> HttpResponse:
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    row = get_object_or_404(list_assessments(patient), pk=assessment_id)
    context = {
        "banner": banner_of(patient),
        "stage": "assessment",
        "signed": row,
        "reasons": {o["code"]: o["reason"] for o in row.overrides},
    }
    return render(request, "assessment/signed.html", context)


@require_safe
@reads("assessment summary")
def summary(request: HttpRequest, patient_id: uuid.UUID, assessment_id: uuid.UUID) -> HttpResponse:
    """The signed assessment on paper."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    row = get_object_or_404(list_assessments(patient), pk=assessment_id)
    return pdf_response(assessment_pdf(banner_of(patient), row), f"assessment-{row.as_of:%Y-%m-%d}")


def _sign(request: HttpRequest, patient: Patient) -> Assessment:
    overrides = {
        key.removeprefix("override-"): value
        for key, value in request.POST.items()
        if key.startswith("override-")
    }
    return sign_assessment(
        patient=patient,
        decision=request.POST.get("decision", ""),
        overrides=overrides,
        by=actor_of(request),
        at=timezone.now(),
        route=_route(request),
        note=request.POST.get("note", ""),
    )


def _route(request: HttpRequest) -> str:
    asked = request.POST.get("route") or request.GET.get("route") or "iv"
    return asked if asked in ROUTES else "iv"


def _context(request: HttpRequest, patient: Patient, typed: Any) -> dict[str, Any]:
    route = _route(request)
    screened = screen_patient(patient, as_of=timezone.localdate(), route=route)
    result = screened.screening
    said = typed or {}
    return {
        "banner": banner_of(patient),
        "stage": "assessment",
        "screening": result,
        "serious": _of(result.findings, Action.BLOCK, Action.HOLD, Action.WARN),
        "questions": [f for f in _of(result.findings, Action.ASK) if _is_rule(f)],
        "missing": [f for f in _of(result.findings, Action.ASK) if not _is_rule(f)],
        "notes": _of(result.findings, Action.NOTE),
        "settled": [
            (rule, judgement) for rule, judgement in result.judgements.items() if judgement.because
        ],
        "typed": {key: said[key] for key in said},
        "to_override": {f.code for f in screened.to_override},
        "route": route,
        "routes": ROUTES,
        "decisions": Assessment.Decision.choices,
        "earlier": list_assessments(patient)[:10],
    }


def _of(findings: tuple[Finding, ...], *actions: Action) -> list[Finding]:
    return [f for f in findings if f.action in actions]


def _is_rule(finding: Finding) -> bool:
    """Whether it can be answered yes or no in place."""
    return finding.kind in (Kind.CONTRAINDICATION, Kind.PRECAUTION)
