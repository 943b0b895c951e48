"""Which file holds which kind of record."""

import zlib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"
BUILT = CONTENT / "built"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One kind of record: its type as "module:class", its table name and the prefix of its ids.

    A prefix of "" means the ids are names fixed elsewhere (sources, scales, instruments).
    """

    name: str
    table: str
    record: str
    prefix: str

    @property
    def type(self) -> type[Any]:
        module, name = self.record.split(":")
        record: type[Any] = getattr(import_module(f"reprieve.{module}"), name)
        return record

    @property
    def files(self) -> tuple[Path, ...]:
        """The TOML files: one named like the subject, or every file of its folder."""
        folder = CONTENT / self.name
        if folder.is_dir():
            return tuple(sorted(folder.glob("*.toml")))
        return (CONTENT / f"{self.name}.toml",)

    @property
    def built(self) -> Path:
        """The same tables as JSON, written by build.py."""
        return BUILT / f"{self.name}.json"

    def digest(self) -> int:
        """Changes when one of the files does. A check against staleness, not malice."""
        value = 0
        for file in self.files:
            value = zlib.crc32(file.read_bytes(), value)
        return value


def _subject(name: str, table: str, record: str, prefix: str = "") -> tuple[str, Subject]:
    return name, Subject(name=name, table=table, record=record, prefix=prefix)


SUBJECTS: dict[str, Subject] = dict(
    [
        _subject("sources", "source", "knowledge.records:Source"),
        _subject(
            "contraindications",
            "contraindication",
            "core.eligibility.rules:Contraindication",
            "ci_",
        ),
        _subject("interactions", "interaction", "core.interactions.rules:Interaction", "ix_"),
        _subject("indications", "indication", "core.eligibility.rules:Indication", "ind_"),
        _subject("workup", "workup", "core.eligibility.rules:WorkUp", "missing_"),
        _subject("protocols", "protocol", "core.dosing.protocol:Protocol", "pr_"),
        _subject("limits", "limit", "core.dosing.protocol:Limit", "lim_"),
        _subject("mme", "factor", "core.dosing.mme:MmeFactor", "mme_"),
    ]
)
