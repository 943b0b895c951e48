"""Runs every benchmark of this folder that offers a `main`: what `make bench` prints."""

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    sys.path.insert(0, str(HERE))
    for file in sorted(HERE.glob("*.py")):
        if file.name in ("run.py", "ingest.py", "faults.py"):  # these two have targets of their own
            continue
        module = importlib.import_module(file.stem)
        if hasattr(module, "main"):
            module.main()


if __name__ == "__main__":
    main()
