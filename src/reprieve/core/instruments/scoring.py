"""Score a questionnaire as its source says. A missing answer is never a zero."""

from collections.abc import Mapping
from dataclasses import dataclass

from reprieve.core.instruments.questionnaire import Band, Item, Questionnaire, ScoringMethod
from reprieve.core.problems import Problem, UnusableInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The score, or None with what is missing.

    met: for criteria (Budapest), whether they are met; None for a number.
    urgent: linkIds whose answer starts the crisis path at once, whether or not the rest is complete.
    """

    value: float | None
    band: Band | None
    met: bool | None
    missing: tuple[str, ...]
    urgent: tuple[str, ...]


def score_questionnaire(questionnaire: Questionnaire, answers: Mapping[str, float]) -> Score:
    """Score the answers (linkId to points; yes is 1, no is 0).

    Raises UnusableInput for a linkId that does not exist, or points outside an item's range.
    """
    items = {item.link_id: item for item in questionnaire.items}
    problems = [p for link, points in answers.items() if (p := _problem(items, link, points))]
    if problems:
        raise UnusableInput(problems)
    missing = tuple(link for link in items if link not in answers)
    urgent = tuple(
        link
        for link, points in answers.items()
        if (limit := items[link].urgent_from_points) is not None and points >= limit
    )
    if missing:
        return Score(value=None, band=None, met=None, missing=missing, urgent=urgent)
    if questionnaire.method is ScoringMethod.RULE:
        met = _criteria_met(questionnaire, answers)
        return Score(value=None, band=None, met=met, missing=(), urgent=urgent)
    value = _number(questionnaire, answers)
    return Score(
        value=value, band=band_of(questionnaire, value), met=None, missing=(), urgent=urgent
    )


def band_of(questionnaire: Questionnaire, value: float | None) -> Band | None:
    """The band a score falls in: the highest one that begins at or below it."""
    if value is None:
        return None
    reached = [band for band in questionnaire.bands if band.from_points <= value]
    return max(reached, key=lambda band: band.from_points, default=None)


def _problem(items: Mapping[str, Item], link: str, points: float) -> Problem | None:
    item = items.get(link)
    if item is None:
        return Problem(link, "no such item")
    allowed = {choice.points for choice in item.choices}
    if allowed and points not in allowed:
        return Problem(link, f"{points:g} is not one of the answers")
    if not allowed and not float(points).is_integer():
        return Problem(link, f"{points:g} is not a whole number")
    if not item.minimum_points <= points <= item.maximum_points:
        return Problem(
            link, f"{points:g} is outside {item.minimum_points:g} to {item.maximum_points:g}"
        )
    return None


def _number(questionnaire: Questionnaire, answers: Mapping[str, float]) -> float | None:
    values = list(answers.values())
    match questionnaire.method:
        case ScoringMethod.SUM:
            return sum(values)
        case ScoringMethod.MEAN:
            return sum(values) / len(values) if values else None
        case ScoringMethod.SINGLE:
            return values[0] if values else None
        case ScoringMethod.COUNT_PRESENT:
            return float(sum(points > 0 for points in values))
        case _:
            return None


def _criteria_met(questionnaire: Questionnaire, answers: Mapping[str, float]) -> bool:
    positive = {i.group for i in questionnaire.items if i.group and answers[i.link_id] > 0}
    alone = [i for i in questionnaire.items if i.group is None]
    return all(answers[i.link_id] > 0 for i in alone) and all(
        sum(group.startswith(rule.prefix) for group in positive) >= rule.minimum_groups
        for rule in questionnaire.group_rules
    )
