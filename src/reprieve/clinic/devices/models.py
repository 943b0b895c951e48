"""Devices, the chairs they are bound to, and their readings, which are no entries of the chart."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.append_only import AppendOnly
from reprieve.clinic.patients.models.base import ClinicalRow, ClinicSet
from reprieve.clinic.session.models import Encounter


def _by() -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )


class Device(models.Model):
    """A monitor the clinic knows. identifier: how it names itself (OBX-18, MSH-3, SDC address)."""

    class Protocol(models.TextChoices):
        HL7 = "hl7", _("HL7 v2 (MLLP)")
        SDC = "sdc", _("IEEE 11073 SDC")
        CSV = "csv", _("file (CSV)")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    identifier = models.CharField(_("how it names itself"), max_length=200)
    protocol = models.CharField(_("speaks"), max_length=10, choices=Protocol.choices)
    virtual = models.BooleanField(_("a virtual patient, no real one"), default=False)
    added_by = _by()
    added_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    objects = ClinicSet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clinic", "identifier"],
                condition=Q(retired_at=None),
                name="one_device_of_a_name",
            )
        ]

    def __str__(self) -> str:
        return self.name


class DeviceBinding(models.Model):
    """From when to when a device stood at a chair, and who said so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="bindings")
    chair = models.CharField(max_length=40)
    bound_by = _by()
    bound_at = models.DateTimeField(default=timezone.now)
    ended_by = _by()
    ended_at = models.DateTimeField(null=True)

    objects = ClinicSet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(ended_at=None), name="a_device_at_one_chair"
            )
        ]

    def __str__(self) -> str:
        return f"{self.device} at {self.chair}"


class DeviceReading(AppendOnly):
    """What a device measured at one time in a session: one row, all its values.

    values: by parameter, in charted units. remarks: troubles that did not refuse it.
    clock_offset_s: seconds the message lay behind its arrival, when too many; such a set cannot be
    taken into the chart. A message sent twice is one row: device, control id and time are unique.
    """

    id = models.BigAutoField(primary_key=True)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", db_index=False)
    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, related_name="readings", db_index=False
    )
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+", db_index=False)
    control_id = models.CharField(max_length=200)
    measured_at = models.DateTimeField()
    received_at = models.DateTimeField()
    values = models.JSONField()
    remarks = models.JSONField(default=list)
    clock_offset_s = models.IntegerField(null=True)

    objects = ClinicSet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["device", "control_id", "measured_at"], name="a_reading_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["encounter", "measured_at"], name="readings_of_a_session")
        ]

    def __str__(self) -> str:
        return f"{self.measured_at:%H:%M:%S}"


class LatestReading(models.Model):
    """The newest value of each parameter in a session, as its readings gave it: what the page shows.

    values: {parameter: {"value", "at", "device", "name", "virtual", "reading", "id"}}: whose value it is,
    the row and its control id.
    """

    encounter = models.OneToOneField(
        Encounter, on_delete=models.CASCADE, primary_key=True, related_name="latest_reading"
    )
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+")
    values = models.JSONField(default=dict)
    clock_offset_s = models.IntegerField(null=True)
    received_at = models.DateTimeField()

    objects = ClinicSet.as_manager()

    def __str__(self) -> str:
        return f"{self.received_at:%H:%M:%S}"


class MessageTrouble(models.Model):
    """Messages that were not taken, or taken with a remark: one row a sender and trouble, counted.

    detail: of the last one; a parameter, a unit, a number of seconds. Nothing about a patient.
    """

    id = models.BigAutoField(primary_key=True)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+")
    sender = models.CharField(max_length=200)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, null=True, related_name="troubles")
    trouble = models.CharField(max_length=40)
    taken = models.BooleanField()
    detail = models.CharField(max_length=200, blank=True)
    times = models.PositiveBigIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    last_control_id = models.CharField(max_length=200, blank=True)

    objects = ClinicSet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clinic", "sender", "trouble"], name="one_row_a_sender_and_trouble"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.trouble}"


class ReadingFile(ClinicalRow):
    """A CSV file of a monitor, kept as it came; its readings are in the session once it is confirmed."""

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="files")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    text = models.TextField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = _by()
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["encounter", "sha256"], name="a_file_once")
        ]

    def __str__(self) -> str:
        return self.name
