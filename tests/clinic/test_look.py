"""The tokens are legible in light and in dark, and nothing is styled or scripted inline."""

import re
from itertools import product
from pathlib import Path

import pytest

import reprieve

CLINIC = Path(reprieve.__file__).parent / "clinic"
CSS = (CLINIC / "ui/static/reprieve/css/reprieve.css").read_text()
TEMPLATES = sorted([*CLINIC.rglob("*.html"), *(CLINIC.parent / "patient").rglob("*.html")])
FINDINGS = ("block", "hold", "warn", "ask", "note", "clear")


def tokens(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r" \{(.*?)\n\}", CSS, re.DOTALL)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block[1]))


LIGHT, DARK = tokens(":root"), tokens('[data-theme="dark"]')


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_arithmetic_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)  # the definition's maximum


@pytest.mark.parametrize(
    ("theme", "ink", "paper"),
    [
        *product((0, 1), ("ink", "muted", "teal", "teal-dark", *FINDINGS), ("paper", "card")),
        *((t, f, f"{f}-tint") for t in (0, 1) for f in FINDINGS),
        *((t, "ink", f"{f}-tint") for t in (0, 1) for f in FINDINGS),
        *((t, i, "tint") for t in (0, 1) for i in ("ink", "muted", "teal-dark", "hold")),
        *((t, "on-teal", "teal") for t in (0, 1)),
    ],
)
def test_text_has_a_contrast_of_4_5(theme: int, ink: str, paper: str) -> None:
    palette = {**LIGHT, **(DARK if theme else {})}

    assert contrast(palette[ink], palette[paper]) >= 4.5  # WCAG 2.2, 1.4.3 level AA


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(
    "mark", ["edge", "trace-bp", "trace-hr", "trace-spo2", "trace-ketamine", "trace-norketamine"]
)
def test_borders_of_inputs_and_traces_have_a_contrast_of_3(theme: int, mark: str) -> None:
    palette = {**LIGHT, **(DARK if theme else {})}

    assert contrast(palette[mark], palette["card"]) >= 3  # WCAG 2.2, 1.4.11 level AA


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: p.name)
def test_no_template_styles_or_scripts_inline(template: Path) -> None:
    text = template.read_text()

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text)
    for opening in re.findall(r"<script[^>]*>", text):
        assert "src=" in opening or 'type="application/json"' in opening


def test_every_file_in_the_browser_comes_from_here() -> None:
    for file in [*TEMPLATES, *(CLINIC / "ui/static/reprieve/css").glob("*.css")]:
        loaded = (
            r"(?:src|url)[=(][\"']?https?:|<link[^>]+href=[\"']?https?:"  # a link to follow is none
        )
        assert not re.findall(loaded, file.read_text()), file.name
