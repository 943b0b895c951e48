"""The course: a draft that may change, orders that stand as signed, consents as given."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from reprieve.clinic.assessment.models import Assessment
from reprieve.clinic.audit.append_only import AppendOnly
from reprieve.clinic.patients.models.base import ClinicalRow


class CarePlan(ClinicalRow):
    """FHIR CarePlan: one course of treatment.

    adjust: what the clinician changed in the protocol, as `reprieve plan` takes it.
    proposal: what the plan decision answered to it, with every limit crossed.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("active")
        ON_HOLD = "on-hold", _("on hold")
        COMPLETED = "completed", _("completed")
        REVOKED = "revoked", _("stopped")

    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, related_name="plans"
    )
    protocol = models.CharField(max_length=100)
    knowledge_version = models.CharField(max_length=20)
    start_on = models.DateField()
    adjust = models.JSONField(default=dict)
    proposal = models.JSONField(default=dict)
    history = HistoricalRecords()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "status"])]

    def __str__(self) -> str:
        return f"{self.protocol} from {self.start_on}"


class MedicationRequest(AppendOnly, ClinicalRow):
    """FHIR MedicationRequest: the signed order the nurse acts inside. A change is a new order.

    order: start rate, step, shortest time between steps, highest rate, highest total mg, bolus or not,
        rescue drugs, hold and call limits; each number with its unit in the key.
    weight_kg: what it was computed for; a change of more than 5 % re-opens it.
    """

    plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="orders")
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    signed_at = models.DateTimeField()
    weight_kg = models.DecimalField(max_digits=6, decimal_places=2)
    weight_on = models.DateField()
    weight_basis = models.CharField(max_length=10)
    order = models.JSONField()
    overrides = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "-signed_at"])]

    def __str__(self) -> str:
        return f"order of {self.signed_at:%Y-%m-%d}"


class Consent(AppendOnly, ClinicalRow):
    """FHIR Consent: given to, or withdrawn from, one exact text.

    text_sha256: of the text as shown, which `text` keeps.
    """

    form = models.CharField(max_length=100)
    version = models.CharField(max_length=20)
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    given = models.BooleanField()  # False: withdrawn
    signed_name = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    valid_until = models.DateField(null=True, blank=True)
    witness = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "form", "-signed_at"])]

    def __str__(self) -> str:
        return f"{self.form} {self.version}"
