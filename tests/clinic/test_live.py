"""Screens that follow: told within a second, only what they may see, one audit row for an opening."""

import asyncio
import json
import threading
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection
from django.test import AsyncClient, Client
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Membership, Role
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.devices.models import LatestReading
from reprieve.clinic.live import hub, opening, views
from reprieve.clinic.live.changes import count
from reprieve.clinic.live.hub import HUB
from reprieve.clinic.live.models import SessionVersion
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.services import record_event

from .conftest import acting, somebody

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _the_thread_ends_with_the_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """It keeps a connection; the next test may run on the other database."""
    monkeypatch.setattr(hub, "IDLE_S", 0.0)
    yield
    if thread := HUB._thread:
        thread.join(10)


@pytest.fixture
def visit(patient: Patient) -> Encounter:
    return Encounter.objects.create(
        clinic=patient.clinic,
        patient=patient,
        kind=Encounter.Kind.INFUSION,
        status=Encounter.Status.IN_PROGRESS,
        planned_at=timezone.now(),
    )


def note(visit: Encounter, by: Actor) -> None:
    record_event(
        encounter=visit,
        event_id=uuid.uuid4(),
        kind="note",
        measured_at=timezone.now(),
        payload={"text": "sleeps"},
        by=by,
    )


def in_another_thread(act: Callable[[], None]) -> None:
    """As another process would: with a connection of its own."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


async def browser(clinic: Clinic, role: Role) -> AsyncClient:
    client = AsyncClient()
    user = await sync_to_async(somebody)(clinic, role)
    await client.aforce_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


async def events(answer: Any) -> AsyncIterator[tuple[str, str]]:
    """(event, id) as they come; heartbeats are ("", "")."""
    async for piece in answer.streaming_content:
        lines = dict(line.split(": ", 1) for line in piece.decode().splitlines() if ": " in line)
        if "retry" not in lines:
            yield lines.get("event", ""), lines.get("id", "")


def address(visit: Encounter, **query: str) -> str:
    said = "&".join(f"{k}={v}" for k, v in query.items())
    return f"/patients/{visit.patient_id}/sessions/{visit.pk}/events/?{said}"


async def next_of(stream: AsyncIterator[tuple[str, str]], seconds: float = 5) -> tuple[str, str]:
    return await asyncio.wait_for(anext(stream), seconds)


def test_an_open_screen_is_told_within_a_second_of_a_commit_elsewhere(
    visit: Encounter, nurse: Actor
) -> None:
    async def follow() -> tuple[float, tuple[str, str], tuple[str, str]]:
        client = await browser(visit.clinic, Role.NURSE)
        answer = await client.get(address(visit))
        assert answer.headers["Content-Type"] == "text/event-stream"
        stream = events(answer)
        first = [await next_of(stream), await next_of(stream)]
        assert [name for name, _id in first] == ["charted", "readings"]
        await asyncio.sleep(0.5)
        committed = time.monotonic()
        await asyncio.to_thread(in_another_thread, lambda: note(visit, nurse))
        told = await next_of(stream)
        took = time.monotonic() - committed
        answer.close()
        return took, first[-1], told

    took, before, told = async_to_sync(follow)()

    charted, _dot, readings = before[1].partition(".")
    assert told == ("charted", f"{int(charted) + 1}.{readings}")
    assert took < 1.0


def test_new_readings_come_with_their_event_and_without_a_name(visit: Encounter) -> None:
    """The numbers, when they were so, and which rows a tap would take; whose they are is not said."""
    at = timezone.now()
    said = {"value": 97.0, "at": at.isoformat(), "device": "x", "name": "Bed 2", "virtual": False}
    LatestReading.objects.create(
        encounter=visit,
        clinic=visit.clinic,
        values={"spo2_percent": {**said, "reading": 41, "id": "a"}},
        received_at=at,
    )

    async def follow() -> str:
        client = await browser(visit.clinic, Role.NURSE)
        answer = await client.get(address(visit, **{"from": "1.1"}))
        in_time = asyncio.timeout(5)
        async with in_time:
            await asyncio.to_thread(
                in_another_thread,
                lambda: count(clinic_id=visit.clinic_id, encounter_ids=[visit.pk], readings=1),
            )
            async for piece in answer.streaming_content:
                if "event: readings" in piece.decode():
                    answer.close()
                    return str(piece.decode())
        return ""

    told = async_to_sync(follow)()

    data = json.loads(told.partition("data: ")[2])
    assert data["values"] == [["spo2_percent", 97.0, at.timestamp() * 1000]]
    assert data["takes"] == "spo2_percent:41"
    assert str(visit.patient_id) not in told
    assert "abara" not in told.lower()


def test_nothing_about_the_patient_is_in_an_event(visit: Encounter, nurse: Actor) -> None:
    async def follow() -> str:
        client = await browser(visit.clinic, Role.NURSE)
        answer = await client.get(address(visit))
        said = ""
        async for piece in answer.streaming_content:
            said += piece.decode()
            if "readings" in said:
                break
        answer.close()
        return said

    said = async_to_sync(follow)()

    assert set(said) <= set("abcdefghijklmnopqrstuvwxyz0123456789.: \n")
    assert "abara" not in said.lower()


@pytest.mark.parametrize(
    ("known", "told"), [("2.1", "version"), ("1.1", "charted"), ("2.0", "readings")]
)
def test_a_line_that_broke_is_told_what_it_missed_and_no_more(
    visit: Encounter, nurse: Actor, known: str, told: str
) -> None:
    """One change of the visit so far: its creation. So it stands at 1 + 1 and 0 + 1."""
    assert SessionVersion.objects.get().charted == 1

    async def follow() -> tuple[str, str]:
        client = await browser(visit.clinic, Role.NURSE)
        answer = await client.get(address(visit), headers={"Last-Event-ID": known})
        found = await next_of(events(answer))
        answer.close()
        return found

    assert async_to_sync(follow)()[0] == told


def test_a_silent_line_is_kept_alive(visit: Encounter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "HEARTBEAT_S", 0.1)

    async def follow() -> tuple[str, str]:
        client = await browser(visit.clinic, Role.NURSE)
        answer = await client.get(address(visit, **{"from": "2.1"}))
        stream = events(answer)
        await next_of(stream)
        found = await next_of(stream)
        answer.close()
        return found

    assert async_to_sync(follow)() == ("", "")


def test_a_line_ends_after_a_while_so_that_rights_are_asked_anew(
    visit: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LASTS_S", 0.3)

    async def follow() -> tuple[int, int]:
        client = await browser(visit.clinic, Role.NURSE)
        answer = await client.get(address(visit))
        found = [e async for e in events(answer)]
        await sync_to_async(Membership.objects.update)(ended_at=timezone.now())
        again = await client.get(address(visit))
        return len(found), again.status_code

    told, status = async_to_sync(follow)()

    assert told >= 2
    assert status == 302  # to the choice of a clinic: this person works nowhere any more


@pytest.mark.parametrize(
    ("role", "status"), [(Role.FRONT_DESK, 403), (Role.MANAGER, 403), (Role.PHARMACIST, 200)]
)
def test_who_may_follow_a_session(visit: Encounter, role: Role, status: int) -> None:
    async def follow() -> int:
        answer = await (await browser(visit.clinic, role)).get(address(visit))
        if answer.streaming:
            answer.close()
        return int(answer.status_code)

    assert async_to_sync(follow)() == status
    assert Client().get(address(visit)).status_code == 302


def test_another_clinics_session_is_not_there_and_its_board_is_not_told(
    visit: Encounter, nurse: Actor, other_clinic: Clinic
) -> None:
    async def follow() -> tuple[int, list[str]]:
        client = await browser(other_clinic, Role.NURSE)
        status = (await client.get(address(visit))).status_code
        answer = await client.get("/chairs/events/")
        stream = events(answer)
        told = [(await next_of(stream))[0], (await next_of(stream))[0]]
        await asyncio.to_thread(in_another_thread, lambda: note(visit, nurse))
        with pytest.raises(TimeoutError):
            told.append((await next_of(stream, 1.0))[0])
        return status, told

    assert async_to_sync(follow)() == (404, ["charted", "readings"])


def test_the_board_is_told_of_every_session_of_the_clinic(visit: Encounter, nurse: Actor) -> None:
    async def follow() -> list[str]:
        client = await browser(visit.clinic, Role.FRONT_DESK)
        answer = await client.get("/chairs/events/?from=2.1")
        stream = events(answer)
        told = [(await next_of(stream))[0]]
        await asyncio.to_thread(in_another_thread, lambda: note(visit, nurse))
        told.append((await next_of(stream))[0])
        answer.close()
        return told

    assert async_to_sync(follow)() == ["version", "charted"]


def test_more_screens_than_one_person_may_follow_fall_back(visit: Encounter, settings: Any) -> None:
    settings.LIVE_CONNECTIONS_OF_A_PERSON = 2

    async def follow() -> list[int]:
        client = await browser(visit.clinic, Role.NURSE)
        answers = [await client.get(address(visit)) for _ in range(3)]
        for answer in answers[:2]:
            stream = events(answer)
            await next_of(stream)
            answer.close()
        after = await client.get(address(visit))
        await next_of(events(after))
        after.close()
        return [a.status_code for a in (*answers, after)]

    assert async_to_sync(follow)() == [200, 200, 503, 200]
    assert len(HUB) == 0


def test_one_row_for_an_opening_and_none_for_what_refreshes_under_it(
    visit: Encounter, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(visit.clinic, Role.NURSE)
    page = client.get(f"/patients/{visit.patient_id}/sessions/{visit.pk}/").content.decode()
    word = page.split('data-opening="')[1].split('"')[0]
    opened = AuditEvent.objects.filter(action="read").count()

    for part in ("live/", "monitor/"):
        path = f"/patients/{visit.patient_id}/sessions/{visit.pk}/{part}"
        again = client.get(path, headers={"X-Opening": word}).content.decode()
        assert word in again.replace("&#x27;", "'")  # the next refresh carries it on
    under_it = AuditEvent.objects.filter(action="read").count()
    client.get(f"/patients/{visit.patient_id}/sessions/{visit.pk}/live/")
    without = AuditEvent.objects.filter(action="read").count()

    assert (opened, under_it, without) == (1, 1, 2)


def test_an_opening_holds_for_its_person_its_session_and_an_hour(
    visit: Encounter, signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(visit.clinic, Role.NURSE)
    path = f"/patients/{visit.patient_id}/sessions/{visit.pk}/"
    word = client.get(path).content.decode().split('data-opening="')[1].split('"')[0]
    other = Encounter.objects.create(
        clinic=visit.clinic, patient=visit.patient, kind="infusion", planned_at=timezone.now()
    )

    def rows_of(who: Client, where: str, said: str) -> int:
        before = AuditEvent.objects.filter(action="read").count()
        assert who.get(where, headers={"X-Opening": said}).status_code == 200
        return AuditEvent.objects.filter(action="read").count() - before

    somebody_else = signed_in(visit.clinic, Role.PRESCRIBER)
    elsewhere = f"/patients/{visit.patient_id}/sessions/{other.pk}/live/"
    assert rows_of(client, path + "live/", word) == 0
    assert rows_of(somebody_else, path + "live/", word) == 1
    assert rows_of(client, elsewhere, word) == 1
    assert rows_of(client, path + "live/", word[:-1] + "?") == 1
    monkeypatch.setattr(opening, "HOLDS_S", -1)
    assert rows_of(client, path + "live/", word) == 1


def test_following_under_the_pages_opening_adds_no_row_and_without_it_one(
    visit: Encounter, nurse: Actor
) -> None:
    async def follow(**query: str) -> None:
        client = await browser(visit.clinic, Role.NURSE)
        answer = await client.get(address(visit, **query))
        await next_of(events(answer))
        answer.close()

    async_to_sync(follow)()

    row = AuditEvent.objects.get(action="read")
    assert (row.object_type, row.patient_id) == ("live session", visit.patient_id)


def test_a_visit_that_is_rolled_back_is_no_change(patient: Patient) -> None:
    from django.db import transaction

    with transaction.atomic():
        Encounter.objects.create(clinic=patient.clinic, patient=patient, kind="infusion")
        transaction.set_rollback(True)

    assert not SessionVersion.objects.exists()


def test_counting_is_exact_when_many_chart_at_once(visit: Encounter, clinic: Clinic) -> None:
    by = acting(somebody(clinic, Role.NURSE), clinic, Role.NURSE)

    def many() -> None:
        for _ in range(5):
            note(visit, by)

    threads = [threading.Thread(target=in_another_thread, args=(many,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert SessionVersion.objects.get().charted == 1 + 20
