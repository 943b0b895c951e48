"""Every fact can be opened, with its source and how far it was read."""

from collections.abc import Callable

import pytest
from django.test import Client

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.library.shelves import SHELVES, by_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(clinic: Clinic, signed_in: Callable[..., Client]) -> Client:
    return signed_in(clinic, Role.NURSE)


@pytest.mark.parametrize("subject", [s.subject for s in SHELVES] + ["claims"])
def test_every_kind_has_a_page_that_names_each_record(reader: Client, subject: str) -> None:
    page = reader.get(f"/knowledge/{subject}/").content.decode()
    for record in knowledge.records(subject):
        assert f"/knowledge/record/{record.id}/" in page


def test_every_record_has_a_page(reader: Client) -> None:
    for record_id in by_id():
        assert reader.get(f"/knowledge/record/{record_id}/").status_code == 200, record_id


def test_a_recalled_record_says_so_on_its_page(reader: Client) -> None:
    page = reader.get("/knowledge/record/ci_porphyria/").content.decode()
    assert "recalled, not verified" in page


def test_claims_can_be_read_by_verdict(reader: Client) -> None:
    page = reader.get("/knowledge/claims/?verdict=disagree").content.decode()
    assert page.count("/knowledge/record/sc") == 14


def test_search_wants_every_word(reader: Client) -> None:
    page = reader.get("/knowledge/?q=clarithromycin ketamine").content.decode()
    assert "ix_cyp3a4_inh_oral" in page
    assert "No record holds" in reader.get("/knowledge/?q=clarithromycin unicorn").content.decode()


def test_what_does_not_exist_is_not_found(reader: Client) -> None:
    assert reader.get("/knowledge/nothing/").status_code == 404
    assert reader.get("/knowledge/record/ci_nothing/").status_code == 404
