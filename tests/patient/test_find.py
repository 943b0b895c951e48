"""Find a clinic: plain, the same list and map, nothing kept of who searched, nothing sold."""

import re
import time
from typing import Any

import pytest
from django.core import mail, signing
from django.test import Client, override_settings

from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.directory import services
from reprieve.clinic.directory.models import Claim, Listing, ProblemReport, offers_text
from reprieve.clinic.directory.words import Item, Status
from reprieve.core.readability import fernandez_huerta, flesch_kincaid_grade
from reprieve.patient.guard import SALT as CLOCK

from .test_public_pages import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(db: None) -> Listing:
    fields = {
        "name": "Invented Rooms", "city": "Chicago", "region": "IL", "postal_code": "X1", "country": "US",
        "latitude": 41.9, "longitude": -87.63, "email": "rooms@invented.example",
        "offers": offers_text({"route": ["iv"], "condition": ["crps"]}),
    }  # fmt: skip
    return services.add_listing(fields=fields, invented=True, by=services.VISITOR)


def search(**asked: Any) -> Any:
    return Client().get("/find/", {"place": "60601", "radius": 50, **asked})


def test_the_list_and_the_map_show_the_same(listing: Listing) -> None:
    html = search().content.decode()
    assert "1 clinic within 50 mi of 60601 Chicago, IL" in html
    numbers_of_list = re.findall(r'class="pin-number"[^>]*>(\d+)<', html)
    numbers_of_map = re.findall(r'<text class="pin"[^>]*>(\d+)<', html)
    assert numbers_of_list == numbers_of_map == ["1"]
    assert 'role="img"' in html


def test_every_card_and_page_of_an_invented_clinic_says_so(listing: Listing) -> None:
    for page in (search(), Client().get(f"/find/{listing.pk}/")):
        assert page.content.decode().count("Not a real clinic.") == 1


def test_a_place_nobody_knows_is_said_with_what_was_typed(listing: Listing) -> None:
    page = search(place="Nowhere, XX")
    assert page.status_code == 422
    assert 'value="Nowhere, XX"' in page.content.decode()


@pytest.mark.parametrize("asked", [{"radius": "7"}, {"route": "magic"}, {"price": "free"}])
def test_an_address_somebody_bent_is_refused_kindly(asked: dict[str, str]) -> None:
    assert search(**asked).status_code == 422


def test_nothing_found_leads_further_and_back(listing: Listing) -> None:
    html = search(route="im").content.decode()
    assert "That does not mean there is none." in html
    assert "radius=100" in html  # the next wider one
    assert "route=&amp;" in html or "route=&" in html  # without the narrowing


def test_a_town_name_of_several_offers_the_others(listing: Listing) -> None:
    html = search(place="Portland").content.decode()
    assert "of Portland, OR" in html
    assert "Portland%2C+ME" in html


def test_canadians_read_kilometers(listing: Listing) -> None:
    html = search(place="N8X", radius=250).content.decode()  # Windsor, Ontario
    assert "within 402 km" in html
    assert re.search(r"<strong>\d+ km</strong>", html)


def test_more_than_a_page_of_answers_is_turned_and_numbered_on(listing: Listing) -> None:
    for n in range(20):
        listing.pk, listing.postal_code, listing._state.adding = None, f"Y{n}", True
        listing.id = Listing._meta.pk.get_default()
        listing.save()
    assert "21 clinics" in search().content.decode()
    assert 'start="21"' in search(page=2).content.decode()
    assert 'start="21"' in search(page=99).content.decode()


def test_the_order_is_explained_and_what_is_checked_moves_a_near_one_up(listing: Listing) -> None:
    """Both within 10 miles; the further one has a checked point."""
    other = services.add_listing(
        fields={"name": "Checked Rooms", "city": "Chicago", "region": "IL", "postal_code": "X2",
                "country": "US", "latitude": 41.95, "longitude": -87.63},
        by=services.VISITOR,
    )  # fmt: skip
    html = search().content.decode()
    assert html.index("Invented Rooms") < html.index("Checked Rooms")
    Listing.objects.filter(pk=other.pk).update(verified=1)
    html = search().content.decode()
    assert html.index("Checked Rooms") < html.index("Invented Rooms")
    assert "Nobody can pay for a place in this list." in html


def test_a_search_is_kept_by_nobody(listing: Listing) -> None:
    before = AuditEvent.objects.count()
    page = search()
    assert not page.cookies
    assert "no-store" in page.headers["Cache-Control"]
    assert AuditEvent.objects.count() == before


def test_a_profile_says_what_is_verified_by_whom_claimed_and_unknown(listing: Listing) -> None:
    services.record_item(
        listing, item=Item.ACLS, status=Status.CLAIMED, how="", by=services.VISITOR, said_by="them"
    )
    html = Client().get(f"/find/{listing.pk}/").content.decode()
    assert html.count('class="is-claimed"') == 1
    assert html.count('class="is-unknown"') == len(Item) - 1
    assert "rooms@invented.example" not in html  # the address that proves a claim is not shown
    assert Client().get(f"/find/{listing.pk}/claim/").status_code == 200


def test_a_listing_taken_off_has_no_page(listing: Listing) -> None:
    Listing.objects.update(shown=False)
    for path in ("", "claim/", "problem/"):
        assert Client().get(f"/find/{listing.pk}/{path}").status_code == 404


def form(**fields: Any) -> dict[str, Any]:
    return {"shown_at": signing.dumps(time.time() - 10, salt=CLOCK), "website": "", **fields}


def test_a_problem_is_kept_without_who_sent_it(listing: Listing) -> None:
    path = f"/find/{listing.pk}/problem/"
    assert Client().post(path, form(kind="closed", text="locked")).status_code == 200
    report = ProblemReport.objects.get()
    assert (report.kind, report.text) == ("closed", "locked")
    event = AuditEvent.objects.get(object_type="ProblemReport")
    assert (event.address, event.by, event.request_id) == ("", None, "")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"website": "http://spam.example", "kind": "closed"}, 422),
        ({"shown_at": signing.dumps(time.time() + 86_400, salt=CLOCK), "kind": "closed"}, 422),
        ({"shown_at": "forged", "kind": "closed"}, 422),
        ({}, 422),
    ],
)
def test_a_machine_is_not_heard(listing: Listing, fields: dict[str, Any], status: int) -> None:
    answer = Client().post(f"/find/{listing.pk}/problem/", form(**fields))
    assert answer.status_code == status
    assert not ProblemReport.objects.exists()


def test_one_address_sends_three_an_hour_and_another_site_sends_none(listing: Listing) -> None:
    path = f"/find/{listing.pk}/problem/"
    elsewhere = Client(headers={"sec-fetch-site": "cross-site"})
    assert elsewhere.post(path, form(kind="other")).status_code == 400
    sent = [Client().post(path, form(kind="other")).status_code for _ in range(4)]
    assert sent == [200, 200, 200, 429]
    assert ProblemReport.objects.count() == 3


def claimed(listing: Listing) -> Any:
    fields = {
        "name": "Ines",
        "work": "manager",
        "email": "ines@somewhere.example",
        "items": ["acls"],
    }
    return Client().post(f"/find/{listing.pk}/claim/", form(**fields))


def test_a_claim_is_confirmed_by_the_address_on_file_and_not_by_the_one_typed(
    listing: Listing,
) -> None:
    assert claimed(listing).status_code == 200
    [letter] = mail.outbox
    assert letter.to == ["rooms@invented.example"]
    path = re.search(r"http://testserver(/find/confirm/\S+)", letter.body)[1]  # type: ignore[index]
    assert Client().get(path).status_code == 200
    assert Claim.objects.get().confirmed_at is None  # mail programs open links by themselves
    Client().post(path)
    first = Claim.objects.get().confirmed_at
    Client().post(path)
    assert first == Claim.objects.get().confirmed_at is not None
    assert not listing.vetting.exists()  # a person decides


def test_a_link_that_was_changed_or_is_old_confirms_nothing(listing: Listing) -> None:
    claimed(listing)
    token = re.search(r"/find/confirm/(\S+)/", mail.outbox[0].body)[1]  # type: ignore[index]
    assert Client().post(f"/find/confirm/x{token}/").status_code == 410
    with override_settings(SECRET_KEY="another"):
        assert Client().post(f"/find/confirm/{token}/").status_code == 410
    assert Claim.objects.get().confirmed_at is None


def test_without_mail_a_claim_waits_and_says_so(listing: Listing) -> None:
    with override_settings(CONTACT_SENDERS={}):
        assert "We may call the clinic" in claimed(listing).content.decode()
    assert mail.outbox == []
    assert Claim.objects.count() == 1


@pytest.mark.parametrize(
    "path", ["/find/?place=60601", "/find/?place=60601&route=im", "", "claim/", "problem/"]
)
def test_the_pages_of_the_directory_are_plain_in_both_languages(
    listing: Listing, path: str
) -> None:
    path = path if path.startswith("/") else f"/find/{listing.pk}/{path}"
    assert flesch_kincaid_grade(words_of(path, "en")) <= 8
    assert fernandez_huerta(words_of(path, "es")) >= 60
