"""Proposing and signing a plan: read, decide, write."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.assessment.selectors import snapshot_of
from reprieve.clinic.assessment.services import NEEDS_A_REASON
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.plan.caps import limits_of
from reprieve.clinic.plan.curve import Curve, plan_curve
from reprieve.clinic.plan.models import CarePlan, MedicationRequest
from reprieve.clinic.plan.panel import Panel, panel_of
from reprieve.clinic.plan.selectors import active_plan, assessment_to_plan_on, given_in_a_year
from reprieve.core.dosing.order import TOLERANCE
from reprieve.core.dosing.plan import Adjust, Plan, propose_plan
from reprieve.core.dosing.readiness import plan_findings
from reprieve.core.findings import Action, Finding
from reprieve.core.patient import PatientSnapshot
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.wire import plan_json


@dataclass(frozen=True, slots=True)
class Proposed:
    """A plan and everything shown beside it before anyone signs."""

    plan: Plan
    findings: tuple[Finding, ...]
    curve: Curve | str
    panel: Panel

    @property
    def needs_reason(self) -> tuple[Finding, ...]:
        """Limits crossed: each needs a typed reason."""
        return tuple(f for f in self.findings if f.action is Action.WARN)

    @property
    def refused(self) -> tuple[Finding, ...]:
        """What no reason overrides here: a protocol for hospitals only."""
        return tuple(f for f in self.findings if f.action in NEEDS_A_REASON)


def propose(
    patient: Patient,
    *,
    protocol: str,
    start_on: date,
    adjust: Adjust,
    snapshot: PatientSnapshot | None = None,
) -> Proposed:
    """The plan as it would be. Writes nothing. Raises UnusableInput with every problem.

    snapshot: what the chart says today, when the caller has read it already.
    """
    today = timezone.localdate()
    snapshot = snapshot or snapshot_of(patient, as_of=today)
    plan = _plan(patient, snapshot, protocol, start_on, adjust)
    curve = plan_curve(plan, snapshot, patient.age_years(today))
    given = given_in_a_year(patient, as_of=today)
    return Proposed(plan, plan_findings(plan), curve, panel_of(plan, snapshot, given, curve))


@transaction.atomic
def sign_plan(
    *,
    patient: Patient,
    protocol: str,
    start_on: date,
    adjust: Adjust,
    order: Mapping[str, Any],
    overrides: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> MedicationRequest:
    """Make the plan an order. A plan that was active is completed by it.

    Raises UnusableInput: no assessment that says to go on, a limit crossed without a reason,
    a hospital protocol, an order that allows more than it can mean.
    """
    proposed = propose(patient, protocol=protocol, start_on=start_on, adjust=adjust)
    assessment = assessment_to_plan_on(patient)
    reasons = {code: text.strip() for code, text in overrides.items() if text.strip()}
    complete = _order(proposed.plan, order)
    problems = [*_refusals(proposed, assessment, reasons), *_order_problems(complete)]
    if problems:
        raise UnusableInput(problems)
    _complete_active(patient, by)
    plan = _record_plan(patient, proposed.plan, adjust, assessment, by)
    row = _record_order(plan, proposed.plan, complete, reasons, by, at)
    audit(row, action=Did.CREATE, by=by, detail={"overrides": sorted(reasons)})
    return row


def _complete_active(patient: Patient, by: Actor) -> None:
    previous = active_plan(patient)
    if previous is None:
        return
    previous.status = CarePlan.Status.COMPLETED
    previous._history_user = by.user
    previous.save()
    audit(previous, action=Did.UPDATE, by=by, detail={"fields": ["status"]})


def _record_plan(
    patient: Patient, plan: Plan, adjust: Adjust, assessment: Any, by: Actor
) -> CarePlan:
    row = CarePlan.objects.create(
        clinic=patient.clinic,
        patient=patient,
        recorded_by=by.user,
        status=CarePlan.Status.ACTIVE,
        assessment=assessment,
        protocol=plan.protocol.id,
        knowledge_version=knowledge.VERSION,
        start_on=plan.course[0],
        adjust={key: value for key, value in asdict(adjust).items() if value is not None},
        proposal=plan_json(plan),
    )
    audit(row, action=Did.CREATE, by=by)
    return row


def _record_order(
    plan_row: CarePlan,
    plan: Plan,
    order: Mapping[str, Any],
    reasons: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> MedicationRequest:
    return MedicationRequest.objects.create(
        clinic=plan_row.clinic,
        patient=plan_row.patient,
        recorded_by=by.user,
        plan=plan_row,
        signed_at=at,
        weight_kg=round(plan.weight.value_kg, 2),
        weight_on=plan.weight.measured.on or timezone.localdate(at),
        weight_basis=plan.weight.basis.value,
        order=dict(order),
        overrides=[{"code": code, "reason": text} for code, text in reasons.items()],
    )


def _plan(
    patient: Patient, snapshot: PatientSnapshot, protocol: str, start_on: date, adjust: Adjust
) -> Plan:
    known = {p.id: p for p in knowledge.protocols()}
    if protocol not in known:
        raise UnusableInput([Problem("protocol", "no such protocol")])
    return propose_plan(
        snapshot, known[protocol], limits_of(patient.clinic), start_on=start_on, adjust=adjust
    )


def _order(plan: Plan, said: Mapping[str, Any]) -> dict[str, Any]:
    """The order as stored: what was not said is the plan itself, and nothing above it."""
    start = plan.pump[0].rate_mg_per_h if plan.pump else None
    return {
        "drug": plan.protocol.drug,
        "route": plan.protocol.route,
        "visit_mg": plan.amount_mg,
        "duration_min": plan.duration_min,
        "start_rate_mg_per_h": start,
        "maximum_rate_mg_per_h": said.get("maximum_rate_mg_per_h") or start,
        "maximum_total_mg": said.get("maximum_total_mg") or plan.amount_mg,
        "step_mg_per_h": said.get("step_mg_per_h"),
        "step_after_min": said.get("step_after_min") or 0.0,
        "bolus_mg": said.get("bolus_mg"),
        "hold_systolic_mmhg": said.get("hold_systolic_mmhg"),
        "call_systolic_mmhg": said.get("call_systolic_mmhg"),
        "hold_spo2_percent": said.get("hold_spo2_percent"),
        "rescue": said.get("rescue_drugs") or [],
        "preparation_mg_per_ml": plan.preparation.mg_per_ml if plan.preparation else None,
    }


def _refusals(proposed: Proposed, assessment: Any, reasons: Mapping[str, str]) -> list[Problem]:
    problems = []
    if assessment is None:
        problems.append(
            Problem("assessment", "A signed assessment that says to go on is needed first.")
        )
    problems += [Problem("protocol", f.message) for f in proposed.refused]
    problems += [
        Problem(
            f"override-{f.code}",
            f"{f.message} ({f.because[0]}) Give your reason, or change the dose.",
        )
        for f in proposed.needs_reason
        if f.code not in reasons
    ]
    return problems


def _order_problems(order: Mapping[str, Any]) -> list[Problem]:
    problems = []
    start, most = order["start_rate_mg_per_h"], order["maximum_rate_mg_per_h"]
    if start and most and most < start * (1 - TOLERANCE):
        problems.append(
            Problem("id_maximum_rate_mg_per_h", "The highest rate is below the starting rate.")
        )
    if order["maximum_total_mg"] < order["visit_mg"] * (1 - TOLERANCE):
        problems.append(
            Problem("id_maximum_total_mg", "The highest total is below the planned dose.")
        )
    return problems
