"""What our records say about ketamine at home, in plain words, each with its source."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from reprieve import knowledge
from reprieve.core.evidence import Evidence

# Our words for what a record says; the record says it in the words of its source.
WORDS: tuple[tuple[str, Any], ...] = (
    (
        "gl_fda23_position_1",
        _(
            "The FDA told of a person whose breathing became too weak after using a pharmacy-made ketamine product at home. The level in the blood was about twice that of a full anesthetic."
        ),
    ),
    ("cs_schedule", _("In the United States ketamine is a controlled medicine (Schedule III).")),
    (
        "cmp_formula_neuropathic_cream_rct",
        _(
            "A cream with ketamine and three other medicines was no better than one without, in a trial."
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """words: ours, plain. evidence: of the record they speak of."""

    words: Any
    evidence: Evidence


def facts() -> list[Fact]:
    """Raises KeyError for a record that is gone: the page never shows words without a source."""
    records = (
        *knowledge.guidelines(),
        *knowledge.controlled_substance(),
        *knowledge.compounding(),
    )
    evidence = {record.id: record.evidence for record in records}
    return [Fact(words, evidence[key]) for key, words in WORDS]
