"""Simons 2022 part 1: S-ketamine film under the tongue or in the cheek, and arterial IV.

The mucosal part goes to plasma; the swallowed part goes through a gut-liver chain to norketamine
only. Both fractions multiply the whole dose: only so are the published areas reproduced. Transfers
between analytes are molar.
"""

from reprieve.core.evidence import Evidence, Verification
from reprieve.core.pkpd.model import (
    Covariates,
    Dose,
    Drug,
    Input,
    Levers,
    Parameters,
    PkModel,
    Product,
    Residual,
    Route,
    System,
    Variability,
)
from reprieve.core.pkpd.models.shared import intravenous, mammillary
from reprieve.core.pkpd.transfer import Number, lag

MW_K, MW_NK, MW_HNK = 237.73, 223.70, 239.70
STAGES = 2  # compartments of the metabolite chains; each empties at STAGES / mean transit time
# Mucosal fraction of other products: Rolan 2014 (wafer, median), Chong 2006 (troche, mean).
PRODUCT_F = {Product.WAFER: 0.29, Product.TROCHE: 0.32}


def parameters(c: Covariates) -> dict[str, Number]:
    size = c.weight_kg / 70.0  # exponents 0.75 and 1 are a project default: not printed
    flow = size**0.75
    return {
        "f1": 0.263,
        "d1": 13.1,
        "ka1": 0.04,
        "f2": 1.16,
        "d2": 29.9,
        "ka2": 0.049,
        "mtt_gut": 10.7,
        "v1": 11.6 * size,
        "v2": 39.0 * size,
        "v3": 174.0 * size,
        "cl": 1.48 * flow,
        "q2": 2.43 * flow,
        "q3": 1.21 * flow,
        "mtt_k_nk": 20.1,
        "fm_nk": 0.80,
        "nk_v2": 221.0 * size,
        "nk_cl": 1.00 * flow,
        "nk_q": 2.63 * flow,
        "mtt_nk_hnk": 1.12,
        "fm_hnk": 0.70,
        "hnk_v1": 4.4 * size,
        "hnk_v2": 87.5 * size,
        "hnk_cl": 0.933 * flow,
        "hnk_q": 1.70 * flow,
    }


def system(p: Parameters) -> System:
    parent = mammillary(p["cl"], p["v1"], (p["q2"], p["v2"]), (p["q3"], p["v3"])).hub_to_hub()
    nk = mammillary(p["nk_cl"], p["v1"], (p["nk_q"], p["nk_v2"])).hub_to_hub()
    hnk = mammillary(p["hnk_cl"], p["hnk_v1"], (p["hnk_q"], p["hnk_v2"])).hub_to_hub()
    to_nk = lag(STAGES / p["mtt_k_nk"], STAGES).times(p["fm_nk"] * MW_NK / MW_K)
    to_hnk = lag(STAGES / p["mtt_nk_hnk"], STAGES).times(p["fm_hnk"] * MW_HNK / MW_NK)
    plasma = {
        "ketamine": parent.times(1000.0 / p["v1"]),
        "norketamine": parent.then(to_nk, p["cl"] / p["v1"]).then(nk, 1000.0 / p["v1"]),
    }
    metabolised = to_nk.then(nk, 1000.0 / p["v1"])
    onward = to_hnk.then(hnk, 1.0 / p["hnk_v1"])  # per ng/mL of norketamine times its clearance
    plasma["hydroxynorketamine"] = plasma["norketamine"].then(onward, p["nk_cl"])
    mucosa = lag(p["ka1"])
    # One gut-liver compartment at 1/MTT: the printed rule can also be read as two at 2/MTT, which
    # gives a norketamine peak of 260 ng/mL after the 50 mg film against 251 here and 276 measured.
    gut = lag(p["ka2"]).then(lag(1.0 / p["mtt_gut"]))
    swallowed = gut.then(metabolised)
    transfers = {("central", analyte): t for analyte, t in plasma.items()}
    transfers |= {("mucosa", analyte): mucosa.then(t) for analyte, t in plasma.items()}
    transfers["gut", "norketamine"] = swallowed
    transfers["gut", "hydroxynorketamine"] = swallowed.then(onward, p["nk_cl"])
    cl = {"ketamine": "cl", "norketamine": "nk_cl", "hydroxynorketamine": "hnk_cl"}
    return System(transfers=transfers, cl_l_per_h={a: p[name] * 60.0 for a, name in cl.items()})


def inputs(dose: Dose, p: Parameters, nth: int) -> tuple[Input, ...]:
    if dose.route is Route.IV:
        return intravenous(dose, p, nth)
    film = PRODUCT_F.get(dose.product or Product.FILM)
    f1 = p["f1"] if film is None else p["f1"] * (film / 0.263)
    parts = (("mucosa", f1, p["d1"]), ("gut", p["f2"], p["d2"]))
    return tuple(
        Input(
            entry=entry,
            amount_mg=dose.amount_mg * fraction,
            start_min=dose.start_min,
            duration_min=duration,
        )
        for entry, fraction, duration in parts
    )


def _diagonal(**variances: float) -> Variability:
    values = list(variances.values())
    return Variability(
        names=tuple(variances),
        omega2=tuple(
            tuple(v if i == j else 0.0 for j in range(len(values))) for i, v in enumerate(values)
        ),
    )


MODEL = PkModel(
    id="simons-2022",
    title="Simons 2022, part 1",
    isomer="S-ketamine, S-norketamine and S-hydroxynorketamine",
    population="20 healthy adults (10 women), 19 to 32 years, 53 to 93 kg; film 50 and 100 mg held 10 min, then 20 mg IV over 20 min at 6 h",
    site="arterial",
    analytes=("ketamine", "norketamine", "hydroxynorketamine"),
    covers={Route.IV: frozenset(Drug), Route.SUBLINGUAL: frozenset(Drug)},
    parameters=parameters,
    system=system,
    inputs=inputs,
    weight_range_kg=(53.0, 93.0),
    age_range_years=(19.0, 32.0),
    known_bias=(
        "Arterial levels: forearm venous samples during an infusion are lower.",
        "Weight exponents (0.75 on clearances, 1 on volumes) are a project default: the paper prints none.",
    ),
    not_for=("venous levels during an infusion", "children"),
    evidence=Evidence(
        source="simons-2022a",
        locator="parameter tables, as transcribed in the nlmixr2lib model library; doi 10.3389/fpain.2022.946486",
        verification=Verification.SECOND_HAND,
        also=(
            Evidence(
                source="simons-2022a",
                locator="abstract: bioavailability 26 % (SE 1)",
                verification=Verification.EXCERPT_OR_ABSTRACT,
            ),
            Evidence(
                source="PROJECT",
                locator="weight exponents 0.75 and 1",
                verification=Verification.PROJECT_DEFAULT,
            ),
        ),
    ),
    levers=Levers(clearance=("cl",)),
    between_subject=_diagonal(
        v1=0.057,
        cl=0.029,
        q3=0.026,
        nk_cl=0.050,
        mtt_k_nk=0.021,
        hnk_v1=1.22,
        hnk_cl=0.103,
        hnk_q=0.287,
    ),
    between_occasion=_diagonal(
        f1=0.060,
        d1=0.154,
        ka1=0.062,
        f2=0.057,
        d2=0.611,
        ka2=0.376,
        mtt_gut=0.937,
        mtt_k_nk=0.751,  # printed on another row, assigned by the transcriber
        hnk_v2=0.152,
        hnk_cl=0.008,
    ),
    residual={
        "ketamine": Residual(proportional=0.1095),  # printed 0.012, read as a variance
        "norketamine": Residual(proportional=0.102, additive_ng_per_ml=0.058 * MW_NK),
        "hydroxynorketamine": Residual(proportional=0.079, additive_ng_per_ml=0.020 * MW_HNK),
    },
)
