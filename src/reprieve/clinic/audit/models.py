"""One row for each read, write, refusal and signature; each row seals the one before it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.append_only import AppendOnly


class Action(models.TextChoices):
    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    SIGN = "sign"
    EXPORT = "export"
    REFUSED = "refused"
    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"


class AuditEvent(AppendOnly):
    """Who did what to whose record, when, from where.

    `object_type` and `object_id` name the record; `detail` holds field names and codes, never values.
    `hash` is SHA-256 over this row and `previous_hash`: a row taken out or changed breaks the chain.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, null=True, related_name="+")
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    roles = models.CharField(max_length=120, blank=True)
    action = models.CharField(max_length=20, choices=Action.choices)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60, blank=True)
    patient_id = models.UUIDField(null=True)  # no key: the row outlives what it speaks of
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["clinic", "patient_id", "-at"]),
            models.Index(fields=["clinic", "by", "-at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clinic", "sequence"],
                name="one_audit_chain_per_clinic",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_type}"


class ChainHead(models.Model):
    """The end of one clinic's chain: locked while the next row is added, so that the chain never forks."""

    chain = models.CharField(primary_key=True, max_length=40)  # the clinic's id, or "outside"
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.chain} #{self.sequence}"
