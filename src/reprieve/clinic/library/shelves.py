"""The kinds of record as a clinician looks for them, and every record by its id."""

import functools
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _

from reprieve import knowledge
from reprieve.core.evidence import Currency, Evidence
from reprieve.core.findings import Action
from reprieve.knowledge.subjects import SUBJECTS


@dataclass(frozen=True, slots=True)
class Shelf:
    """One kind: where it stands in the knowledge base, its name, and what is shown in a list."""

    subject: str
    label: Any
    about: Any
    title: str
    detail: str = ""


SHELVES: tuple[Shelf, ...] = (
    Shelf(
        "contraindications",
        _("Contraindications"),
        _("Reasons not to treat, not yet, or only with care."),
        "condition",
        "message",
    ),
    Shelf(
        "interactions",
        _("Interactions"),
        _("Other drugs, by route, with the size of the effect where it was measured."),
        "drug_or_class",
        "message",
    ),
    Shelf(
        "indications",
        _("Indications"),
        _("What is known for each pain condition, with the guideline's grade."),
        "condition",
        "effect",
    ),
    Shelf(
        "protocols",
        _("Protocols"),
        _("Regimens somebody published, and what contradicts each."),
        "title",
        "summary",
    ),
    Shelf(
        "limits",
        _("Dose limits"),
        _("Numbers a plan may cross only knowingly, and whose they are."),
        "message",
        "quantity",
    ),
    Shelf(
        "effects",
        _("Observed effects"),
        _("Blood pressure, response and how long relief lasted, in whom."),
        "topic",
        "statement",
    ),
    Shelf(
        "trials",
        _("Trials and cohorts"),
        _("What was studied, in whom, and what came of it."),
        "condition",
        "result",
    ),
    Shelf(
        "reviews",
        _("Reviews"),
        _("What pooling the trials says, and how surely."),
        "scope",
        "conclusion",
    ),
    Shelf(
        "adverse_events",
        _("Adverse effects"),
        _("How often harm was seen, in whom."),
        "effect",
        "rate",
    ),
    Shelf(
        "monitoring",
        _("Monitoring"),
        _("What is watched, done or ready."),
        "parameter",
        "statement",
    ),
    Shelf("thresholds", _("Thresholds"), _("Numbers at which the clinic acts."), "id", "action"),
    Shelf("gate", _("Day-of gate"), _("What is asked before each session."), "question", "message"),
    Shelf("rooms", _("Room check"), _("What is checked every day."), "item", "asks"),
    Shelf("emergency", _("Emergency cards"), _("What to do, to be adopted first."), "title"),
    Shelf(
        "workup",
        _("Work-up"),
        _("What should be in hand before a plan is made."),
        "message",
        "clears_when",
    ),
    Shelf(
        "guidelines",
        _("Guidelines and positions"),
        _("What each document says, with its own grade."),
        "document",
        "statement",
    ),
    Shelf(
        "mme",
        _("Opioid factors"),
        _("Morphine equivalents, for risk and never for conversion."),
        "opioid",
        "unit",
    ),
    Shelf(
        "questionnaires",
        _("Questionnaires"),
        _("What is asked, how it is scored, and its licence."),
        "title",
        "source_scoring",
    ),
    Shelf(
        "scales", _("Scales"), _("Sedation, recovery and discharge scores."), "title", "threshold"
    ),
    Shelf(
        "responses",
        _("Response"),
        _("What counts as a response, or as a change that matters."),
        "measure",
        "statement",
    ),
    Shelf(
        "advisor",
        _("Interval advisor"),
        _("What the comparison of intervals rests on."),
        "name",
        "statement",
    ),
    Shelf(
        "surveillance",
        _("Checks by exposure"),
        _("What falls due while a course goes on, and what stops it."),
        "name",
        "statement",
    ),
    Shelf("consent", _("Consent"), _("What a person must have been told."), "element"),
    Shelf(
        "contacts",
        _("Emergency numbers"),
        _("Who to call at once, by country."),
        "name",
        "statement",
    ),
    Shelf(
        "entry_ranges",
        _("Ranges of entry"),
        _("What is believed when a value is typed. Not clinical limits."),
        "measure",
        "unit",
    ),
    Shelf(
        "compounding",
        _("Compounding"),
        _("Formulas, beyond-use dates, absorption."),
        "title",
        "statement",
    ),
    Shelf(
        "controlled_substance",
        _("Controlled drug rules"),
        _("Record-keeping in the United States."),
        "topic",
        "rule",
    ),
    Shelf("costs", _("Prices"), _("What others print."), "item", "standing"),
    Shelf(
        "decision_aid",
        _("Decision aids"),
        _("What a good one must hold, and how to show risk."),
        "topic",
        "statement",
    ),
    Shelf(
        "disagreements",
        _("Where popular pages disagree"),
        _("And what the better source says."),
        "topic",
        "authority",
    ),
    Shelf(
        "sources",
        _("Sources"),
        _("Where facts come from, and how far any of us has read it."),
        "title",
        "how_verified",
    ),
)


@functools.cache
def by_id() -> dict[str, tuple[str, Any]]:
    """Every record: id to (subject, record)."""
    return {r.id: (name, r) for name in SUBJECTS for r in knowledge.records(name)}


def rows_of(record: Any) -> list[tuple[str, str]]:
    """What a record holds, as label and words; evidence and empty fields left out."""
    rows = []
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Evidence) or value in (None, (), "", {}):
            continue
        if words := _words(value):
            rows.append((field.name.replace("_", " "), words))
    return rows


def _words(value: Any) -> str:
    if isinstance(value, Currency):
        parts = [
            ("jurisdiction", value.jurisdiction),
            ("valid until", value.valid_until),
            ("review by", value.review_by),
        ]
        return ", ".join(f"{label} {part}" for label, part in parts if part)
    if isinstance(value, Evidence):
        return f"{value.source}, {value.locator} ({value.verification})"
    if isinstance(value, Action):
        return value.word
    if isinstance(value, Enum):
        return str(value.value)
    if is_dataclass(value) and not isinstance(value, type):
        return ", ".join(f"{k}: {w}" for k, w in rows_of(value))
    if isinstance(value, tuple):
        joint = "; " if any(is_dataclass(v) for v in value) else ", "
        return joint.join(_words(v) for v in value)
    if isinstance(value, dict):
        return "; ".join(f"{k}: {_words(v)}" for k, v in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return value.isoformat() if isinstance(value, date) else str(value)
