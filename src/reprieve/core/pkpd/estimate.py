"""One person's parameters from measured levels: the most probable ones, with their covariance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reprieve.core.pkpd.modal import direct, groups
from reprieve.core.pkpd.model import Covariates, Dose, Parameters, PkModel, Variability
from reprieve.core.pkpd.population import normals
from reprieve.core.pkpd.simulate import with_pair_number
from reprieve.core.pkpd.transfer import Floats, Number

STEP = 1e-4  # of each eta in the central differences: error of the order of its square
CLOSE_ENOUGH = 1e-7  # largest gradient component at the mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One measured level."""

    time_min: float
    analyte: str
    ng_per_ml: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Deviations of one person from the typical one (eta, on the log or logit scale).

    eta: shape (k,), in the order of `names`. covariance: (k, k), of the normal approximation at the
    mode. personal: False without any measured level: eta is then zero and the covariance that of
    the population.
    """

    names: tuple[str, ...]
    eta: Floats
    covariance: Floats
    parameters: Parameters
    objective: float
    iterations: int
    personal: bool


def estimate(
    model: PkModel, person: Covariates, doses: Sequence[Dose], levels: Sequence[Level]
) -> Estimate:
    """Maximum a posteriori estimate.

    Minimises half the sum over levels of ((y - f)/s)^2 + log s^2, plus half of eta' Omega^-1 eta, by
    Fisher scoring with step halving. s: the model's residual error.
    Raises:
        ValueError: the model has no variability or no residual error for an analyte measured, or a
            level is not a positive number after the first dose.
    """
    variability = model.between_subject
    if variability is None:
        raise ValueError(f"{model.id} has no published between-subject variability")
    for level in levels:
        if level.analyte not in model.residual:
            raise ValueError(f"{model.id} has no residual error for {level.analyte}")
        if not (np.isfinite(level.ng_per_ml) and level.ng_per_ml > 0):
            raise ValueError("a level above zero is needed")
        if level.time_min <= min(d.start_min for d in doses):
            raise ValueError("a level before the first dose cannot be explained by it")
    problem = _Problem(model, person, doses, levels, variability)
    eta = np.zeros(len(variability.names))
    value, gradient, information = problem.at(eta)
    iterations = 0
    while np.max(np.abs(gradient)) > CLOSE_ENOUGH and iterations < 100:
        iterations += 1
        move = -np.linalg.solve(information, gradient)
        for _ in range(30):
            found = problem.at(eta + move)
            if found[0] <= value + 1e-12 * abs(value):
                break
            move = move / 2.0
        eta = eta + move
        value, gradient, information = found
        if np.max(np.abs(move)) < 1e-10:
            break
    return Estimate(
        names=variability.names,
        eta=eta,
        covariance=np.asarray(np.linalg.inv(information), np.float64),
        parameters=shifted(problem.typical, variability, eta),
        objective=value,
        iterations=iterations,
        personal=bool(levels),
    )


def shifted(typical: Parameters, variability: Variability, eta: Floats) -> dict[str, Number]:
    """Parameters at deviations eta, shape (k,) or (k, n)."""
    moved = dict(typical)
    for name, deviation in zip(variability.names, eta, strict=True):
        value = typical[name]
        factor = np.exp(deviation)
        if name in variability.logit:
            moved[name] = 1.0 / (1.0 + (1.0 / value - 1.0) / factor)
        else:
            moved[name] = value * factor
        if np.ndim(deviation) == 0:
            moved[name] = float(moved[name])
    return moved


def personal_band(
    model: PkModel,
    person: Covariates,
    doses: Sequence[Dose],
    found: Estimate,
    times_min: Floats,
    percentiles: Sequence[float],
    n: int = 1000,
    seed: int = 1,
) -> dict[str, Floats]:
    """Percentiles of each analyte, (percentiles, times), given what is known of this person."""
    assert model.between_subject is not None
    spread = np.linalg.cholesky(found.covariance) @ normals(seed, np.arange(n), found.eta.size)
    p = shifted(model.parameters(person), model.between_subject, found.eta[:, None] + spread)
    curves = direct(groups(model, p, with_pair_number(doses), n), times_min)
    return {
        analyte: np.percentile(curve, percentiles, axis=1)
        for analyte, curve in zip(model.analytes, curves, strict=True)
    }


class _Problem:
    """Objective, gradient and expected information at a point, by central differences."""

    def __init__(
        self,
        model: PkModel,
        person: Covariates,
        doses: Sequence[Dose],
        levels: Sequence[Level],
        variability: Variability,
    ) -> None:
        self.model = model
        self.variability = variability
        self.typical: Parameters = model.parameters(person)
        self.given = with_pair_number(doses)
        self.precision = np.linalg.inv(np.array(variability.omega2))
        self.times = np.array(sorted({level.time_min for level in levels}))
        self.rows = [model.analytes.index(level.analyte) for level in levels]
        self.columns = [int(np.searchsorted(self.times, level.time_min)) for level in levels]
        self.measured = np.array([level.ng_per_ml for level in levels])
        errors = [model.residual[level.analyte] for level in levels]
        self.proportional = np.array([e.proportional for e in errors])
        self.additive = np.array([e.additive_ng_per_ml for e in errors])

    def at(self, eta: Floats) -> tuple[float, Floats, Floats]:
        value = 0.5 * float(eta @ self.precision @ eta)
        gradient, information = self.precision @ eta, self.precision.copy()
        if not self.measured.size:
            return value, gradient, information
        f, slope = self._predicted(eta)
        variance = (self.proportional * f) ** 2 + self.additive**2
        change = 2.0 * self.proportional**2 * f  # d variance / d f
        miss = self.measured - f
        value += 0.5 * float(np.sum(miss**2 / variance + np.log(variance)))
        pull = -miss / variance + 0.5 * change / variance * (1.0 - miss**2 / variance)
        weight = 1.0 / variance + 0.5 * (change / variance) ** 2
        return value, gradient + slope.T @ pull, information + slope.T @ (weight[:, None] * slope)

    def _predicted(self, eta: Floats) -> tuple[Floats, Floats]:
        """Levels (m,) and their derivatives by each eta (m, k), all in one batch."""
        k = eta.size
        moves = np.concatenate([np.zeros((k, 1)), STEP * np.eye(k), -STEP * np.eye(k)], axis=1)
        p = shifted(self.typical, self.variability, eta[:, None] + moves)
        curves = direct(groups(self.model, p, self.given, 2 * k + 1), self.times)
        found = curves[self.rows, self.columns]
        return found[:, 0], (found[:, 1 : k + 1] - found[:, k + 1 :]) / (2.0 * STEP)
