"""How often a session has changed: one small row for each."""

from django.db import models

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.patients.models.base import ClinicSet
from reprieve.clinic.session.models import Encounter


class SessionVersion(models.Model):
    """Counts, so that a screen can tell whether it is behind; changed with what they count.

    charted: entries and changes of the visit itself. readings: batches of device readings.
    """

    encounter = models.OneToOneField(
        Encounter, on_delete=models.CASCADE, primary_key=True, related_name="version"
    )
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+")
    charted = models.PositiveBigIntegerField(default=0)
    readings = models.PositiveBigIntegerField(default=0)

    objects = ClinicSet.as_manager()

    def __str__(self) -> str:
        return f"{self.charted}.{self.readings}"
