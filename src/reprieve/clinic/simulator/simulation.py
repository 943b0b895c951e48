"""From the forms to the profiles: core does the work, this only asks it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reprieve.core.pkpd import Covariates, Dose, Population, Profile, simulate
from reprieve.core.pkpd.interactions import why_not
from reprieve.core.pkpd.routes import choose
from reprieve.core.problems import Problem

BAND = Population(n=1000, seed=1, percentiles=(5.0, 50.0, 95.0))
POINTS = 361


@dataclass(frozen=True, slots=True)
class Simulation:
    """Profiles, or the reasons why there are none."""

    profiles: tuple[Profile, ...]
    problems: tuple[Problem, ...]

    @property
    def peaks_ng_per_ml(self) -> tuple[float, float] | None:
        """Lowest and highest typical peak; None for one model."""
        peaks = [k.cmax_ng_per_ml for p in self.profiles if (k := p.analytes["ketamine"])]
        return (min(peaks), max(peaks)) if len(peaks) > 1 else None


def run(
    person: Covariates, doses: Sequence[Dose], model: str, until_h: float, precipitant: str
) -> Simulation:
    """Every model asked for; a band of 1000 invented people for the first one."""
    models, problems = choose([model], doses, "model")
    routes = frozenset(d.route for d in doses)
    if precipitant and (why := why_not(precipitant, routes)):
        problems.append(Problem("precipitant", why))
    if problems:
        return Simulation((), tuple(problems))
    times = np.linspace(0.0, until_h * 60.0, POINTS)
    profiles = tuple(
        simulate(
            m,
            person,
            doses,
            times,
            population=BAND if i == 0 else None,
            precipitant=precipitant or None,
        )
        for i, m in enumerate(models)
    )
    return Simulation(profiles, ())
