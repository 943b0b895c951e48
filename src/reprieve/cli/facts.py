"""`reprieve facts KIND`: the clinical records of one kind, each with its evidence."""

import argparse
from typing import Any

from reprieve import knowledge

# What is asked for on the command line, and the subjects of knowledge that answer it.
KINDS: dict[str, tuple[str, ...]] = {
    "contraindications": ("contraindications",),
    "interactions": ("interactions",),
    "indications": ("indications",),
    "protocols": ("protocols",),
    "limits": ("limits",),
    "monitoring": ("monitoring", "thresholds"),
    "adverse_events": ("adverse_events",),
    "scales": ("scales",),
    "instruments": ("questionnaires",),
    "responses": ("responses",),
    "mme": ("mme",),
    "consent": ("consent",),
    "costs": ("costs",),
    "compounding": ("compounding",),
    "controlled_substance": ("controlled_substance",),
    "decision_aid": ("decision_aid",),
    "guidelines": ("guidelines",),
    "claims": ("claims",),
    "disagreements": ("disagreements",),
    "sources": ("sources",),
    "workup": ("workup",),
    "effects": ("effects",),
    "gate": ("gate",),
    "rooms": ("rooms",),
    "emergency": ("emergency",),
    "contacts": ("contacts",),
    "entry_ranges": ("entry_ranges",),
    "advisor": ("advisor",),
    "surveillance": ("surveillance",),
    "trials": ("trials",),
    "reviews": ("reviews",),
    "changes": ("changes",),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))


def run(args: argparse.Namespace) -> dict[str, Any]:
    found = (record for subject in KINDS[args.kind] for record in knowledge.records(subject))
    return {
        "knowledge": knowledge.VERSION,
        "records": [_json(record) for record in found],
    }


def _json(record: Any) -> dict[str, Any]:
    """The record, with its evidence even where that follows from the record itself."""
    table: dict[str, Any] = knowledge.to_json(record)
    if "evidence" not in table and hasattr(record, "evidence"):
        table["evidence"] = knowledge.to_json(record.evidence)
    return table
