"""The clinic starts only when it is safe, stays up when a part of it dies, and stops when it is told."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from reprieve.clinic.commands.supervisor import Child, feeds
from reprieve.clinic.config.env import database
from reprieve.clinic.config.logs import scrub
from reprieve.clinic.config.unsafe import unsafe

SAFE = {
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOP",
    "DEBUG": False,
    "DEMO": False,
    "ALLOWED_HOSTS": ["clinic.example.org"],
    "BEHIND_PROXY": True,
    "TLS_CERTIFICATE": "",
    "TLS_KEY": "",
    "OWN_AUTHORITY": False,
    "MLLP_ADDRESS": "",
    "MLLP_PEERS": [],
    "SDC_DEVICES": [],
}


def problems(**changed: object) -> list[str]:
    return unsafe(SimpleNamespace(**{**SAFE, **changed}))


def test_safe_settings_have_no_problems() -> None:
    assert problems() == []
    assert problems(BEHIND_PROXY=False, OWN_AUTHORITY=True) == []
    assert problems(MLLP_ADDRESS="127.0.0.1:2575", SDC_DEVICES=["http://127.0.0.1:1/x"]) == []
    assert problems(MLLP_ADDRESS="192.0.2.1:2575", MLLP_PEERS=["192.0.2.0/24"]) == []


def test_feeds_are_off_unless_they_are_named(settings: Any) -> None:
    assert feeds() == []

    settings.MLLP_ADDRESS, settings.SDC_DEVICES = "127.0.0.1:2575", ["http://127.0.0.1:1/x"]

    assert [child.command[-1] for child in feeds()] == ["mllp", "http://127.0.0.1:1/x"]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": "x" * 49}, "REPRIEVE_SECRET_KEY"),
        ({"SECRET_KEY": "x" * 60}, "REPRIEVE_SECRET_KEY"),
        ({"DEBUG": True}, "REPRIEVE_DEBUG"),
        ({"DEMO": True}, "demo settings"),
        ({"ALLOWED_HOSTS": []}, "REPRIEVE_HOSTS"),
        ({"ALLOWED_HOSTS": ["*"]}, "REPRIEVE_HOSTS"),
        ({"BEHIND_PROXY": False, "TLS_KEY": __file__}, "REPRIEVE_TLS_CERTIFICATE"),
        ({"BEHIND_PROXY": False, "TLS_CERTIFICATE": "/none", "TLS_KEY": __file__}, "/none"),
        ({"MLLP_ADDRESS": "2575"}, "host:port"),
        ({"MLLP_ADDRESS": "0.0.0.0:2575"}, "REPRIEVE_MLLP_PEERS"),
        ({"MLLP_ADDRESS": "127.0.0.1:2575", "MLLP_PEERS": ["monitors"]}, "monitors"),
        ({"SDC_DEVICES": ["http://192.0.2.7:6464/x"]}, "192.0.2.7"),
    ],
)
def test_each_unsafe_setting_is_named_with_what_mends_it(
    changed: dict[str, object], named: str
) -> None:
    [problem] = problems(**changed)

    assert named in problem


def reprieve(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("REPRIEVE", "DJANGO", "DATABASE"))
    }
    return subprocess.run(
        [sys.executable, "-m", "reprieve.cli.main", *words],
        env={**kept, "REPRIEVE_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        input="a long enough password\n",
    )


def test_serve_refuses_with_the_whole_list_and_starts_nothing(tmp_path: Path) -> None:
    refused = reprieve(tmp_path, "serve", REPRIEVE_DEBUG="1", REPRIEVE_SECRET_KEY="short")

    assert refused.returncode == 2
    assert refused.stderr.count("\n  - ") == 3  # key, debug, hosts, https
    assert not (tmp_path / "reprieve.sqlite3").exists()


def test_a_first_clinic_is_opened_from_the_command_line(tmp_path: Path) -> None:
    words = [
        "new-clinic",
        "--name",
        "Harbor",
        "--manager-email",
        "m@example.org",
        "--manager-name",
        "M",
    ]

    opened = reprieve(tmp_path, *words, "--time-zone", "America/Chicago")
    refused = reprieve(tmp_path, *words, "--time-zone", "Mars/Base")

    assert opened.returncode == 0
    assert set(json.loads(opened.stdout)) == {"reprieve", "clinic"}
    assert refused.returncode == 2
    assert {p["path"] for p in json.loads(refused.stderr)["problems"]} == {"time_zone", "email"}


def tend_until(child: Child, done: object, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:  # type: ignore[operator]
        child.tend(time.monotonic())
        time.sleep(0.02)
    assert done()  # type: ignore[operator]


def test_a_child_that_dies_is_started_again(capfd: pytest.CaptureFixture[str]) -> None:
    child = Child("web", [sys.executable, "-c", "import time; time.sleep(60)"])
    tend_until(child, lambda: child.process)
    first = child.process.pid

    os.kill(first, signal.SIGKILL)

    tend_until(child, lambda: child.process and child.process.pid != first)
    child.ask_to_stop()
    child.make_stop(time.monotonic() + 5)
    assert "web ended with -9" in capfd.readouterr().err


def test_a_child_that_dies_at_once_is_started_ever_more_slowly() -> None:
    child = Child("jobs", [sys.executable, "-c", ""])
    waits = []
    now = 0.0
    for _ in range(8):
        child.tend(now)
        child.process.wait()
        child.tend(now)
        waits.append(child.wait_s)
        now = child.start_at

    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_child_that_will_not_stop_is_made_to() -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    child = Child("web", [sys.executable, "-c", deaf])
    child.tend(0.0)
    time.sleep(0.5)

    child.ask_to_stop()
    child.make_stop(time.monotonic() + 0.2)

    assert child.process.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("GET /patients/?q=Abara 200", "GET /patients/?… 200"),
        ("born 1974-02-14", "born [date]"),
        ("2026-11-21T14:10:00 started", "2026-11-21T14:10:00 started"),
        ("mail to ada@example.org failed", "mail to [address] failed"),
        (
            "duplicate key\nDETAIL:  Key (value)=(H-1042) already exists.",
            "duplicate key\n[row left out]",
        ),
    ],
)
def test_what_a_log_line_may_say(written: str, kept: str) -> None:
    assert scrub(written) == kept


def test_an_exception_in_the_log_keeps_its_place_and_loses_its_text(tmp_path: Path) -> None:
    program = (
        "import django, logging; django.setup()\n"
        "try: raise ValueError('Ada Abara, 1974-02-14')\n"
        "except ValueError: logging.getLogger('django.request').exception('Internal Server Error: /patients/?q=Abara')\n"
    )
    environment = {**os.environ, "REPRIEVE_HOME": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "reprieve.clinic.config.settings.demo"

    log = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    ).stderr

    assert "ValueError (text left out)" in log
    assert "<string>:2" in log
    assert "Abara" not in log


def test_a_database_address_is_read_whole() -> None:
    read = database("postgresql://ada:p%40ss@db.example:5433/clinic?sslmode=require", Path("x"))

    assert (read["NAME"], read["USER"], read["PASSWORD"]) == ("clinic", "ada", "p@ss")
    assert (read["HOST"], read["PORT"], read["OPTIONS"]) == (
        "db.example",
        "5433",
        {"sslmode": "require"},
    )


@pytest.mark.parametrize("address", ["mysql://x/y", "postgresql://host", "clinic.sqlite3"])
def test_a_database_address_we_do_not_know_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL"):
        database(address, Path("x"))


@pytest.mark.django_db
def test_health_says_alive_and_ready_without_a_sign_in() -> None:
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/readyz").json() == {"status": "ready", "missing": []}


@pytest.mark.django_db
def test_not_ready_while_a_table_of_events_can_be_changed() -> None:
    from reprieve.clinic.audit.append_only import lift_protection

    lift_protection()

    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert "append-only trigger on session_sessionevent" in answer.json()["missing"]


@pytest.mark.django_db
def test_every_answer_carries_its_policy_and_its_id() -> None:
    answer = Client().get("/account/login/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert len(answer.headers["X-Request-ID"]) == 36
    assert "no-store" in answer.headers["Cache-Control"]
