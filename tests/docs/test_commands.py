"""Every command is documented, and every page the documents point to exists."""

import re
import tomllib
from pathlib import Path

import pytest

from reprieve.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def test_every_command_has_its_place_in_the_reference() -> None:
    page = (ROOT / "docs/reference/cli.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name in [*COMMANDS, *project["entry-points"]["reprieve.commands"]]:
        assert f"reprieve {name}" in page, name


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_inside_the_documents_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_decisions_are_numbered_once() -> None:
    numbers = [p.name[:4] for p in (ROOT / "docs/adr").glob("*.md")]
    assert len(numbers) == len(set(numbers))
