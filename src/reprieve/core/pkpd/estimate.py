"""One person's parameters from measured levels: the most probable ones, with their covariance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reprieve.core.pkpd.modal import direct, groups
from reprieve.core.pkpd.model import Covariates, Dose, Parameters, PkModel, Variability
from reprieve.core.pkpd.population import normals, percentiles
from reprieve.core.pkpd.simulate import with_pair_number
from reprieve.core.pkpd.tape import PARAMETER, Tape
from reprieve.core.pkpd.transfer import Floats, Number


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
    """Maximum a posteriori estimate from measured levels; see `Fitter`.

    Raises:
        ValueError: as `Fitter`, or a level is not a positive number.
    """
    fitter = Fitter(model, person, doses, [(v.time_min, v.analyte) for v in levels])
    return fitter.fit([v.ng_per_ml for v in levels])


class Fitter:
    """Estimates for one person's doses and sampling times, prepared once.

    Minimises half the sum over levels of ((y - f)/s)^2 + log s^2, plus half of eta' Omega^-1 eta, by
    Fisher scoring with step halving and exact derivatives. s: the model's residual error. The model
    is written down once (tape.py) and run by compiled code (fit_kernel.py).
    Raises:
        ValueError: the model has no variability or no residual error for an analyte measured, or a
            sample is not after the first dose.
    """

    def __init__(
        self,
        model: PkModel,
        person: Covariates,
        doses: Sequence[Dose],
        samples: Sequence[tuple[float, str]],
    ) -> None:
        """samples: time in minutes and analyte of each level."""
        variability = model.between_subject
        if variability is None:
            raise ValueError(f"{model.id} has no published between-subject variability")
        for time_min, analyte in samples:
            if analyte not in model.residual:
                raise ValueError(f"{model.id} has no residual error for {analyte}")
            if not time_min > min(d.start_min for d in doses):
                raise ValueError("a level before the first dose cannot be explained by it")
        self.variability = variability
        self.typical: Parameters = model.parameters(person)
        measured = [a for a in model.analytes if any(a == analyte for _, analyte in samples)]
        errors = [model.residual[analyte] for _, analyte in samples]
        names = variability.names
        tape, drives, spans, nodes = _written_down(
            model, self.typical, variability, doses, measured
        )
        self._whole = np.array(
            [
                *(len(tape.steps), len(tape.operands), len(drives), len(nodes)),
                *(number for step in tape.steps for number in step[:3]),
                *tape.operands,
                *(number for row in drives for number in row),
                *nodes,
                *(model.analytes.index(analyte) for _, analyte in samples),
                *(name in variability.logit for name in names),
            ],
            np.int64,
        )
        self._real = np.array(
            [
                *(step[3] for step in tape.steps),
                *(number for span in spans for number in span),
                *(time_min for time_min, _ in samples),
                *(e.proportional for e in errors),
                *(e.additive_ng_per_ml for e in errors),
                *(self.typical[name] for name in names),
                *np.linalg.inv(np.array(variability.omega2)).ravel(),
            ],
            np.float64,
        )
        self._samples = len(samples)

    def fit(self, ng_per_ml: Sequence[float] | Floats) -> Estimate:
        """The estimate for one set of levels, in the order of the samples."""
        from reprieve.core.pkpd.fit_kernel import fit

        levels = np.array(ng_per_ml, np.float64)
        if levels.shape != (self._samples,):
            raise ValueError("one level for each sample is needed")
        if not all(0.0 < v < np.inf for v in levels.tolist()):
            raise ValueError("a level above zero is needed")
        k = len(self.variability.names)
        eta, covariance = np.empty(k), np.empty((k, k))
        objective, iterations = fit(self._whole, self._real, levels, eta, covariance)
        return Estimate(
            names=self.variability.names,
            eta=eta,
            covariance=covariance,
            parameters=shifted(self.typical, self.variability, eta),
            objective=objective,
            iterations=iterations,
            personal=levels.size > 0,
        )


def _written_down(
    model: PkModel,
    typical: Parameters,
    variability: Variability,
    doses: Sequence[Dose],
    measured: Sequence[str],
) -> tuple[Tape, list[tuple[int, ...]], list[tuple[float, float]], list[int]]:
    """The tape of the model; each input with the analyte it drives, as `fit_kernel._drive` takes them;
    and their places on the tape."""
    tape = Tape()
    traced: dict[str, Any] = dict(typical)
    for i, name in enumerate(variability.names):
        traced[name] = tape.add(PARAMETER, i)
    system = model.system(traced)
    drives: list[tuple[int, ...]] = []
    spans: list[tuple[float, float]] = []
    nodes: list[int] = []
    for dose, nth in with_pair_number(doses):
        for put in model.inputs(dose, traced, nth):
            for analyte in measured:
                transfer = system.transfers.get((put.entry, analyte))
                if transfer is None:
                    continue
                poles = [tape.place(p) for p in transfer.poles]
                zeros = [tape.place(z) for z in transfer.zeros if z is not None]
                gain, amount = tape.place(transfer.gain), tape.place(put.amount_mg)
                first = len(nodes)
                above = first + len(poles)
                row = (
                    model.analytes.index(analyte),
                    gain,
                    amount,
                    first,
                    len(poles),
                    above,
                    len(zeros),
                )
                drives.append(row)
                nodes += poles + zeros
                spans.append((put.start_min, float(put.duration_min)))
    return tape, drives, spans, nodes


def shifted(typical: Parameters, variability: Variability, eta: Floats) -> dict[str, Number]:
    """Parameters at deviations eta, shape (k,) or (k, n)."""
    moved = dict(typical)
    one = eta.ndim == 1  # one person: plain numbers, ten times as fast
    exp = math.exp if one else np.exp
    for name, deviation in zip(variability.names, eta.tolist() if one else eta, strict=True):
        value, factor = typical[name], exp(deviation)
        if name in variability.logit:
            moved[name] = 1.0 / (1.0 + (1.0 / value - 1.0) / factor)
        else:
            moved[name] = value * factor
    return moved


def personal_band(
    model: PkModel,
    person: Covariates,
    doses: Sequence[Dose],
    found: Estimate,
    times_min: Floats,
    wanted: Sequence[float],
    n: int = 1000,
    seed: int = 1,
) -> dict[str, Floats]:
    """Percentiles of each analyte, (percentiles, times), given what is known of this person."""
    assert model.between_subject is not None
    spread = np.linalg.cholesky(found.covariance) @ normals(seed, np.arange(n), found.eta.size)
    p = shifted(model.parameters(person), model.between_subject, found.eta[:, None] + spread)
    curves = direct(groups(model, p, with_pair_number(doses), n), times_min)
    return {
        analyte: percentiles(curve, wanted)
        for analyte, curve in zip(model.analytes, curves, strict=True)
    }
