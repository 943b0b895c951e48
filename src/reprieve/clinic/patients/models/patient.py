"""A person in care, and the words they are found by."""

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.patients.fields import IdentifyingField
from reprieve.clinic.patients.models.base import ClinicSet


class Sex(models.TextChoices):
    """FHIR administrative gender; what the dosing models ask for."""

    FEMALE = "female", _("female")
    MALE = "male", _("male")
    OTHER = "other", _("other")
    UNKNOWN = "unknown", _("not recorded")


class Patient(models.Model):
    """FHIR Patient. Everything that identifies goes through IdentifyingField and search.py."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", editable=False)
    family_name = IdentifyingField(_("family name"))
    given_names = IdentifyingField(_("given names"))
    birth_date = IdentifyingField(_("date of birth"), holds_date=True, null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    language = models.CharField(
        _("language they prefer"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    phone = IdentifyingField(_("telephone"), blank=True, longest=40)
    email = IdentifyingField(_("e-mail"), blank=True)
    address = IdentifyingField(_("address"), blank=True, longest=400)
    emergency_name = IdentifyingField(_("emergency contact"), blank=True)
    emergency_phone = IdentifyingField(_("their telephone"), blank=True, longest=40)
    invented = models.BooleanField(default=False, editable=False)  # demo data, marked on every page
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    history = HistoricalRecords()

    objects = ClinicSet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["clinic", "family_name", "given_names", "id"]),
            models.Index(fields=["clinic", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.family_name}, {self.given_names}"

    def age_years(self, as_of: date) -> int | None:
        """Completed years on a date; None without a date of birth."""
        born = self.birth_date
        if born is None:
            return None
        return as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))


class PatientIdentifier(models.Model):
    """A number another system knows the person by: a record number, an insurance number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=200)  # the URI that says whose number it is
    value = IdentifyingField(_("record number"))
    history = HistoricalRecords()

    objects = ClinicSet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clinic", "system", "value"], name="one_patient_per_identifier"
            )
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.value}"


class SearchWord(models.Model):
    """One word a patient is found by, as search.py writes it."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="search_words")
    word = models.CharField(max_length=80, db_index=True)  # also gives PostgreSQL its LIKE index

    objects = ClinicSet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "word", "patient"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patient", "word"], name="a_search_word_once")
        ]

    def __str__(self) -> str:
        return self.word
