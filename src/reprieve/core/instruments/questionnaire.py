"""Questionnaires: what is asked and how it is scored. Their content stands in knowledge/content."""

from dataclasses import dataclass, field
from enum import StrEnum

from reprieve.core.evidence import Currency, Evidence


class ScoringMethod(StrEnum):
    """How the answers make one score. `score_only`: the text is licensed, a total is typed in."""

    SUM = "sum"
    MEAN = "mean"
    SINGLE = "single"
    COUNT_PRESENT = "count_present"
    RULE = "rule"
    SCORE_ONLY = "score_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer that can be picked, with what it counts."""

    points: float
    text_en: str
    text_es: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question.

    choices: the answers to pick from; empty for a plain range of whole points.
    group: the part of a checklist it belongs to ("symptom sensory").
    urgent_from_points: an answer at or above it starts the crisis path at once.
    """

    link_id: str
    text_en: str
    text_es: str | None = None
    loinc: str | None = None
    group: str | None = None
    minimum_points: float = 0.0
    maximum_points: float = 10.0
    low_label_en: str | None = None
    low_label_es: str | None = None
    high_label_en: str | None = None
    high_label_es: str | None = None
    choices: tuple[Choice, ...] = ()
    urgent_from_points: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A range of the score, from `from_points` up to the next band."""

    from_points: float
    label_en: str
    label_es: str | None = None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """At least `minimum_groups` of the groups whose name starts with `prefix` hold a positive item."""

    prefix: str
    minimum_groups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportantChange:
    """A change that matters to patients. One of points and percent is given."""

    label: str
    change_points: float | None = None
    change_percent: float | None = None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """An instrument. Items are empty where its text may not be shipped.

    source_scoring, source_important_change: what the sources say, in words.
    item_count: as published; `items` may be fewer or none.
    group_rules: for `rule` scoring, all must hold, and every item without a group.
    higher_is_worse: None where the score is a classification.
    """

    id: str
    title: str
    method: ScoringMethod
    item_count: int
    source_scoring: str
    licence: str
    may_embed: str
    evidence: Evidence
    source_important_change: str | None = None
    minimum_points: float | None = None
    maximum_points: float | None = None
    higher_is_worse: bool | None = None
    recall_period: str | None = None
    intro_en: str | None = None
    intro_es: str | None = None
    loinc: str | None = None
    text_note: str | None = None
    items: tuple[Item, ...] = ()
    bands: tuple[Band, ...] = ()
    group_rules: tuple[GroupRule, ...] = ()
    important_changes: tuple[ImportantChange, ...] = ()
    currency: Currency = field(default_factory=Currency)
