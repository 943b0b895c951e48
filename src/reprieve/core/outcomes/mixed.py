"""Repeated scores of many people: a mean course that scores missing at random do not bend.

Fitted by restricted maximum likelihood with statsmodels' MixedLM, which takes over a second to load:
imported where it is used, and used in jobs. Intervals are normal, not Satterthwaite's t.
Agrees with R's lme4 to 1e-5 on the fixed effects (tests/core/outcomes/test_mixed.py).
"""

import contextlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reprieve.core.problems import Problem, UnusableInput

Floats = NDArray[np.float64]
Z_95 = 1.959963984540054
SEARCHES = ("bfgs", "cg", "powell")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One fixed effect, in the unit of the scores per unit of its column."""

    estimate: float
    se: float

    @property
    def interval(self) -> tuple[float, float]:
        """95 %."""
        return self.estimate - Z_95 * self.se, self.estimate + Z_95 * self.se


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedFit:
    """fixed: by column name. variances: "person", with random slopes a matrix in `person_covariance`,
    "nested" where asked for, "residual". converged: False means the numbers must not be shown.
    """

    fixed: Mapping[str, Coefficient]
    person_covariance: tuple[tuple[float, ...], ...]
    nested_variance: float | None
    residual_variance: float
    reml_criterion: float
    people: int
    scores: int
    converged: bool


def fit_mixed(
    scores: Sequence[float],
    columns: Mapping[str, Sequence[float]],
    person: Sequence[Any],
    *,
    slopes: Sequence[str] = (),
    nested: Sequence[Any] | None = None,
) -> MixedFit:
    """Linear mixed model with a random intercept for each person.

    Args:
        scores, columns, person, nested: one entry a score. `columns` are the fixed effects, an intercept
            among them if it is wanted.
        slopes: columns whose effect differs between people.
        nested: within a person, e.g. the course; a random intercept each.
    Raises:
        UnusableInput: no score, columns of another length or linearly dependent, a value that is no number.
    """
    y, x = _arrays(scores, columns)
    groups = np.unique(np.asarray([str(p) for p in person]), return_inverse=True)[1]
    fit = _fit(y, x, groups, _random(columns, slopes), nested)
    fixed = {
        name: Coefficient(estimate=float(b), se=float(se))
        for name, b, se in zip(columns, fit.fe_params, fit.bse_fe, strict=True)
    }
    return MixedFit(
        fixed=fixed,
        person_covariance=tuple(tuple(map(float, row)) for row in np.atleast_2d(fit.cov_re)),
        nested_variance=float(fit.vcomp[0]) if nested is not None else None,
        residual_variance=float(fit.scale),
        reml_criterion=-2 * float(fit.llf),
        people=int(groups.max()) + 1,
        scores=len(y),
        converged=bool(fit.converged),
    )


def _fit(
    y: Floats, x: Floats, groups: NDArray[np.int64], z: Floats, nested: Sequence[Any] | None
) -> Any:
    from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec

    parts = None if nested is None else VCSpec(["nested"], *_indicators(groups, nested))
    model = MixedLM(y, x, groups=groups, exog_re=z, exog_vc=parts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a variance of zero is an answer; `converged` is kept
        for method in SEARCHES:
            with contextlib.suppress(
                np.linalg.LinAlgError
            ):  # a step too far; the next one is slower
                return model.fit(reml=True, method=[method])
    raise UnusableInput([Problem(path="scores", message="no variances could be found")])


def _random(columns: Mapping[str, Sequence[float]], slopes: Sequence[str]) -> Floats:
    n = len(next(iter(columns.values())))
    return np.column_stack([np.ones(n), *(np.asarray(columns[name], float) for name in slopes)])


def _indicators(
    groups: NDArray[np.int64], nested: Sequence[Any]
) -> tuple[list[list[list[str]]], list[list[Floats]]]:
    """Names and 0/1 matrices of the nested levels, person by person, as VCSpec wants them."""
    labels = np.asarray([str(v) for v in nested])
    names: list[list[str]] = []
    matrices: list[Floats] = []
    for g in range(int(groups.max()) + 1):
        mine = labels[groups == g]
        levels = sorted(set(mine))
        names.append([f"nested[{level}]" for level in levels])
        matrices.append(np.column_stack([(mine == level).astype(float) for level in levels]))
    return [names], [matrices]


def _arrays(
    scores: Sequence[float], columns: Mapping[str, Sequence[float]]
) -> tuple[Floats, Floats]:
    y = np.asarray(scores, float)
    problems = [] if len(y) else [Problem(path="scores", message="no score")]
    problems += [
        Problem(path=f"columns.{name}", message=f"{len(column)} entries, {len(y)} scores")
        for name, column in columns.items()
        if len(column) != len(y)
    ]
    if problems:
        raise UnusableInput(problems)
    x = np.column_stack([np.asarray(c, float) for c in columns.values()])
    if not (np.isfinite(y).all() and np.isfinite(x).all()):
        raise UnusableInput([Problem(path="scores", message="a value that is not a number")])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise UnusableInput([Problem(path="columns", message="linearly dependent columns")])
    return y, x
