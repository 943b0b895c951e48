"""From the forms to the profiles: core does the work, this only asks it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reprieve.core.pkpd import Covariates, Dose, Population, Profile, simulate
from reprieve.core.pkpd.effects import (
    ACUTE,
    SlowRelief,
    acute_pain_change_cm,
    effect_site,
    slow_relief,
)
from reprieve.core.pkpd.interactions import why_not
from reprieve.core.pkpd.routes import choose
from reprieve.core.pkpd.simulate import typical_curves, with_pair_number
from reprieve.core.pkpd.transfer import Floats
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


@dataclass(frozen=True, slots=True)
class Effects:
    """What the levels of the default model would do, for teaching. Never shown in a live session.

    acute: (label, share of the largest effect at its site, shape (times,)).
    pain_cm: relief on a 10 cm scale, shape (times,); slow: over 16 weeks.
    """

    model: str
    times_min: Floats
    acute: tuple[tuple[str, Floats], ...]
    pain_cm: Floats
    weeks_min: Floats
    slow: SlowRelief


WEEKS = 16


def effects(
    person: Covariates, doses: Sequence[Dose], until_h: float, *, norketamine_opposes: bool
) -> Effects | None:
    """Effects by the first model that covers the doses; None when none does."""
    models, problems = choose(["default"], doses, "model")
    if problems or not models:
        return None
    model = models[0]
    curves = typical_curves(model, model.parameters(person), with_pair_number(doses))
    times = np.linspace(0.0, until_h * 60.0, POINTS)
    weeks = np.linspace(0.0, WEEKS * 7 * 1440.0, POINTS)
    ketamine, norketamine = curves["ketamine"], curves.get("norketamine", curves["ketamine"])
    acute = []
    for effect in ACUTE.values():
        site = effect_site(ketamine, effect.half_time_min) if effect.half_time_min else ketamine
        level = site.at(times)
        acute.append((effect.label, level / (level + effect.c50_ng_per_ml)))
    opposes = norketamine_opposes and "norketamine" in curves
    pain = -acute_pain_change_cm(ketamine, norketamine, times, norketamine_opposes=opposes)
    return Effects(model.title, times, tuple(acute), pain, weeks, slow_relief(ketamine, weeks))
