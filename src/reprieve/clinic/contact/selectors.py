"""What staff and patient pages read. Every query starts from the clinic."""

import uuid
from datetime import timedelta

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Role, User
from reprieve.clinic.contact.models import (
    Attachment,
    PatientAccount,
    PortalMessage,
    ResponderPage,
    SentLink,
)
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.session.models import Encounter

Topic = PortalMessage.Topic
# Who reads which messages.
READERS = {
    Topic.CLINIC: {Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER},
    Topic.CONSENT: {Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER},
    Topic.PHARMACIST: {Role.PHARMACIST, Role.PRESCRIBER},
}
ANSWERED_SHOWN = timedelta(days=30)  # project_default


def topics_of(roles: frozenset[str]) -> list[str]:
    return [str(topic) for topic, readers in READERS.items() if readers & set(roles)]


def list_links(patient: Patient) -> list[SentLink]:
    """Sent to this patient, newest first."""
    rows = SentLink.objects.for_clinic(patient.clinic).filter(patient=patient)
    return list(rows.select_related("recorded_by").order_by("-recorded_at")[:12])


def get_link(clinic: Clinic, link_id: uuid.UUID) -> SentLink:
    rows = SentLink.objects.for_clinic(clinic).select_related("patient", "clinic")
    return get_object_or_404(rows, pk=link_id)


def next_visit(patient: Patient) -> Encounter | None:
    """The next planned visit; None when none is planned."""
    rows = Encounter.objects.for_clinic(patient.clinic).filter(
        patient=patient, status=Encounter.Status.PLANNED, planned_at__gte=timezone.now()
    )
    return rows.order_by("planned_at").first()


def open_pages(clinic: Clinic) -> QuerySet[ResponderPage]:
    """Nobody has opened these yet, the oldest first."""
    rows = ResponderPage.objects.for_clinic(clinic).filter(opened_at=None)
    return rows.select_related("patient", "to").order_by("recorded_at")


def get_page(clinic: Clinic, page_id: uuid.UUID) -> ResponderPage:
    rows = ResponderPage.objects.for_clinic(clinic).select_related("patient", "clinic")
    return get_object_or_404(rows, pk=page_id)


def inbox(clinic: Clinic, roles: frozenset[str], *, answered: bool) -> QuerySet[PortalMessage]:
    """Messages of patients these roles read: waiting ones oldest first, answered ones newest first."""
    rows = PortalMessage.objects.for_clinic(clinic).filter(
        from_patient=True, topic__in=topics_of(roles)
    )
    rows = rows.select_related("patient").prefetch_related("attachments")
    if answered:
        since = timezone.now() - ANSWERED_SHOWN
        return rows.filter(answered_by__recorded_at__gte=since).order_by("-recorded_at")
    return rows.filter(answered_by=None).order_by("recorded_at")


def get_message(clinic: Clinic, roles: frozenset[str], message_id: uuid.UUID) -> PortalMessage:
    rows = PortalMessage.objects.for_clinic(clinic).filter(
        from_patient=True, topic__in=topics_of(roles)
    )
    return get_object_or_404(rows.select_related("patient", "clinic"), pk=message_id)


def get_attachment(clinic: Clinic, attachment_id: uuid.UUID) -> Attachment:
    rows = Attachment.objects.for_clinic(clinic).select_related("message", "patient")
    return get_object_or_404(rows, pk=attachment_id)


def list_messages(patient: Patient) -> list[PortalMessage]:
    """Both ways, newest first; an empty answer is no message."""
    rows = PortalMessage.objects.for_clinic(patient.clinic).filter(patient=patient).exclude(text="")
    rows = rows.select_related("recorded_by").prefetch_related("attachments", "answered_by")
    return list(rows.order_by("-recorded_at")[:60])


def account_of(patient: Patient) -> PatientAccount | None:
    rows = PatientAccount.objects.for_clinic(patient.clinic).filter(patient=patient, ended_at=None)
    return rows.select_related("user").first()


def patient_of(user: User, clinic: Clinic | None) -> Patient | None:
    """Whose account this is, here; None for everybody else."""
    if clinic is None:
        return None
    rows = PatientAccount.objects.for_clinic(clinic).filter(user=user, ended_at=None)
    account = rows.select_related("patient", "patient__clinic").first()
    return account.patient if account else None


def asked_today(patient: Patient) -> int:
    """Messages of this patient since yesterday at this time."""
    since = timezone.now() - timedelta(days=1)
    rows = PortalMessage.objects.for_clinic(patient.clinic).filter(
        patient=patient, from_patient=True, recorded_at__gte=since
    )
    return rows.count()
