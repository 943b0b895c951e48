"""What goes with a longer or shorter relief: proportional hazards (Cox 1972), ties after Efron 1977.

An association among people who were not assigned by lot; never a cause. Fitted with statsmodels' PHReg,
imported where it is used. Agrees with R's survival to 1e-5 (benchmarks/outcomes_judge.py).
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reprieve.core.outcomes.mixed import Z_95
from reprieve.core.problems import Problem, UnusableInput

EVENTS_PER_COLUMN = 10  # Peduzzi 1995, J Clin Epidemiol 48:1503: with fewer the intervals mislead

UNSETTLED_SE = 10.0  # project_default: so wide an error on a log ratio means that it runs away


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRatio:
    """log_ratio: per unit of the column; above 0, relief is lost sooner."""

    log_ratio: float
    se: float

    @property
    def ratio(self) -> float:
        return math.exp(self.log_ratio)

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, on the ratio."""
        return math.exp(self.log_ratio - Z_95 * self.se), math.exp(self.log_ratio + Z_95 * self.se)


def hazard_ratios(
    times: Sequence[float], events: Sequence[bool], columns: Mapping[str, Sequence[float]]
) -> dict[str, HazardRatio]:
    """Hazard ratio of each column, the others held.

    Args:
        times: > 0, any unit; `events`: whether it ended then (else still going on).
        columns: without an intercept.
    Raises:
        UnusableInput: fewer than 10 events a column, a column that does not vary, lengths that differ,
            a time of zero or less, or a fit that did not settle (one value of a column had no event).
    """
    problems = _problems(times, events, columns)
    if problems:
        raise UnusableInput(problems)
    from statsmodels.duration.hazard_regression import PHReg

    x = np.column_stack([np.asarray(c, float) for c in columns.values()])
    spread = x.std(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # whether it settled is asked below
        fit = PHReg(
            np.asarray(times, float), x / spread, status=np.asarray(events, int), ties="efron"
        ).fit(disp=0)
    if not (np.isfinite(fit.bse).all() and (fit.bse < UNSETTLED_SE).all()):
        raise UnusableInput([Problem(path="columns", message="the fit did not settle")])
    return {
        name: HazardRatio(log_ratio=float(b / s), se=float(se / s))
        for name, b, se, s in zip(columns, fit.params, fit.bse, spread, strict=True)
    }


def _problems(
    times: Sequence[float], events: Sequence[bool], columns: Mapping[str, Sequence[float]]
) -> list[Problem]:
    n = len(times)
    problems = [
        Problem(path=f"columns.{name}", message=f"{len(column)} entries, {n} times")
        for name, column in columns.items()
        if len(column) != n
    ]
    if not columns:
        problems.append(Problem(path="columns", message="nothing to compare"))
    if len(events) != n:
        problems.append(Problem(path="events", message=f"{len(events)} entries, {n} times"))
    if any(not t > 0 for t in times):
        problems.append(Problem(path="times", message="a time of zero or less"))
    if sum(events) < EVENTS_PER_COLUMN * len(columns):
        needed = EVENTS_PER_COLUMN * len(columns)
        said = f"{sum(events)} of the {needed} events needed"
        problems.append(Problem(path="events", message=said))
    problems += [
        Problem(path=f"columns.{name}", message="does not vary")
        for name, column in columns.items()
        if len(set(column)) < 2
    ]
    return problems
