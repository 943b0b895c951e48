"""Appointments and what they hold, days with their people, who waits, and requests from outside."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.patients.fields import IdentifyingField
from reprieve.clinic.patients.models.base import ClinicalRow, ClinicSet
from reprieve.clinic.session.models import ClinicStatement, Encounter
from reprieve.core.scheduling.day import Needs


class CalendarRules(ClinicStatement):
    """Opening hours, chairs, lengths of visits and the nurse ratio: see rules.py for `settings`."""

    settings = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "-recorded_at"])]

    def __str__(self) -> str:
        return f"calendar rules of {self.recorded_at:%Y-%m-%d}"


class ClinicDay(models.Model):
    """One day of one clinic. Its row is locked while anything of the day is booked or moved.

    people: ids of the nurses and prescribers on duty; None: as the rules say for every day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    closed = models.BooleanField(default=False)
    people = models.JSONField(null=True)
    history = HistoricalRecords()

    objects = ClinicSet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "on"], name="one_row_for_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.on}"


class Appointment(ClinicalRow):
    """A visit in the calendar, with what it takes. The visit itself is the Encounter.

    starts_at: as promised to the patient. late_min: so much later it is expected to begin.
    longer_min: so much longer it takes what it holds. revision: counts moves, for calendar files.
    """

    class Status(models.TextChoices):
        BOOKED = "booked", _("booked")
        CANCELLED = "cancelled", _("cancelled")

    encounter = models.OneToOneField(
        Encounter, on_delete=models.PROTECT, related_name="appointment"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.BOOKED)
    starts_at = models.DateTimeField()
    treatment_min = models.PositiveSmallIntegerField()
    recovery_min = models.PositiveSmallIntegerField(default=0)
    turnover_min = models.PositiveSmallIntegerField(default=0)
    prescriber_min = models.PositiveSmallIntegerField(default=0)
    chair = models.CharField(max_length=40, blank=True)
    nurse = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    prescriber = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    video = models.BooleanField(default=False)
    room_key = models.CharField(max_length=64, default=secrets.token_urlsafe, editable=False)
    late_min = models.PositiveSmallIntegerField(default=0)
    longer_min = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveSmallIntegerField(default=0)
    cancelled_because = models.CharField(max_length=300, blank=True)
    reminded_for = models.DateTimeField(null=True)  # the start the last reminder spoke of
    history = HistoricalRecords()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def needs(self) -> Needs:
        return Needs(
            treatment_min=self.treatment_min,
            recovery_min=self.recovery_min,
            turnover_min=self.turnover_min,
            prescriber_min=self.prescriber_min,
            chair=bool(self.chair),
            nurse=bool(self.nurse_id),
        )

    @property
    def expected_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.late_min)

    @property
    def leaves_at(self) -> datetime:
        return self.expected_at + timedelta(minutes=self.needs.stay_min + self.longer_min)


class HeldStep(models.Model):
    """Five minutes of one place: the database itself refuses to give it twice."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10)
    resource = models.CharField(max_length=40)  # name of the chair, id of the person
    place = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    objects = ClinicSet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clinic", "kind", "resource", "place", "at"], name="a_place_is_held_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["clinic", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.resource} {self.at:%H:%M}"


class WaitingEntry(ClinicalRow):
    """A patient who would come earlier. settled_at: booked, or no longer wanted."""

    kind = models.CharField(max_length=20, choices=Encounter.Kind.choices)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "settled_at", "recorded_at"])]

    def __str__(self) -> str:
        return f"waits since {self.recorded_at:%Y-%m-%d}"


class CalendarFeed(models.Model):
    """A secret address of a calendar: a person's of the clinic, or a patient's. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, null=True, related_name="+"
    )
    key_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    objects = ClinicSet.as_manager()

    def __str__(self) -> str:
        return f"feed of {self.made_at:%Y-%m-%d}"


class ConsultationRequest(models.Model):
    """Somebody asks for a first visit. Not a patient yet; deleted after a while unless they become one.

    assessment: what patient/assess hands over, {} when nothing was attached. urgent: emergency, crisis,
    pregnancy. clinical: a finding a clinician must judge. Either keeps the front desk from closing it.
    """

    class Status(models.TextChoices):
        NEW = "new", _("new")
        BOOKED = "booked", _("booked")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    given_names = IdentifyingField(_("given names"))
    family_name = IdentifyingField(_("family name"))
    phone = IdentifyingField(_("telephone"), blank=True, longest=40)
    email = IdentifyingField(_("e-mail"), blank=True)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    times = models.CharField(max_length=200, blank=True)
    text = IdentifyingField(_("message"), blank=True, longest=1000)
    assessment = models.JSONField(default=dict)
    urgent = models.JSONField(default=list)
    clinical = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    due_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answer = models.CharField(max_length=300, blank=True)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, null=True, related_name="requests"
    )
    delete_on = models.DateField()

    objects = ClinicSet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "status", "sent_at"])]

    def __str__(self) -> str:
        return f"{self.family_name}, {self.given_names}"

    @property
    def red_flag(self) -> bool:
        return bool(self.urgent or self.clinical)

    @property
    def urgent_words(self) -> list[Any]:
        from reprieve.clinic.scheduling.words import URGENT

        return [URGENT[word] for word in self.urgent]
