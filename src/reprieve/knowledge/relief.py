"""The advisor's figures as core takes them."""

from dataclasses import fields
from functools import cache
from typing import TypeVar

from reprieve.core.outcomes.advisor import AdvisorRule
from reprieve.core.outcomes.relief_model import ReliefPrior
from reprieve.knowledge.load import advisor

T = TypeVar("T", AdvisorRule, ReliefPrior)


@cache
def relief_prior() -> ReliefPrior:
    """What is believed of a person's relief before the first score."""
    return _filled(ReliefPrior)


@cache
def advisor_rule() -> AdvisorRule:
    """How the ways of timing are weighed, until a clinic signs its own."""
    return _filled(AdvisorRule)


def _filled(kind: type[T]) -> T:
    """Each field from the figure of its name; a field without one keeps its default."""
    figures = {f.id.removeprefix("adv_"): f.value for f in advisor()}
    return kind(**{f.name: figures[f.name] for f in fields(kind) if f.name in figures})
