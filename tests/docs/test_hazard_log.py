"""Every hazard names a test that exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_test_named_in_the_hazard_log_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs/clinical/hazard-log.md").read_text()))
    written = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text())
    }
    assert named
    assert named <= written, named - written
