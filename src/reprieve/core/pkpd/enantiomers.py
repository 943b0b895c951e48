"""Racemic ketamine as its two enantiomers, on a model of S-ketamine. An option, never the default.

Half of a racemic dose is S, half R. S is cleared as the model says (its clearance is the same alone and in
the racemate, and neither turns into the other: Geisslinger 1993, Wang 2019); R is cleared more slowly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reprieve.core.evidence import Evidence, Verification
from reprieve.core.pkpd.model import Covariates, Dose, Drug, Parameters, PkModel
from reprieve.core.pkpd.simulate import typical_curves, with_pair_number
from reprieve.core.pkpd.transfer import Floats

R_TO_S_CLEARANCE = 0.87  # middle of three studies
R_TO_S_RANGE = (0.83, 0.94)
EVIDENCE = Evidence(
    source="wang-2019",
    locator="abstract: clearance 15.8 (R) and 18.4 (S) mL/min/kg after racemate, ratio 0.86; S alone 18.1",
    verification=Verification.EXCERPT_OR_ABSTRACT,
    also=(
        Evidence(
            source="persson-2002",
            locator="abstract: clearance 0.020 (R) and 0.024 (S) L/min/kg, ratio 0.83",
            verification=Verification.EXCERPT_OR_ABSTRACT,
        ),
        Evidence(
            source="hasan-2021",
            locator="abstract: metabolic clearance 1530 (R) and 1620 (S) mL/min, ratio 0.94",
            verification=Verification.EXCERPT_OR_ABSTRACT,
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enantiomers:
    """Ketamine of the typical person, ng/mL, each shape (times,). auc_ratio: R over S, to infinity."""

    s_ng_per_ml: Floats
    r_ng_per_ml: Floats
    auc_ratio: float
    notes: tuple[str, ...]

    @property
    def total_ng_per_ml(self) -> Floats:
        return self.s_ng_per_ml + self.r_ng_per_ml


def simulate_enantiomers(
    model: PkModel,
    person: Covariates,
    doses: Sequence[Dose],
    times_min: Floats,
    r_to_s_clearance: float = R_TO_S_CLEARANCE,
) -> Enantiomers:
    """Both enantiomers after racemic doses.

    Raises:
        ValueError: the model is not one of S-ketamine, a dose is not racemic, or the ratio lies outside what
            was measured.
    """
    if "S-ketamine" not in model.isomer:
        raise ValueError(f"{model.id} is not a model of S-ketamine")
    if any(dose.drug is not Drug.KETAMINE for dose in doses):
        raise ValueError("only a racemic dose holds both enantiomers")
    low, high = R_TO_S_RANGE
    if not low <= r_to_s_clearance <= high:
        raise ValueError(f"the ratio was measured between {low} and {high}")
    halves = with_pair_number([replace(dose, amount_mg=dose.amount_mg / 2.0) for dose in doses])
    p = model.parameters(person)
    only = {"ketamine": 1.0}
    s = typical_curves(model, p, halves, only)["ketamine"]
    r = typical_curves(model, _slower(model, p, r_to_s_clearance), halves, only)["ketamine"]
    return Enantiomers(
        s_ng_per_ml=s.at(times_min),
        r_ng_per_ml=r.at(times_min),
        auc_ratio=r.total_area / s.total_area,
        notes=(
            f"Clearance of R is taken as {r_to_s_clearance:g} of that of S (three studies: {low} to {high}); its volumes as those of S.",
            "Metabolites are not split: no model of R-norketamine could be read.",
        ),
    )


def _slower(model: PkModel, p: Parameters, ratio: float) -> Parameters:
    """Parameters with the total clearance times `ratio`: by bisection, because in a model with a liver of its
    own the intrinsic rates must fall further than the clearance."""

    def scaled(factor: float) -> Parameters:
        return {k: v * factor if k in model.levers.clearance else v for k, v in p.items()}

    def clearance(parameters: Parameters) -> float:
        return float(model.system(parameters).cl_l_per_h["ketamine"])

    wanted, low, high = ratio * clearance(p), 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2.0
        if clearance(scaled(middle)) < wanted:
            low = middle
        else:
            high = middle
    return scaled(high)
