"""Listings of clinics that treat pain with ketamine. They belong to the directory, not to a clinic's records."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.append_only import AppendOnly
from reprieve.clinic.directory.words import OFFERS, Item, PriceBand, Status
from reprieve.clinic.patients.models.base import ClinicSet
from reprieve.core.directory.distance import Point


class Listing(models.Model):
    """One place of care.

    offers: codes as `|route:iv|language:es|`, so that any database finds one without a join.
    verified: how many vetting items stand verified; kept by services.record_item, for the order.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200)
    street = models.CharField(_("street"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100)
    region = models.CharField(_("state or province"), max_length=2)
    postal_code = models.CharField(_("ZIP or postal code"), max_length=10)
    country = models.CharField(_("country"), max_length=2)
    latitude = models.FloatField(
        _("latitude"), validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail, not shown"), blank=True)
    price_band = models.CharField(
        _("price of a visit"), max_length=12, choices=PriceBand.choices, blank=True
    )
    offers = models.TextField(blank=True, default="|")
    verified = models.PositiveSmallIntegerField(default=0, editable=False)
    invented = models.BooleanField(default=False, editable=False)
    shown = models.BooleanField(_("shown to visitors"), default=True)
    changed_at = models.DateTimeField(auto_now=True)

    history = HistoricalRecords()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["shown", "latitude", "longitude"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "postal_code"], name="one_listing_of_a_name_there"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}, {self.region}"

    @property
    def point(self) -> Point:
        return Point(latitude=self.latitude, longitude=self.longitude)

    def codes(self, kind: str) -> list[str]:
        """The codes of one kind of OFFERS, in the order of the words."""
        held = set(self.offers.split("|"))
        return [code for code in OFFERS[kind].values if f"{kind}:{code}" in held]


def offers_text(chosen: dict[str, list[str]]) -> str:
    """As `Listing.offers` holds them."""
    codes = [f"{kind}:{code}" for kind in OFFERS for code in chosen.get(kind, ())]
    return "|" + "".join(f"{code}|" for code in codes)


class VettingEntry(AppendOnly):
    """What was found or said of one item on one day; the newest row of an item counts."""

    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="vetting")
    item = models.CharField(max_length=20, choices=Item.choices)
    status = models.CharField(max_length=10, choices=Status.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    by_name = models.CharField(max_length=200)  # as it was shown then
    how = models.CharField(max_length=300, blank=True)  # what was looked at

    class Meta:
        indexes: ClassVar = [models.Index(fields=["listing", "item", "-at"])]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.item} {self.status}"


class Waiting(models.Model):
    """Base of what visitors send and the keeper of the directory settles."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sent_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


class Claim(Waiting):
    """Somebody says that a listing is theirs, and what their clinic has.

    confirmed_at: when a link sent to the address *on the listing* was opened; typed addresses prove nothing.
    """

    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="claims")
    name = models.CharField(_("your name"), max_length=120)
    work = models.CharField(_("your work there"), max_length=120)
    email = models.EmailField(_("your work email"))
    items = models.JSONField(default=list)
    corrections = models.TextField(_("what should change on the page"), max_length=2000, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)

    def __str__(self) -> str:
        return f"claim of {self.listing_id}"


class ProblemReport(Waiting):
    """What a visitor found wrong. Nothing about the visitor is kept."""

    class Kind(models.TextChoices):
        CLOSED = "closed", _("It is closed, or has moved")
        WRONG = "wrong", _("Something on the page is wrong")
        UNSAFE = "unsafe", _("I worry about safety there")
        OTHER = "other", _("Something else")

    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="problems")
    kind = models.CharField(_("what is wrong"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("tell us more"), max_length=2000, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} at {self.listing_id}"


class PendingListings(models.Model):
    """A table of listings waiting for the person who sent it to confirm or cancel; a day at most."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=200)
    text = models.TextField()

    objects = ClinicSet.as_manager()

    def __str__(self) -> str:
        return self.name
