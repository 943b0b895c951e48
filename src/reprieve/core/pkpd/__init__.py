"""Pharmacokinetics and effects: models, exact simulation, populations, estimates, dose design.

    from reprieve.core.pkpd import MODELS, simulate
    profile = simulate(MODELS["otto-2021"], person, doses, times_min)

Nothing on this path imports more than NumPy.
"""

from reprieve.core.pkpd.model import (
    AnalyteProfile,
    Ancestry,
    Covariates,
    Dose,
    Drug,
    PkModel,
    Population,
    Product,
    Profile,
    Route,
    Sex,
    Threshold,
)
from reprieve.core.pkpd.models import MODELS
from reprieve.core.pkpd.simulate import simulate

__all__ = [
    "MODELS",
    "AnalyteProfile",
    "Ancestry",
    "Covariates",
    "Dose",
    "Drug",
    "PkModel",
    "Population",
    "Product",
    "Profile",
    "Route",
    "Sex",
    "Threshold",
    "simulate",
]
