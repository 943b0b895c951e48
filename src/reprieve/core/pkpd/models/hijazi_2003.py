"""Hijazi 2003: racemic infusion in adults under intensive care."""

from reprieve.core.evidence import Evidence, Verification
from reprieve.core.pkpd.models.typical import from_rate_constants, typical_model

MODEL = typical_model(
    id="hijazi-2003",
    title="Hijazi 2003",
    isomer="ketamine, racemic",
    population="12 adults under intensive care with brain or spinal cord injury",
    site="unknown",
    parameters=from_rate_constants(1.08, 0.0333, (0.0088, 0.0030)),
    known_bias=(
        "Intensive care patients: clearance 36 mL/min/kg (SD 13.3), twice that of other adults.",
    ),
    not_for=("people outside intensive care, as the only model", "children"),
    evidence=Evidence(
        source="hijazi-2003",
        locator="rate constants as carried by an open infusion simulator; doi 10.1093/bja/aeg028",
        verification=Verification.SECOND_HAND,
        also=(
            Evidence(
                source="hijazi-2003",
                locator="abstract: clearance 36.0 (SD 13.3) mL/min/kg, half-life 4.9 (1.6) h",
                verification=Verification.EXCERPT_OR_ABSTRACT,
            ),
        ),
    ),
)
