"""Requests for a first visit: received, seen by a clinician where that is needed, ended, forgotten.

A red flag is an urgent answer, or a finding of the self-assessment that blocks. The front desk can neither
close such a request nor make a patient of it before a nurse or prescriber has seen it.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from reprieve.clinic.accounts.models import Clinic, Role, User
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.contact.policy import policy_of
from reprieve.clinic.contact.senders import deliver
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.services import register_patient
from reprieve.clinic.scheduling.models import ConsultationRequest
from reprieve.clinic.scheduling.words import URGENT
from reprieve.core.findings import Action
from reprieve.core.problems import Problem, UnusableInput

KEPT_DAYS = 90  # project_default
CLINICIANS = {Role.NURSE, Role.PRESCRIBER}
New = ConsultationRequest.Status.NEW


@transaction.atomic
def receive_request(
    *,
    clinic: Clinic,
    request_id: uuid.UUID,
    fields: Mapping[str, str],
    urgent: Iterable[str],
    assessment: Mapping[str, Any],
    language: str,
    by: Actor,
) -> ConsultationRequest:
    """Store what somebody has sent; call the responder for a red flag. The same id twice is one request."""
    if standing := ConsultationRequest.objects.for_clinic(clinic).filter(pk=request_id).first():
        return standing
    said = {*urgent, *assessment.get("urgent", ())}
    findings = assessment.get("findings", ())
    today = timezone.localdate()
    row = ConsultationRequest(
        clinic=clinic,
        **fields,
        language=language,
        assessment=dict(assessment),
        urgent=[word for word in URGENT if word in said],
        clinical=any(f["action"] == Action.BLOCK.word for f in findings),
        delete_on=today + timedelta(days=KEPT_DAYS),
    )
    row.pk = request_id
    rules = policy_of(clinic)
    if row.red_flag and rules:
        row.to = rules.responder
    if row.urgent and rules and rules.response_minutes:
        row.due_at = row.sent_at + timedelta(minutes=rules.response_minutes)
    row.save(force_insert=True)
    audit(row, action=Did.CREATE, by=by, detail={"urgent": row.urgent, "clinical": row.clinical})
    if row.to:
        _call(row.to, clinic)
    key, due_at = str(row.pk), row.due_at
    gone = timezone.make_aware(datetime.combine(row.delete_on, time(3)))
    transaction.on_commit(lambda: forget.using(run_after=gone).enqueue(key))
    if due_at:
        transaction.on_commit(lambda: escalate_request.using(run_after=due_at).enqueue(key))
    return row


@transaction.atomic
def see_request(row: ConsultationRequest, *, by: Actor) -> ConsultationRequest:
    """A clinician takes it, under their name. The first one stands."""
    if not CLINICIANS & set(by.roles):
        raise UnusableInput([Problem("", _("A nurse or prescriber takes this one."))])
    rows = ConsultationRequest.objects.for_clinic(row.clinic).filter(pk=row.pk, seen_at=None)
    if rows.update(seen_at=timezone.now(), seen_by=by.user):
        audit(row, action=Did.READ, by=by, detail={"seen": True})
    row.refresh_from_db()
    return row


@transaction.atomic
def close_request(row: ConsultationRequest, *, answer: str, by: Actor) -> ConsultationRequest:
    """No visit comes of it. Raises UnusableInput: no word why, ended already, or not the front desk's to close."""
    row = _open(row)
    problems = []
    if row.red_flag and not CLINICIANS & set(by.roles):
        problems.append(
            Problem("", _("This request has a red flag: a nurse or prescriber closes it."))
        )
    if not answer.strip():
        problems.append(Problem("id_answer", _("Say what the person was told.")))
    if problems:
        raise UnusableInput(problems)
    row.status, row.answer = ConsultationRequest.Status.CLOSED, answer.strip()[:300]
    row.closed_at, row.closed_by = timezone.now(), by.user
    row.save()
    audit(row, action=Did.UPDATE, by=by, detail={"closed": True})
    return row


@transaction.atomic
def accept_request(row: ConsultationRequest, *, by: Actor) -> Patient:
    """Make the person a patient, to be booked next. Raises UnusableInput for a red flag nobody has seen."""
    row = _open(row)
    if row.red_flag and not row.seen_at and not CLINICIANS & set(by.roles):
        message = _("This request has a red flag: a nurse or prescriber takes it first.")
        raise UnusableInput([Problem("", message)])
    names = ("given_names", "family_name", "phone", "email", "language")
    row.patient = register_patient(fields={name: getattr(row, name) for name in names}, by=by)
    row.status = ConsultationRequest.Status.BOOKED
    row.closed_at, row.closed_by = timezone.now(), by.user
    row.save()
    audit(row, action=Did.UPDATE, by=by, patient_id=row.patient.pk, detail={"accepted": True})
    return row.patient


@task()
def escalate_request(request_id: str) -> None:
    """Nobody has taken it in the time the clinic named: the second person is called, once."""
    with transaction.atomic():
        rows = ConsultationRequest.objects.select_for_update(of=("self",)).select_related("clinic")
        row = rows.filter(pk=request_id).first()
        if row is None or row.seen_at or row.escalated_at or row.status != New:
            return
        row.escalated_at = timezone.now()
        row.save(update_fields=["escalated_at"])
        audit(
            row,
            action=Did.UPDATE,
            by=Actor(user=None, clinic=row.clinic),
            detail={"escalated": True},
        )
        rules = policy_of(row.clinic)
        if rules and rules.second:
            _call(rules.second, row.clinic)


@task()
def forget(request_id: str) -> None:
    """Its time is over. What became a patient's stays with the patient."""
    with transaction.atomic():
        row = ConsultationRequest.objects.filter(pk=request_id, patient=None).first()
        if row and row.delete_on <= timezone.localdate():
            by = Actor(user=None, clinic=row.clinic)
            audit(row, action=Did.UPDATE, by=by, detail={"forgotten": True})
            row.delete()


def _open(row: ConsultationRequest) -> ConsultationRequest:
    """The row, locked. Raises UnusableInput when somebody has ended it meanwhile."""
    now = ConsultationRequest.objects.select_for_update().get(pk=row.pk)
    if now.status != New:
        raise UnusableInput([Problem("", _("Somebody has ended this request meanwhile."))])
    return now


def _call(user: User, clinic: Clinic) -> None:
    """No name, no reason: only that somebody waits, and where to look."""
    with override(clinic.language):
        subject = _("Urgent: a request for a first visit waits for you")
        text = _("Sign in and open “Calendar”, “Requests” now. This message holds no patient data.")
    transaction.on_commit(lambda: deliver("email", user.email, subject, text))
