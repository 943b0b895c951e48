"""A patient is found by what people at the desk have in hand."""

from datetime import date

import pytest

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.search import search_patients, split
from reprieve.clinic.patients.services import change_patient

from .conftest import a_patient, acting, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def garcia(nurse: Actor) -> None:
    a_patient(
        nurse,
        family_name="García-Núñez",
        given_names="María José",
        birth_date=date(1974, 2, 14),
        phone="(312) 555-0143",
        record_number="H-1042",
    )
    a_patient(nurse, family_name="O’Brien", given_names="Sean")


@pytest.mark.usefixtures("garcia")
@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("garcia", 1),  # without the accent
        ("GARCÍA mar", 1),  # beginnings, in any order and case
        ("jose nunez", 1),
        ("garcia sean", 0),  # every part must fit
        ("1974-02-14", 1),
        ("2/14/1974", 1),  # as an American writes it
        ("1974-02-15", 0),
        ("H-1042", 1),
        ("h1042", 1),
        ("0143", 1),
        ("obrien", 1),
        ("o'brien", 1),
        ("", 2),
        ("%", 2),  # nothing to look for
        ("g_rcia", 0),  # no wildcards
    ],
)
def test_who_is_found(clinic: Clinic, question: str, found: int) -> None:
    assert search_patients(clinic, question).count() == found


def test_another_clinics_patients_are_never_found(nurse: Actor, other_clinic: Clinic) -> None:
    a_patient(nurse, family_name="Abara")

    assert not search_patients(other_clinic, "abara").exists()


def test_a_changed_name_is_found_and_the_old_one_no_longer(nurse: Actor) -> None:
    patient = a_patient(nurse, family_name="Abara")

    change_patient(patient, fields={"family_name": "Okonkwo"}, record_number="", by=nurse)

    assert search_patients(nurse.clinic, "okonkwo").get() == patient
    assert not search_patients(nurse.clinic, "abara").exists()


def test_the_same_name_in_two_clinics_is_two_people(nurse: Actor, other_clinic: Clinic) -> None:
    a_patient(nurse)
    theirs = a_patient(acting(somebody(other_clinic, Role.NURSE), other_clinic, Role.NURSE))

    assert search_patients(other_clinic, "abara").get() == theirs


def test_parts_of_a_question_lose_case_accents_and_punctuation() -> None:
    assert split("  Élise   van-der O'Neil 2/4/1980 ") == [
        "elise",
        "van",
        "der",
        "oneil",
        "1980-02-04",
    ]
