"""A diary entry is kept exactly once, its average feeds the outcome, and silence is never a zero."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.models import Action, AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.contact.links import Purpose, make_link
from reprieve.clinic.contact.models import ResponderPage
from reprieve.clinic.diary import body
from reprieve.clinic.diary.forms import read_entry
from reprieve.clinic.diary.models import DiaryEntry
from reprieve.clinic.diary.services import MOST_A_DAY, OLDEST, Written, record_entry
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Patient
from reprieve.core.problems import UnusableInput

from .conftest import a_patient

pytestmark = pytest.mark.django_db


def wrote(**said: Any) -> Written:
    return Written(**{"entry_id": uuid.uuid4(), "at": timezone.now(), **said})


def query(**values: Any) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, value in {"id": str(uuid.uuid4()), **values}.items():
        found.setlist(name.replace("_", "-"), value if isinstance(value, list) else [value])
    return found


@pytest.fixture
def by_link(patient: Patient, nurse: Actor) -> Client:
    browser = Client()
    browser.post(make_link(patient=patient, purpose=Purpose.DIARY, by=nurse)[1])
    return browser


def key_of(browser: Client) -> str:
    return str(browser.get("/l/diary/sync/").json()["key"])


def send(browser: Client, *entries: dict[str, Any], key: str = "") -> Any:
    sent = json.dumps({"key": key or key_of(browser), "entries": entries})
    return browser.post("/l/diary/sync/", sent, content_type="application/json")


def test_the_average_is_the_same_answer_follow_up_reads(patient: Patient, nurse: Actor) -> None:
    record_entry(patient=patient, written=wrote(average=6, now=4), by=nurse)

    row = QuestionnaireResponse.objects.get()
    assert (row.questionnaire, row.answers, row.scores) == (
        "NRS",
        {"nrs-average": 6},
        {"score": 6.0},
    )
    assert row.source == "patient"
    assert DiaryEntry.objects.get().counted


def test_several_entries_a_day_count_once_in_the_outcome(patient: Patient, nurse: Actor) -> None:
    """Four entries of one day must not look like the four days a baseline needs."""
    for average in (6, 3, 4, 5):
        record_entry(patient=patient, written=wrote(average=average), by=nurse)

    assert DiaryEntry.objects.count() == 4
    assert [r.scores["score"] for r in QuestionnaireResponse.objects.all()] == [6.0]
    assert [e.counted for e in DiaryEntry.objects.order_by("recorded_at")] == [True] + [False] * 3


def test_the_day_is_the_clinics_day(patient: Patient, nurse: Actor) -> None:
    """03:00 and 08:00 UTC are two days in Chicago (22:00 and 02:00 or 03:00 there)."""
    day = timezone.now().replace(hour=3, minute=0, second=0, microsecond=0) - timedelta(days=2)
    with timezone.override("America/Chicago"):
        for at in (day, day + timedelta(hours=5)):
            record_entry(patient=patient, written=wrote(average=5, at=at), by=nurse)

    assert QuestionnaireResponse.objects.count() == 2


def test_the_same_entry_sent_twice_is_one(patient: Patient, nurse: Actor) -> None:
    written = wrote(average=5)

    first = record_entry(patient=patient, written=written, by=nurse)
    again = record_entry(patient=patient, written=written, by=nurse)

    assert first.pk == again.pk
    assert (DiaryEntry.objects.count(), QuestionnaireResponse.objects.count()) == (1, 1)


def test_an_id_of_somebody_elses_entry_is_refused(patient: Patient, nurse: Actor) -> None:
    written = wrote(average=5)
    record_entry(patient=patient, written=written, by=nurse)

    with pytest.raises(UnusableInput):
        record_entry(patient=a_patient(nurse), written=written, by=nurse)

    assert DiaryEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("late", "kept"), [(timedelta(minutes=-1), True), (timedelta(minutes=1), False)]
)
def test_an_entry_that_waited_too_long_is_refused(
    patient: Patient, nurse: Actor, late: timedelta, kept: bool
) -> None:
    written = wrote(average=5, at=timezone.now() - OLDEST - late)

    if kept:
        record_entry(patient=patient, written=written, by=nurse)
    else:
        with pytest.raises(UnusableInput):
            record_entry(patient=patient, written=written, by=nurse)
    assert DiaryEntry.objects.count() == kept


def test_a_telephone_whose_clock_is_ahead_writes_no_future(patient: Patient, nurse: Actor) -> None:
    at = timezone.now() + timedelta(days=3)

    entry = record_entry(patient=patient, written=wrote(average=5, at=at), by=nurse)

    assert entry.written_at <= timezone.now()


def test_a_link_in_wrong_hands_cannot_flood_the_record(patient: Patient, nurse: Actor) -> None:
    DiaryEntry.objects.bulk_create(
        DiaryEntry(clinic=patient.clinic, patient=patient, written_at=timezone.now(), now=1)
        for _ in range(MOST_A_DAY - 1)
    )
    record_entry(patient=patient, written=wrote(now=1), by=nurse)

    with pytest.raises(UnusableInput):
        record_entry(patient=patient, written=wrote(now=1), by=nurse)


@pytest.mark.parametrize("text", ["0", "10"])
def test_zero_and_ten_are_answers(text: str) -> None:
    assert read_entry(query(average=text)).average == int(text)


@pytest.mark.parametrize("text", ["11", "-1", "5.5", "five", "05", " 5", "1e0", "٥"])
def test_what_is_not_one_of_the_buttons_is_refused(text: str) -> None:
    with pytest.raises(UnusableInput):
        read_entry(query(average=text))


def test_silence_is_not_a_zero_and_nothing_is_not_an_entry() -> None:
    assert read_entry(query(now="3")).average is None
    with pytest.raises(UnusableInput):
        read_entry(query())


def test_more_is_read_as_it_was_said() -> None:
    entry = read_entry(
        query(
            now="3",
            sleep="2",
            mood="9",  # not one of the five
            region_hand_left="7",
            region_tail="7",  # not on the figure
            bladder=["burning", "invented"],
            effects=["Nausea", "none"],
            medicines=" less gabapentin ",
            peg_p="1",
            peg_e="2",
            peg_g="3",
        )
    )

    assert entry.regions == {"hand-left": 7}
    assert entry.said == {"sleep": 2, "bladder": ["burning"], "medicines": "less gabapentin"}
    assert entry.answers == {
        "PEG": {"peg-p": 1, "peg-e": 2, "peg-g": 3},
        "FOLLOW_UP": {"side_effects": ["Nausea"]},
    }


def test_half_of_the_three_questions_is_asked_again() -> None:
    with pytest.raises(UnusableInput) as problem:
        read_entry(query(peg_p="1"))

    assert [p.path for p in problem.value.problems] == ["peg"]


@pytest.mark.parametrize(
    ("code", "called"), [("blood", True), ("retention", True), ("burning", False), ("often", False)]
)
def test_blood_or_no_urine_calls_the_responder_and_shows_whom_to_call(
    by_link: Client, code: str, called: bool
) -> None:
    answer = by_link.post("/l/diary/", {"id": str(uuid.uuid4()), "bladder": code})

    assert ("Please call now" in answer.content.decode()) is called
    assert ResponderPage.objects.count() == called


def test_entries_from_a_telephone_are_kept_once_however_often_they_are_sent(
    by_link: Client,
) -> None:
    entries = [{"id": str(uuid.uuid4()), "now": str(n)} for n in range(3)]

    for _ in range(3):
        assert send(by_link, *entries).json() == {
            "kept": [e["id"] for e in entries],
            "refused": [],
        }

    assert DiaryEntry.objects.count() == 3


def test_one_bad_entry_does_not_hold_the_others_back(by_link: Client) -> None:
    good, bad = {"id": str(uuid.uuid4()), "now": "3"}, {"id": str(uuid.uuid4()), "now": "33"}

    assert send(by_link, bad, good).json() == {"kept": [good["id"]], "refused": [bad["id"]]}


def test_entries_of_another_persons_diary_on_the_same_telephone_are_not_taken(
    by_link: Client, nurse: Actor
) -> None:
    theirs = Client()
    other = a_patient(nurse, family_name="Other")
    theirs.post(make_link(patient=other, purpose=Purpose.DIARY, by=nurse)[1])

    answer = send(by_link, {"id": str(uuid.uuid4()), "now": "3"}, key=key_of(theirs))

    assert answer.status_code == 400
    assert not DiaryEntry.objects.exists()
    assert AuditEvent.objects.get(action=Action.REFUSED).detail == {"why": "another diary"}


@pytest.mark.parametrize("body_sent", ["", "[]", "{}", '{"key": 1, "entries": 2}', "\x00", "null"])
def test_what_is_not_entries_is_refused_whole(by_link: Client, body_sent: str) -> None:
    answer = by_link.post("/l/diary/sync/", body_sent, content_type="application/json")

    assert answer.status_code == 400


def test_the_page_a_telephone_keeps_holds_no_name_and_no_earlier_value(
    by_link: Client, patient: Patient, nurse: Actor
) -> None:
    record_entry(patient=patient, written=wrote(average=9, said={"note": "a secret"}), by=nurse)

    page = by_link.get("/l/diary/").content.decode()

    assert "Abara" not in page
    assert "a secret" not in page
    assert "checked" not in page
    assert str(patient.pk) not in page


def test_staff_read_the_diary_as_the_patients_own(
    patient: Patient, nurse: Actor, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    said = {"bladder": ["blood"], "note": "slept badly"}
    written = wrote(average=6, regions={"hand-left": 7}, said=said)
    record_entry(patient=patient, written=written, by=nurse)

    browser = signed_in(clinic, Role.NURSE)
    page = browser.get(f"/patients/{patient.pk}/follow-up/").content.decode()

    for words in ("Diary, written by the patient", "average 6 / 10", "Left hand 7", "slept badly"):
        assert words in page


def test_the_figure_has_each_place_once_and_a_left_for_each_right() -> None:
    ids = [r.id for r in body.REGIONS]

    assert len(ids) == len(set(ids)) == 48
    lefts = {i.removesuffix("-left") for i in ids if i.endswith("-left")}
    assert lefts == {i.removesuffix("-right") for i in ids if i.endswith("-right")}


def test_the_patients_left_is_on_the_right_in_front_and_on_the_left_behind() -> None:
    def middle(region: str) -> float:
        numbers = [float(n) for n in re.findall(r"[\d.]+", body.BY_ID[region].d)]
        return sum(numbers[::2]) / len(numbers[::2])

    assert middle("hand-left") > body.WIDTH / 2 > middle("hand-right")
    assert middle("back-of-hand-left") < body.WIDTH / 2 < middle("back-of-hand-right")
