"""What is decided after the visit: how the pain answered, and what happens next."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.audit.append_only import AppendOnly
from reprieve.clinic.patients.models.base import ClinicalRow
from reprieve.clinic.plan.models import CarePlan


class FollowUpDecision(AppendOnly, ClinicalRow):
    """Repeat, change, pause or stop: decided by a named clinician on the response that was shown.

    response: what `response_since` answered, kept as it was shown.
    """

    class Decision(models.TextChoices):
        REPEAT = "repeat", _("go on as planned")
        CHANGE = "change", _("change the plan")
        PAUSE = "pause", _("planned pause")
        STOP = "stop", _("stop")

    plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    reason = models.TextField()
    response = models.JSONField(default=dict)
    decided_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "-decided_at"])]

    def __str__(self) -> str:
        return f"{self.decision} {self.decided_at:%Y-%m-%d}"
