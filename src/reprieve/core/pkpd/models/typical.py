"""Models of which only typical values are published or could be read: no variability, no band."""

from collections.abc import Callable

from reprieve.core.evidence import Evidence
from reprieve.core.pkpd.model import (
    Covariates,
    Drug,
    Levers,
    Parameters,
    PkModel,
    Route,
    System,
)
from reprieve.core.pkpd.models.shared import intravenous, mammillary
from reprieve.core.pkpd.transfer import Number


def system(p: Parameters) -> System:
    """One, two or three compartments from cl, v1 and as many (q, v) as are given."""
    pairs = [(p[f"q{i}"], p[f"v{i}"]) for i in (2, 3) if f"q{i}" in p]
    plasma = mammillary(p["cl"], p["v1"], *pairs).hub_to_hub()
    return System(
        transfers={("central", "ketamine"): plasma.times(1000.0 / p["v1"])},
        cl_l_per_h={"ketamine": p["cl"] * 60.0},
    )


def from_rate_constants(
    v1_l_per_kg: float, k10: float, *pairs: tuple[float, float]
) -> Callable[[Covariates], dict[str, Number]]:
    """Parameters from volumes per kg and rate constants in 1/min; (k12, k21) a compartment."""

    def parameters(c: Covariates) -> dict[str, Number]:
        v1 = v1_l_per_kg * c.weight_kg
        found: dict[str, Number] = {"v1": v1, "cl": k10 * v1}
        for i, (out, back) in enumerate(pairs, start=2):
            found |= {f"q{i}": out * v1, f"v{i}": out * v1 / back}
        return found

    return parameters


def typical_model(
    *,
    id: str,
    title: str,
    isomer: str,
    population: str,
    site: str,
    parameters: Callable[[Covariates], dict[str, Number]],
    known_bias: tuple[str, ...],
    not_for: tuple[str, ...],
    evidence: Evidence,
    covers: frozenset[Drug] = frozenset(Drug),
) -> PkModel:
    """An IV model of ketamine alone. `covers` empty: named only to be refused."""
    return PkModel(
        id=id,
        title=title,
        isomer=isomer,
        population=population,
        site=site,
        analytes=("ketamine",),
        covers={Route.IV: covers} if covers else {},
        parameters=parameters,
        system=system,
        inputs=intravenous,
        weight_range_kg=None,
        age_range_years=None,
        known_bias=known_bias,
        not_for=not_for,
        evidence=evidence,
        levers=Levers(clearance=("cl",)),
    )
