"""Every read and write of patient data leaves a row, and a row taken out is noticed."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.append_only import lift_protection, protect_tables
from reprieve.clinic.audit.models import Action, AuditEvent
from reprieve.clinic.audit.selectors import broken_links
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.services import change_patient, correct_chart_row, record_chart_row

from .conftest import a_patient

pytestmark = pytest.mark.django_db


def test_reading_a_chart_says_who_read_whose_from_where(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.PRESCRIBER)

    answer = browser.get(f"/patients/{patient.pk}/", headers={"X-Request-ID": "abcdefgh-1"})

    row = AuditEvent.objects.get(action=Action.READ)
    assert answer.status_code == 200
    assert (row.object_type, row.patient_id, row.clinic) == ("chart", patient.pk, clinic)
    assert (row.roles, row.address, row.request_id) == ("prescriber", "127.0.0.1", "abcdefgh-1")


def test_a_refused_page_is_in_the_trail(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    signed_in(clinic, Role.FRONT_DESK).get(f"/patients/{patient.pk}/")

    assert AuditEvent.objects.get(action=Action.REFUSED).detail == {"route": "patients:chart"}


def test_the_trail_names_fields_and_never_what_was_typed(patient: Patient, nurse: Actor) -> None:
    change_patient(patient, fields={"family_name": "Okonkwo"}, record_number="", by=nurse)
    row = record_chart_row(
        patient=patient, section="conditions", fields={"text": "asthma"}, by=nurse
    )
    correct_chart_row(row, fields={"text": "COPD"}, reason="spirometry", by=nurse)

    trail = list(AuditEvent.objects.values_list("detail", flat=True))

    assert {"fields": ["family_name"]} in trail
    assert not any(word in str(trail) for word in ("Okonkwo", "asthma", "COPD", "spirometry"))


def test_a_whole_chain_holds(nurse: Actor) -> None:
    for number in range(5):
        a_patient(nurse, record_number=str(number))

    assert broken_links(nurse.clinic) == []


@pytest.mark.parametrize(
    ("tampering", "noticed_at"),
    [
        ("UPDATE audit_auditevent SET roles = 'manager' WHERE sequence = 2", [2]),
        ("DELETE FROM audit_auditevent WHERE sequence = 2", [3]),
        ("DELETE FROM audit_auditevent WHERE sequence = 4", [4]),  # the end cut off
    ],
)
def test_a_row_changed_or_taken_out_behind_our_back_is_noticed(
    nurse: Actor, tampering: str, noticed_at: list[int]
) -> None:
    for _ in range(4):
        audit("patient list", action=Action.READ, by=nurse)
    lift_protection()

    connection.cursor().execute(tampering)

    protect_tables()
    assert broken_links(nurse.clinic) == noticed_at


def test_clinics_have_chains_of_their_own(nurse: Actor, other_clinic: Clinic) -> None:
    audit("patient list", action=Action.READ, by=nurse)
    audit("patient list", action=Action.READ, by=Actor(user=nurse.user, clinic=other_clinic))

    assert list(AuditEvent.objects.values_list("sequence", flat=True)) == [1, 1]


def test_signing_in_and_failing_to_are_in_the_trail(nurse: Actor) -> None:
    from .conftest import PASSWORD

    browser = Client()
    browser.post("/account/login/", {"login": nurse.user.email, "password": "wrong"})
    browser.post("/account/login/", {"login": nurse.user.email, "password": PASSWORD})

    actions = AuditEvent.objects.filter(object_type="session").order_by("sequence")
    assert [row.action for row in actions] == ["sign_in_failed", "sign_in"]
