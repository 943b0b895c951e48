"""Before the start: the patient's own set against what the clinic holds at."""

from collections.abc import Iterable, Mapping

from reprieve.core.session.thresholds import Threshold

JUDGED_BY_RULES = {("systolic_mmhg", "above"), ("diastolic_mmhg", "above")}  # ci_bp_rest, _predose


def check_baseline(
    values: Mapping[str, float], limits: Iterable[Threshold]
) -> tuple[Threshold, ...]:
    """The limits for `before` the start that these values cross; raised pressure is the rules' matter."""
    return tuple(
        t
        for t in limits
        if t.stage == "before"
        and (t.parameter, t.comparison) not in JUDGED_BY_RULES
        and t.parameter in values
        and t.crossed(values[t.parameter])
    )


def averaged(readings: Iterable[float | None]) -> float | None:
    """The mean of the readings taken; None when none was."""
    taken = [r for r in readings if r is not None]
    return sum(taken) / len(taken) if taken else None
