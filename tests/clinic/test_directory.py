"""The directory as its keeper works in it, and the search it answers."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client, override_settings

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.directory import imports, selectors, services
from reprieve.clinic.directory.models import (
    Claim,
    Listing,
    PendingListings,
    VettingEntry,
    offers_text,
)
from reprieve.clinic.directory.places import DATA, cities, find_places, outlines
from reprieve.clinic.directory.words import Item, Status
from reprieve.core.directory.distance import Point

pytestmark = pytest.mark.django_db
LOOP = Point(latitude=41.88, longitude=-87.63)


def a_listing(by: Actor, **changed: Any) -> Listing:
    usual = {
        "name": "Harbor Infusion", "city": "Chicago", "region": "IL", "postal_code": "60601", "country": "US",
        "latitude": 41.88, "longitude": -87.63, "offers": offers_text({"route": ["iv"], "language": ["es"]}),
    }  # fmt: skip
    return services.add_listing(fields={**usual, **changed}, by=by)


# --- places ---


@pytest.mark.parametrize(
    ("typed", "label", "latitude"),
    [
        ("02115", "02115 Boston, MA", 42.34),
        (" 02115-1234 ", "02115 Boston, MA", 42.34),
        ("m5v 2t6", "M5V Downtown Toronto, ON", 43.65),
        ("M5V", "M5V Downtown Toronto, ON", 43.65),
        ("Portland, Maine", "Portland, ME", 43.66),
        ("portland me", "Portland, ME", 43.66),
        ("Portland", "Portland, OR", 45.52),
        ("st louis", "St. Louis, MO", 38.63),
        ("montreal", "Montréal, QC", 45.51),
        ("New York", "New York City, NY", 40.71),
    ],
)
def test_a_place_is_found_as_people_type_it(typed: str, label: str, latitude: float) -> None:
    place = find_places(typed)[0]
    assert place.label == label
    assert place.point.latitude == pytest.approx(latitude, abs=0.02)


@pytest.mark.parametrize("typed", ["", "00000", "09012", "Z9Z 1A1", "Springfield, XX", "x" * 500])
def test_a_place_we_do_not_know_is_none(typed: str) -> None:
    """09012 is an army post office: it stands nowhere on our map."""
    assert find_places(typed) == []


def test_the_shipped_places_are_small_and_say_whose_they_are() -> None:
    sizes = {file.name: file.stat().st_size for file in DATA.iterdir()}
    assert sum(sizes.values()) < 1_500_000
    assert sizes["outlines-fine.txt"] + sizes["outlines-coarse.txt"] < 150_000
    assert "GeoNames" in (DATA / "cities.csv").read_text().splitlines()[0]
    assert "ISC" in (DATA / "outlines-fine.txt").read_text().splitlines()[0]
    assert len(cities()) > 8000
    assert len(outlines("coarse")) > 50


# --- search ---


def test_a_search_finds_within_the_radius_and_not_beyond(nurse: Actor) -> None:
    """One degree of latitude is 111.2 km: the second stands 0.5 degrees north, 55.6 km."""
    near = a_listing(nurse)
    far = a_listing(nurse, name="North", latitude=42.38)
    assert [c.id for c in selectors.search(LOOP, 55)] == [str(near.pk)]
    assert {c.id for c in selectors.search(LOOP, 56)} == {str(near.pk), str(far.pk)}


def test_a_search_asks_for_everything_wanted_at_once(nurse: Actor) -> None:
    a_listing(nurse, price_band="400-700")
    a_listing(nurse, name="Other", offers=offers_text({"route": ["iv", "im"]}))
    assert len(selectors.search(LOOP, 10, route="iv")) == 2
    assert len(selectors.search(LOOP, 10, route="iv", language="es")) == 1
    assert len(selectors.search(LOOP, 10, price_band="400-700")) == 1
    assert selectors.search(LOOP, 10, route="im", language="es") == []


def test_a_listing_taken_off_is_not_found(nurse: Actor) -> None:
    a_listing(nurse, shown=False)
    assert selectors.search(LOOP, 10) == []


# --- vetting ---


def test_silence_is_unknown_and_the_newest_word_counts(nurse: Actor) -> None:
    listing = a_listing(nurse)
    assert {k.status for k in selectors.vetting_of(listing)} == {Status.UNKNOWN}
    services.record_item(listing, item=Item.ACLS, status=Status.VERIFIED, how="card seen", by=nurse)
    assert listing.verified == 1
    services.record_item(listing, item=Item.ACLS, status=Status.UNKNOWN, how="expired", by=nurse)
    listing.refresh_from_db()
    assert listing.verified == 0
    assert listing.vetting.count() == 2  # nothing is forgotten


def test_nothing_is_verified_without_saying_what_was_looked_at(nurse: Actor) -> None:
    listing = a_listing(nurse)
    for by, how in ((nurse, " "), (services.VISITOR, "card seen")):
        with pytest.raises(ValueError, match="must be said"):
            services.record_item(listing, item=Item.ACLS, status=Status.VERIFIED, how=how, by=by)
    assert not VettingEntry.objects.exists()


def test_what_was_found_once_cannot_be_rewritten(nurse: Actor) -> None:
    listing = a_listing(nurse)
    services.record_item(listing, item=Item.ACLS, status=Status.VERIFIED, how="seen", by=nurse)
    with pytest.raises(DatabaseError), transaction.atomic():
        VettingEntry.objects.update(how="something else")


# --- the keeper ---


def test_the_only_clinic_keeps_the_directory_and_of_several_the_one_named(
    clinic: Clinic, other_clinic: Clinic
) -> None:
    assert not selectors.keeps_directory(clinic)  # two, and nobody is named
    with override_settings(DIRECTORY_KEEPER=str(clinic.pk)):
        assert selectors.keeps_directory(clinic)
        assert not selectors.keeps_directory(other_clinic)
    other_clinic.delete()
    assert selectors.keeps_directory(clinic)
    assert not selectors.keeps_directory(None)


@pytest.mark.parametrize(
    "path", ["/directory/", "/directory/new/", "/directory/import/", "/directory/{}/"]
)
def test_another_clinic_is_told_who_keeps_it(
    clinic: Clinic, other_clinic: Clinic, nurse: Actor, signed_in: Callable[..., Client], path: str
) -> None:
    listing = a_listing(nurse)
    with override_settings(DIRECTORY_KEEPER=str(clinic.pk)):
        assert signed_in(other_clinic, Role.MANAGER).get(path.format(listing.pk)).status_code == 403
        assert signed_in(clinic, Role.MANAGER).get(path.format(listing.pk)).status_code == 200
        assert signed_in(clinic, Role.FRONT_DESK).get(path.format(listing.pk)).status_code == 403


def claim_of(listing: Listing, items: list[str]) -> Claim:
    fields = {"name": "Ines", "work": "manager", "email": "i@invented.example", "items": items}
    return services.send_claim(listing, fields={**fields, "corrections": ""})


def test_an_accepted_claim_verifies_nothing_and_lowers_nothing(
    clinic: Clinic, nurse: Actor, signed_in: Callable[..., Client]
) -> None:
    listing = a_listing(nurse)
    services.record_item(listing, item=Item.ACLS, status=Status.VERIFIED, how="seen", by=nurse)
    claim = claim_of(listing, ["acls", "rescue"])
    browser = signed_in(clinic, Role.PRESCRIBER)
    assert "not confirmed" in browser.get("/directory/").content.decode()
    assert browser.post(f"/directory/claims/{claim.pk}/", {"verdict": "accept"}).status_code == 302
    known = {k.item: k.status for k in selectors.vetting_of(listing)}
    assert known[Item.ACLS] == Status.VERIFIED
    assert known[Item.RESCUE] == Status.CLAIMED
    assert known[Item.TRANSFER] == Status.UNKNOWN
    assert not services.settle_claim(claim, accepted=False, outcome="late", by=nurse)


def test_a_refusal_says_why_and_claims_nothing(
    clinic: Clinic, nurse: Actor, signed_in: Callable[..., Client]
) -> None:
    claim = claim_of(a_listing(nurse), ["acls"])
    browser = signed_in(clinic, Role.MANAGER)
    path = f"/directory/claims/{claim.pk}/"
    assert browser.post(path, {}).status_code == 422
    assert browser.post(path, {"verdict": "refuse"}).status_code == 422
    assert (
        browser.post(path, {"verdict": "refuse", "outcome": "nobody knows her"}).status_code == 302
    )
    assert not VettingEntry.objects.exists()


def test_a_report_is_settled_once_with_what_was_done(
    clinic: Clinic, nurse: Actor, signed_in: Callable[..., Client]
) -> None:
    report = services.send_problem(a_listing(nurse), kind="closed", text="locked")
    browser = signed_in(clinic, Role.MANAGER)
    browser.post(f"/directory/problems/{report.pk}/", {"outcome": " "})
    assert selectors.open_problems().count() == 1
    browser.post(f"/directory/problems/{report.pk}/", {"outcome": "called: moved"})
    browser.post(f"/directory/problems/{report.pk}/", {"outcome": "again"})
    report.refresh_from_db()
    assert (report.outcome, selectors.open_problems().count()) == ("called: moved", 0)


def written(**changed: Any) -> dict[str, Any]:
    usual = {
        "name": "New place",
        "city": "Boston",
        "region": "ma",
        "postal_code": "02115",
        "country": "US",
    }
    return {**usual, "shown": "on", "route": ["iv"], **changed}


def test_a_listing_is_added_changed_and_its_past_stays(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.MANAGER)
    assert browser.post("/directory/new/", written()).status_code == 302
    listing = Listing.objects.get()
    assert listing.latitude == pytest.approx(42.34, abs=0.01)  # of the ZIP
    assert (listing.region, listing.codes("route")) == ("MA", ["iv"])
    path = f"/directory/{listing.pk}/"
    assert browser.post(path, written(name="Newer place")).status_code == 302
    html = browser.get(path).content.decode()
    assert "New place → Newer place" in html
    assert browser.post(path, written(name="")).status_code == 422
    assert AuditEvent.objects.filter(object_type="Listing", action="update").count() == 1


@pytest.mark.parametrize(
    "changed", [{"region": "XX"}, {"postal_code": "00000"}, {"latitude": "42"}, {"latitude": "99"}]
)
def test_a_listing_that_stands_nowhere_is_not_added(
    clinic: Clinic, signed_in: Callable[..., Client], changed: dict[str, str]
) -> None:
    page = signed_in(clinic, Role.MANAGER).post("/directory/new/", written(**changed))
    assert page.status_code == 422
    assert not Listing.objects.exists()


def test_an_item_is_written_down_under_ones_own_name(
    clinic: Clinic, nurse: Actor, signed_in: Callable[..., Client]
) -> None:
    path = f"/directory/{a_listing(nurse).pk}/items/"
    browser = signed_in(clinic, Role.PRESCRIBER)
    assert browser.post(path, {"item": "acls", "status": "verified"}).status_code == 422
    assert (
        browser.post(path, {"item": "acls", "status": "verified", "how": "card"}).status_code == 302
    )
    entry = VettingEntry.objects.get()
    assert (entry.by_name, entry.how) == ("A Prescriber", "card")


# --- import ---

TABLE = """ZIP,Clinic,State,Town,Country,Routes,Vetting,Fax
02115,Back Bay Infusion,MA,Boston,USA,iv; IM,acls;transfer,555
"""


def sent(browser: Client, text: str) -> Any:
    file = SimpleUploadedFile("t.csv", text.encode())
    return browser.post("/directory/import/", {"table": file})


def test_a_table_is_looked_at_first_and_then_added_whole(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.MANAGER)
    preview = sent(browser, TABLE).headers["Location"]
    html = browser.get(preview).content.decode()
    assert "Back Bay Infusion" in html
    assert "<code>Fax</code>" in html  # nothing is read from it, and that is said
    assert not Listing.objects.exists()
    assert browser.post(preview, {"confirm": ""}).status_code == 302
    listing = Listing.objects.get()
    assert listing.codes("route") == ["iv", "im"]
    known = {k.item.value for k in selectors.vetting_of(listing) if k.status == Status.CLAIMED}
    assert known == {"acls", "transfer"}  # a table can claim, and verifies nothing
    assert listing.verified == 0
    assert browser.post(preview, {"confirm": ""}).status_code == 404
    again = browser.get(sent(browser, TABLE).headers["Location"]).content.decode()
    assert "left as it stands" in again


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "header.name"),
        (TABLE.replace("Clinic", "Who"), "header.name"),
        (TABLE.replace("MA", "Mars"), "2.region"),
        (TABLE.replace("iv; IM", "by magic"), "2.route"),
        (TABLE.replace("acls", "halo"), "2.items"),
        (TABLE.replace("02115", "00000"), "2.postal_code"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_nothing_is_added(
    clinic: Clinic, signed_in: Callable[..., Client], text: str, path: str
) -> None:
    browser = signed_in(clinic, Role.MANAGER)
    preview = sent(browser, text).headers["Location"]
    assert f"<code>{path}</code>" in browser.get(preview).content.decode()
    assert browser.post(preview, {"confirm": ""}).status_code == 422
    assert not Listing.objects.exists()


def test_a_table_is_its_senders_alone_and_gone_when_cancelled(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.MANAGER)
    preview = sent(browser, TABLE).headers["Location"]
    assert signed_in(clinic, Role.MANAGER).get(preview).status_code == 404
    browser.post(preview, {"cancel": ""})
    assert not PendingListings.objects.exists()


def test_no_file_a_file_too_large_and_one_that_is_no_text_are_refused(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.MANAGER)
    assert browser.post("/directory/import/").status_code == 422
    assert sent(browser, "x" * (imports.LARGEST_BYTES + 1)).status_code == 422
    wrong = SimpleUploadedFile("t.csv", b"\xff\xfe")
    assert browser.post("/directory/import/", {"table": wrong}).status_code == 422


def test_a_search_among_many_is_quick(nurse: Actor) -> None:
    """A tripwire at ten times the budget; benchmarks/directory_search.py measures."""
    rows = [
        Listing(
            name=f"N {n}", city="X", region="IL", postal_code=str(n), country="US",
            latitude=25 + n % 240 / 10, longitude=-94 + n // 240,
        )
        for n in range(3000)
    ]  # fmt: skip
    Listing.objects.bulk_create(rows, batch_size=500)
    began = time.perf_counter()
    found = selectors.search(LOOP, 160)
    assert time.perf_counter() - began < 0.5
    assert 0 < len(found) < 3000
