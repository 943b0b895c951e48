"""A clinic's own limits: inside the range each limit allows, and in an order that makes sense."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reprieve.core.dosing.protocol import Owner
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.session.thresholds import Threshold

# (the milder limit, the more serious one, the sign of what is worse)
_MILDER_FIRST = (
    ("mon_sbp_warn", "mon_sbp_stop", 1),
    ("mon_dbp_warn", "mon_dbp_stop", 1),
    ("mon_spo2_warn", "mon_spo2_stop", -1),
    ("mon_spo2_stop", "mon_spo2_emergency", -1),
    ("mon_hr_warn_low", "mon_hr_warn_high", 1),
    ("mon_rr_warn_low", "mon_rr_warn_high", 1),
)


def adjustable(limit: Threshold) -> bool:
    """Whether a clinic may move it. What has no range is fixed."""
    return limit.adjustable_low is not None and limit.adjustable_high is not None


def adjusted(limits: Iterable[Threshold], chosen: Mapping[str, float]) -> tuple[Threshold, ...]:
    """The limits with a clinic's own numbers; a moved limit says that it is the clinic's.

    chosen: limit id to number, in the limit's unit.

    Raises UnusableInput with every number that is outside its range, fixed, unknown, or turns
    a warning into something rarer than the stop behind it.
    """
    known = {limit.id: limit for limit in limits}
    problems = [
        p for code, value in chosen.items() if (p := _problem(known.get(code), code, value))
    ]
    moved = {
        code: replace(known[code], limit=float(value), owner=Owner.CLINIC)
        for code, value in chosen.items()
        if code in known and value != known[code].limit
    }
    found = {**known, **moved}
    problems += _upside_down(found) if not problems else []
    if problems:
        raise UnusableInput(problems)
    return tuple(found.values())


def _problem(limit: Threshold | None, code: str, value: float) -> Problem | None:
    if limit is None:
        return Problem(code, "There is no such limit.")
    low, high = limit.adjustable_low, limit.adjustable_high
    if low is None or high is None:
        return Problem(code, f"Fixed at {limit.limit:g} {limit.unit}: a clinic may not change it.")
    if not low <= value <= high:
        return Problem(code, f"{value:g} is outside {low:g} to {high:g} {limit.unit}.")
    return None


def _upside_down(found: Mapping[str, Threshold]) -> list[Problem]:
    return [
        Problem(mild, f"{found[mild].limit:g} would never speak before {found[serious].limit:g}.")
        for mild, serious, sign in _MILDER_FIRST
        if mild in found
        and serious in found
        and sign * found[mild].limit >= sign * found[serious].limit
    ]
