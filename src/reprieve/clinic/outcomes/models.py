"""A count of the clinic's courses, made by a job and kept: pages read it, they never wait for it."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.patients.models.base import ClinicSet


class OutcomesRun(models.Model):
    """One count. courses: rows as `gather.courses_of` makes them, without names or dates of birth; of many, single
    scores are kept of some.

    fits: modelled figures, as `fits.fits_of` makes them. problem: what stopped it. finished_at: None while it is counting.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    took_ms = models.PositiveIntegerField(default=0)
    courses = models.JSONField(default=list)
    fits = models.JSONField(default=dict)
    problem = models.CharField(max_length=200, blank=True)

    objects = ClinicSet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["clinic", "-asked_at"])]

    def __str__(self) -> str:
        return f"{self.clinic}, {self.asked_at:%Y-%m-%d %H:%M}"
