"""A visit, and what happened in it: events that are added and never changed."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.append_only import AppendOnly
from reprieve.clinic.patients.models.base import ClinicalRow, ClinicSet
from reprieve.clinic.plan.models import MedicationRequest


class Encounter(ClinicalRow):
    """FHIR Encounter: one visit. For a session its state is a fold over its events, not this row."""

    class Kind(models.TextChoices):
        CONSULTATION = "consultation", _("consultation")
        INFUSION = "infusion", _("infusion")
        INTRAMUSCULAR = "intramuscular", _("intramuscular")
        ORAL = "oral", _("oral or sublingual")
        NASAL = "nasal", _("nasal")
        FOLLOW_UP = "follow-up", _("follow-up")
        OTHER = "other", _("elsewhere")

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        ARRIVED = "arrived", _("arrived")
        IN_PROGRESS = "in-progress", _("in progress")
        FINISHED = "finished", _("finished")
        CANCELLED = "cancelled", _("cancelled")
        ENTERED_IN_ERROR = "entered-in-error", _("entered in error")

    class Place(models.TextChoices):
        CLINIC = "clinic", _("in the clinic")
        HOME = "home", _("at home")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    place = models.CharField(max_length=10, choices=Place.choices, default=Place.CLINIC)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PLANNED)
    text = models.CharField(max_length=300, blank=True)
    order = models.ForeignKey(
        MedicationRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="encounters",
    )
    chair = models.CharField(max_length=40, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    source_id = models.CharField(max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["clinic", "patient", "-planned_at"]),
            models.Index(fields=["clinic", "planned_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.planned_at or self.began_at or ''}"


class SessionEvent(AppendOnly, ClinicalRow):
    """One thing that happened in a session. The id is made by the device that charts it.

    kind: from the state table (vital_set, rate, bolus, stop, note …); payload: its values, units in keys.
    measured_at: when it was so. recorded_at: when the server wrote it.
    corrects: the event this one replaces, with `reason`; the old one stays readable.
    sequence: order of arrival within the visit, given by the server: what a screen asks to be sent after.
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    measured_at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    device = models.CharField(max_length=100, blank=True)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["encounter", "sequence"], name="events_in_order_of_arrival"
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | (~Q(reason="") & ~Q(corrects=F("id"))),
                name="a_correction_names_its_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["encounter", "measured_at"])]

    def __str__(self) -> str:
        return f"{self.kind} at {self.measured_at:%H:%M}"


class ClinicStatement(AppendOnly):
    """Base of what a clinic says about itself: added under a name, never changed; the newest counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = ClinicSet.as_manager()

    class Meta:
        abstract = True


class SessionPolicy(ClinicStatement):
    """How this clinic runs its sessions: see policy.py for what `settings` holds."""

    settings = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "-recorded_at"])]

    def __str__(self) -> str:
        return f"session rules of {self.recorded_at:%Y-%m-%d}"


class RoomInspection(ClinicStatement):
    """What one person found in one room on one day.

    works: item id to true or false. expires_on: item id to the earliest date, ISO.
    """

    room = models.CharField(max_length=40)
    on = models.DateField()
    works = models.JSONField(default=dict)
    expires_on = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "on", "room"])]

    def __str__(self) -> str:
        return f"room {self.room} on {self.on}"
