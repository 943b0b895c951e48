"""One process that keeps the others running: web, jobs and the device feeds.

A child that dies is started again, more slowly the more often it dies. SIGTERM and SIGINT stop all.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType

from django.conf import settings

LONGEST_WAIT_S = 30.0
HEALTHY_AFTER_S = 60.0
GRACE_S = 10.0
TICK_S = 0.2


@dataclass(slots=True)
class Child:
    """One process to keep alive, and how its last lives went."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    wait_s: float = 0.5

    def tend(self, now: float) -> None:
        """Start it when it is due; note it when it has died."""
        if self.process is None:
            if now >= self.start_at:
                # A session of its own: a Ctrl+C in the terminal reaches the supervisor alone.
                self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603
                self.started_at = now
        elif (code := self.process.poll()) is not None:
            long_enough = now - self.started_at >= HEALTHY_AFTER_S
            self.wait_s = 0.5 if long_enough else min(2 * self.wait_s, LONGEST_WAIT_S)
            self.process, self.start_at = None, now + self.wait_s
            sys.stderr.write(
                f"{self.name} ended with {code}; starting it again in {self.wait_s:g} s\n"
            )

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def make_stop(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def keep_running(children: Sequence[Child]) -> int:
    """Run until asked to stop. Returns the exit code: 0."""
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        while not stopping:
            for child in children:
                child.tend(time.monotonic())
            time.sleep(TICK_S)
    finally:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + GRACE_S
        for child in children:
            child.make_stop(deadline)
    return 0


def children(*, host: str, port: int, web_options: Sequence[str] = ()) -> list[Child]:
    """The web server and the job worker, with the settings of this process."""
    python = [sys.executable, "-m"]
    web = [*python, "uvicorn", "reprieve.clinic.config.asgi:application", "--host", host]
    web += ["--port", str(port), "--log-level", "warning", "--no-access-log", "--lifespan", "off"]
    web += ["--no-server-header", "--timeout-graceful-shutdown", "5", *web_options]
    jobs = [*python, "django", "db_worker", "--queue-name", "*", "--no-reload", "--verbosity", "0"]
    return [Child("web", web), Child("jobs", jobs), *feeds()]


def feeds() -> list[Child]:
    """A process for each feed the settings name. They stand in the layer above: started by name."""
    gateway = [sys.executable, "-m", "reprieve.gateway"]
    found = [Child("mllp", [*gateway, "mllp"])] if settings.MLLP_ADDRESS else []
    return found + [Child(f"sdc {at}", [*gateway, "sdc", at]) for at in settings.SDC_DEVICES]
