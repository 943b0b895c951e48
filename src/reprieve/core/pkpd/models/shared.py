"""What several model files write alike: plasma with peripheral compartments, and an IV dose."""

from reprieve.core.pkpd.model import Dose, Input, Parameters
from reprieve.core.pkpd.transfer import Hub, Number, Spoke


def mammillary(cl: Number, v: Number, *peripheral: tuple[Number, Number]) -> Hub:
    """Clearance (L/min) and volume (L) of the centre; (q, v) of each peripheral compartment."""
    return Hub(cl / v, tuple(Spoke(out=q / v, back=q / vp) for q, vp in peripheral))


def intravenous(dose: Dose, _p: Parameters, _nth: int) -> tuple[Input, ...]:
    """The whole dose into the central compartment at a constant rate."""
    return (
        Input(
            entry="central",
            amount_mg=dose.amount_mg,
            start_min=dose.start_min,
            duration_min=dose.duration_min or 0.0,
        ),
    )
