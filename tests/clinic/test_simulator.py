"""The simulator page draws what core says, refuses what nobody modelled, and shares by its address."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.simulator.forms import EXAMPLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(clinic: Clinic, signed_in: Callable[..., Client]) -> Client:
    return signed_in(clinic, Role.PHARMACIST)


def page(reader: Client, **changes: str) -> str:
    return reader.get("/simulator/", {**EXAMPLE, **changes}).content.decode()


def test_it_opens_with_an_example_and_says_what_it_is_not(reader: Client) -> None:
    text = reader.get("/simulator/").content.decode()
    assert "Estimated, not measured" in text
    assert "no therapeutic range is drawn" in text


def test_every_model_can_be_compared(reader: Client) -> None:
    text = page(reader, model="all")
    assert "models put the typical peak between" in text
    assert text.count('class="parent"') > 6  # each line stands in the picture and in its key


@pytest.mark.parametrize("route", ["im", "sc", "rectal", "topical"])
def test_a_route_without_an_adult_model_is_refused_with_what_is_published(
    reader: Client, route: str
) -> None:
    text = page(reader, **{"d-0-route": route, "d-0-duration_min": ""})
    assert "Not drawn yet" in text
    assert 'class="parent"' not in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"weight_kg": "29"},
        {"age_years": "17"},
        {"d-0-amount_mg": "-3"},
        {"d-0-duration_min": "0"},
        {"d-0-amount_mg": "NaN"},
        {"until_h": ""},
        {"d-TOTAL_FORMS": "999"},
    ],
)
def test_what_cannot_be_drawn_says_why_and_keeps_what_was_typed(
    reader: Client, wrong: dict[str, str]
) -> None:
    text = page(reader, **wrong)
    assert "Not drawn yet" in text or "TOTAL_FORMS" in next(iter(wrong))


def test_an_interaction_nobody_measured_is_not_drawn(reader: Client) -> None:
    text = page(reader, precipitant="clarithromycin")  # never studied with an infusion
    assert "Not drawn" in text
    assert "1.0" in text


def test_a_measured_interaction_says_whether_it_is_calibrated(reader: Client) -> None:
    text = page(reader, precipitant="rifampicin")
    assert "With rifampicin: exposure" in text
    assert "Calibrated" in text


def test_the_csv_holds_what_the_picture_shows(reader: Client) -> None:
    answer = reader.get("/simulator/data.csv", EXAMPLE)
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[0][:2] == ["minutes", "otto-2021 ketamine ng/mL"]
    assert "otto-2021 ketamine ng/mL p95" in rows[0]
    assert float(rows[1][1]) == 0
    assert len(rows) == 362


def test_a_second_dose_starts_as_a_copy_and_can_be_taken_away(reader: Client) -> None:
    two = page(reader, add="1")
    assert 'name="d-1-amount_mg" value="80"' in two
    second = {f"d-1-{k[4:]}": v for k, v in EXAMPLE.items() if k.startswith("d-0-")}
    one = page(reader, drop="1", **{"d-TOTAL_FORMS": "2", **second})
    assert 'id="id_d-1-amount_mg"' not in one


def test_effects_are_for_teaching_and_print_what_they_assume(reader: Client) -> None:
    text = reader.get("/simulator/effects/", EXAMPLE).content.decode()
    assert "never choose a dose" in text
    assert "equation was not seen" in text
    assert "predicts little lasting relief" in text.replace("\n", " ")


def test_norketamine_opposes_only_when_switched_on(reader: Client) -> None:
    off = reader.get("/simulator/effects/", EXAMPLE)
    on = reader.get("/simulator/effects/", {**EXAMPLE, "norketamine": "1"})
    relief = [max(c.context["found"].pain_cm) for c in (off, on)]
    assert relief[1] < relief[0]
