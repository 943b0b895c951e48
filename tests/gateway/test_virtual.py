"""The virtual patient: invented and saying so, played over both protocols, taken only where it may be."""

import asyncio
import contextlib
import re
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from asgiref.sync import async_to_sync
from django.db import connections
from django.utils import timezone
from hl7apy.parser import parse_message

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.devices.models import Device, DeviceReading, MessageTrouble
from reprieve.clinic.devices.services import add_device, bind
from reprieve.clinic.session.models import Encounter
from reprieve.core.pkpd import MODELS, Covariates, Dose, Drug, Route, Sex, simulate
from reprieve.core.problems import UnusableInput
from reprieve.gateway import mllp, sdc
from reprieve.gateway.feed import Feed
from reprieve.gateway.virtual.hl7_monitor import HL7Monitor, message
from reprieve.gateway.virtual.physiology import INVENTED, SCENARIOS, VirtualPatient
from reprieve.gateway.virtual.sdc_monitor import SdcMonitor, endpoint


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_stays_within_what_a_body_can_show(scenario: str) -> None:
    patient = VirtualPatient(scenario=scenario)

    for minute in range(60):
        shown = patient.shows(minute)
        assert 60 < shown.diastolic_mmhg < shown.mean_mmhg < shown.systolic_mmhg < 200
        assert shown.spo2_percent is None or 80 <= shown.spo2_percent <= 100
        assert INVENTED in shown.in_words()


def test_what_each_scenario_promises_happens() -> None:
    fall = VirtualPatient(scenario="desaturation")
    rise = VirtualPatient(scenario="hypertensive")
    off = VirtualPatient(scenario="sensor-off")
    still = VirtualPatient(scenario="apnoea")

    assert [fall.shows(m).spo2_percent for m in (19, 23, 27)] == [98, 88, 98]
    assert rise.shows(20).systolic_mmhg == 190
    assert off.shows(11).spo2_percent is None
    assert still.shows(19).respiratory_rate_per_min == 3
    assert (still.shows(20.3).spo2_percent or 100) <= 90


def test_its_concentration_is_the_models() -> None:
    person = Covariates(weight_kg=70, age_years=45, sex=Sex.FEMALE, height_cm=168)
    dose = Dose(drug=Drug.KETAMINE, route=Route.IV, amount_mg=35, start_min=0.0, duration_min=40.0)
    profile = simulate(MODELS["otto-2021"], person, [dose], np.array([20.0, 40.0]))
    ketamine = profile.analytes["ketamine"]
    assert ketamine is not None

    patient = VirtualPatient(amount_mg=35, duration_min=40)

    assert patient.plasma_ng_per_ml(20) == pytest.approx(ketamine.typical_ng_per_ml[0])
    assert patient.plasma_ng_per_ml(40) == pytest.approx(ketamine.typical_ng_per_ml[1])
    assert patient.plasma_ng_per_ml(0) == 0


def test_its_message_says_what_it_is_in_three_places() -> None:
    now = timezone.now()

    body = message(
        VirtualPatient().shows(5), name="VIRTUAL-1", control_id="1", at=now, cuff_at=now
    ).decode()

    parsed = parse_message(body, find_groups=False)
    assert parsed.msh.msh_3.value == "REPRIEVE-VIRTUAL"
    assert parsed.msh.msh_11.value == "T"
    assert parsed.nte.nte_3.value == INVENTED


@pytest.fixture
def training(clinic: Clinic) -> Clinic:
    clinic.settings = {"training": True}
    clinic.save()
    return clinic


def a_virtual_device(by: Actor, identifier: str, protocol: str = "hl7") -> Device:
    device = add_device(
        name="Virtual", identifier=identifier, protocol=protocol, virtual=True, by=by
    )
    bind(device=device, chair="2", by=by)
    return device


@pytest.mark.django_db(transaction=True)
def test_a_clinic_that_treats_people_cannot_add_a_virtual_patient(nurse: Actor) -> None:
    with pytest.raises(UnusableInput):
        a_virtual_device(nurse, "VIRTUAL-1")


@pytest.mark.django_db(transaction=True)
def test_an_hour_is_played_over_mllp_and_the_line_breaks_on_the_way(
    training: Clinic, session: Encounter, nurse: Actor
) -> None:
    a_virtual_device(nurse, "VIRTUAL-1")
    said: list[str] = []

    async def play() -> int:
        feed = Feed(training)
        listener, writing = mllp.Listener(feed), asyncio.create_task(feed.run())
        lines: list[asyncio.StreamWriter] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            lines.append(writer)
            await listener.serve(reader, writer)

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        monitor = HL7Monitor(VirtualPatient(), name="VIRTUAL-1", speed=1200, say=said.append)
        playing = asyncio.create_task(monitor.play("127.0.0.1", port, minutes=60, every_s=0.1))
        await asyncio.sleep(1.0)
        lines[0].transport.abort()
        await asyncio.wait_for(playing, 30)
        server.close()
        writing.cancel()
        await asyncio.get_running_loop().run_in_executor(feed._writer, connections.close_all)
        return monitor.taken

    taken = async_to_sync(play)()

    kept = list(DeviceReading.objects.exclude(values__has_key="systolic_mmhg"))
    whole = DeviceReading.objects.filter(values__has_key="heart_rate_per_min")
    assert taken >= 15
    assert whole.count() == taken  # what was sent again after the break is there once
    assert all("spo2_percent" in row.values for row in kept)
    assert any("no answer" in line for line in said)
    assert all(INVENTED in line for line in said)


@pytest.mark.django_db(transaction=True)
def test_a_device_is_followed_over_sdc_goes_away_and_comes_back(
    training: Clinic, session: Encounter, nurse: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against sdc11073's own provider, on loopback, without discovery."""
    a_virtual_device(nurse, endpoint("VIRTUAL-2").urn, "sdc")
    patient = VirtualPatient(scenario="sensor-off")
    monitor = SdcMonitor("VIRTUAL-2")

    async def follow() -> None:
        feed = Feed(training)
        task = asyncio.create_task(sdc.follow(feed, monitor.address))
        try:
            await asyncio.sleep(1.5)
            for minute in (5, 11):
                await asyncio.to_thread(
                    monitor.show, patient.shows(minute), cuff_at=time.time() - 2
                )
                await asyncio.sleep(0.5)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await asyncio.get_running_loop().run_in_executor(feed._writer, connections.close_all)

    try:
        async_to_sync(follow)()
    finally:
        monitor.close()

    rows = [r.values for r in DeviceReading.objects.order_by("measured_at")]
    assert sorted(k for r in rows for k in r if r.get("systolic_mmhg"))
    assert {"heart_rate_per_min", "respiratory_rate_per_min"} <= set(rows[-1])
    assert "spo2_percent" not in rows[-1]  # off the finger: left out
    assert any("spo2_percent" in r for r in rows)
    assert MessageTrouble.objects.filter(trouble="not_measured").exists()


@pytest.mark.django_db(transaction=True)
def test_a_real_clinic_refuses_a_virtual_patient_over_sdc(
    clinic: Clinic, session: Encounter, device: Device
) -> None:
    Device.objects.update(identifier=endpoint("VIRTUAL-3").urn)
    monitor = SdcMonitor("VIRTUAL-3")
    heard: list[Any] = []
    connection = sdc.Connection(monitor.address, heard.append)
    monitor.show(VirtualPatient().shows(1), cuff_at=time.time())
    until = time.monotonic() + 5
    while not heard and time.monotonic() < until:
        time.sleep(0.05)
    connection.close()
    monitor.close()

    from reprieve.clinic.devices.store import places, store

    [outcome] = store(clinic, heard[:1], places(clinic))

    assert str(outcome.refused_for) == "training_data"
    assert not DeviceReading.objects.exists()


def test_the_command_says_all_that_is_wrong_at_once() -> None:
    words = ["virtual-patient", "--mllp", "here", "--speed", "0", "--name", "a|b"]

    done = subprocess.run(
        [sys.executable, "-m", "reprieve.cli.main", *words], capture_output=True, text=True
    )

    assert done.returncode == 2
    assert set(re.findall(r'"path": "(\w+)"', done.stderr)) == {"mllp", "speed", "name"}


def test_no_import_of_the_optional_library_until_a_device_is_followed() -> None:
    """Without the extra everything else must work."""
    program = (
        "import sys; import reprieve.gateway.virtual.command, reprieve.gateway.virtual.sdc_monitor;"
        "sys.exit('sdc11073' in sys.modules)"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "reprieve.clinic.config.settings.test"}
    code = f"import django; django.setup(); {program}"

    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0


def test_its_clock_is_the_walls_at_whatever_speed() -> None:
    """The monitor's clock is the wall's, at whatever speed the patient is played."""
    said: list[str] = []
    monitor = HL7Monitor(VirtualPatient(), name="V", speed=600, say=said.append)

    first = next(monitor._messages(60))

    sent = first.decode().split("|")[6]
    assert abs(timezone.now() - _read(sent)) < timedelta(seconds=5)


def _read(text: str) -> Any:
    from datetime import UTC

    from reprieve.gateway.hl7 import _time

    return _time(text, UTC, [], "MSH-7")
