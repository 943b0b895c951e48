"""Links sent to a patient, messages both ways, and the pages that call a responder."""

import uuid
from pathlib import PurePath
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.audit.append_only import AppendOnly
from reprieve.clinic.patients.models.base import ClinicalRow
from reprieve.clinic.session.models import ClinicStatement


class ContactPolicy(ClinicStatement):
    """How patients reach this clinic, and who answers what cannot wait. The newest counts.

    responder and response_minutes are both set or neither is: without them PHQ-9 never goes out.
    second: whom an unopened page goes to when the time has passed.
    """

    phone = models.CharField(max_length=40, blank=True)
    responder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    response_minutes = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "-recorded_at"])]

    def __str__(self) -> str:
        return f"contact rules of {self.recorded_at:%Y-%m-%d}"

    @property
    def answers_urgent(self) -> bool:
        """Whether somebody is named who opens what cannot wait, within a time."""
        return bool(self.responder_id and self.response_minutes)


class PatientAccount(ClinicalRow):
    """This user is this patient. One current account each way."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="patient_accounts"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clinic", "user"],
                condition=models.Q(ended_at=None),
                name="one_patient_per_account",
            ),
            models.UniqueConstraint(
                fields=["clinic", "patient"],
                condition=models.Q(ended_at=None),
                name="one_account_per_patient",
            ),
        ]

    def __str__(self) -> str:
        return f"account of {self.patient_id}"


class SentLink(ClinicalRow):
    """A link for one purpose of one patient. The secret is not kept, only its keyed hash.

    uses: how often it was opened. finished_at: what it was for is done, so it opens no more.
    """

    class Purpose(models.TextChoices):
        DIARY = "diary", _("pain diary")
        QUESTIONNAIRE = "questionnaire", _("questionnaires")
        CONFIRMATION = "confirmation", _("confirmation of a visit")
        SIGN_IN = "sign_in", _("portal sign-in")

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("text message")

    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    questionnaires = models.JSONField(default=list)  # ids in knowledge, in their order
    about = models.ForeignKey(
        "session.Encounter", on_delete=models.PROTECT, null=True, related_name="+"
    )  # the visit to be confirmed
    key_hash = models.CharField(max_length=64, unique=True)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    expires_at = models.DateTimeField()
    most_uses = models.PositiveSmallIntegerField()
    uses = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "-recorded_at"])]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.recorded_at:%Y-%m-%d}"

    @property
    def stands(self) -> bool:
        """Whether what it opened may still be used."""
        return not (self.revoked_at or self.finished_at) and timezone.now() < self.expires_at


class PortalMessage(AppendOnly, ClinicalRow):
    """One message. An answer names the message it answers; an empty one says "read, no answer needed"."""

    class Topic(models.TextChoices):
        CLINIC = "clinic", _("to the clinic")
        PHARMACIST = "pharmacist", _("to the pharmacist")
        CONSENT = "consent", _("consent withdrawn")

    topic = models.CharField(max_length=20, choices=Topic.choices, default=Topic.CLINIC)
    from_patient = models.BooleanField()
    text = models.TextField(max_length=4000, blank=True)
    answers = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="answered_by"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "-recorded_at"])]

    def __str__(self) -> str:
        return f"message of {self.recorded_at:%Y-%m-%d}"


def _place(attachment: "Attachment", name: str) -> str:
    """A path that says nothing: the name a person gave stays in the row."""
    return f"attachments/{attachment.clinic_id}/{uuid.uuid4().hex}{PurePath(name).suffix[:5]}"


class Attachment(AppendOnly, ClinicalRow):
    """A picture or PDF a patient sent. Kept outside what a web server hands out by itself."""

    message = models.ForeignKey(PortalMessage, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    file = models.FileField(upload_to=_place, max_length=200)

    def __str__(self) -> str:
        return self.name


class ResponderPage(ClinicalRow):
    """A call to a named person: an answer that cannot wait. Stays until somebody opens it.

    reasons: codes of urgent.py. due_at: when it goes to the second person. None where the clinic
    named nobody: then it stands on the list of every clinician at once.
    """

    reasons = models.JSONField()
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    due_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "opened_at", "-recorded_at"])]

    def __str__(self) -> str:
        return f"page of {self.recorded_at:%Y-%m-%d %H:%M}"

    @property
    def reason_words(self) -> list[Any]:
        from reprieve.clinic.contact.urgent import REASONS

        return [REASONS[code] for code in self.reasons]
