"""What every clinical row carries, and the one way to begin a query."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.accounts.models import Clinic


class ClinicSet(models.QuerySet[Any]):
    """Rows of clinical tables. Views and selectors begin with `for_clinic`; a test holds them to it."""

    def for_clinic(self, clinic: Clinic) -> Self:
        return self.filter(clinic=clinic)


class Source(models.TextChoices):
    """Who or what a row came from. A device never poses as a person."""

    PERSON = "person", _("staff")
    PATIENT = "patient", _("patient")
    DEVICE = "device", _("device")
    IMPORT = "import", _("imported")


class ClinicalRow(models.Model):
    """Base of every row about a patient. `recorded_at` is when it was written, never when it was so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="%(class)ss"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )
    source = models.CharField(
        max_length=10, choices=Source.choices, default=Source.PERSON, editable=False
    )

    objects = ClinicSet.as_manager()

    class Meta:
        abstract = True
