"""What a monitor sends, and what it is answered: taken, flagged, or refused with the reason."""

import asyncio
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connections
from django.utils import timezone
from hl7apy.parser import parse_message

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.devices.models import Device, DeviceReading, LatestReading, MessageTrouble
from reprieve.clinic.devices.services import unbind
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.core.problems import UnusableInput
from reprieve.gateway.feed import Feed
from reprieve.gateway.mllp import Listener

from .conftest import SET, a_bound_device, a_running_session, ago, message

pytestmark = pytest.mark.django_db(transaction=True)


def answers(clinic: Clinic, *bodies: bytes) -> list[dict[str, Any]]:
    """Each message through a listener, and its answer as an independent parser reads it."""

    async def send() -> list[bytes]:
        feed = Feed(clinic)
        listener, writing = Listener(feed), asyncio.create_task(feed.run())
        try:
            return [await listener.reply(body) for body in bodies]
        finally:
            writing.cancel()
            await asyncio.get_running_loop().run_in_executor(feed._writer, connections.close_all)

    return [read_answer(raw) for raw in async_to_sync(send)()]


def read_answer(raw: bytes) -> dict[str, Any]:
    parsed = parse_message(raw.decode(), find_groups=False)
    errors = [s for s in parsed.children if s.name == "ERR"]
    return {
        "code": parsed.msa.msa_1.value,
        "control_id": parsed.msa.msa_2.value,
        "errors": [(e.err_3.err_3_1.value, e.err_4.value, e.err_8.value) for e in errors],
    }


def refused(clinic: Clinic, body: bytes) -> tuple[str, str, str]:
    """(AE or AR, error code, what it says); and nothing of it was kept or charted."""
    [found] = answers(clinic, body)
    assert not DeviceReading.objects.exists()
    assert not SessionEvent.objects.exists()
    [(error, severity, text)] = found["errors"]
    assert severity == "E"
    return found["code"], error, text


def test_a_set_is_kept_as_a_reading_and_charted_by_nobody(
    clinic: Clinic, session: Encounter, device: Device
) -> None:
    [found] = answers(clinic, message(control_id="A1"))

    reading = DeviceReading.objects.get()
    assert found == {"code": "AA", "control_id": "A1", "errors": []}
    assert (reading.encounter, reading.device, reading.control_id) == (session, device, "A1")
    assert reading.values == {
        "systolic_mmhg": 128,
        "diastolic_mmhg": 78,
        "heart_rate_per_min": 72,
        "spo2_percent": 98,
        "respiratory_rate_per_min": 14,
    }
    assert not SessionEvent.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\r",
        b"PID|1\r",
        b"MSH",
        b"MSH|^~\\&",
        b"MSH||||\r",
        b"{}",
        b"\xff\xfe\x00\x01",
        b"MSHA",
    ],
)
def test_what_is_no_hl7_is_rejected(clinic: Clinic, device: Device, body: bytes) -> None:
    code, error, _text = refused(clinic, body)

    assert (code, error) == ("AR", "100")


@pytest.mark.parametrize(
    ("changed", "code", "error"),
    [
        ({"kind": "ADT^A01^ADT_A01"}, "AR", "200"),
        ({"kind": "ORU^R30^ORU_R30"}, "AR", "200"),
        ({"version": "9.9"}, "AR", "203"),
        ({"version": ""}, "AR", "203"),
        ({"processing": "T"}, "AR", "202"),
        ({"processing": "D"}, "AR", "202"),
        ({"sender": "STRANGER^1^EUI-64"}, "AE", "204"),
    ],
)
def test_what_is_not_ours_to_take_is_refused_with_its_code(
    clinic: Clinic, device: Device, changed: dict[str, str], code: str, error: str
) -> None:
    assert refused(clinic, message(**changed))[:2] == (code, error)


@pytest.mark.parametrize(
    ("value", "error", "says"),
    [
        (("150021", "MDC_PRESS_BLD_NONINV_SYS", "128", ""), "103", "without a unit"),
        (("150021", "MDC_PRESS_BLD_NONINV_SYS", "128", "264864^X^MDC"), "103", "systolic_mmhg"),
        (("150456", "MDC_PULS_OXIM_SAT_O2", "0.98", "1^^UCUM"), "103", "spo2_percent 1"),
        (("150456", "MDC_PULS_OXIM_SAT_O2", "ninety", "262688"), "102", "not a number"),
        (("150456", "MDC_PULS_OXIM_SAT_O2", "nan", "262688"), "102", "not a number"),
        (("150456", "MDC_PRESS_BLD_NONINV_SYS", "98", "262688"), "103", "code and name"),
    ],
)
def test_a_value_that_cannot_be_trusted_refuses_the_whole_message(
    clinic: Clinic, device: Device, value: tuple[str, str, str, str], error: str, says: str
) -> None:
    code, found, text = refused(clinic, message(*SET[2:], value))

    assert (code, found) == ("AE", error)
    assert says in text


def test_kilopascal_is_converted_and_said(clinic: Clinic, device: Device) -> None:
    # 17.1 kPa * 7.500616827 = 128.26 mmHg
    value = ("150021", "MDC_PRESS_BLD_NONINV_SYS", "17.1", "265987^MDC_DIM_KILO_PASCAL^MDC")

    [found] = answers(clinic, message(value))

    assert found["code"] == "AA"
    assert found["errors"][0][1:] == ("W", "converted: systolic_mmhg from kPa")
    assert DeviceReading.objects.get().values == {"systolic_mmhg": 128.3}


def test_what_no_body_shows_and_what_was_not_measured_is_left_out_and_said(
    clinic: Clinic, device: Device
) -> None:
    off = ("150456", "MDC_PULS_OXIM_SAT_O2", "8388607", "262688^MDC_DIM_PERCENT^MDC")
    blank = ("151562", "MDC_RESP_RATE", "", "264928^MDC_DIM_RESP_PER_MIN^MDC")

    [found] = answers(clinic, message(SET[2], off, blank))
    [invalid] = answers(clinic, message(SET[2], flags="INV"))

    assert (found["code"], len(found["errors"])) == ("AA", 2)
    assert (invalid["code"], len(invalid["errors"])) == ("AA", 1)
    assert DeviceReading.objects.get().values == {"heart_rate_per_min": 72}


def test_a_clock_ten_minutes_behind_is_flagged_and_its_set_cannot_be_charted(
    clinic: Clinic, session: Encounter, device: Device, nurse: Actor
) -> None:
    from reprieve.clinic.devices.selectors import monitor
    from reprieve.clinic.devices.services import take_into_chart

    [found] = answers(clinic, message(sent=ago(minutes=10)))

    [(_error, severity, text)] = found["errors"]
    reading = DeviceReading.objects.get()
    assert (found["code"], severity) == ("AA", "W")
    assert "clock" in text
    assert abs((reading.clock_offset_s or 0) - 600) <= 2
    assert monitor(session).takes == ""
    with pytest.raises(UnusableInput, match="clock"):
        take_into_chart(session=session, chosen=[("spo2_percent", reading.pk)], by=nurse)


@pytest.mark.parametrize(
    ("seconds", "flagged"), [(29, False), (32, True)]
)  # 30 s are the limit; a second passes on the way
def test_the_limit_of_a_clock_behind(
    clinic: Clinic, device: Device, seconds: int, flagged: bool
) -> None:
    [found] = answers(clinic, message(sent=ago(seconds=seconds)))

    assert bool(found["errors"]) is flagged


@pytest.mark.parametrize("where", ["sent", "measured"])
def test_a_time_that_has_not_come_is_refused(clinic: Clinic, device: Device, where: str) -> None:
    later = timezone.now() + timedelta(minutes=10)

    code, error, text = refused(clinic, message(**{where: later}))

    assert (code, error) == ("AE", "102")
    assert "future" in text


@pytest.mark.parametrize("at", ["", "2026", "20261321000000", "20260230101010", "yesterday"])
def test_a_time_that_cannot_be_read_is_refused(clinic: Clinic, device: Device, at: str) -> None:
    body = message(control_id="T1").split(b"\r")
    fields = body[0].split(b"|")
    fields[6] = at.encode()

    code, error, _text = refused(clinic, b"\r".join([b"|".join(fields), *body[1:]]))

    assert (code, error) == ("AE", "101")


def test_a_message_sent_twice_is_kept_once_also_after_a_restart(
    clinic: Clinic, device: Device
) -> None:
    body = message(control_id="A1")

    first, again = answers(clinic, body, body)
    [after_restart] = answers(clinic, body)  # a new feed remembers nothing

    assert [a["code"] for a in (first, again, after_restart)] == ["AA", "AA", "AA"]
    assert DeviceReading.objects.count() == 1
    assert MessageTrouble.objects.get(trouble="duplicate").times == 2


def test_a_control_id_used_again_for_other_values_is_refused(
    clinic: Clinic, device: Device
) -> None:
    at = ago(seconds=1)

    first, other = answers(
        clinic,
        message(SET[2], control_id="A1", sent=at),
        message(("147842", "MDC_ECG_HEART_RATE", "171", SET[2][3]), control_id="A1", sent=at),
    )

    assert (first["code"], other["code"], other["errors"][0][0]) == ("AA", "AE", "205")
    assert DeviceReading.objects.get().values == {"heart_rate_per_min": 72}


def test_a_monitor_that_counts_anew_after_a_restart_loses_nothing(
    clinic: Clinic, device: Device
) -> None:
    found = answers(
        clinic,
        message(SET[2], control_id="1", sent=ago(seconds=9)),
        message(SET[2], control_id="1", sent=ago(seconds=3)),
    )

    assert [a["code"] for a in found] == ["AA", "AA"]
    assert DeviceReading.objects.count() == 2


def test_the_last_pressure_sent_along_with_every_message_is_one_measurement(
    clinic: Clinic, device: Device
) -> None:
    cuff = ago(seconds=20)

    def body(n: int) -> bytes:
        lines = message(SET[0], SET[2], control_id=f"C{n}", sent=ago(seconds=10 - n)).split(b"\r")
        pressure = lines[4].split(b"|")
        pressure[14] = cuff.strftime("%Y%m%d%H%M%S+0000").encode()
        lines[4] = b"|".join(pressure)
        return b"\r".join(lines)

    answers(clinic, *(body(n) for n in range(5)))

    kept = [sorted(v) for v in DeviceReading.objects.values_list("values", flat=True)]
    assert kept.count(["systolic_mmhg"]) == 1
    assert kept.count(["heart_rate_per_min"]) == 5


def test_an_unknown_device_is_listed_and_the_list_is_bounded(clinic: Clinic) -> None:
    answers(clinic, *(message(sender=f"S{n}", control_id=f"{n}") for n in range(205)))

    rows = MessageTrouble.objects.filter(trouble="unknown_device")
    assert rows.count() == 201  # 200, and the others in one row
    assert rows.get(sender="(others)").times == 5
    assert not DeviceReading.objects.exists()


def test_a_device_at_no_chair_or_at_an_empty_one_keeps_nothing(
    clinic: Clinic, device: Device, nurse: Actor
) -> None:
    unbind(device=device, by=nurse)

    [found] = answers(clinic, message())

    assert found["code"] == "AA"
    assert not DeviceReading.objects.exists()
    assert MessageTrouble.objects.get().trouble == "no_session"


def test_two_running_sessions_in_one_chair_are_nobodys(
    clinic: Clinic, device: Device, nurse: Actor
) -> None:
    a_running_session(nurse, chair="2")

    answers(clinic, message())

    assert not DeviceReading.objects.exists()


def test_two_devices_in_one_message_are_refused(clinic: Clinic, device: Device) -> None:
    lines = message(*SET[2:4]).decode().strip("\r").split("\r")
    lines[4] += "||||ONE^^1^EUI-64"
    lines[5] += "||||TWO^^2^EUI-64"

    assert refused(clinic, "\r".join(lines).encode())[:2] == ("AE", "204")


def test_devices_of_two_chairs_are_never_mixed_up(
    clinic: Clinic, session: Encounter, device: Device, nurse: Actor
) -> None:
    other = a_running_session(nurse, chair="3")
    a_bound_device(nurse, "MON3", "3")
    high = ("147842", "MDC_ECG_HEART_RATE", "111", SET[2][3])

    answers(clinic, message(SET[2]), message(high, sender="MON3"))

    kept = dict(DeviceReading.objects.values_list("encounter_id", "values"))
    assert kept == {
        session.pk: {"heart_rate_per_min": 72},
        other.pk: {"heart_rate_per_min": 111},
    }


def test_a_pulse_rate_stands_as_heart_rate_only_when_there_is_no_other_and_is_said(
    clinic: Clinic, device: Device
) -> None:
    pulse = ("149530", "MDC_PULS_OXIM_PULS_RATE", "70", "264864^MDC_DIM_BEAT_PER_MIN^MDC")

    [alone] = answers(clinic, message(pulse, control_id="P1", sent=ago(seconds=4)))
    [both] = answers(clinic, message(pulse, SET[2], control_id="P2", sent=ago(seconds=2)))

    assert "pulse rate" in alone["errors"][0][2]
    assert both["errors"] == []
    rows = DeviceReading.objects.order_by("measured_at").values_list("values", flat=True)
    assert [r["heart_rate_per_min"] for r in rows] == [70, 72]


def test_a_real_clinic_refuses_a_virtual_patient_and_a_training_clinic_takes_it(
    clinic: Clinic, device: Device
) -> None:
    Device.objects.update(virtual=True)

    code, _error, text = refused(clinic, message())
    clinic.settings = {"training": True}
    clinic.save()
    [taken] = answers(clinic, message(processing="T"))

    assert (code, "virtual" in text) == ("AR", True)
    assert taken["code"] == "AA"


def test_the_log_of_messages_holds_nothing_of_the_patient(clinic: Clinic, device: Device) -> None:
    answers(clinic, message(sender="X"), message(("150021", "", "128", "?")), b"MSH|^~\\&|Y")

    kept = json.dumps([list(r) for r in MessageTrouble.objects.values_list()], default=str)
    kept += json.dumps([list(r) for r in LatestReading.objects.values_list()], default=str)
    assert "Abara" not in kept
    assert "HARBOR" not in kept


def test_what_the_database_could_not_keep_is_to_be_sent_again(
    clinic: Clinic, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise OSError("disk full")

    body = message(control_id=uuid.uuid4().hex[:8])
    monkeypatch.setattr("reprieve.gateway.feed.store", broken)
    [lost] = answers(clinic, body)
    monkeypatch.undo()
    [kept] = answers(clinic, body)

    assert (lost["code"], lost["errors"][0][0]) == ("AE", "207")
    assert kept["code"] == "AA"
    assert DeviceReading.objects.count() == 1
