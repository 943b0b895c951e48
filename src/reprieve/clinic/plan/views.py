"""The planner: a protocol, what is changed in it, everything that follows, and the signature."""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from reprieve.clinic.assessment.selectors import snapshot_of
from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.selectors import banner_of, get_patient
from reprieve.clinic.plan.forms import OrderForm, PlanForm
from reprieve.clinic.plan.models import MedicationRequest
from reprieve.clinic.plan.selectors import assessment_to_plan_on, list_orders
from reprieve.clinic.plan.services import Proposed, propose, sign_plan
from reprieve.clinic.plan.summary import (
    crossed_limits,
    dose_facts,
    order_facts,
    order_pdf,
    protocol_title,
)
from reprieve.clinic.ui.pdf import pdf_response
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.dosing.weight import FORMULA_NOTE, Basis, weight_choices
from reprieve.core.patient import PatientSnapshot
from reprieve.core.problems import Problem, UnusableInput

CHOSEN = "protocol"  # the form counts as sent once a protocol is chosen


@require_safe
@reads("plan")
def show(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """The planner; with a protocol in the address, the proposal too. HTMX asks for the proposal alone."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    context = _context(request, patient, request.GET, [])
    template = "plan/_proposal.html" if request.htmx else "plan/show.html"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Sign the plan as an order; what was typed stays when it cannot be signed."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    if request.method != "POST":
        typed = take_typed(request) or request.GET
        return render(request, "plan/show.html", _context(request, patient, typed, []))
    form, order = PlanForm(request.POST), OrderForm(request.POST)
    problems: list[Problem] = []
    if form.is_valid() & order.is_valid():
        try:
            row = _sign(request, patient, form, order)
        except UnusableInput as unusable:
            problems += unusable.problems
        else:
            messages.success(request, _("Signed. The plan is now an order."))
            return redirect("plan:order", patient.pk, row.pk)
    context = _context(request, patient, request.POST, problems, order=order)
    return render(request, "plan/show.html", context, status=422)


@require_safe
@reads("order")
def order(request: HttpRequest, patient_id: uuid.UUID, order_id: uuid.UUID) -> HttpResponse:
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    row = get_object_or_404(list_orders(patient), pk=order_id)
    context = {
        "banner": banner_of(patient),
        "stage": "plan",
        "order": row,
        "plan": row.plan,
        "course": [date.fromisoformat(c["on"]) for c in row.plan.proposal["course"]],
        "title": protocol_title(row.plan.protocol),
        "dose": dose_facts(row),
        "allowed": order_facts(row.order),
        "crossed": crossed_limits(row),
    }
    return render(request, "plan/order.html", context)


@require_safe
@reads("order summary")
def summary(request: HttpRequest, patient_id: uuid.UUID, order_id: uuid.UUID) -> HttpResponse:
    """The signed order on paper."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    row = get_object_or_404(list_orders(patient), pk=order_id)
    return pdf_response(order_pdf(banner_of(patient), row), f"order-{row.signed_at:%Y-%m-%d}")


def _sign(
    request: HttpRequest, patient: Patient, form: PlanForm, order: OrderForm
) -> MedicationRequest:
    overrides = {
        key.removeprefix("override-"): value
        for key, value in request.POST.items()
        if key.startswith("override-")
    }
    return sign_plan(
        patient=patient,
        protocol=form.cleaned_data["protocol"],
        start_on=form.cleaned_data["start_on"],
        adjust=form.adjust(),
        order=order.cleaned_data,
        overrides=overrides,
        by=actor_of(request),
        at=timezone.now(),
    )


def _context(
    request: HttpRequest,
    patient: Patient,
    said: Any,
    problems: list[Problem],
    order: OrderForm | None = None,
) -> dict[str, Any]:
    chosen = CHOSEN in said
    form = PlanForm(said) if chosen else PlanForm(initial={"start_on": timezone.localdate()})
    snapshot = snapshot_of(patient, as_of=timezone.localdate())
    usable = chosen and form.is_valid()
    proposed, refused = _proposal(patient, form, snapshot) if usable else (None, [])
    return {
        "banner": banner_of(patient),
        "stage": "plan",
        "form": form,
        "order_form": order or OrderForm(said if said.get("rescue") is not None else None),
        "proposed": proposed,
        "refused": refused,
        "problems": [*problems],
        "assessment": assessment_to_plan_on(patient),
        "weights": _weights(snapshot),
        "typed": {key: said[key] for key in said},
        "orders": [(row, protocol_title(row.plan.protocol)) for row in list_orders(patient)[:10]],
    }


def _proposal(
    patient: Patient, form: PlanForm, snapshot: PatientSnapshot
) -> tuple[Proposed | None, list[Problem]]:
    said = form.cleaned_data
    try:
        found = propose(
            patient,
            protocol=said["protocol"],
            start_on=said["start_on"],
            adjust=form.adjust(),
            snapshot=snapshot,
        )
    except UnusableInput as unusable:
        return None, list(unusable.problems)
    return found, []


def _weights(snapshot: PatientSnapshot) -> dict[str, Any] | None:
    """Actual, ideal and adjusted weight, always shown side by side."""
    measured = snapshot.latest_weight
    if measured is None:
        return None
    choices = weight_choices(snapshot, measured.value_kg)
    rows = [(basis.value, choices.kg(basis)) for basis in Basis]
    return {
        "rows": rows,
        "bmi": choices.bmi,
        "why": choices.why,
        "on": measured.on,
        "note": FORMULA_NOTE,
    }
