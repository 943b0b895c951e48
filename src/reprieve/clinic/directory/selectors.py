"""Reading the directory: a search, a profile, what waits for its keeper."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.directory.models import Claim, Listing, ProblemReport, VettingEntry
from reprieve.clinic.directory.words import OFFERS, Item, Status
from reprieve.core.directory.distance import Point, box_around, great_circle_km
from reprieve.core.directory.ranking import Candidate, rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One vetting item of a listing as it stands. entry is None where nobody has said anything."""

    item: Item
    status: Status
    entry: VettingEntry | None


def search(
    centre: Point, radius_km: float, *, price_band: str = "", **wanted: str
) -> list[Candidate]:
    """The shown listings within the radius that offer all that is wanted, in the order of `rank`.

    wanted: a kind of OFFERS to one of its codes; an empty code asks for nothing.
    """
    found = Listing.objects.filter(_inside(centre, radius_km), shown=True)
    for kind, code in wanted.items():
        if code:
            found = found.filter(offers__contains=f"|{kind}:{OFFERS[kind](code).value}|")
    if price_band:
        found = found.filter(price_band=price_band)
    rows = found.values_list("pk", "name", "latitude", "longitude", "verified")
    candidates = (
        Candidate(
            id=str(pk),
            name=name,
            distance_km=great_circle_km(centre, Point(latitude=latitude, longitude=longitude)),
            verified=verified,
        )
        for pk, name, latitude, longitude, verified in rows.iterator()
    )
    return rank(c for c in candidates if c.distance_km <= radius_km)


def _inside(centre: Point, radius_km: float) -> Q:
    box = box_around(centre, radius_km)
    spans = Q()
    for west, east in box.spans:
        spans |= Q(longitude__range=(west, east))
    return Q(latitude__range=(box.south, box.north)) & spans


def listings_of(candidates: Sequence[Candidate]) -> list[tuple[Candidate, Listing]]:
    """The rows of a page of answers, in the same order."""
    rows = Listing.objects.in_bulk([uuid.UUID(c.id) for c in candidates])
    return [(c, rows[uuid.UUID(c.id)]) for c in candidates]


def vetting_of(listing: Listing) -> list[Known]:
    """Every item in the order of the words, with the newest that was said of it."""
    newest: dict[str, VettingEntry] = {}
    for entry in listing.vetting.order_by("at", "pk"):
        newest[entry.item] = entry
    return [_known(item, newest) for item in Item]


def _known(item: Item, newest: Mapping[str, VettingEntry]) -> Known:
    entry = newest.get(item.value)
    if entry is None or entry.status == Status.UNKNOWN:
        return Known(item=item, status=Status.UNKNOWN, entry=None)
    return Known(item=item, status=Status(entry.status), entry=entry)


def open_claims() -> QuerySet[Claim]:
    return Claim.objects.filter(settled_at=None).select_related("listing").order_by("sent_at")


def open_problems() -> QuerySet[ProblemReport]:
    found = ProblemReport.objects.filter(settled_at=None).select_related("listing")
    return found.order_by("sent_at")


def keeps_directory(clinic: Clinic | None) -> bool:
    """Whether this clinic looks after the directory: the one named, else the only one there is."""
    if clinic is None:
        return False
    if named := settings.DIRECTORY_KEEPER:
        return str(clinic.pk) == named
    return Clinic.objects.count() == 1
