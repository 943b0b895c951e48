"""The session on paper."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from reprieve.clinic.audit.services import reads
from reprieve.clinic.patients.selectors import banner_of, get_patient
from reprieve.clinic.session.after_visit import after_visit_pdf
from reprieve.clinic.session.record import record_pdf
from reprieve.clinic.session.selectors import get_session, live
from reprieve.clinic.ui.pdf import pdf_response


@require_safe
@reads("session record")
def record(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    day = session.planned_at or session.recorded_at
    return pdf_response(record_pdf(banner_of(patient), live(session)), f"session-{day:%Y-%m-%d}")


@require_safe
@reads("after-visit summary")
def after_visit(request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """What the patient takes home, in their language."""
    session = get_session(clinic=request.clinic, patient_id=patient_id, session_id=session_id)
    return pdf_response(after_visit_pdf(banner_of(session.patient), live(session)), "your-visit")
