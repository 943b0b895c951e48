"""Triage: requests for a first visit, red flags first."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reprieve import knowledge
from reprieve.clinic.accounts.models import Role
from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.scheduling.models import ConsultationRequest
from reprieve.clinic.scheduling.requests import accept_request, close_request, see_request
from reprieve.clinic.scheduling.selectors import get_request, list_requests
from reprieve.core.problems import UnusableInput
from reprieve.knowledge.check_plain import bare

STAGE = {"stage": "calendar"}


@require_safe
@reads("requests for a first visit")
def requests(request: HttpRequest) -> HttpResponse:
    context = {"rows": list_requests(request.clinic)}
    return render(request, "scheduling/requests.html", STAGE | context)


@require_safe
@reads("request for a first visit")
def show(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Who asks, what they answered, and what the next step is."""
    return _show(request, get_request(request.clinic, request_id))


@require_POST
def see(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    row = see_request(get_request(request.clinic, request_id), by=actor_of(request))
    messages.success(request, _("It is yours."))
    return redirect("scheduling:request", row.pk)


@require_POST
def close(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    row, answer = get_request(request.clinic, request_id), request.POST.get("answer", "")
    try:
        close_request(row, answer=answer, by=actor_of(request))
    except UnusableInput as unusable:
        return _show(request, row, unusable.problems, answer)
    messages.success(request, _("Closed."))
    return redirect("scheduling:requests")


@require_POST
def accept(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """A patient from now on; the free times come next."""
    row = get_request(request.clinic, request_id)
    try:
        patient = accept_request(row, by=actor_of(request))
    except UnusableInput as unusable:
        return _show(request, row, unusable.problems)
    messages.success(request, _("Registered."))
    return redirect(f"{reverse('scheduling:book', args=[patient.pk])}")


def _show(
    request: HttpRequest, row: ConsultationRequest, problems: Any = (), answer: str = ""
) -> HttpResponse:
    clinician = bool({Role.NURSE, Role.PRESCRIBER} & set(request.roles))
    is_new = row.status == row.Status.NEW
    context = {
        "row": row,
        "problems": problems,
        "answer": answer,
        "answers": _answers(row),
        "findings": row.assessment.get("findings", []),
        "may_see": clinician and row.red_flag and not row.seen_at,
        "may_close": is_new and (clinician or not row.red_flag),
        "may_accept": is_new and (clinician or not row.red_flag or row.seen_at),
    }
    status = 422 if problems else 200
    return render(request, "scheduling/request.html", STAGE | context, status=status)


def _answers(row: ConsultationRequest) -> list[tuple[str, list[str]]]:
    """Question and answers in the reader's language; those of an older questionnaire are left out."""
    language, said = get_language() or "en", row.assessment.get("answers", {})
    return [
        (
            bare(q.ask.in_language(language)),
            [bare(o.text.in_language(language)) for o in q.options if o.id in said[q.id]],
        )
        for q in knowledge.self_assessment()
        if said.get(q.id)
    ]
