"""What a plan itself speaks against: its setting, and the limits it crosses."""

from reprieve.core.dosing.limits import LimitCheck
from reprieve.core.dosing.plan import Plan
from reprieve.core.dosing.protocol import Setting
from reprieve.core.findings import Action, Finding, Kind


def plan_findings(plan: Plan) -> tuple[Finding, ...]:
    """BLOCK for a protocol that belongs in a hospital; WARN for each limit crossed."""
    crossed = [_crossed(check) for check in plan.limits if check.crossed]
    protocol = plan.protocol
    if protocol.setting is not Setting.HOSPITAL:
        return tuple(crossed)
    hospital = Finding(
        code=protocol.id,
        kind=Kind.PRECAUTION,
        action=Action.BLOCK,
        message=f"{protocol.title}: for hospitals only, not to be given in a clinic.",
        because=(protocol.summary,),
        clears_when="Plan it in a hospital, or choose a protocol for clinics.",
        evidence=protocol.evidence,
    )
    return (hospital, *crossed)


def _crossed(check: LimitCheck) -> Finding:
    limit = check.limit
    side = "below" if limit.is_minimum else "above"
    return Finding(
        code=limit.id,
        kind=Kind.PRECAUTION,
        action=Action.WARN,
        message=limit.message,
        because=(f"{check.value:.4g} {limit.unit} is {side} {limit.limit:g} {limit.unit}",),
        clears_when="Change the dose, or sign with a reason.",
        evidence=limit.evidence,
    )
