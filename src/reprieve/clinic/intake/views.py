"""The intake page, its questionnaires and the consent. Thin: selectors read, services write."""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from reprieve import knowledge
from reprieve.clinic.accounts.models import Role
from reprieve.clinic.accounts.selectors import list_people_with
from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.intake.consent import (
    clauses,
    consent_version,
    list_consents,
    record_consent,
    withdraw_consent,
)
from reprieve.clinic.intake.consent_summary import consent_pdf
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.intake.opioids import opioid_load
from reprieve.clinic.intake.overview import overview_of
from reprieve.clinic.intake.questionnaires import (
    QuestionnaireForm,
    instrument,
    questionnaire_form,
    typed_from,
)
from reprieve.clinic.intake.selectors import (
    band_words,
    crisis_answer,
    form_of,
    get_response,
    list_responses,
    score_words,
)
from reprieve.clinic.intake.services import record_answers
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.selectors import banner_of, get_patient
from reprieve.clinic.ui.pdf import pdf_response
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.problems import Problem, UnusableInput

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@reads("intake")
def show(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """What intake needs, the questionnaires with their scores, and the opioid dose."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    context = _context(request, patient)
    context |= {
        "overview": overview_of(patient, consent=context["banner"].consent),
        "opioids": opioid_load(patient),
    }
    return render(request, "intake/show.html", context)


@form_page
@reads("questionnaire")
def ask(request: HttpRequest, patient_id: uuid.UUID, questionnaire_id: str) -> HttpResponse:
    """One questionnaire, asked now."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    typed = _typed(request)
    form = questionnaire_form(instrument(questionnaire_id), typed)
    if request.method == "POST":
        try:
            row = record_answers(
                patient=patient,
                form=form,
                by=actor_of(request),
                row_id=_uuid(request.POST.get("id", "")),
            )
        except UnusableInput as unusable:
            return _ask_again(request, patient, form, unusable)
        return _saved(request, patient, row, form)
    return render(request, "intake/ask.html", _ask_context(request, patient, form))


@form_page
@reads("questionnaire")
def correct(request: HttpRequest, patient_id: uuid.UUID, response_id: uuid.UUID) -> HttpResponse:
    """Answers put right: a new row that names the one it replaces and why."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    standing = get_response(patient, response_id)
    asked = instrument(standing.questionnaire)
    typed = _typed(request)
    form = questionnaire_form(
        asked, typed_from(asked, standing.answers) if typed is None else typed
    )
    if request.method == "POST":
        try:
            row = record_answers(
                patient=patient,
                form=form,
                by=actor_of(request),
                row_id=_uuid(request.POST.get("id", "")),
                corrects=standing,
                reason=request.POST.get("reason", ""),
            )
        except UnusableInput as unusable:
            return _ask_again(request, patient, form, unusable, corrects=standing)
        return _saved(request, patient, row, form)
    context = _ask_context(request, patient, form) | {"corrects": standing}
    return render(request, "intake/ask.html", context)


@require_safe
@reads("questionnaire answers")
def answered(request: HttpRequest, patient_id: uuid.UUID, response_id: uuid.UUID) -> HttpResponse:
    """What was answered, its score, and what to do at once when an answer says so."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    row = get_response(patient, response_id)
    form = form_of(row)
    context = _context(request, patient) | {
        "row": row,
        "form": form,
        "score": score_words(form.instrument, row.scores),
        "band": band_words(form.instrument, row.scores),
        "replaced_by": row.corrected_by.first(),
        "settled": crisis_answer(patient, row) if form.is_crisis else None,
        "said": [(card, _answer_words(card)) for card in form.cards],
    }
    return render(request, "intake/answered.html", context)


@form_page
@reads("consent")
def consent(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """The text with its sources, recorded as signed; what was signed and withdrawn before."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    typed = _typed(request) or {}
    if request.method == "POST":
        try:
            record_consent(
                patient=patient,
                language=_language(request, patient),
                signed_name=request.POST.get("signed_name", ""),
                signed_on=_day(request.POST.get("signed_on", "")),
                witness=request.POST.get("witness", ""),
                told=request.POST.get("told") == "yes",
                by=actor_of(request),
                row_id=_uuid(request.POST.get("id", "")),
            )
        except UnusableInput as unusable:
            return _consent_page(request, patient, typed, unusable.problems)
        messages.success(request, _("Consent recorded."))
        return redirect("intake:show", patient.pk)
    return _consent_page(request, patient, typed)


@form_page
def withdraw(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """A new row that says consent no longer stands."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    if request.method != "POST":  # where an expired form sends people
        return redirect("intake:consent", patient.pk)
    name = request.POST.get("withdraw_name", "")
    try:
        withdraw_consent(patient=patient, signed_name=name, by=actor_of(request))
    except UnusableInput as unusable:
        return _consent_page(request, patient, request.POST, unusable.problems)
    messages.warning(request, _("Consent withdrawn. No treatment until there is a new one."))
    return redirect("intake:consent", patient.pk)


@require_safe
@reads("consent")
def signed_consent(
    request: HttpRequest, patient_id: uuid.UUID, consent_id: uuid.UUID
) -> HttpResponse:
    """The exact text that was signed."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    row = get_object_or_404(list_consents(patient), pk=consent_id)
    context = _context(request, patient) | {"row": row}
    return render(request, "intake/signed_consent.html", context)


@require_safe
@reads("consent summary")
def consent_summary(
    request: HttpRequest, patient_id: uuid.UUID, consent_id: uuid.UUID
) -> HttpResponse:
    """The consent on paper."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    row = get_object_or_404(list_consents(patient), pk=consent_id)
    return pdf_response(consent_pdf(banner_of(patient), row), f"consent-{row.signed_at:%Y-%m-%d}")


def _context(request: HttpRequest, patient: Patient) -> dict[str, Any]:
    return {
        "banner": banner_of(patient),
        "stage": "intake",
        "people": list_people_with(request.clinic, [Role.PRESCRIBER]),
    }


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else take_typed(request)


def _saved(
    request: HttpRequest, patient: Patient, row: QuestionnaireResponse, form: QuestionnaireForm
) -> HttpResponse:
    """Back to the list; where an answer is urgent, first the page that says what to do."""
    if form.urgent:
        return redirect("intake:answered", patient.pk, row.pk)
    messages.success(request, _("%(title)s saved.") % {"title": form.instrument.title})
    return redirect("intake:show", patient.pk)


def _ask_again(
    request: HttpRequest,
    patient: Patient,
    form: QuestionnaireForm,
    unusable: UnusableInput,
    corrects: QuestionnaireResponse | None = None,
) -> HttpResponse:
    context = _ask_context(request, patient, form)
    context |= {"problems": unusable.problems, "corrects": corrects}
    return render(request, "intake/ask.html", context, status=422)


def _ask_context(request: HttpRequest, patient: Patient, form: QuestionnaireForm) -> dict[str, Any]:
    asked = form.instrument
    earlier = list_responses(patient, asked.id)[:10]
    return _context(request, patient) | {
        "form": form,
        "row_id": _uuid(request.POST.get("id", "")) or uuid.uuid4(),
        "reason": request.POST.get("reason", ""),
        "earlier": [
            (r, score_words(asked, r.scores), band_words(asked, r.scores)) for r in earlier
        ],
    }


def _answer_words(card: Any) -> str:
    if card.typed == "declined":
        return _("No answer")
    return next((m.label for m in card.marks if m.value == card.typed), card.typed)


def _consent_page(
    request: HttpRequest, patient: Patient, typed: Any, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    language = _language(request, patient)
    with override(language):
        text = [(clause, str(clause.sentence)) for clause in clauses()]
    rows = list(list_consents(patient))
    context = _context(request, patient) | {
        "clauses": text,
        "language": language,
        "version": consent_version(),
        "knowledge_version": knowledge.VERSION,
        "rows": rows,
        "row_id": _uuid(typed.get("id", "")) or uuid.uuid4(),
        "stands": bool(rows and rows[0].given),
        "typed": {key: typed[key] for key in typed},
        "today": timezone.localdate().isoformat(),
        "problems": problems,
    }
    return render(request, "intake/consent.html", context, status=422 if problems else 200)


def _language(request: HttpRequest, patient: Patient) -> str:
    asked = request.POST.get("language") or request.GET.get("language") or patient.language
    return asked if asked in ("en", "es") else "en"


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
