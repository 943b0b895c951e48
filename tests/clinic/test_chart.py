"""The chart takes what is sure, refuses what cannot be, converts in the open, and keeps what stood."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.forms import ObservationForm, PatientForm
from reprieve.clinic.patients.models import ListConfirmation, Patient
from reprieve.clinic.patients.sections import significant
from reprieve.clinic.patients.selectors import banner_of, latest_of_each
from reprieve.clinic.patients.services import confirm_list, correct_chart_row, record_chart_row
from reprieve.core import snapshot

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db
WEIGHT, PRESSURE = "29463-7", "85354-9"


def a_measurement(**typed: str) -> ObservationForm:
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    return ObservationForm({"kind": WEIGHT, "measured_at": now, **typed})


@pytest.mark.parametrize(
    ("value", "unit", "accepted"),
    [
        ("29.9", "kg", False),
        ("30", "kg", True),
        ("250", "kg", True),
        ("250.1", "kg", False),
        ("700", "kg", False),
        ("0", "kg", False),
        ("70", "", False),  # the unit is never guessed
        ("70", "mg", False),
        ("seventy", "kg", False),
        ("66", "[lb_av]", False),  # 66 lb = 29.94 kg
        ("67", "[lb_av]", True),  # 67 lb = 30.39 kg
    ],
)
def test_weights_between_30_and_250_kg_are_taken(value: str, unit: str, accepted: bool) -> None:
    assert a_measurement(value=value, unit=unit).is_valid() is accepted


def test_pounds_are_converted_and_the_chart_says_so() -> None:
    form = a_measurement(value="154", unit="[lb_av]")

    assert form.is_valid(), form.errors
    # 154 lb × 0.45359237 kg/lb = 69.853 kg
    assert (form.cleaned_data["value"], form.cleaned_data["unit"]) == (Decimal("69.85"), "kg")
    assert form.cleaned_data["value_text"] == "converted from 154 lb"


def test_a_blood_pressure_needs_both_values_in_their_order() -> None:
    one = a_measurement(kind=PRESSURE, value="140", unit="mm[Hg]")
    swapped = a_measurement(kind=PRESSURE, value="80", second_value="140", unit="mm[Hg]")
    right = a_measurement(kind=PRESSURE, value="140", second_value="80", unit="mm[Hg]")

    assert list(one.errors) == list(swapped.errors) == ["second_value"]
    assert right.is_valid()


def test_nothing_is_measured_in_the_future() -> None:
    tomorrow = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")

    assert "measured_at" in a_measurement(value="70", unit="kg", measured_at=tomorrow).errors


@pytest.mark.parametrize(("days", "accepted"), [(0, True), (1, False)])
def test_a_birth_date_may_be_today_and_not_tomorrow(
    clinic: Clinic, days: int, accepted: bool
) -> None:
    born = (timezone.localdate() + timedelta(days=days)).isoformat()
    typed = {
        "family_name": "A",
        "given_names": "B",
        "birth_date": born,
        "sex": "unknown",
        "language": "en",
    }

    assert PatientForm(typed, clinic=clinic).is_valid() is accepted


def test_a_correction_keeps_what_stood_with_who_and_why(patient: Patient, nurse: Actor) -> None:
    row = record_chart_row(
        patient=patient, section="conditions", fields={"text": "CRPS I"}, by=nurse
    )

    correct_chart_row(row, fields={"text": "CRPS II"}, reason="nerve lesion shown", by=nurse)

    now, before = row.history.order_by("-history_date")
    assert (before.text, now.text) == ("CRPS I", "CRPS II")
    assert (now.history_change_reason, now.history_user) == ("nerve lesion shown", nurse.user)


def test_the_chart_can_be_read_as_it_was(patient: Patient, nurse: Actor) -> None:
    row = record_chart_row(
        patient=patient, section="conditions", fields={"text": "CRPS I"}, by=nurse
    )
    then = timezone.now()
    correct_chart_row(row, fields={"text": "CRPS II"}, reason="nerve lesion shown", by=nurse)

    assert type(row).history.as_of(then).get(pk=row.pk).text == "CRPS I"


def test_an_empty_allergy_list_is_not_known_until_somebody_says_there_is_none(
    patient: Patient, nurse: Actor
) -> None:
    assert banner_of(patient).allergies is None

    confirm_list(patient=patient, kind=ListConfirmation.Kind.ALLERGIES, complete=True, by=nurse)
    assert banner_of(patient).allergies == ()

    confirm_list(patient=patient, kind=ListConfirmation.Kind.ALLERGIES, complete=False, by=nurse)
    assert banner_of(patient).allergies is None


def test_an_entry_made_in_error_leaves_the_banner_and_stays_in_the_history(
    patient: Patient, nurse: Actor
) -> None:
    row = record_chart_row(patient=patient, section="allergies", fields={"text": "latex"}, by=nurse)
    assert banner_of(patient).allergies == (row,)

    correct_chart_row(row, fields={"status": "entered-in-error"}, reason="other patient", by=nurse)

    assert banner_of(patient).allergies is None
    assert row.history.count() == 2


def test_a_form_sent_twice_is_one_row(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.NURSE)
    typed = {"id": "11111111-1111-4111-8111-111111111111", "text": "asthma", "status": "active"}
    typed["verification"] = "confirmed"

    for _ in range(2):
        assert browser.post(f"/patients/{patient.pk}/conditions/add/", typed).status_code == 302

    assert patient.conditions.count() == 1


def test_a_form_that_cannot_be_used_comes_back_filled(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    answer = signed_in(clinic, Role.NURSE).post(
        f"/patients/{patient.pk}/medicines/add/", {"text": "gabapentin", "daily_dose": "300"}
    )

    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="gabapentin"' in page
    assert "Say the unit" in page


SAME_SITE = {"Origin": "http://testserver"}


def test_what_was_typed_waits_for_the_same_person_after_the_sign_in_expired(
    clinic: Clinic, patient: Patient, nurse: Actor
) -> None:
    browser = Client()
    address = f"/patients/{patient.pk}/conditions/add/"
    sign_in = {"login": nurse.user.email, "password": PASSWORD, "next": address}
    browser.post("/account/login/", sign_in)
    del browser.cookies["sessionid"]  # what an expired session looks like

    sent = browser.post(address, {"text": "half typed"}, headers=SAME_SITE)
    back = browser.post("/account/login/", sign_in)

    assert sent.headers["Location"] == f"/account/login/?next={address}"
    assert 'value="half typed"' in browser.get(back.headers["Location"]).content.decode()
    assert "half typed" not in browser.get(address).content.decode()  # shown once


def test_what_one_person_typed_is_never_shown_to_another(
    clinic: Clinic, patient: Patient, nurse: Actor
) -> None:
    from .conftest import somebody

    browser = Client()
    address = f"/patients/{patient.pk}/conditions/add/"
    browser.post("/account/login/", {"login": nurse.user.email, "password": PASSWORD})
    del browser.cookies["sessionid"]
    browser.post(address, {"text": "half typed"}, headers=SAME_SITE)
    other = somebody(clinic, Role.NURSE)

    browser.post("/account/login/", {"login": other.email, "password": PASSWORD})

    assert "half typed" not in browser.get(address).content.decode()


def test_another_site_cannot_fill_our_forms(clinic: Clinic, patient: Patient, nurse: Actor) -> None:
    browser = Client()
    address = f"/patients/{patient.pk}/conditions/add/"
    sign_in = {"login": nurse.user.email, "password": PASSWORD}
    browser.post("/account/login/", sign_in)
    del browser.cookies["sessionid"]

    browser.post(address, {"text": "planted"}, headers={"Origin": "http://evil.example"})
    browser.post("/account/login/", sign_in)

    assert "planted" not in browser.get(address).content.decode()


def test_a_form_with_an_old_token_comes_back_filled(
    clinic: Clinic, patient: Patient, nurse: Actor
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(nurse.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = f"/patients/{patient.pk}/conditions/add/"

    answer = browser.post(address, {"text": "half typed"}, headers=SAME_SITE)

    assert answer.headers["Location"] == address
    assert 'value="half typed"' in browser.get(address).content.decode()
    assert patient.conditions.count() == 0


def measured(patient: Patient, by: Actor, text: str, value: str, days_ago: int, **more: str) -> Any:
    fields = {
        "kind": "other",
        "text": text,
        "value": Decimal(value),
        "unit": "mg/dL",
        "measured_at": timezone.now() - timedelta(days=days_ago),
        **more,
    }
    return record_chart_row(patient=patient, section="observations", fields=fields, by=by)


def test_the_chart_shows_the_newest_value_of_each_thing_measured(
    patient: Patient, nurse: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    measured(patient, nurse, "Glucose", "91", 30)
    measured(patient, nurse, "Glucose", "88", 2)
    measured(patient, nurse, "Urea", "30", 1)
    measured(patient, nurse, "Body weight", "70", 40, kind=WEIGHT, unit="kg")
    measured(patient, nurse, "weight", "71", 20, kind=WEIGHT, unit="kg")  # one thing, two names

    latest = [(row.text, row.value, row.times) for row in latest_of_each(patient)]
    # what we ask for comes first, then the newest
    assert latest == [("weight", 71, 2), ("Urea", 30, 1), ("Glucose", 88, 2)]

    glucose = latest_of_each(patient).get(text="Glucose")
    page = signed_in(clinic, Role.NURSE).get(f"/patients/{patient.pk}/measured/{glucose.pk}/")
    said = page.content.decode()
    assert said.index("88 mg/dL") < said.index("91 mg/dL")
    assert "30 mg/dL" not in said


@pytest.mark.parametrize(
    ("sent", "shown"),
    [("432.07261", "432.1"), ("365566.98", "365567"), ("4.01012", "4.01"), ("0.00342", "0.00342")],
)
def test_an_imported_value_is_shown_to_four_figures(sent: str, shown: str) -> None:
    assert significant(Decimal(sent)) == shown


def test_the_form_and_the_dosing_models_believe_the_same_weights_and_heights() -> None:
    believed = {r.loinc: (r.low, r.high) for r in knowledge.entry_ranges()}

    assert believed[WEIGHT] == snapshot.WEIGHT_KG == (30, 250)  # contracts, simulate
    assert believed["8302-2"] == snapshot.HEIGHT_CM == (120, 230)
