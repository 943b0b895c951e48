"""Beside what is known for a pain: the newest pooled result, its certainty, and the trials of that pain."""

from typing import Any

from django import template

from reprieve import knowledge
from reprieve.clinic.evidence.pooling import name_of
from reprieve.knowledge.studies import ReviewEstimate

register = template.Library()
OUT_OF = 10


@register.inclusion_tag("evidence/_of.html")
def evidence_of(indication: str) -> dict[str, Any]:
    """Nothing for what is no indication."""
    if not indication.startswith("ind_"):
        return {}
    newest = max(knowledge.reviews(), key=lambda r: r.year)
    pain = next((e for e in newest.estimates if e.outcome == "pain"), None)
    trials = [t for t in knowledge.trials() if indication in t.indications]
    return {
        "newest": newest,
        "pain": pain and _in_points(pain),
        "trials": [
            (name_of(t), t) for t in sorted(trials, key=lambda t: (not t.controlled, -t.year))
        ],
    }


def _in_points(found: ReviewEstimate) -> dict[str, Any]:
    """On the scale of 0-10."""
    divide = found.scale / OUT_OF
    return {
        "estimate": found.estimate / divide,
        "low": found.low / divide,
        "high": found.high / divide,
        "at": found.at,
        "certainty": found.certainty,
    }
