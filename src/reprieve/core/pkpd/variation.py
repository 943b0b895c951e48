"""What a band between people leaves out, as options: occasions, measurement error, uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reprieve.core.pkpd.modal import direct, groups
from reprieve.core.pkpd.model import Covariates, Dose, Parameters, PkModel, Variability
from reprieve.core.pkpd.population import draw, normals
from reprieve.core.pkpd.simulate import with_pair_number
from reprieve.core.pkpd.transfer import Floats

# Streams of random numbers of a person, apart from 0 (between people) and one for each occasion.
UNCERTAINTY, RESIDUAL = 1, 2
FIRST_OCCASION = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Which sources of variation beside that between people are added."""

    occasions: bool = False
    residual: bool = False
    uncertainty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """curves: shape (analytes, times, n), ng/mL. notes: what was asked and is not known."""

    curves: Floats
    notes: tuple[str, ...]


def simulate_people(
    model: PkModel,
    person: Covariates,
    doses: Sequence[Dose],
    times_min: Floats,
    n: int,
    seed: int,
    sources: Sources,
) -> People:
    """Curves of n invented people with the sources of variation asked.

    Every dose is an occasion of its own: by linearity its response is computed with the parameters
    of its occasion and added. residual makes levels of curves (levels as a laboratory would report
    them; never below 0). uncertainty: each person has typical values of their own, drawn from the
    published standard errors; parameters without one keep theirs and are named in the notes.
    Raises:
        ValueError: the model has no published between-subject variability.
    """
    if model.between_subject is None:
        raise ValueError(f"{model.id} has no published between-subject variability")
    who, notes = np.arange(n), []
    p: Parameters = model.parameters(person)
    if sources.uncertainty:
        unknown = [name for name in p if name not in model.rse_percent]
        notes.append(f"Parameter uncertainty is unknown for: {', '.join(unknown)}.")
        p = _uncertain(p, model, who, seed)
    people = draw(p, model.between_subject, who, seed)
    given = with_pair_number(doses)
    if sources.occasions and model.between_occasion is None:
        notes.append("Between-occasion variability was not published for this model.")
    if sources.occasions and model.between_occasion is not None:
        curves = np.zeros((len(model.analytes), times_min.size, n))
        for i, one in enumerate(given):
            now = draw(people, model.between_occasion, who, seed, FIRST_OCCASION + i)
            curves += direct(groups(model, now, [one], n), times_min)
    else:
        curves = direct(groups(model, people, given, n), times_min)
    if sources.residual:
        notes += [
            f"Residual error is unknown for {a}." for a in model.analytes if a not in model.residual
        ]
        curves = _measured(curves, model, who, seed)
    return People(curves=curves, notes=tuple(notes))


def _uncertain(p: Parameters, model: PkModel, who: np.ndarray, seed: int) -> Parameters:
    """Typical values drawn on the log scale from their relative standard errors."""
    names = tuple(name for name in p if name in model.rse_percent)
    if not names:
        return p
    variances = [(model.rse_percent[name] / 100.0) ** 2 for name in names]
    spread = Variability(names=names, omega2=tuple(map(tuple, np.diag(variances).tolist())))
    return draw(p, spread, who, seed, UNCERTAINTY)


def _measured(curves: Floats, model: PkModel, who: np.ndarray, seed: int) -> Floats:
    """Curves with the model's residual error on each level."""
    out = curves.copy()
    noise = normals(seed, who, curves.shape[0] * curves.shape[1], RESIDUAL).reshape(curves.shape)
    for a, analyte in enumerate(model.analytes):
        if error := model.residual.get(analyte):
            spread = np.hypot(error.proportional * curves[a], error.additive_ng_per_ml)
            out[a] += spread * noise[a]
    return np.maximum(out, 0.0)
