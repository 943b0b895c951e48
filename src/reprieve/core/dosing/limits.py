"""Which limits a plan touches, and whose they are. Nothing is capped in silence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from reprieve.core.dosing.protocol import Limit, Owner, Protocol
from reprieve.core.evidence import Evidence

TOLERANCE = 1e-9  # relative: 0.35 mg/kg/h x 70 kg is 24.5 mg/h, whatever the last bit says


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """What a clinic made of a limit it owns, in the limit's unit; who signed it, and when."""

    limit: float
    by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitCheck:
    """One limit held against the plan's own number."""

    limit: Limit
    value: float
    crossed: bool


def check_limits(
    quantities: Mapping[str, float], protocol: Protocol, limits: Iterable[Limit]
) -> tuple[LimitCheck, ...]:
    """Every limit that speaks of this protocol and of a quantity the plan has, crossed ones first.

    quantities: name (as in Limit.quantity) to the plan's value, in the limit's unit.
    """
    checks = [
        LimitCheck(
            limit=x, value=quantities[x.quantity], crossed=crosses(x, quantities[x.quantity])
        )
        for x in limits
        if x.quantity in quantities and speaks_of(x, protocol)
    ]
    return tuple(sorted(checks, key=lambda c: (not c.crossed, c.limit.id)))


def with_caps(limits: Iterable[Limit], caps: Mapping[str, Cap]) -> tuple[Limit, ...]:
    """The limits with the clinic's own numbers where the clinic set one.

    caps: id of a limit the clinic owns to its number; ids of others are not touched.
    """
    return tuple(
        replace(x, limit=caps[x.id].limit, evidence=_set_by(x, caps[x.id]))
        if x.owner is Owner.CLINIC and x.id in caps
        else x
        for x in limits
    )


def _set_by(limit: Limit, cap: Cap) -> Evidence:
    locator = f"signed by {cap.by}, {cap.on.isoformat()}"
    return replace(limit.evidence, source="CLINIC", locator=locator)


def crosses(limit: Limit, value: float) -> bool:
    """Strictly beyond the limit; exactly at it is inside."""
    margin = abs(limit.limit) * TOLERANCE
    if limit.is_minimum:
        return value < limit.limit - margin
    return value > limit.limit + margin


def speaks_of(limit: Limit, protocol: Protocol) -> bool:
    """An empty list in a limit means all."""
    return (
        (not limit.purposes or protocol.purpose in limit.purposes)
        and (not limit.settings or protocol.setting in limit.settings)
        and (not limit.routes or protocol.route in limit.routes)
        and (not limit.protocols or protocol.id in limit.protocols)
        and (limit.drug is None or protocol.drug == limit.drug)
    )
