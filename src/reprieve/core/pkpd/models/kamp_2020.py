"""Kamp 2020, pooled raw data: arterial, typical values only. The anchor for long infusions."""

from reprieve.core.evidence import Evidence, Verification
from reprieve.core.pkpd.model import Covariates
from reprieve.core.pkpd.models.typical import typical_model
from reprieve.core.pkpd.transfer import Number

HOUR = 60.0


def parameters(c: Covariates) -> dict[str, Number]:
    size = c.weight_kg / 70.0  # exponents 0.75 and 1 are a project default: not recovered
    flow = size**0.75 / HOUR
    return {
        "v1": 25.0 * size,
        "cl": 84.0 * flow,
        "v2": 56.0 * size,
        "q2": 161.0 * flow,
        "v3": 157.0 * size,
        "q3": 79.0 * flow,
    }


MODEL = typical_model(
    id="kamp-2020",
    title="Kamp 2020, raw-data model",
    isomer="ketamine, racemic and S pooled",
    population="14 pooled data sets; who they were was not recovered",
    site="arterial",
    parameters=parameters,
    known_bias=(
        "Arterial levels: the paper's two venous delay compartments were not recovered.",
        "Weight exponents (0.75 on clearances, 1 on volumes) are a project default.",
    ),
    not_for=("venous levels during an infusion", "children"),
    evidence=Evidence(
        source="kamp-2020",
        locator="raw-data table, second-hand from an open model library; doi 10.1097/ALN.0000000000003577",
        verification=Verification.SECOND_HAND,
        also=(
            Evidence(
                source="kamp-2020",
                locator="abstract: meta-analytic clearance 79 (69 to 90) L/h and volume 252 (200 to 304) L per 70 kg",
                verification=Verification.EXCERPT_OR_ABSTRACT,
            ),
        ),
    ),
)
