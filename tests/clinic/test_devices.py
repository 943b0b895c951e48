"""Devices: who adds and binds them, what a page shows of them, one tap into the chart, files."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.devices import files
from reprieve.clinic.devices.models import Device, DeviceBinding, DeviceReading, ReadingFile
from reprieve.clinic.devices.selectors import monitor, visit_with_monitor
from reprieve.clinic.devices.services import add_device, bind, retire, take_into_chart
from reprieve.clinic.devices.store import Incoming, places, store
from reprieve.clinic.devices.templatetags.monitors import TROUBLES
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.session.forms import VitalsForm
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.core.devices.csv_table import read_csv
from reprieve.core.devices.readings import DeviceReading as Reading
from reprieve.core.devices.readings import Trouble
from reprieve.core.devices.vocabulary import RANGES
from reprieve.core.problems import UnusableInput

from .conftest import acting, somebody

pytestmark = pytest.mark.django_db
SET = {
    "systolic_mmhg": 128.0,
    "diastolic_mmhg": 78.0,
    "mean_mmhg": 95.0,
    "heart_rate_per_min": 72.0,
    "spo2_percent": 98.0,
    "respiratory_rate_per_min": 14.0,
}


@pytest.fixture
def session(patient: Patient) -> Encounter:
    return a_session(patient)


def a_session(patient: Patient, chair: str = "2") -> Encounter:
    return Encounter.objects.create(
        clinic=patient.clinic,
        patient=patient,
        kind=Encounter.Kind.INFUSION,
        status=Encounter.Status.IN_PROGRESS,
        chair=chair,
        planned_at=timezone.now(),
    )


@pytest.fixture
def device(nurse: Actor, session: Encounter) -> Device:
    row = add_device(name="Monitor 2", identifier="MON2", protocol="hl7", virtual=False, by=nurse)
    bind(device=row, chair="2", by=nurse)
    return row


def heard(clinic: Clinic, *, seconds_ago: float = 1, sender: str = "MON2", **values: float) -> None:
    now = timezone.now()
    at = now - timedelta(seconds=seconds_ago)
    reading = Reading(measured_at=at, values=values or SET)
    message = Incoming(
        sender=sender,
        control_id=uuid.uuid4().hex,
        sent_at=now,
        received_at=now,
        readings=(reading,),
    )
    [outcome] = store(clinic, [message], places(clinic))
    assert outcome.refused_for is None


def shown(session: Encounter) -> Any:
    return monitor(
        visit_with_monitor(
            clinic=session.clinic, patient_id=session.patient_id, session_id=session.pk
        )
    )


def page_of(session: Encounter, part: str = "") -> str:
    return f"/patients/{session.patient_id}/sessions/{session.pk}/{part}"


def test_one_tap_takes_the_set_of_the_monitor_into_the_chart(
    session: Encounter, device: Device, signed_in: Callable[..., Client]
) -> None:
    """Six taps are allowed; it takes one, on the page of the session."""
    heard(session.clinic)
    nurse = signed_in(session.clinic, Role.NURSE)
    page = nurse.get(page_of(session)).content.decode()
    takes = page.split('name="takes" value="')[1].split('"')[0]

    answer = nurse.post(page_of(session, "monitor/accept/"), {"takes": takes}, follow=True)

    event = SessionEvent.objects.get()
    assert event.payload == {k: v for k, v in SET.items() if k != "mean_mmhg"}
    assert (event.source, event.device) == ("device", "Monitor 2")
    assert event.measured_at == DeviceReading.objects.get().measured_at
    assert event.recorded_by is not None
    assert "charted for Abara" in answer.content.decode()


def test_the_same_set_taken_by_two_people_is_one(
    session: Encounter, device: Device, nurse: Actor
) -> None:
    heard(session.clinic)
    chosen = [p.split(":") for p in shown(session).takes.split(",")]
    pairs = [(name, int(pk)) for name, pk in chosen]

    for _ in range(2):
        take_into_chart(session=session, chosen=pairs, by=nurse)

    assert SessionEvent.objects.count() == 1


def test_a_pressure_of_the_cuff_is_charted_at_the_time_the_cuff_measured(
    session: Encounter, device: Device, nurse: Actor
) -> None:
    heard(session.clinic, seconds_ago=90, systolic_mmhg=131.0, diastolic_mmhg=80.0)
    heard(session.clinic, seconds_ago=1, heart_rate_per_min=75.0)
    pairs = [p.split(":") for p in shown(session).takes.split(",")]

    take_into_chart(session=session, chosen=[(n, int(pk)) for n, pk in pairs], by=nurse)

    first, second = SessionEvent.objects.order_by("measured_at")
    assert first.payload == {"systolic_mmhg": 131, "diastolic_mmhg": 80}
    assert second.payload == {"heart_rate_per_min": 75}
    assert 88 < (second.measured_at - first.measured_at).total_seconds() < 90


@pytest.mark.parametrize(("seconds", "stale"), [(8, False), (12, True)])  # the limit is 10 s
def test_an_old_value_is_greyed_and_not_offered(
    session: Encounter, device: Device, seconds: int, stale: bool
) -> None:
    heard(session.clinic, seconds_ago=seconds, heart_rate_per_min=72.0)

    now = shown(session)

    assert now.values[0].stale is stale
    assert (now.takes == "") is stale


def test_a_set_looked_at_too_long_is_refused(
    session: Encounter, device: Device, nurse: Actor
) -> None:
    heard(session.clinic, seconds_ago=75, heart_rate_per_min=72.0)  # 10 s, and 60 to take it
    reading = DeviceReading.objects.get()

    with pytest.raises(UnusableInput, match="old"):
        take_into_chart(session=session, chosen=[("heart_rate_per_min", reading.pk)], by=nurse)


def test_readings_of_another_session_cannot_be_taken(
    session: Encounter, device: Device, patient: Patient, nurse: Actor
) -> None:
    heard(session.clinic)
    other = a_session(patient, chair="7")

    for pk in (DeviceReading.objects.get().pk, 999_999):
        with pytest.raises(UnusableInput, match="not of this session"):
            take_into_chart(session=other, chosen=[("spo2_percent", pk)], by=nurse)
    assert not SessionEvent.objects.exists()


@pytest.mark.parametrize("takes", ["", "spo2_percent", "spo2_percent:x", "a:1;b:2", "x" * 9999])
def test_whatever_is_sent_instead_of_a_set_charts_nothing(
    session: Encounter, device: Device, signed_in: Callable[..., Client], takes: str
) -> None:
    client = signed_in(session.clinic, Role.NURSE)

    answer = client.post(page_of(session, "monitor/accept/"), {"takes": takes})

    assert answer.status_code == 302
    assert not SessionEvent.objects.exists()


def test_a_virtual_patient_is_shown_as_one_wherever_its_values_stand(
    session: Encounter, nurse: Actor, signed_in: Callable[..., Client]
) -> None:
    session.clinic.settings = {"training": True}
    session.clinic.save()
    by = Actor(user=nurse.user, clinic=session.clinic, roles=nurse.roles)
    row = add_device(name="Virtual", identifier="V", protocol="hl7", virtual=True, by=by)
    bind(device=row, chair="2", by=by)
    heard(session.clinic, sender="V")
    client = signed_in(session.clinic, Role.NURSE)

    for page in (page_of(session), page_of(session, "monitor/"), "/devices/"):
        assert "virtual patient, invented" in client.get(page).content.decode(), page


def test_a_device_is_bound_by_a_named_person_and_stands_at_one_chair(
    session: Encounter, device: Device, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(session.clinic, Role.NURSE)

    client.post(f"/devices/{device.pk}/bind/", {"chair": "5"})

    rows = DeviceBinding.objects.order_by("bound_at")
    assert [(r.chair, r.ended_at is None) for r in rows] == [("2", False), ("5", True)]
    assert rows[1].bound_by.full_name == "A Nurse"
    assert rows[0].ended_by == rows[1].bound_by
    page = client.get("/devices/").content.decode()
    assert "by A Nurse" in page


def test_a_device_taken_away_or_retired_keeps_what_it_measured(
    session: Encounter, device: Device, nurse: Actor, signed_in: Callable[..., Client]
) -> None:
    heard(session.clinic)
    client = signed_in(session.clinic, Role.NURSE)

    client.post(f"/devices/{device.pk}/bind/", {"away": "1"})
    retire(device=device, by=nurse)

    assert places(session.clinic) == {}
    assert DeviceReading.objects.count() == 1
    assert client.post(f"/devices/{device.pk}/bind/", {"chair": "2"}).status_code == 404


def test_a_device_is_added_once_and_an_unknown_one_leads_to_the_form(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    now = timezone.now()
    unknown = Incoming(sender="NEW^1", control_id="1", sent_at=now, received_at=now, readings=())
    store(clinic, [unknown], places(clinic))
    client = signed_in(clinic, Role.MANAGER)
    said = {"name": "Monitor 9", "identifier": "NEW^1", "protocol": "hl7"}

    page = client.get("/devices/").content.decode()
    filled = client.get("/devices/?identifier=NEW^1").content.decode()
    first, again = client.post("/devices/", said), client.post("/devices/", said)

    assert "NEW^1" in page
    assert 'value="NEW^1"' in filled
    assert (first.status_code, again.status_code) == (302, 422)
    assert Device.objects.count() == 1
    assert "refused" not in client.get("/devices/").content.decode()


def test_a_real_clinic_is_not_offered_a_virtual_patient(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(clinic, Role.NURSE)
    said = {"name": "V", "identifier": "V", "protocol": "hl7", "virtual": "on"}

    client.post("/devices/", said)

    assert "This is a virtual patient" not in client.get("/devices/").content.decode()
    assert not Device.objects.filter(virtual=True).exists()


@pytest.mark.parametrize(
    ("role", "page", "status"),
    [
        (Role.FRONT_DESK, "/devices/", 403),
        (Role.PRESCRIBER, "/devices/", 403),
        (Role.NURSE, "/devices/", 200),
        (Role.MANAGER, "/devices/", 200),
    ],
)
def test_who_opens_the_devices(
    clinic: Clinic, signed_in: Callable[..., Client], role: Role, page: str, status: int
) -> None:
    assert signed_in(clinic, role).get(page).status_code == status


def test_another_clinics_devices_and_readings_are_not_there(
    session: Encounter, device: Device, other_clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    heard(session.clinic)
    stranger = signed_in(other_clinic, Role.NURSE)

    assert "MON2" not in stranger.get("/devices/").content.decode()
    assert stranger.post(f"/devices/{device.pk}/bind/", {"chair": "1"}).status_code == 404
    for part in ("monitor/", "monitor/file/"):
        assert stranger.get(page_of(session, part)).status_code == 404
    assert stranger.post(page_of(session, "monitor/accept/")).status_code == 404
    assert "MON2" not in places(other_clinic)


def test_every_trouble_has_its_words_and_bounds_are_those_of_the_form() -> None:
    assert set(TROUBLES) == {str(t) for t in Trouble}
    form = VitalsForm()
    for name, (low, high) in RANGES.items():
        if name == "mean_mmhg":
            continue
        limits = {type(v).__name__: v.limit_value for v in form.fields[name].validators}
        assert (limits["MinValueValidator"], limits["MaxValueValidator"]) == (low, high)


# Files


def csv_of(session: Encounter, rows: int = 13, every: int = 60, unit: str = "%") -> bytes:
    """A row a minute, ending a minute ago."""
    last = timezone.now().replace(microsecond=0) - timedelta(minutes=1)
    lines = [f"Time,HR (bpm),SpO2 ({unit}),NIBP Sys (mmHg),NIBP Dia (mmHg),Alarm"]
    for n in range(rows):
        at = last - timedelta(seconds=every * (rows - 1 - n))
        lines.append(f"{at.isoformat()},{70 + n},97,{120 + n},70,none")
    return "\n".join(lines).encode()


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("monitor.csv", data)


def test_a_file_is_looked_at_confirmed_and_taken_once(
    session: Encounter, device: Device, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(session.clinic, Role.NURSE)
    data = csv_of(session)
    sent = {"device": device.pk, "file": upload(data)}

    first = client.post(page_of(session, "monitor/file/"), sent)
    preview = client.get(first["Location"]).content.decode()
    before = SessionEvent.objects.count()
    client.post(first["Location"])
    client.post(first["Location"])
    again = client.post(page_of(session, "monitor/file/"), {**sent, "file": upload(data)})

    file = ReadingFile.objects.get()
    charted = list(SessionEvent.objects.order_by("measured_at"))
    assert "13 readings of Monitor 2" in preview
    assert "Not read: Alarm" in preview
    assert before == 0
    assert DeviceReading.objects.count() == 13
    # Stretches of 5 min by the clock: 13 minutes touch three or four of them.
    assert len(charted) in (3, 4)
    assert {e.source for e in charted} == {"device"}
    assert file.confirmed_by is not None
    assert len(file.sha256) == 64
    assert again["Location"] == first["Location"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no row"),
        (b"Time,HR (bpm)\n", "no row"),
        (b"HR (bpm)\n70\n", "titled Time"),
        (b"Time,Colour\n2026-11-21 14:10:05,red\n", "no column is one that is charted"),
        (b"Time,HR\n2026-11-21 14:10:05,70\n", "has no unit"),
        (b"Time,HR (kPa)\n2026-11-21 14:10:05,70\n", "no unit of this value"),
        (b"Time,HR (bpm),Pulse (bpm)\n2026-11-21 14:10:05,70,71\n", "say the same"),
        (b"Time,HR (bpm)\n14:10:05,70\n", "time cannot be read"),
        (b"Time,HR (bpm)\n2026-11-21,70\n", "time cannot be read"),
        (b"Time,HR (bpm)\n2026-11-21 14:10:05,fast\n", "is no number"),
        (b"Time,HR (bpm)\n2026-11-21 14:10:05,70\n2026-11-21 14:10:05,71\n", "before"),
        (b"\x00\xff\xfe", "no row"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(data: bytes, says: str) -> None:
    from datetime import UTC

    with pytest.raises(UnusableInput) as problems:
        read_csv(data, UTC)

    assert says in " ".join(str(p) for p in problems.value.problems)


def test_a_file_with_semicolons_decimal_commas_and_kilopascal_is_read_as_it_is_meant() -> None:
    from datetime import UTC

    text = (
        "Timestamp;NIBP Sys [kPa];SpO2 [%]\n2026-11-21 14:10:05;16,0;97,5\n2026-11-21 14:11:05;;8\n"
    )

    table = read_csv(text.encode(), UTC)

    # 16.0 kPa * 7.500616827 = 120.0 mmHg; 8 % is no saturation a body shows
    [reading] = table.readings
    assert reading.values == {"systolic_mmhg": 120.0, "spo2_percent": 97.5}
    assert reading.measured_at == datetime(2026, 11, 21, 14, 10, 5, tzinfo=UTC)
    assert table.without_zone
    assert {str(r.trouble): n for r, n in table.remarks} == {"converted": 1, "implausible": 1}


def test_a_file_of_another_day_or_of_the_future_is_refused(
    session: Encounter, device: Device, nurse: Actor
) -> None:
    for shift in (timedelta(days=-3), timedelta(hours=1)):
        at = (timezone.now() + shift).isoformat()
        data = f"Time,HR (bpm)\n{at},70\n".encode()
        with pytest.raises(UnusableInput, match="not of this session"):
            files.keep(session=session, device=device, upload=upload(data), by=nurse)


def test_a_file_taken_in_one_session_is_not_taken_in_another(
    session: Encounter, device: Device, patient: Patient, nurse: Actor
) -> None:
    data = csv_of(session)
    other = a_session(patient, chair="7")
    first = files.keep(session=session, device=device, upload=upload(data), by=nurse)
    second = files.keep(session=other, device=device, upload=upload(data), by=nurse)
    files.confirm(first, by=nurse)

    with pytest.raises(UnusableInput, match="another session"):
        files.confirm(second, by=nurse)


def test_a_manager_takes_nothing_into_a_chart(
    session: Encounter, device: Device, signed_in: Callable[..., Client]
) -> None:
    heard(session.clinic)
    client = signed_in(session.clinic, Role.MANAGER)

    assert client.post(page_of(session, "monitor/accept/")).status_code == 403
    assert client.get(page_of(session, "monitor/")).status_code == 403


def test_readings_are_append_only(session: Encounter, device: Device) -> None:
    from django.db import DatabaseError, transaction

    heard(session.clinic)

    with pytest.raises(DatabaseError), transaction.atomic():
        DeviceReading.objects.update(values={})
    assert DeviceReading.objects.get().values == SET


def test_a_second_nurse_sees_who_took_it(
    session: Encounter, device: Device, clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    heard(session.clinic)
    other = acting(somebody(clinic, Role.NURSE, "Tomás Rey"), clinic, Role.NURSE)
    pairs = [p.split(":") for p in shown(session).takes.split(",")]
    take_into_chart(session=session, chosen=[(n, int(pk)) for n, pk in pairs], by=other)

    page = signed_in(clinic, Role.NURSE).get(page_of(session)).content.decode()

    assert "Tomás Rey, device" in page
