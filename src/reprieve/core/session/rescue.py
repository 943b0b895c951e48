"""As-needed drugs of the order: how much, how soon again, how often."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from reprieve.core.dosing.order import TOLERANCE, RescueDrug


def rescue_refusals(
    drug: RescueDrug, *, dose_mg: float, at: datetime, given_at: Sequence[datetime]
) -> tuple[str, ...]:
    """Why this dose of a rescue drug is outside the order; empty when it may be given.

    given_at: when the same drug was given before in this session.
    """
    refusals = []
    if dose_mg > drug.dose_mg * (1 + TOLERANCE):
        refusals.append(f"the order allows {drug.dose_mg:g} mg of {drug.drug}")
    if len(given_at) >= drug.at_most_times:
        refusals.append(f"{drug.drug} may be given {drug.at_most_times} times at most")
    if given_at and drug.repeat_after_min is not None:
        soonest = max(given_at) + timedelta(minutes=drug.repeat_after_min)
        if at < soonest:
            refusals.append(
                f"{drug.drug} may be repeated {drug.repeat_after_min:g} min after the last dose"
            )
    return tuple(refusals)
