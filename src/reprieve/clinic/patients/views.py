"""Pages of a patient: list, registration, chart. Thin: selectors read, services write."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget

from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.patients.forms import FORMS, PatientForm
from reprieve.clinic.patients.models import ListConfirmation, Patient
from reprieve.clinic.patients.search import search_patients
from reprieve.clinic.patients.sections import SECTIONS, Section
from reprieve.clinic.patients.selectors import (
    banner_of,
    chart_rows,
    confirmations,
    get_chart_row,
    get_patient,
    latest_of_each,
    same_measure,
    with_pain_and_visit,
)
from reprieve.clinic.patients.services import (
    change_patient,
    confirm_list,
    correct_chart_row,
    record_chart_row,
    register_patient,
)
from reprieve.clinic.ui.typed import take_typed

PAGE = 25
MEASURED = "observations"
SHOWN = 10  # rows of a section before the rest is folded away
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@reads("patient list")
def list_patients(request: HttpRequest) -> HttpResponse:
    question = request.GET.get("q", "").strip()[:100]
    found = search_patients(request.clinic, question).order_by("family_name", "given_names", "pk")
    page = Paginator(with_pain_and_visit(found, request.clinic), PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "question": question, "stage": "patients"}
    only_rows = request.htmx and request.htmx.target == "patients"
    return render(request, "patients/_rows.html" if only_rows else "patients/list.html", context)


@form_page
def register(request: HttpRequest) -> HttpResponse:
    form = PatientForm(request.POST or take_typed(request), clinic=request.clinic)
    if request.method == "POST" and form.is_valid():
        patient = register_patient(
            fields=form.patient_fields(),
            record_number=form.cleaned_data["record_number"],
            patient_id=form.cleaned_data["id"],
            by=actor_of(request),
        )
        messages.success(request, _("Registered."))
        return redirect("patients:chart", patient.pk)
    return _form(request, "patients/register.html", {"form": form, "stage": "patients"})


@form_page
@reads("patient details")
def edit(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    typed = request.POST or take_typed(request)
    form = PatientForm(typed, instance=patient, clinic=request.clinic)
    if request.method == "POST" and form.is_valid():
        change_patient(
            patient,
            fields=form.patient_fields(),
            record_number=form.cleaned_data["record_number"],
            by=actor_of(request),
        )
        messages.success(request, _("Saved."))
        return redirect("patients:edit", patient.pk)
    context = {"form": form, "banner": banner_of(patient), "stage": "chart"}
    return _form(request, "patients/edit.html", context)


@require_safe
@reads("chart")
def chart(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    said = confirmations(patient)
    sections = [_section(patient, section, said) for section in SECTIONS.values()]
    context = {"banner": banner_of(patient, said), "sections": sections, "stage": "chart"}
    return render(request, "patients/chart.html", context)


@form_page
def add(request: HttpRequest, patient_id: uuid.UUID, section: str) -> HttpResponse:
    patient, about = get_patient(clinic=request.clinic, patient_id=patient_id), _about(section)
    form = FORMS[section](request.POST or take_typed(request))
    if request.method == "POST" and form.is_valid():
        record_chart_row(
            patient=patient,
            section=section,
            fields=form.row_fields(),
            row_id=form.cleaned_data["id"],
            by=actor_of(request),
        )
        return _show_section(request, patient, about, _("Added."))
    return _row_form(request, patient, about, form, about.add)


@form_page
@reads("chart row")
def correct(
    request: HttpRequest, patient_id: uuid.UUID, section: str, row_id: uuid.UUID
) -> HttpResponse:
    patient, about = get_patient(clinic=request.clinic, patient_id=patient_id), _about(section)
    row = get_chart_row(
        clinic=request.clinic, patient_id=patient_id, section=section, row_id=row_id
    )
    form = FORMS[section](request.POST or take_typed(request), instance=row)
    if request.method == "POST" and form.is_valid():
        correct_chart_row(
            row, fields=form.row_fields(), reason=form.cleaned_data["reason"], by=actor_of(request)
        )
        return _show_section(request, patient, about, _("Corrected. What stood before is kept."))
    return _row_form(request, patient, about, form, _("Correct this entry"))


@require_safe
@reads("chart row history")
def row_history(
    request: HttpRequest, patient_id: uuid.UUID, section: str, row_id: uuid.UUID
) -> HttpResponse:
    patient, about = get_patient(clinic=request.clinic, patient_id=patient_id), _about(section)
    row = get_chart_row(
        clinic=request.clinic, patient_id=patient_id, section=section, row_id=row_id
    )
    versions = list(row.history.select_related("history_user").order_by("-history_date"))
    context = {
        "banner": banner_of(patient),
        "section": about,
        "row": row,
        "versions": [(v, about.summary(v)) for v in versions],
        "stage": "chart",
    }
    return render(request, "patients/history.html", context)


@require_safe
@reads("measurements")
def measured(request: HttpRequest, patient_id: uuid.UUID, row_id: uuid.UUID) -> HttpResponse:
    """Every value of one thing measured, newest first."""
    patient, about = get_patient(clinic=request.clinic, patient_id=patient_id), _about(MEASURED)
    row = get_chart_row(
        clinic=request.clinic, patient_id=patient_id, section=MEASURED, row_id=row_id
    )
    context = {
        "banner": banner_of(patient),
        "about": about,
        "row": row,
        "rows": [(r, about.summary(r)) for r in same_measure(row)],
        "stage": "chart",
    }
    return render(request, "patients/measured.html", context)


@require_POST
def confirm(request: HttpRequest, patient_id: uuid.UUID, kind: str) -> HttpResponse:
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    about = next((s for s in SECTIONS.values() if s.confirms == kind), None)
    if about is None or kind not in ListConfirmation.Kind.values:
        raise Http404
    complete = request.POST.get("complete") == "yes"
    confirm_list(patient=patient, kind=kind, complete=complete, by=actor_of(request))
    return _show_section(request, patient, about, _("Noted."))


def _about(section: str) -> Section:
    if section not in SECTIONS:
        raise Http404
    return SECTIONS[section]


def _section(patient: Patient, about: Section, said: dict[str, ListConfirmation]) -> dict[str, Any]:
    measured = about.slug == MEASURED
    found = latest_of_each(patient) if measured else chart_rows(patient, about.slug)
    rows = [(row, about.summary(row)) for row in found]
    return {
        "about": about,
        "rows": rows[:SHOWN],
        "folded": rows[SHOWN:],
        "n": len(rows),
        "confirmed": said.get(about.confirms),
    }


def _show_section(
    request: HttpRequest, patient: Patient, about: Section, done: str
) -> HttpResponse:
    """After a write: the section as it now stands (HTMX), or the chart."""
    if not request.htmx:
        messages.success(request, done)
        return redirect("patients:chart", patient.pk)
    context = {
        "section": _section(patient, about, confirmations(patient)),
        "banner": banner_of(patient),
        "said": done,
        "swap_banner": True,
    }
    response = render(request, "patients/_section.html", context)
    return retarget(reswap(response, "outerHTML"), f"#{about.slug}")


def _row_form(
    request: HttpRequest, patient: Patient, about: Section, form: Any, title: str
) -> HttpResponse:
    template = "patients/_row_form.html" if request.htmx else "patients/row_form.html"
    banner = banner_of(patient)
    context = {"form": form, "about": about, "title": title, "banner": banner, "stage": "chart"}
    return _form(request, template, context)


def _form(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The form again; 422 when something in it cannot be used."""
    status = 422 if request.method == "POST" else 200
    return render(request, template, context, status=status)
