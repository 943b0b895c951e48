"""Clements and Nimmo 1981: racemic ketamine 0.25 mg/kg, IV bolus."""

from reprieve.core.evidence import Evidence, Verification
from reprieve.core.pkpd.models.typical import from_rate_constants, typical_model

MODEL = typical_model(
    id="clements-1981",
    title="Clements 1981, 0.25 mg/kg",
    isomer="ketamine, racemic",
    population="adults after 0.25 mg/kg IV; size and sampling site not verified here",
    site="unknown",
    parameters=from_rate_constants(1.7522, 0.0109, (0.0186, 0.0137)),
    known_bias=("Built on one bolus dose; kept for comparison.",),
    not_for=("the first minutes after a bolus", "children"),
    evidence=Evidence(
        source="clements-1981",
        locator="rate constants as carried by an open infusion simulator; doi 10.1093/bja/53.1.27",
        verification=Verification.SECOND_HAND,
    ),
)
