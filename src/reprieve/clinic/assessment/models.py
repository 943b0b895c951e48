"""Candidacy: answers to the unknowns, and assessments as they were signed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.audit.append_only import AppendOnly
from reprieve.clinic.patients.models.base import ClinicalRow


class RuleAnswer(AppendOnly, ClinicalRow):
    """What somebody answered about one rule. The newest stands; the older ones stay readable.

    by_whom: `clinician`, `patient` or `record`, as in the PatientSnapshot of the contracts.
    """

    class Presence(models.TextChoices):
        PRESENT = "present", _("present")
        ABSENT = "absent", _("absent")
        UNKNOWN = "unknown", _("not known")

    class By(models.TextChoices):
        CLINICIAN = "clinician", _("clinician")
        PATIENT = "patient", _("patient")
        RECORD = "record", _("record")

    rule = models.CharField(max_length=100)
    answer = models.CharField(max_length=10, choices=Presence.choices)
    by_whom = models.CharField(max_length=10, choices=By.choices)
    answered_on = models.DateField()
    note = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "rule", "-recorded_at"])]

    def __str__(self) -> str:
        return f"{self.rule}: {self.answer}"


class Assessment(AppendOnly, ClinicalRow):
    """One signed judgement. Keeps what was known, what was found and by which content version.

    snapshot: the PatientSnapshot document it was decided on.
    findings: each finding as it was shown; overrides: [{"code", "reason"}] by the person who signed.
    decision: what the person who signed decided; the findings propose, they do not decide.
    """

    class Decision(models.TextChoices):
        PROCEED = "proceed", _("go on to a plan")
        WAIT = "wait", _("not yet")
        DECLINE = "decline", _("no ketamine")

    as_of = models.DateTimeField()
    route = models.CharField(max_length=20)
    stage = models.CharField(max_length=20, blank=True)  # "day-of" on the day of treatment
    decision = models.CharField(max_length=10, choices=Decision.choices)
    readiness = models.CharField(max_length=10)
    answered = models.PositiveSmallIntegerField()
    answerable = models.PositiveSmallIntegerField()
    snapshot = models.JSONField()
    findings = models.JSONField()
    overrides = models.JSONField(default=list)
    knowledge_version = models.CharField(max_length=20)
    note = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "-as_of"])]

    def __str__(self) -> str:
        return f"{self.readiness} {self.as_of:%Y-%m-%d}"
