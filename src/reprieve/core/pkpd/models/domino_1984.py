"""Domino 1982 and 1984: racemic ketamine, used unchanged in several pump simulators."""

from reprieve.core.evidence import Evidence, Verification
from reprieve.core.pkpd.models.typical import from_rate_constants, typical_model

MODEL = typical_model(
    id="domino-1984",
    title="Domino 1984",
    isomer="ketamine, racemic",
    population="not verified here",
    site="unknown",
    parameters=from_rate_constants(0.063, 0.4381, (0.5921, 0.2470), (0.5900, 0.0146)),
    known_bias=(
        "Clearance (116 L/h per 70 kg) is high and the terminal half-life (1.9 h) short beside newer data; kept for comparison.",
    ),
    not_for=("low-dose infusions, as the only model", "children"),
    evidence=Evidence(
        source="domino-1984",
        locator="not located; rate constants as carried by open infusion simulators (Clin Pharmacol Ther 1984;36:645-653)",
        verification=Verification.SECOND_HAND,
    ),
)
