"""Two people at once: nothing overwrites, nothing forks, nothing is lost."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils import timezone

from reprieve.clinic.audit.models import Action, AuditEvent
from reprieve.clinic.audit.selectors import broken_links
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.contact.links import Purpose, Refusal, make_link, open_link
from reprieve.clinic.diary.models import DiaryEntry
from reprieve.clinic.diary.services import Written, record_entry
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.services import record_event

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, TIMES = 4, 10


def all_at_once(act: Callable[[int], object]) -> None:
    def person(number: int) -> None:
        try:
            for turn in range(TIMES):
                act(number * TIMES + turn)
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as people:
        list(people.map(person, range(PEOPLE)))


def test_the_audit_chain_does_not_fork(nurse: Actor) -> None:
    all_at_once(lambda _: audit("patient list", action=Action.READ, by=nurse))

    assert AuditEvent.objects.filter(clinic=nurse.clinic).count() == PEOPLE * TIMES
    assert broken_links(nurse.clinic) == []


def test_events_charted_at_once_all_stand_each_at_its_place(patient: Patient, nurse: Actor) -> None:
    visit = Encounter.objects.create(clinic=patient.clinic, patient=patient, kind="infusion")

    def chart(number: int) -> None:
        record_event(
            encounter=visit,
            event_id=uuid.UUID(int=number + 1),
            kind="note",
            measured_at=datetime(2026, 11, 21, 14, 10, tzinfo=UTC),
            payload={"number": number},
            by=nurse,
        )

    all_at_once(chart)
    all_at_once(chart)  # and once more, as after a lost connection

    sequences = sorted(visit.events.values_list("sequence", flat=True))
    assert sequences == list(range(1, PEOPLE * TIMES + 1))


def test_entries_of_a_diary_sent_from_two_tabs_are_kept_once_and_one_average_counts(
    patient: Patient, nurse: Actor
) -> None:
    ids = [uuid.UUID(int=n + 1) for n in range(TIMES)]  # every tab sends the same ten entries
    at = timezone.now()

    def send(number: int) -> None:
        written = Written(entry_id=ids[number % TIMES], at=at, average=5)
        record_entry(patient=patient, written=written, by=nurse)

    all_at_once(send)

    assert DiaryEntry.objects.count() == TIMES
    assert QuestionnaireResponse.objects.filter(questionnaire="NRS").count() == 1
    assert DiaryEntry.objects.filter(counted=True).count() == 1


def test_of_many_who_open_a_link_at_once_one_is_let_in(patient: Patient, nurse: Actor) -> None:
    link, _path = make_link(
        patient=patient, purpose=Purpose.QUESTIONNAIRE, questionnaires=("PEG",), by=nurse
    )
    answers = []

    all_at_once(lambda _: answers.append(open_link(link, by=nurse)))

    assert answers.count(None) == 1
    assert set(answers) == {None, Refusal.USED}
