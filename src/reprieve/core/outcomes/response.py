"""Did this person respond, by the rule written down before the course?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class ResponseStatus(StrEnum):
    RESPONDED = "responded"
    NOT_RESPONDED = "not_responded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRule:
    """What counts, fixed before the first infusion.

    pain_drop_percent, function_drop_percent: least fall from baseline (higher scores are worse).
    needs_satisfaction: whether the patient must also be satisfied.
    lasting_weeks: how long after the last dose the relief must hold.
    mme_rise_percent: an opioid rise from here on makes relief no response.
    """

    pain_drop_percent: float = 30
    function_drop_percent: float | None = 30
    needs_satisfaction: bool = True
    lasting_weeks: float = 3
    mme_rise_percent: float = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Scores before and at the check. None: not recorded."""

    baseline_pain: float | None
    pain: float | None
    baseline_function: float | None = None
    function: float | None = None
    satisfied: bool | None = None
    weeks_since_dose: float | None = None
    baseline_mme: float | None = None
    mme: float | None = None
    new_analgesic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The verdict and every reason for it, as sentences. A missing baseline is no response, and said."""

    status: ResponseStatus
    reasons: tuple[str, ...]
    pain_drop_percent: float | None


def assess_response(outcome: Outcome, rule: ResponseRule) -> Response:
    """Whether relief (or a comparable gain in function), satisfaction and time all meet the rule."""
    pain = drop_percent(outcome.baseline_pain, outcome.pain)
    function = drop_percent(outcome.baseline_function, outcome.function)
    reasons = [
        *_relief(pain, function, rule),
        *_satisfaction(outcome, rule),
        *_time(outcome, rule),
        *_opioids(outcome, rule),
    ]
    missed = [text for ok, text in reasons if not ok]
    status = ResponseStatus.NOT_RESPONDED if missed else ResponseStatus.RESPONDED
    shown = tuple(missed or [text for _, text in reasons])
    return Response(
        status=status, reasons=shown, pain_drop_percent=None if pain is None else float(pain)
    )


def drop_percent(baseline: float | None, now: float | None) -> Fraction | None:
    """The fall in percent of baseline, exact; None where it cannot be reckoned (no or zero baseline)."""
    if baseline is None or now is None or baseline <= 0:
        return None
    before, after = Fraction(str(baseline)), Fraction(str(now))
    return (before - after) / before * 100


Checked = list[tuple[bool, str]]


def _relief(pain: Fraction | None, function: Fraction | None, rule: ResponseRule) -> Checked:
    if pain is not None and pain >= Fraction(str(rule.pain_drop_percent)):
        return [(True, f"pain fell by {float(pain):.0f} %")]
    if (
        function is not None
        and rule.function_drop_percent is not None
        and function >= Fraction(str(rule.function_drop_percent))
    ):
        return [(True, f"function improved by {float(function):.0f} %")]
    if pain is None:
        return [(False, "no pain baseline or no score now: counted as no response")]
    moved = f"fell by {float(pain):.0f} %" if pain >= 0 else f"rose by {float(-pain):.0f} %"
    return [(False, f"pain {moved}; a fall of {rule.pain_drop_percent:g} % is needed")]


def _satisfaction(outcome: Outcome, rule: ResponseRule) -> Checked:
    if not rule.needs_satisfaction:
        return []
    words: Mapping[bool | None, tuple[bool, str]] = {
        True: (True, "satisfied with the result"),
        False: (False, "not satisfied with the result"),
        None: (False, "satisfaction not recorded"),
    }
    return [words[outcome.satisfied]]


def _time(outcome: Outcome, rule: ResponseRule) -> Checked:
    weeks = outcome.weeks_since_dose
    if weeks is None:
        return [(False, "time since the last dose not recorded")]
    ok = weeks >= rule.lasting_weeks
    return [(ok, f"{weeks:g} of {rule.lasting_weeks:g} weeks after the last dose")]


def _opioids(outcome: Outcome, rule: ResponseRule) -> Checked:
    if outcome.new_analgesic:
        return [(False, "a new painkiller was started")]
    before, now = outcome.baseline_mme, outcome.mme
    if before is None or now is None:
        return []
    rise = drop_percent(before, now)
    risen = (
        now > 0
        if before == 0
        else rise is not None and -rise >= Fraction(str(rule.mme_rise_percent))
    )
    return [(not risen, f"opioid dose {before:g} to {now:g} MME a day")]
