"""Otto 2021: S-ketamine and S-norketamine, IV, venous. The default for IV.

The parent part is fixed to Fanta 2015; all parent clearance forms norketamine, 1:1 by mass.
"""

from reprieve.core.evidence import Evidence, Verification
from reprieve.core.pkpd.model import (
    Covariates,
    Drug,
    Levers,
    Parameters,
    PkModel,
    Residual,
    Route,
    System,
    Variability,
)
from reprieve.core.pkpd.models.shared import intravenous, mammillary
from reprieve.core.pkpd.transfer import Number, Transfer

HOUR = 60.0


def parameters(c: Covariates) -> dict[str, Number]:
    size = c.weight_kg / 70.0
    return {
        "v1": 133.0 * size,
        "cl": 95.2 / HOUR * size**0.75,
        "v2": 187.0,
        "q2": 23.2 / HOUR,
        "v3": 98.8,
        "q3": 157.0 / HOUR,
        "nk_v": 98.638 * size,
        "nk_cl": 57.72 / HOUR * size**0.75,
        "nk_vp": 160.04,
        "nk_q": 42.778 / HOUR,
    }


def system(p: Parameters) -> System:
    parent = mammillary(p["cl"], p["v1"], (p["q2"], p["v2"]), (p["q3"], p["v3"])).hub_to_hub()
    metabolite = mammillary(p["nk_cl"], p["nk_v"], (p["nk_q"], p["nk_vp"])).hub_to_hub()
    formed: Transfer = parent.then(metabolite, gain=p["cl"] / p["v1"])
    return System(
        transfers={
            ("central", "ketamine"): parent.times(1000.0 / p["v1"]),
            ("central", "norketamine"): formed.times(1000.0 / p["nk_v"]),
        },
        cl_l_per_h={"ketamine": p["cl"] * HOUR, "norketamine": p["nk_cl"] * HOUR},
    )


MODEL = PkModel(
    id="otto-2021",
    title="Otto 2021, parent part from Fanta 2015",
    isomer="S-ketamine and S-norketamine",
    population="48 healthy adults (two studies, mean weight 68.0 and 71.3 kg, 46 % women); parent values from 11 healthy men",
    site="venous",
    analytes=("ketamine", "norketamine"),
    covers={Route.IV: frozenset(Drug)},
    parameters=parameters,
    system=system,
    inputs=intravenous,
    weight_range_kg=None,
    age_range_years=None,
    known_bias=(
        "Clearance (95 L/h per 70 kg) stands above the meta-analytic 79 (69 to 90): levels of long or high-dose infusions are probably 15 to 25 % too low.",
    ),
    not_for=(
        "boluses and the first 10 minutes: it was built on venous samples",
        "children",
        "patients under intensive care",
    ),
    evidence=Evidence(
        source="otto-2021",
        locator="Table 3 and supplementary control stream, as transcribed in the nlmixr2lib model library; doi 10.1007/s00228-021-03104-1",
        verification=Verification.SECOND_HAND,
        also=(
            Evidence(
                source="fanta-2015",
                locator="abstract: clearance 95 L/h per 70 kg, 13 % between people; doi 10.1007/s00228-015-1826-y",
                verification=Verification.EXCERPT_OR_ABSTRACT,
            ),
        ),
    ),
    levers=Levers(clearance=("cl",)),
    between_subject=Variability(
        names=("v1", "cl", "nk_v", "nk_cl"),
        omega2=(
            (0.084177, 0.02261, 0.0, 0.0),
            (0.02261, 0.026048, 0.0, 0.0),
            (0.0, 0.0, 0.040426, 0.04456),
            (0.0, 0.0, 0.04456, 0.10319),
        ),
    ),
    residual={
        "ketamine": Residual(proportional=0.23609),
        "norketamine": Residual(proportional=0.14261),
    },
    rse_percent={"nk_v": 3.77, "nk_cl": 5.7, "nk_vp": 17.6, "nk_q": 7.51},
)
