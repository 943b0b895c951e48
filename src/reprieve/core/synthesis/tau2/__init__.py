"""Between-study variance, by the estimator's short name."""

from collections.abc import Callable

from reprieve.core.synthesis.numbers import Floats
from reprieve.core.synthesis.tau2.closed_form import (
    dersimonian_laird,
    hedges,
    hunter_schmidt,
    sidik_jonkman,
)
from reprieve.core.synthesis.tau2.generalised_q import paule_mandel
from reprieve.core.synthesis.tau2.likelihood import ml, reml

ESTIMATORS: dict[str, Callable[[Floats, Floats, Floats], float]] = {
    "DL": dersimonian_laird,
    "PM": paule_mandel,
    "REML": reml,
    "ML": ml,
    "EB": paule_mandel,
    "HE": hedges,
    "HS": hunter_schmidt,
    "SJ": sidik_jonkman,
}


def estimate_tau2(method: str, yi: Floats, vi: Floats, x: Floats) -> float:
    """tau² by `method`, never below 0; 0 for the fixed-effect model (FE)."""
    return 0.0 if method == "FE" else max(0.0, float(ESTIMATORS[method](yi, vi, x)))
