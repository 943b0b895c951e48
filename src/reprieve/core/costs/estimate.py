"""What a course and its year may cost, as a range: many made-up years, each with prices and visits drawn.

Every draw is uniform between the lowest and the highest given: nobody has published how prices
spread inside their range (project_default). One clinic is drawn a year, so its price holds for
every visit of a kind.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reprieve.core.outcomes.benefit import RiskDifference
from reprieve.core.problems import Problem, UnusableInput

WEEKS_A_YEAR = 52
YEARS_DRAWN = 10_000
SHOWN_PERCENTILES = (5, 50, 95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From the lowest to the highest, both included; in the unit its field names."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePrices:
    """Prices in US dollars, visits and weeks.

    sessions: infusions of the first series, whole numbers. between_weeks: weeks between them.
    upkeep_every_weeks: weeks between later infusions; None when none are planned.
    extras_usd: for each visit, such as the ride home.
    """

    consultation_usd: Range
    infusion_usd: Range
    sessions: Range
    between_weeks: Range
    upkeep_usd: Range
    upkeep_every_weeks: Range | None
    extras_usd: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A cost in US dollars: 5th percentile, middle and 95th over the years drawn, and the ends of all."""

    low_usd: float
    middle_usd: float
    high_usd: float
    least_usd: float
    most_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """series_usd: the first consultation not included. year_usd: everything. visits: infusions a year."""

    consultation_usd: Spread
    series_usd: Spread
    upkeep_usd: Spread
    extras_usd: Spread
    year_usd: Spread
    visits: Spread
    seed: int
    years_drawn: int


def estimate_year(prices: CoursePrices, *, seed: int) -> Estimate:
    """Draw years and say how their costs spread. The same seed gives the same figures.

    Raises:
        UnusableInput: with every range that is upside down, negative or, for weeks and sessions, below one.
    """
    _check(prices)
    rng = np.random.default_rng(seed)
    sessions = np.floor(_draw(rng, prices.sessions, whole=True))
    weeks_of_series = (sessions - 1) * _draw(rng, prices.between_weeks)
    upkeep_visits = np.zeros(YEARS_DRAWN)
    if prices.upkeep_every_weeks:
        every = _draw(rng, prices.upkeep_every_weeks)
        upkeep_visits = np.maximum(0, np.floor((WEEKS_A_YEAR - weeks_of_series) / every))
    consultation = _draw(rng, prices.consultation_usd)
    series = sessions * _draw(rng, prices.infusion_usd)
    upkeep = upkeep_visits * _draw(rng, prices.upkeep_usd)
    extras = (1 + sessions + upkeep_visits) * _draw(rng, prices.extras_usd)
    return Estimate(
        consultation_usd=_spread(consultation),
        series_usd=_spread(series),
        upkeep_usd=_spread(upkeep),
        extras_usd=_spread(extras),
        year_usd=_spread(consultation + series + upkeep + extras),
        visits=_spread(sessions + upkeep_visits),
        seed=seed,
        years_drawn=YEARS_DRAWN,
    )


def cost_per_extra_responder(cost: Spread, gained: RiskDifference) -> Range | None:
    """US dollars for one more person who responds than with the comparison.

    None when the 95 % interval holds zero or harm: then nobody knows, and a figure would mislead.
    """
    interval = gained.number_needed_interval
    if interval is None or gained.difference <= 0:
        return None
    return Range(low=cost.low_usd * interval[0], high=cost.high_usd * interval[1])


def _check(prices: CoursePrices) -> None:
    problems = []
    for name in CoursePrices.__dataclass_fields__:
        given = getattr(prices, name)
        if given is None:
            continue
        least = 0 if name.endswith("_usd") else 1
        if given.low < least:
            problems.append(Problem(f"{name}.low", f"must be at least {least}"))
        if given.high < given.low:
            problems.append(Problem(f"{name}.high", "is below the lowest"))
    if problems:
        raise UnusableInput(problems)


def _draw(rng: np.random.Generator, given: Range, *, whole: bool = False) -> NDArray[np.float64]:
    """One value a year. whole: every whole number of the range as likely as the next."""
    high = given.high + 1 if whole else given.high
    return rng.uniform(given.low, high, YEARS_DRAWN)


def _spread(values: NDArray[np.float64]) -> Spread:
    low, middle, high = (float(v) for v in np.percentile(values, SHOWN_PERCENTILES))
    return Spread(
        low_usd=low,
        middle_usd=middle,
        high_usd=high,
        least_usd=float(values.min()),
        most_usd=float(values.max()),
    )
