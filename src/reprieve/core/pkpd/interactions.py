"""Drugs that change ketamine exposure, through one layer of gut and liver that fits any model.

A swallowed dose passes the gut wall (availability 0.29 for S-ketamine), then a well-stirred liver
(extraction 0.72); together they give the bioavailability of 0.08 that Fanta 2015 found. A drug has
two multipliers: of gut availability and of intrinsic hepatic clearance. They are fitted to the oral
(and for rifampicin the IV) ratio that was measured, so those ratios are calibrated, not predicted.
Ratios belong to single drugs: itraconazole does nothing where clarithromycin does 2.6, so nothing
is inferred from a class.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reprieve.core.evidence import Evidence, Verification
from reprieve.core.pkpd.model import Parameters, PkModel, Route
from reprieve.core.pkpd.transfer import Number

GUT_AVAILABILITY = 0.29
EXTRACTION = 0.72
INTRINSIC = EXTRACTION / (1.0 - EXTRACTION)  # intrinsic clearance over hepatic flow, well-stirred
DIRECT = {Route.IV: 1.0, Route.SUBLINGUAL: 1.0, Route.INTRANASAL: 0.54, Route.ORAL: 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Exposure with the drug over exposure without it, by one route. None: not measured."""

    auc_ratio: float
    evidence: Evidence
    cmax_ratio: float | None = None
    norketamine_auc_ratio: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Precipitant:
    """gut, liver: multipliers of gut availability and of intrinsic hepatic clearance."""

    id: str
    gut: float
    liver: float
    measured: Mapping[Route, Measured]

    def calibrated(self, route: Route) -> bool:
        """True where the multipliers were fitted to this route's own ratio."""
        return route in (Route.ORAL, Route.IV)


def extraction(liver: float) -> float:
    """Hepatic extraction after intrinsic clearance changed by `liver`."""
    return liver * INTRINSIC / (1.0 + liver * INTRINSIC)


def auc_ratio(direct: float, gut: float, liver: float) -> float:
    """Area with over area without, for a dose of which the share `direct` bypasses gut and liver."""

    def area(gut_availability: float, extracted: float) -> float:
        swallowed = (1.0 - direct) * gut_availability * (1.0 - extracted)
        return (direct + swallowed) / extracted

    reached = min(GUT_AVAILABILITY * gut, 1.0)
    return area(reached, extraction(liver)) / area(GUT_AVAILABILITY, EXTRACTION)


def model_range(precipitant: Precipitant, route: Route) -> tuple[float, float]:
    """AUC ratio where nobody measured it: all of the oral effect in the gut, or all in the liver."""
    oral = precipitant.measured[Route.ORAL].auc_ratio
    found = sorted((auc_ratio(DIRECT[route], oral, 1.0), auc_ratio(DIRECT[route], 1.0, 1.0 / oral)))
    return found[0], found[1]


def altered(
    model: PkModel, p: Parameters, precipitant: Precipitant, routes: frozenset[Route]
) -> dict[str, Number]:
    """The model's parameters in someone who takes the precipitant."""
    new = dict(p)
    levers = model.levers
    extracted = extraction(precipitant.liver)
    change = precipitant.liver if levers.explicit_liver else extracted / EXTRACTION
    for name in levers.clearance:
        new[name] = new[name] * change
    for name in levers.swallowed:
        value = new[name] * precipitant.gut
        # Predicted routes stay physical; the calibrated oral ratio is applied as it was measured.
        new[name] = value if routes == {Route.ORAL} else min(value, 1.0)
    return new


def _evidence(source: str, locator: str, verification: Verification) -> Evidence:
    return Evidence(source=source, locator=locator, verification=verification)


ABSTRACT, LABEL = Verification.EXCERPT_OR_ABSTRACT, Verification.LABEL
RECALLED = Verification.RECALLED

_RIFAMPICIN_IV = 0.88  # midpoint of 0.86 (Peltoniemi 2012) and 0.90 (Noppers 2011)
_RIFAMPICIN_ORAL = 0.14
_RIFAMPICIN_EXTRACTION = EXTRACTION / _RIFAMPICIN_IV
_RIFAMPICIN_LIVER = _RIFAMPICIN_EXTRACTION / (1.0 - _RIFAMPICIN_EXTRACTION) / INTRINSIC

PRECIPITANTS: dict[str, Precipitant] = {
    p.id: p
    for p in (
        Precipitant(
            id="clarithromycin",
            gut=2.6,  # CYP3A4 of the gut wall
            liver=1.0,
            measured={
                Route.ORAL: Measured(
                    auc_ratio=2.6,
                    cmax_ratio=3.6,
                    norketamine_auc_ratio=2.6 * (1 - 0.54),  # NK/K fell by 54 %
                    evidence=_evidence(
                        "hagelberg-2010",
                        "abstract; oral S-ketamine 0.2 mg/kg, n 10; doi 10.1016/j.ejpain.2009.10.003",
                        ABSTRACT,
                    ),
                ),
                Route.INTRANASAL: Measured(
                    auc_ratio=1.04,
                    cmax_ratio=1.11,
                    evidence=_evidence(
                        "esketamine-label",
                        "clinical pharmacology, drug interactions; numbers not seen",
                        RECALLED,
                    ),
                ),
            },
        ),
        Precipitant(
            id="grapefruit-juice",
            gut=3.0,
            liver=1.0,
            measured={
                Route.ORAL: Measured(
                    auc_ratio=3.0,
                    cmax_ratio=2.1,
                    norketamine_auc_ratio=3.0 * (1 - 0.57),  # NK/K fell by 57 %
                    evidence=_evidence(
                        "peltoniemi-2012-grapefruit",
                        "abstract; 200 mL three times daily, oral S-ketamine 0.2 mg/kg, n 12, range 2.4 to 3.6; doi 10.1007/s00228-012-1214-9",
                        ABSTRACT,
                    ),
                ),
            },
        ),
        Precipitant(
            id="ticlopidine",
            gut=1.0,
            liver=1.0 / 2.4,  # CYP2B6 of the liver
            measured={
                Route.ORAL: Measured(
                    auc_ratio=2.4,
                    evidence=_evidence(
                        "peltoniemi-2011",
                        "abstract; 250 mg twice daily, oral S-ketamine 0.2 mg/kg, n 11; doi 10.1038/clpt.2011.140",
                        ABSTRACT,
                    ),
                ),
                Route.INTRANASAL: Measured(
                    auc_ratio=1.29,
                    cmax_ratio=1.0,
                    evidence=_evidence(
                        "esketamine-label", "clinical pharmacology, drug interactions", LABEL
                    ),
                ),
            },
        ),
        Precipitant(
            id="itraconazole",
            gut=1.0,
            liver=1.0,
            measured={
                Route.ORAL: Measured(
                    auc_ratio=1.0,
                    evidence=_evidence(
                        "peltoniemi-2011",
                        "abstract; 200 mg daily, no significant increase, n 11; doi 10.1038/clpt.2011.140",
                        ABSTRACT,
                    ),
                ),
            },
        ),
        Precipitant(
            id="st-johns-wort",
            gut=0.42,
            liver=1.0,
            measured={
                Route.ORAL: Measured(
                    auc_ratio=0.42,
                    cmax_ratio=0.34,
                    norketamine_auc_ratio=0.82,
                    evidence=_evidence(
                        "peltoniemi-2012-st-johns-wort",
                        "abstract; 14 days, oral S-ketamine 0.3 mg/kg, n 12",
                        ABSTRACT,
                    ),
                ),
            },
        ),
        Precipitant(
            id="rifampicin",
            gut=_RIFAMPICIN_ORAL * _RIFAMPICIN_LIVER,
            liver=_RIFAMPICIN_LIVER,
            measured={
                Route.ORAL: Measured(
                    auc_ratio=_RIFAMPICIN_ORAL,
                    evidence=_evidence(
                        "peltoniemi-2012-rifampicin",
                        "abstract; 600 mg for 6 days, oral S-ketamine 0.3 mg/kg, n 11; doi 10.1111/j.1742-7843.2012.00908.x",
                        ABSTRACT,
                    ),
                ),
                Route.IV: Measured(
                    auc_ratio=_RIFAMPICIN_IV,
                    norketamine_auc_ratio=0.50,
                    evidence=Evidence(
                        source="NOPPERS11B",
                        locator="abstract; 600 mg for 5 days, 2 h infusion, n 20: AUC ratio 0.90, norketamine 0.50",
                        verification=ABSTRACT,
                        also=(
                            _evidence(
                                "peltoniemi-2012-rifampicin",
                                "abstract; IV S-ketamine 0.1 mg/kg, n 11: AUC ratio 0.86",
                                ABSTRACT,
                            ),
                        ),
                    ),
                ),
                Route.INTRANASAL: Measured(
                    auc_ratio=0.72,
                    cmax_ratio=0.83,
                    evidence=_evidence(
                        "esketamine-label",
                        "clinical pharmacology, drug interactions; numbers not seen",
                        RECALLED,
                    ),
                ),
            },
        ),
    )
}


def why_not(name: str, routes: frozenset[Route]) -> str | None:
    """Why exposure with this precipitant cannot be given by these routes; None when it can."""
    if name not in PRECIPITANTS:
        return (
            f"{name!r} is not one of: {', '.join(PRECIPITANTS)}; where nobody measured an "
            "interaction the model range of an inhibitor by IV is 1.0 to 1.5"
        )
    precipitant = PRECIPITANTS[name]
    unmeasured = sorted(r for r in routes if r not in precipitant.measured)
    if not unmeasured:
        return None
    ranges = ", ".join(
        "{}: {:.2g} to {:.3g}".format(r.value, *model_range(precipitant, r)) for r in unmeasured
    )
    return f"{name} is not studied by this route; model range of the AUC ratio {ranges}"
