"""The patient's own pages. Every one begins from `request.patient`; an id in an address only narrows."""

import uuid

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import actor_of, audit
from reprieve.clinic.contact.messages import MOST_A_DAY, write_message
from reprieve.clinic.contact.models import Attachment, PortalMessage
from reprieve.clinic.contact.policy import policy_of
from reprieve.clinic.contact.reminders import due_questionnaires
from reprieve.clinic.contact.selectors import asked_today, list_messages
from reprieve.clinic.contact.views import file_response
from reprieve.clinic.followup.picture import picture, table
from reprieve.clinic.followup.selectors import trajectory
from reprieve.clinic.intake.consent import list_consents, withdraw_consent
from reprieve.clinic.intake.consent_summary import consent_pdf
from reprieve.clinic.patients.selectors import banner_of
from reprieve.clinic.session.after_visit import after_visit_pdf
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.selectors import get_session, list_sessions, live
from reprieve.clinic.ui.pdf import pdf_response
from reprieve.core.problems import Problem, UnusableInput
from reprieve.patient.diary import pages
from reprieve.patient.portal.access import mine, reads_own
from reprieve.patient.portal.export import record_bundle, record_pdf
from reprieve.patient.portal.medicine import facts
from reprieve.patient.portal.plan import coming_and_past, own_plan

Topic = PortalMessage.Topic
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@reads_own("own plan")
def home(request: HttpRequest) -> HttpResponse:
    """What is next, the plan in plain words, visits."""
    coming, past = coming_and_past(request.patient)
    context = {
        "place": "home",
        "plan": own_plan(request.patient),
        "coming": coming,
        "past": past[:12],
        "due": due_questionnaires(request.patient, timezone.localdate()),
        "phone": pages.phone_of(request.patient),
    }
    return render(request, "portal/home.html", context)


@require_safe
@reads_own("own pain chart")
def chart(request: HttpRequest) -> HttpResponse:
    """The curve the clinic sees, from the same rows."""
    course = trajectory(request.patient)
    context = {
        "place": "chart",
        "course": course,
        "picture": picture(course, timezone.localdate()) if course else None,
        "rows": [r for r in table(course) if "pain" in r or "infusion" in r] if course else [],
    }
    return render(request, "portal/chart.html", context)


@form_page
@mine
def diary(request: HttpRequest) -> HttpResponse:
    return pages.diary(request, request.patient, by=actor_of(request), home=pages.IN_PORTAL)


@form_page
@mine
def sync(request: HttpRequest) -> HttpResponse:
    return pages.sync(request, request.patient, by=actor_of(request))


@require_safe
@mine
def worker(request: HttpRequest) -> HttpResponse:
    return pages.worker(request)


@form_page
@reads_own("own messages")
def messages(request: HttpRequest) -> HttpResponse:
    """To the clinic or the pharmacist, with pictures or PDFs; what was written before."""
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            _write(request)
        except UnusableInput as unusable:
            problems = unusable.problems
        else:
            notes.success(request, _("Sent."))
            return redirect("my:messages")
    pharmacist = request.POST.get("topic") == Topic.PHARMACIST or "pharmacist" in request.GET
    context = {
        "place": "messages",
        "thread": list_messages(request.patient),
        "problems": problems,
        "typed": request.POST.get("text", ""),
        "pharmacist": pharmacist,
        "message_id": _uuid(request.POST.get("id", "")) or uuid.uuid4(),
        "rules": policy_of(request.clinic),
        "phone": pages.phone_of(request.patient),
    }
    return render(request, "portal/messages.html", context, status=422 if problems else 200)


def _write(request: HttpRequest) -> None:
    if asked_today(request.patient) >= MOST_A_DAY:
        words = _("That is many messages for one day. Please call the clinic.")
        raise UnusableInput([Problem("id_text", words)])
    topic = request.POST.get("topic")
    write_message(
        patient=request.patient,
        text=request.POST.get("text", ""),
        topic=topic if topic == Topic.PHARMACIST else Topic.CLINIC,
        files=request.FILES.getlist("files"),
        message_id=_uuid(request.POST.get("id", "")),
        by=actor_of(request),
    )


@require_safe
@reads_own("own attachment")
def attachment(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    rows = Attachment.objects.for_clinic(request.clinic).filter(patient=request.patient)
    return file_response(get_object_or_404(rows, pk=attachment_id))


@require_safe
@reads_own("own documents")
def documents(request: HttpRequest) -> HttpResponse:
    """Summaries of visits, consents, and the way to take everything along."""
    consents = list(list_consents(request.patient))
    context = {
        "place": "documents",
        "sessions": [s for s in list_sessions(request.patient) if _was_given(s)][:24],
        "consents": consents,
        "stands": bool(consents and consents[0].given),
    }
    return render(request, "portal/documents.html", context)


@require_safe
@reads_own("own visit summary")
def after_visit(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    patient = request.patient
    session = get_session(clinic=request.clinic, patient_id=patient.pk, session_id=session_id)
    return pdf_response(after_visit_pdf(banner_of(patient), live(session)), "your-visit")


@require_safe
@reads_own("own consent")
def consent(request: HttpRequest, consent_id: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(list_consents(request.patient), pk=consent_id)
    return pdf_response(consent_pdf(banner_of(request.patient), row), "consent")


@form_page
@reads_own("own consent")
def withdraw(request: HttpRequest) -> HttpResponse:
    """What it means, and the act itself; the clinic hears of it as a message that waits."""
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        by = actor_of(request)
        name = request.POST.get("withdraw_name", "")
        try:
            row = withdraw_consent(patient=request.patient, signed_name=name, by=by)
            write_message(
                patient=request.patient,
                text=_("I withdraw my consent to ketamine treatment."),
                topic=Topic.CONSENT,
                message_id=uuid.uuid5(row.pk, "message"),
                by=by,
            )
        except UnusableInput as unusable:
            problems = unusable.problems
        else:
            notes.success(request, _("Your consent is withdrawn. The clinic was told."))
            return redirect("my:documents")
    first = list_consents(request.patient).first()
    context = {
        "place": "documents",
        "stands": bool(first and first.given),
        "problems": problems,
        "typed": request.POST.get("withdraw_name", ""),
        "phone": pages.phone_of(request.patient),
    }
    return render(request, "portal/withdraw.html", context, status=422 if problems else 200)


@require_safe
@mine
def medicine(request: HttpRequest) -> HttpResponse:
    """Ketamine at home: keeping it safe, and creams."""
    context = {
        "place": "medicine",
        "facts": facts(),
        "phone": pages.phone_of(request.patient),
    }
    return render(request, "portal/medicine.html", context)


@require_safe
@mine
def export(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/export.html", {"place": "documents"})


@require_safe
@mine
def export_pdf(request: HttpRequest) -> HttpResponse:
    audit("own record", action=Action.EXPORT, by=actor_of(request), patient_id=request.patient.pk)
    return pdf_response(record_pdf(request.patient), "my-record")


@require_safe
@mine
def export_fhir(request: HttpRequest) -> HttpResponse:
    audit("own record", action=Action.EXPORT, by=actor_of(request), patient_id=request.patient.pk)
    answer = JsonResponse(
        record_bundle(request.patient, timezone.now()), content_type="application/fhir+json"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="my-record.json"'
    return answer


def _was_given(session: Encounter) -> bool:
    return session.began_at is not None and session.status == Encounter.Status.FINISHED


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
