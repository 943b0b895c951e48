"""A clinic as processes on this machine, for benchmarks: a database of invented sessions, web, feed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

SETTINGS = "reprieve.clinic.config.settings.demo"
READY_S = 60.0


def use(home: Path) -> None:
    """Django in this process, on the database in `home`."""
    os.environ["REPRIEVE_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    from reprieve.clinic.commands import start

    start.use("demo")
    start.prepare()


def seed(chairs: int, nurses: int) -> dict[str, Any]:
    """Sessions in chairs 1..n with a monitor each, and nurses who are signed in.

    Returns: {"sessions": [(patient id, session id)], "cookies": [session key of each nurse]}.
    """
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from reprieve.clinic.accounts.models import Clinic, Membership, Role, User
    from reprieve.clinic.devices.models import Device, DeviceBinding
    from reprieve.clinic.patients.models import Patient
    from reprieve.clinic.session.models import Encounter

    clinic = Clinic.objects.create(name="Benchmark", time_zone="America/Chicago")
    cookies, sessions = [], []
    for number in range(nurses):
        nurse = User.objects.create_user(
            f"n{number}@benchmark.example", full_name=f"Nurse {number}"
        )
        Membership.objects.create(user=nurse, clinic=clinic, role=Role.NURSE)
        store = SessionStore()
        store[SESSION_KEY] = str(nurse.pk)
        store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        store[HASH_SESSION_KEY] = nurse.get_session_auth_hash()
        store.save()
        cookies.append(store.session_key)
    for chair in range(1, chairs + 1):
        patient = Patient.objects.create(
            clinic=clinic, family_name=f"Invented {chair}", given_names="Person"
        )
        visit = Encounter.objects.create(
            clinic=clinic,
            patient=patient,
            kind=Encounter.Kind.INFUSION,
            status=Encounter.Status.IN_PROGRESS,
            chair=str(chair),
            planned_at=timezone.now(),
        )
        device = Device.objects.create(
            clinic=clinic, name=f"Monitor {chair}", identifier=f"MON{chair}", protocol="hl7"
        )
        DeviceBinding.objects.create(clinic=clinic, device=device, chair=str(chair))
        sessions.append((str(patient.pk), str(visit.pk)))
    return {"sessions": sessions, "cookies": cookies}


class Process:
    """A part of the clinic, started as the supervisor starts it."""

    def __init__(self, *words: str, **environment: str) -> None:
        self._command = [sys.executable, "-m", *words]
        self._environment = {**os.environ, **environment}
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command, env=self._environment, start_new_session=True, stderr=subprocess.DEVNULL
        )

    def kill_and_start(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = self._start()

    def cpu_s(self) -> float:
        """User and system time of the process so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def web(port: int) -> Process:
    words = ["uvicorn", "reprieve.clinic.config.asgi:application", "--host", "127.0.0.1"]
    words += ["--port", str(port), "--log-level", "error", "--no-access-log", "--lifespan", "off"]
    return Process(*words, "--timeout-graceful-shutdown", "2")


def feed(port: int) -> Process:
    return Process("reprieve.gateway", "mllp", REPRIEVE_MLLP=f"127.0.0.1:{port}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_web(port: int) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                json.load(answer)
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the web server did not start")


def wait_for_port(port: int) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the listener did not start")


def machine() -> str:
    """What the figures were taken on."""
    import platform

    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}, SQLite in WAL"


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
