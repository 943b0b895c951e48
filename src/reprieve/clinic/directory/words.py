"""What a listing may say of itself, in the words of the pages; codes are what is stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Condition(models.TextChoices):
    """Kinds of pain somebody looks for care with."""

    CRPS = "crps", _("Complex regional pain (CRPS)")
    NERVE = "nerve", _("Nerve pain")
    FIBROMYALGIA = "fibromyalgia", _("Fibromyalgia")
    SPINE = "spine", _("Back, neck or spine pain")
    PHANTOM = "phantom", _("Phantom limb pain")
    MIGRAINE = "migraine", _("Migraine and headache")
    CANCER = "cancer", _("Cancer pain")
    OTHER = "other", _("Other long pain")


class Route(models.TextChoices):
    IV = "iv", _("Through a vein (IV)")
    IM = "im", _("Shot in a muscle (IM)")
    NASAL = "nasal", _("Nose spray")
    LOZENGE = "lozenge", _("Lozenge or tablet")
    TOPICAL = "topical", _("Cream on the skin")


class Setting(models.TextChoices):
    CLINIC = "clinic", _("In a clinic")
    MOBILE = "mobile", _("They come to you")
    TELEHEALTH = "telehealth", _("Follow-up by video")


class Language(models.TextChoices):
    EN = "en", _("English")
    ES = "es", _("Spanish")
    FR = "fr", _("French")


class PriceBand(models.TextChoices):
    """Of one infusion as the clinic states it; ends are a project_default."""

    UNDER_400 = "under-400", _("Less than $400 a visit")
    TO_700 = "400-700", _("$400 to $700 a visit")
    OVER_700 = "over-700", _("More than $700 a visit")


# What a listing may carry many of; each is one field of the search.
OFFERS: dict[str, type[models.TextChoices]] = {
    "condition": Condition,
    "route": Route,
    "setting": Setting,
    "language": Language,
}


class Item(models.TextChoices):
    """What a careful patient should know of a clinic before the first visit."""

    PRESCRIBER = "prescriber", _("Prescriber trained in ketamine")
    CREDENTIALS = "credentials", _("Licenses and board papers")
    EXPERIENCE = "experience", _("Years and number of pain patients")
    ACLS = "acls", _("Somebody in the room trained for a heart stop (ACLS)")
    MONITORING = "monitoring", _("Heart, blood pressure and oxygen are watched")
    RESCUE = "rescue", _("Rescue drugs and oxygen at hand")
    TRANSFER = "transfer", _("A plan for a move to a hospital")
    REGISTRATION = "registration", _("Registered to keep controlled drugs")
    PLACE = "place", _("A calm room, and somebody who stays")
    REPUTATION = "reputation", _("No open action by a licensing board")
    OUTCOMES = "outcomes", _("Reports how its patients do")


class Status(models.TextChoices):
    """How far an item of a listing is known. Unknown is where nobody has said anything."""

    VERIFIED = "verified", _("Verified")
    CLAIMED = "claimed", _("Claimed by the clinic")
    UNKNOWN = "unknown", _("Unknown")
