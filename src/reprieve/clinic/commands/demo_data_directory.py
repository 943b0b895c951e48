"""Invented listings for the directory. None is a real clinic, and every card says so."""

import functools
import random
from typing import Any

from reprieve.clinic.audit.services import Actor
from reprieve.clinic.directory.models import Claim, Listing, ProblemReport, offers_text
from reprieve.clinic.directory.places import Place, cities
from reprieve.clinic.directory.services import add_listing, record_item
from reprieve.clinic.directory.words import OFFERS, Item, PriceBand, Status

LISTINGS = 60
HOME, AT_HOME, TOWNS = "Chicago", 6, 400
FIRST = ("Invented", "Made-Up", "Pretend", "Sample", "Imaginary", "Fictional")
SECOND = ("Pain Care", "Infusion Rooms", "Relief Clinic", "Pain Medicine", "Infusion Center")
SPREAD_DEGREES = 0.25  # around the middle of a town, about 17 miles
HOW = "Papers seen, and a visit"


def directory(by: Actor) -> None:
    """The demo's listings with what is known of each, one claim and one report waiting."""
    chance = random.Random(1206)  # noqa: S311  places, not secrets
    made = [_listing(chance, number, by) for number in range(LISTINGS)]
    Claim.objects.create(
        listing=made[0],
        name="Ines Abelard",
        work="Practice manager",
        email="manager@invented.example",
        items=[Item.ACLS.value, Item.TRANSFER.value],
        corrections="We are open on Saturdays now.",
    )
    ProblemReport.objects.create(
        listing=made[1], kind=ProblemReport.Kind.CLOSED, text="The door was locked twice this week."
    )


def _listing(chance: random.Random, number: int, by: Actor) -> Listing:
    listing = add_listing(fields=invented_fields(chance, number), invented=True, by=by)
    for item in Item:
        status = chance.choice((Status.VERIFIED, Status.CLAIMED, Status.CLAIMED, Status.UNKNOWN))
        if status == Status.VERIFIED:
            record_item(listing, item=item, status=status, how=HOW, by=by)
        elif status == Status.CLAIMED:
            record_item(listing, item=item, status=status, how="", by=by, said_by=listing.name)
    return listing


def invented_fields(chance: random.Random, number: int) -> dict[str, Any]:
    """Values of one listing near a large town; the telephone numbers are kept for fiction."""
    town = _town(chance, number)
    return {
        "name": f"{chance.choice(FIRST)} {chance.choice(SECOND)} {number + 1}",
        "street": f"{chance.randint(1, 999)} Example Street",
        "city": town.name,
        "region": town.region,
        "country": town.country,
        "postal_code": f"X{number:05d}",
        "latitude": round(town.point.latitude + chance.uniform(-1, 1) * SPREAD_DEGREES, 4),
        "longitude": round(town.point.longitude + chance.uniform(-1, 1) * SPREAD_DEGREES, 4),
        "phone": f"555-01{number % 100:02d}",
        "email": f"clinic-{number + 1}@invented.example",
        "price_band": chance.choice(("", *PriceBand.values)),
        "offers": offers_text(
            {kind: _some(chance, words.values) for kind, words in OFFERS.items()}
        ),
    }


@functools.cache
def _towns() -> tuple[Place, ...]:
    return tuple(sorted(cities(), key=lambda c: -c.people)[:TOWNS])


def _town(chance: random.Random, number: int) -> Place:
    """The first few stand around the demo's own clinic, the others where people live."""
    if number < AT_HOME:
        return next(town for town in _towns() if town.name == HOME)
    return chance.choices(_towns(), weights=[town.people for town in _towns()])[0]


def _some(chance: random.Random, values: list[str]) -> list[str]:
    """The first always: most clinics treat it, or give it that way."""
    return [v for i, v in enumerate(values) if i == 0 or chance.random() < 0.4]
