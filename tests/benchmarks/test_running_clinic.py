"""Small versions of `make ingest` and `make faults`: what they promise holds on every run."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def cells(table: str) -> list[str]:
    """The last row of the table."""
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    return [cell.strip() for cell in rows[-1].strip("|").split("|")]


def test_no_reading_of_eight_chairs_is_lost_and_the_pages_follow() -> None:
    done = run(
        "benchmarks/ingest.py",
        "--chairs",
        "8",
        "--seconds",
        "5",
        "--watched",
        "4",
        "--raise-to",
        "1",
    )

    _rate, chairs, _seconds, _pages, answered, refused, lost, *_rest = cells(done.stdout)
    sent_of = answered.split(" of ")
    assert (chairs, refused, lost) == ("8", "0", "0"), done.stderr[-2000:]
    assert sent_of[0] == sent_of[1]
    assert int(sent_of[0]) >= 8 * 4
    assert _rest[1] != "–"  # the pages were told and showed what came


def test_what_was_acknowledged_before_a_kill_stands_once_and_in_order() -> None:
    done = run("benchmarks/faults.py", "--sessions", "4", "--kills", "3", "--between", "0.5", "2")

    _sessions, kills, _seconds, acknowledged, *rest = cells(done.stdout)
    _again, missing, twice, out_of_order, unasked, refused, broken = rest
    assert kills == "3", done.stderr[-2000:]
    assert int(acknowledged) >= 8
    assert (missing, twice, out_of_order, unasked, refused, broken) == ("0",) * 6
