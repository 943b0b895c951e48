"""Staff: what patients sent, urgent answers, links, and the clinic's rules for both."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reprieve.clinic.accounts.models import Role
from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.contact.accounts import open_account
from reprieve.clinic.contact.forms import RulesForm
from reprieve.clinic.contact.links import Purpose, revoke_link, send_link
from reprieve.clinic.contact.messages import answer_message
from reprieve.clinic.contact.models import Attachment
from reprieve.clinic.contact.policy import policy_of, set_policy
from reprieve.clinic.contact.selectors import (
    get_attachment,
    get_link,
    get_message,
    get_page,
    list_messages,
    next_visit,
    open_pages,
    topics_of,
)
from reprieve.clinic.contact.selectors import inbox as inbox_of
from reprieve.clinic.contact.urgent import open_page
from reprieve.clinic.patients.selectors import get_patient
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.problems import UnusableInput

JUST_SENT = "just_sent_link"  # in the demo: the path of a link, shown once to whoever sent it
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@reads("messages of patients")
def inbox(request: HttpRequest) -> HttpResponse:
    """Urgent answers first, then messages that wait, then what was answered lately."""
    may_open_urgent = bool({Role.NURSE, Role.PRESCRIBER} & set(request.roles))
    context = {
        "stage": "inbox",
        "urgent": open_pages(request.clinic) if may_open_urgent else [],
        "may_open_urgent": may_open_urgent,
        "rules": policy_of(request.clinic),
        "waiting": inbox_of(request.clinic, request.roles, answered=False),
        "answered": inbox_of(request.clinic, request.roles, answered=True)[:20],
    }
    return render(request, "contact/inbox.html", context)


@form_page
@reads("message of a patient")
def message(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """One message with what was written before; the answer."""
    row = get_message(request.clinic, request.roles, message_id)
    typed = request.POST if request.method == "POST" else take_typed(request) or {}
    problems = ()
    if request.method == "POST":
        needs_none = request.POST.get("answer") == "none"
        text = "" if needs_none else request.POST.get("text", "")
        if not (needs_none or text.strip()):
            messages.warning(request, _("Write an answer first."))
            return redirect("contact:message", row.pk)
        try:
            answer_message(row, text=text, by=actor_of(request))
        except UnusableInput as unusable:
            problems = unusable.problems
        else:
            messages.success(request, _("Marked as read.") if needs_none else _("Sent."))
            return redirect("contact:inbox")
    readable = topics_of(request.roles)
    context = {
        "stage": "inbox",
        "row": row,
        "thread": [
            m
            for m in list_messages(row.patient)
            if m.topic in readable and row.pk not in (m.pk, m.answers_id)
        ],
        "answered": row.answered_by.select_related("recorded_by").first(),
        "typed": typed.get("text", ""),
        "problems": problems,
    }
    return render(request, "contact/message.html", context, status=422 if problems else 200)


@require_safe
@reads("attachment of a patient")
def attachment(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    row = get_attachment(request.clinic, attachment_id)
    if row.message.topic not in topics_of(request.roles):
        raise Http404
    return file_response(row)


def file_response(row: Attachment) -> HttpResponse:
    """A download of the type its content had, under a policy that runs nothing in it."""
    answer = FileResponse(
        row.file.open("rb"), as_attachment=True, filename=row.name, content_type=row.media_type
    )
    answer.headers["Cache-Control"] = "no-store, private"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_POST
def open_urgent(request: HttpRequest, page_id: uuid.UUID) -> HttpResponse:
    """Seen, under a name; on to the patient's follow-up."""
    page = open_page(get_page(request.clinic, page_id), by=actor_of(request))
    return redirect("followup:show", page.patient_id)


@form_page
def rules(request: HttpRequest) -> HttpResponse:
    """The telephone number, who opens urgent answers, how soon, and who is called after that."""
    standing = policy_of(request.clinic)
    typed = request.POST if request.method == "POST" else take_typed(request)
    form = RulesForm(typed, clinic=request.clinic, standing=standing)
    if request.method == "POST" and form.is_valid():
        try:
            set_policy(clinic=request.clinic, by=actor_of(request), **form.cleaned_data)
        except UnusableInput as unusable:
            for problem in unusable.problems:
                form.add_error(problem.path.removeprefix("id_"), problem.message)
        else:
            messages.success(request, _("Adopted. It counts from now on."))
            return redirect("contact:rules")
    status = 422 if request.method == "POST" else 200
    context = {"stage": "inbox", "form": form, "standing": standing}
    return render(request, "contact/rules.html", context, status=status)


@form_page
def send(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Send a link for one purpose. For portal sign-in the account is opened first."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    if request.method != "POST":  # where an expired form sends people
        return redirect("followup:show", patient.pk)
    purpose = request.POST.get("purpose", "")
    by = actor_of(request)
    try:
        if purpose == Purpose.SIGN_IN:
            open_account(patient, by=by)
        made = send_link(
            patient=patient,
            purpose=purpose,
            channel=request.POST.get("channel", ""),
            questionnaires=tuple(request.POST.getlist("questionnaires"))
            if purpose == Purpose.QUESTIONNAIRE
            else (),
            visit=next_visit(patient) if purpose == Purpose.CONFIRMATION else None,
            origin=f"{request.scheme}://{request.get_host()}",
            by=by,
        )
    except UnusableInput as unusable:
        messages.warning(request, " ".join(p.message for p in unusable.problems))
        return redirect("followup:show", patient.pk)
    if made.sent:
        messages.success(request, _("The link is on its way."))
    else:
        messages.warning(request, _("The link could not be sent. Try again, or call the patient."))
    if getattr(settings, "DEMO", False):  # elsewhere nobody but the patient sees the link
        request.session[JUST_SENT] = {"patient": str(patient.pk), "path": made.path}
    return redirect(f"{_follow_up(patient.pk)}#links")


@require_POST
def revoke(request: HttpRequest, patient_id: uuid.UUID, link_id: uuid.UUID) -> HttpResponse:
    """A link that must not open any more."""
    link = get_link(request.clinic, link_id)
    if link.patient_id != patient_id:
        raise Http404
    revoke_link(link, by=actor_of(request))
    messages.success(request, _("The link opens no more."))
    return redirect(f"{_follow_up(patient_id)}#links")


def _follow_up(patient_id: uuid.UUID) -> str:
    return reverse("followup:show", args=[patient_id])
