"""Writes the generated pharmacology pages: python docs/generate_pharmacology.py"""

from pathlib import Path

from reprieve.core.pkpd.pages import pages

for name, text in pages().items():
    (Path(__file__).parent / "reference" / name).write_text(text, encoding="utf-8")
