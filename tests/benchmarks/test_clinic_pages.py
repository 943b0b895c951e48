"""The page benchmark still runs: a small version of it, through its own front door."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_benchmark_runs_on_forty_patients(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    command = [
        sys.executable,
        "benchmarks/clinic_pages.py",
        "--patients",
        "40",
        "--keep",
        str(tmp_path),
    ]
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert "| chart |" in run.stdout, run.stderr[-2000:]
