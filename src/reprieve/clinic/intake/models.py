"""Answers to questionnaires, kept with the version of their questions; files waiting to be imported."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.append_only import AppendOnly
from reprieve.clinic.patients.models.base import ClinicalRow, ClinicSet


class QuestionnaireResponse(AppendOnly, ClinicalRow):
    """FHIR QuestionnaireResponse. A correction is a new row that names the one it replaces.

    answers: {linkId: value}; a question declined holds {"declined": true}, a silent one is missing.
    scores: {"score": number, "band": words} or {"met": bool}, as core's scoring gave it; empty while
        an answer is missing.
    """

    questionnaire = models.CharField(max_length=100)  # the record's id in knowledge
    knowledge_version = models.CharField(max_length=20)
    answers = models.JSONField(default=dict)
    scores = models.JSONField(default=dict)
    answered_at = models.DateTimeField(_("answered at"))
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["clinic", "patient", "questionnaire", "-answered_at"],
                name="intake_latest_answers",
            )
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} {self.answered_at:%Y-%m-%d}"


class PendingImport(models.Model):
    """A file from another system, waiting for the person who sent it to confirm or cancel; a day at most."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=200)
    text = models.TextField()  # the document as it came, in JSON

    objects = ClinicSet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "user", "-created_at"])]

    def __str__(self) -> str:
        return self.name
