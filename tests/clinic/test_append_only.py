"""What happened stays as it was written: the database itself refuses to change or delete it."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from reprieve.clinic.audit.append_only import append_only_tables, protect_tables, unprotected_tables
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.services import record_event

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 14, 10, tzinfo=UTC)


@pytest.fixture
def visit(patient: Patient) -> Encounter:
    return Encounter.objects.create(clinic=patient.clinic, patient=patient, kind="infusion")


def a_reading(
    visit: Encounter, by: Actor, event_id: uuid.UUID | None = None, **more: object
) -> SessionEvent:
    return record_event(
        encounter=visit,
        event_id=event_id or uuid.uuid4(),
        kind="vital_set",
        measured_at=AT,
        payload={"systolic_mmhg": 142},
        by=by,
        **more,
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE session_sessionevent SET kind = 'note'",
        "DELETE FROM session_sessionevent",
        "UPDATE audit_auditevent SET action = 'read'",
        "DELETE FROM audit_auditevent",
        "UPDATE patients_historicalcondition SET text = ''",
    ],
)
def test_the_database_refuses_to_change_what_happened(
    visit: Encounter, nurse: Actor, statement: str
) -> None:
    a_reading(visit, nurse)
    visit.patient.conditions.create(clinic=visit.clinic, text="Post-herpetic neuralgia")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


def test_emptying_the_whole_table_is_refused_too(visit: Encounter, nurse: Actor) -> None:
    a_reading(visit, nurse)
    statement = "DELETE FROM session_sessionevent WHERE true"
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing else in its way
        statement = "TRUNCATE session_sessionevent CASCADE"

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_row_saved_twice_is_refused_before_it_reaches_the_database(
    visit: Encounter, nurse: Actor
) -> None:
    event = a_reading(visit, nurse)
    event.kind = "note"

    with pytest.raises(TypeError, match="append-only"):
        event.save()
    with pytest.raises(TypeError, match="append-only"):
        event.delete()


def test_the_same_event_sent_twice_stands_once(visit: Encounter, nurse: Actor) -> None:
    sent = uuid.uuid4()

    first, second = a_reading(visit, nurse, sent), a_reading(visit, nurse, sent)

    assert first.pk == second.pk == sent
    assert visit.events.count() == 1


def test_a_correction_is_a_new_event_and_the_old_one_stays(visit: Encounter, nurse: Actor) -> None:
    wrong = a_reading(visit, nurse)

    right = a_reading(visit, nurse, corrects=wrong, reason="cuff on the wrong arm")

    assert [e.sequence for e in visit.events.order_by("sequence")] == [1, 2]
    assert right.corrects == wrong
    assert list(wrong.corrected_by.all()) == [right]


def test_a_correction_without_a_reason_is_refused(visit: Encounter, nurse: Actor) -> None:
    wrong = a_reading(visit, nurse)

    with pytest.raises(DatabaseError), transaction.atomic():
        a_reading(visit, nurse, corrects=wrong)


def test_an_event_of_another_visit_cannot_be_taken_over(visit: Encounter, nurse: Actor) -> None:
    event = a_reading(visit, nurse)
    other = Encounter.objects.create(clinic=visit.clinic, patient=visit.patient, kind="infusion")

    with pytest.raises(ValueError, match="another visit"):
        a_reading(other, nurse, event.pk)


def test_every_append_only_table_is_protected_and_a_lost_trigger_is_noticed(
    visit: Encounter,
) -> None:
    assert unprotected_tables(connection) == []
    on = " ON session_sessionevent" if connection.vendor == "postgresql" else ""

    connection.cursor().execute(f"DROP TRIGGER session_sessionevent_no_update{on}")

    assert unprotected_tables(connection) == ["session_sessionevent"]
    protect_tables()
    assert unprotected_tables(connection) == []


@pytest.mark.parametrize(
    "table",
    [
        "session_sessionevent",
        "audit_auditevent",
        "assessment_assessment",
        "assessment_ruleanswer",
        "plan_medicationrequest",
        "plan_consent",
        "intake_questionnaireresponse",
        "followup_followupdecision",
        "patients_listconfirmation",
        "patients_historicalpatient",
    ],
)
def test_what_was_signed_answered_or_charted_is_append_only(table: str) -> None:
    assert table in append_only_tables()
