"""What a tablet sends later: charted once, in its time, under its author's name, or kept with the reason."""

import json
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.core.session.events import EventKind as K

from .sessions import address, now, running, write

pytestmark = pytest.mark.django_db


def who(client: Client, session: Encounter) -> str:
    user: str = client.get(address(session, "deliver/")).json()["user"]
    return user


def an_entry(author: str, what: str, seconds_ago: float, **fields: Any) -> dict[str, Any]:
    said = [[name, str(value)] for name, value in fields.items()]
    at = 1000 * (time.time() - seconds_ago)
    return {
        "id": str(uuid.uuid4()),
        "author": author,
        "what": what,
        "tapped_at": at,
        "fields": said,
    }


def deliver(client: Client, session: Encounter, *entries: dict[str, Any]) -> list[dict[str, Any]]:
    body = {"sent_at": 1000 * time.time(), "entries": entries}
    answer = client.post(address(session, "deliver/"), json.dumps(body), "application/json")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["answers"]
    return found


def test_what_was_typed_without_a_network_stands_once_at_the_time_of_the_tap(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    me = who(at_the_chair, session)
    early = an_entry(me, "vitals", 600, systolic_mmhg=131)
    late = an_entry(me, "note", 60.5, text="Quiet.")

    first = deliver(at_the_chair, session, early, late)
    again = deliver(at_the_chair, session, early, late)

    assert [a["status"] for a in first] == [a["status"] for a in again] == ["charted"] * 2
    rows = SessionEvent.objects.filter(pk__in=(early["id"], late["id"])).order_by("sequence")
    assert [r.kind for r in rows] == ["vitals", "note"]
    ago = [(timezone.now() - r.measured_at).total_seconds() for r in rows]
    assert ago == pytest.approx([600, 60.5], abs=5)
    assert datetime.fromisoformat(rows[0].payload["typed_at"]) == rows[0].measured_at


def test_a_tablet_whose_clock_is_an_hour_off_keeps_its_times(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    """Only the span between tap and sending counts, both by the tablet's clock."""
    running(session, nurse)
    entry = an_entry(who(at_the_chair, session), "vitals", 300 - 3600, systolic_mmhg=131)
    body = {"sent_at": 1000 * (time.time() + 3600), "entries": [entry]}

    at_the_chair.post(address(session, "deliver/"), json.dumps(body), "application/json")

    at = SessionEvent.objects.get(pk=entry["id"]).measured_at
    assert timezone.now() - at == pytest.approx(timedelta(minutes=5), abs=timedelta(seconds=5))


def test_two_taps_half_a_second_apart_keep_their_order(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    me = who(at_the_chair, session)
    entries = [an_entry(me, "note", 90 - n / 2, text=f"n{n}") for n in range(6)]

    deliver(at_the_chair, session, *entries)

    rows = SessionEvent.objects.filter(kind="note").order_by("measured_at")
    assert [r.payload["text"] for r in rows] == [f"n{n}" for n in range(6)]


def test_what_cannot_be_charted_comes_back_with_every_reason_and_the_rest_is_charted(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    me = who(at_the_chair, session)
    wrong = an_entry(me, "vitals", 30, systolic_mmhg=999)
    beyond = an_entry(me, "rate", 20, rate_mg_per_h=200)
    right = an_entry(me, "note", 10, text="Calm.")

    first, second, third = deliver(at_the_chair, session, wrong, beyond, right)

    assert first["status"] == second["status"] == "refused"
    assert first["problems"] == ["Systolic: Ensure this value is less than or equal to 300."]
    assert any("above the order's maximum" in p for p in second["problems"])
    assert third["status"] == "charted"
    assert not SessionEvent.objects.filter(pk__in=(wrong["id"], beyond["id"])).exists()


def test_what_somebody_else_charted_meanwhile_is_not_overwritten_and_both_stand(
    session: Encounter, nurse: Actor, prescriber: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    entry = an_entry(who(at_the_chair, session), "rate", 120, rate_mg_per_h=20)
    write(session, prescriber, K.RATE_CHANGED, 1, rate_mg_per_h=16)

    [said] = deliver(at_the_chair, session, entry)

    assert said["status"] == "charted"
    rates = [s.rate_mg_per_h for s in now(session).given.segments]
    assert rates == [32, 20, 16]  # by the time at which each was so, not by when it came in


def test_nobody_sends_what_another_person_typed(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    [said] = deliver(at_the_chair, session, an_entry(str(uuid.uuid4()), "note", 5, text="x"))

    assert said["status"] == "refused"
    assert "Only the person who typed it" in said["problems"][0]
    assert not SessionEvent.objects.filter(kind="note").exists()


def test_an_emergency_a_colleague_started_first_keeps_the_tap_as_a_note(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    write(session, nurse, K.EMERGENCY_STARTED, 1)

    [said] = deliver(at_the_chair, session, an_entry(who(at_the_chair, session), "emergency", 50))

    assert said["status"] == "charted"
    assert SessionEvent.objects.filter(kind="emergency_started").count() == 1
    assert SessionEvent.objects.filter(kind="note").count() == 1


def test_an_ended_sign_in_is_told_in_a_word_and_nothing_is_taken(
    session: Encounter, nurse: Actor, client: Client
) -> None:
    running(session, nurse)

    answer = client.post(
        address(session, "deliver/"),
        "{}",
        "application/json",
        headers={"accept": "application/json"},
    )

    assert answer.status_code == 401


@pytest.mark.parametrize("body", ["", "[]", '{"entries": [{}]}', '{"sent_at": 1, "entries": 5}'])
def test_what_no_page_of_ours_sends_is_refused_whole(
    body: str, session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    assert (
        at_the_chair.post(address(session, "deliver/"), body, "application/json").status_code == 400
    )


def test_the_front_desk_delivers_nothing(
    clinic: Clinic, session: Encounter, signed_in: Callable[..., Client]
) -> None:
    desk = signed_in(clinic, Role.FRONT_DESK)

    assert desk.get(address(session, "deliver/")).status_code == 403


def test_keeping_the_pages_is_part_of_one_opening(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    """The tablet asks for the page and for the emergency page to keep them: one row, the opening's."""
    running(session, nurse)
    page = at_the_chair.get(address(session)).content.decode()
    word = page.split('data-opening="')[1].split('"')[0]
    before = AuditEvent.objects.count()

    for rest in ("", "emergency/"):
        kept = at_the_chair.get(address(session, rest), headers={"X-Opening": word})
        assert kept.headers["Keep-Offline"]

    assert AuditEvent.objects.count() == before
    at_the_chair.get(address(session, "emergency/"))
    assert AuditEvent.objects.count() == before + 1


def test_only_what_may_be_kept_says_so(session: Encounter, at_the_chair: Client) -> None:
    for path in ("/", "/chairs/", address(session, "gate/")):
        assert "Keep-Offline" not in at_the_chair.get(path).headers


def test_the_worker_stands_at_the_root_and_is_asked_for_anew(client: Client) -> None:
    answer = client.get("/service-worker.js")

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get("/manifest.webmanifest").json()["start_url"] == "/chairs/"


def test_a_rate_may_be_typed_as_the_pump_shows_it(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    """12 mL/h of 2 mg/mL is 24 mg/h; both are kept."""
    write(session, nurse, K.GATE_PASSED, 65)
    write(session, nurse, K.INFUSION_STARTED, 60, rate_mg_per_h=32, concentration_mg_per_ml=2)
    me = who(at_the_chair, session)

    [said] = deliver(at_the_chair, session, an_entry(me, "rate", 5, rate_ml_per_h=12))
    [both] = deliver(
        at_the_chair, session, an_entry(me, "rate", 4, rate_ml_per_h=10, rate_mg_per_h=24)
    )

    assert said["status"] == "charted"
    row = SessionEvent.objects.get(kind="rate_changed")
    assert (row.payload["rate_mg_per_h"], row.payload["rate_ml_per_h"]) == (24, 12)
    assert both["problems"] == [
        "Or as the pump shows it: mg/h and mL/h do not agree: type one of them."
    ]


def test_without_a_known_concentration_ml_per_h_is_not_offered(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)

    assert (
        "rate_ml_per_h"
        not in at_the_chair.get(address(session)).content.decode().split("session-rules")[1]
    )
