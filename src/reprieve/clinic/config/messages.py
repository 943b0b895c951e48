"""Translations, .po to .mo, without the gettext programs. See docs/howto/translate.md.

python -m reprieve.clinic.config.messages      compiles every locale/*/LC_MESSAGES/django.po
"""

import ast
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

LOCALES = Path(__file__).parents[1] / "locale"
CONTEXT = "\x04"  # between context and text, as gettext writes it


def messages(po: str) -> dict[str, str]:
    """Text to translation; plurals and contexts joined as the .mo format wants. Empty ones are left out."""
    table = {}
    for entry in _entries(po):
        key = entry.get("msgctxt", "") + CONTEXT if "msgctxt" in entry else ""
        key += entry["msgid"]
        if "msgid_plural" in entry:
            key += "\0" + entry["msgid_plural"]
            text = "\0".join(entry[f"msgstr[{n}]"] for n in range(2))
        else:
            text = entry["msgstr"]
        if text.strip("\0"):
            table[key] = text
    return table


def compile_po(po: str) -> bytes:
    """The .mo file of a .po file: a table of lengths and offsets, then the texts, sorted by key."""
    pairs = sorted((k.encode(), v.encode()) for k, v in messages(po).items())
    keys_at = 28
    texts_at = keys_at + 8 * len(pairs)
    offset = texts_at + 8 * len(pairs)
    tables, bodies = [], []
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), offset))
            bodies.append(pair[column] + b"\0")
            offset += len(bodies[-1])
    head = struct.pack("<IIIIIII", 0x950412DE, 0, len(pairs), keys_at, texts_at, 0, offset)
    return head + b"".join(tables) + b"".join(bodies)


def quote(text: str) -> str:
    """A text as it stands in a .po file."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _entries(po: str) -> Iterator[dict[str, str]]:
    entry: dict[str, str] = {}
    keyword = ""
    for line in [*po.splitlines(), ""]:
        if line.startswith('"'):
            entry[keyword] += ast.literal_eval(line)
        elif line.startswith("msg"):
            keyword, text = line.split(" ", 1)
            entry[keyword] = ast.literal_eval(text)
        elif not line.strip() and "msgid" in entry:
            yield entry
            entry = {}


def main() -> int:
    for po in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        po.with_suffix(".mo").write_bytes(compile_po(po.read_text(encoding="utf-8")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
