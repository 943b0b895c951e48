"""Perez-Ruixo 2021: esketamine as nasal spray, swallowed and IV, with a hepato-portal compartment.

First pass and systemic elimination both happen in the liver, which is a spoke of the central
compartment with its own way out. Norketamine is an apparent two-compartment metabolite, by mass.
"""

from reprieve.core.evidence import Evidence, Verification
from reprieve.core.pkpd.model import (
    Ancestry,
    Covariates,
    Dose,
    Drug,
    Input,
    Levers,
    Parameters,
    PkModel,
    Residual,
    Route,
    System,
    Variability,
)
from reprieve.core.pkpd.models.shared import intravenous, mammillary
from reprieve.core.pkpd.transfer import Hub, Number, Spoke, lag

HOUR = 60.0
LIVER = 2  # position among the spokes below
LATER_PAIR = 0.62  # share of the nasal fraction from the second spray pair of a session on


def parameters(c: Covariates) -> dict[str, Number]:
    asian = c.ancestry in (Ancestry.ASIAN, Ancestry.JAPANESE)
    japanese = c.ancestry is Ancestry.JAPANESE
    return {
        "fr_nasal": 0.54 * (1.34 if japanese else 1.0),
        "ka_nasal": 2.93 / HOUR,
        "d_swallowed": 0.53 * HOUR,
        "ka_swallowed": 1.45 / HOUR,
        "d_oral": 0.32 * HOUR,
        "ka_oral": 0.97 / HOUR,
        "f_gut": 0.64,
        "vc": 192.0,
        "q1": 84.3 / HOUR,
        "vp1": 143.0,
        "q2": 37.6 / HOUR,
        "vp2": 417.0,
        "qh": (151.0 - 2.19 * max(c.age_years - 60.0, 0.0)) / HOUR,
        "vh": 101.0,
        "kel": 1.11 / HOUR * (0.36 if asian else 1.0),
        "kmet": 2.77 / HOUR,
        "nk_v": 70.0,
        "nk_cl": 38.0 / HOUR * (0.81 if asian else 1.0),
        "nk_vp": 115.0,
        "nk_q": 26.1 / HOUR,
    }


def system(p: Parameters) -> System:
    body = Hub(
        exit=0.0,
        spokes=(
            Spoke(out=p["q1"] / p["vc"], back=p["q1"] / p["vp1"]),
            Spoke(out=p["q2"] / p["vc"], back=p["q2"] / p["vp2"]),
            Spoke(out=p["qh"] / p["vc"], back=p["qh"] / p["vh"], exit=p["kel"] + p["kmet"]),
        ),
    )
    nk = mammillary(p["nk_cl"], p["nk_v"], (p["nk_q"], p["nk_vp"])).hub_to_hub()
    level, formed = 1000.0 / p["vc"], p["kmet"] * 1000.0 / p["nk_v"]
    nasal = lag(p["ka_nasal"])
    transfers = {
        ("central", "ketamine"): body.hub_to_hub().times(level),
        ("central", "norketamine"): body.hub_to_spoke(LIVER).then(nk, formed),
    }
    for analyte in ("ketamine", "norketamine"):
        transfers["nose", analyte] = nasal.then(transfers["central", analyte])
    for entry, ka in (("swallowed", p["ka_swallowed"]), ("stomach", p["ka_oral"])):
        gut = lag(ka)
        transfers[entry, "ketamine"] = gut.then(body.spoke_to_hub(LIVER), level)
        transfers[entry, "norketamine"] = gut.then(body.spoke_to_spoke(LIVER)).then(nk, formed)
    intrinsic = p["vh"] * (p["kel"] + p["kmet"])
    return System(
        transfers=transfers,
        cl_l_per_h={
            "ketamine": p["qh"] * intrinsic / (p["qh"] + intrinsic) * HOUR,
            "norketamine": p["nk_cl"] * HOUR,
        },
    )


def inputs(dose: Dose, p: Parameters, nth: int) -> tuple[Input, ...]:
    start, amount = dose.start_min, dose.amount_mg
    if dose.route is Route.IV:
        return intravenous(dose, p, nth)
    if dose.route is Route.ORAL:
        oral = Input(
            entry="stomach",
            amount_mg=amount * p["f_gut"],
            start_min=start,
            duration_min=p["d_oral"],
        )
        return (oral,)
    fraction = p["fr_nasal"] * (LATER_PAIR if nth else 1.0)
    return (
        Input(entry="nose", amount_mg=amount * fraction, start_min=start),
        Input(
            entry="swallowed",
            amount_mg=amount * (1.0 - fraction) * p["f_gut"],
            start_min=start,
            duration_min=p["d_swallowed"],
        ),
    )


def _log_variance(cv: float) -> float:
    """The paper prints CV as 100 times the SD of the logarithm."""
    return cv * cv


BSV = {
    "fr_nasal": 0.708,  # SD on the logit scale
    "ka_nasal": 0.615,
    "ka_swallowed": 1.32,
    "ka_oral": 1.32,
    "vc": 0.275,
    "vp1": 0.493,
    "qh": 0.232,
    "vh": 0.346,
    "kel": 1.20,
    "nk_v": 0.316,
    "nk_cl": 0.254,
}

MODEL = PkModel(
    id="perez-ruixo-2021",
    title="Perez-Ruixo 2021",
    isomer="S-ketamine (esketamine) and S-norketamine",
    population="820 adults (256 healthy, 564 with treatment-resistant depression) in 13 studies, 18 to 86 years, 39 to 170 kg",
    site="unknown",
    analytes=("ketamine", "norketamine"),
    covers={
        Route.IV: frozenset(Drug),
        Route.ORAL: frozenset(Drug),
        Route.INTRANASAL: frozenset({Drug.ESKETAMINE}),
    },
    parameters=parameters,
    system=system,
    inputs=inputs,
    weight_range_kg=(39.0, 170.0),
    age_range_years=(18.0, 86.0),
    known_bias=(
        "Weight was not retained in this model: the curve is the same at any weight.",
        "Published nasal bioavailability differs five-fold between products (0.11 to 0.62): this curve is for the esketamine spray.",
    ),
    not_for=("norketamine exposure", "racemic nasal sprays", "children"),
    evidence=Evidence(
        source="perez-ruixo-2021",
        locator="Tables 2 to 4, as transcribed in the nlmixr2lib model library; doi 10.1007/s40262-020-00953-4",
        verification=Verification.SECOND_HAND,
        also=(
            Evidence(
                source="perez-ruixo-2021",
                locator="abstract: clearance 114 L/h, bioavailability 54 % at 56 mg and 51 % at 84 mg",
                verification=Verification.EXCERPT_OR_ABSTRACT,
            ),
            Evidence(
                source="PROJECT",
                locator="a nasal session ends after 12 h without a spray",
                verification=Verification.PROJECT_DEFAULT,
            ),
        ),
    ),
    levers=Levers(clearance=("kel", "kmet"), swallowed=("f_gut",), explicit_liver=True),
    between_subject=Variability(
        names=tuple(BSV),
        omega2=tuple(
            tuple(_log_variance(sd) if i == j else 0.0 for j in range(len(BSV)))
            for i, sd in enumerate(BSV.values())
        ),
        logit=frozenset({"fr_nasal"}),
        missing=("kmet",),
    ),
    residual={
        "ketamine": Residual(proportional=0.276),
        "norketamine": Residual(proportional=0.422),
    },
    analyte_notes={
        "norketamine": "Norketamine of this model: the area is 1.38 to 1.56 times the paper's own table, although the peak agrees.",
    },
)
