"""Runs the benchmarks one after another, each bounded in time: what `make bench` prints.

Flags are passed on to the pharmacology benchmark: `make bench WRITE=--write` keeps its table.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
MOST_SECONDS = {"pharmacology.py": 390, "clinic_pages.py": 190}


def main() -> int:
    failed = 0
    for name, seconds in MOST_SECONDS.items():
        flags = sys.argv[1:] if name == "pharmacology.py" else []
        command = [sys.executable, str(HERE / name), *flags]
        try:
            failed += subprocess.run(command, timeout=seconds, check=False).returncode != 0
        except subprocess.TimeoutExpired:
            print(f"{name} was stopped after {seconds} s")
            failed += 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
