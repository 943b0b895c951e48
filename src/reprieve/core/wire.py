"""How decisions look as JSON. The shapes are fixed: scripts and other programs rely on them."""

from typing import TYPE_CHECKING, Any

from reprieve.core.evidence import Evidence

if TYPE_CHECKING:  # a cold `reprieve simulate` needs no screening
    from reprieve.core.dosing.limits import LimitCheck
    from reprieve.core.dosing.plan import Plan
    from reprieve.core.eligibility.screen import Screening
    from reprieve.core.findings import ExposureChange, Finding


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """The ruling source, with the others in `also`."""
    return {
        "source": evidence.source,
        "locator": evidence.locator,
        "grade": evidence.grade,
        "quote": evidence.quote,
        "verification": evidence.verification.value,
        "also": [evidence_json(other) for other in evidence.also],
    }


def finding_json(finding: "Finding") -> dict[str, Any]:
    return {
        "code": finding.code,
        "kind": finding.kind.value,
        "action": finding.action.word,
        "message": finding.message,
        "because": list(finding.because),
        "clears_when": finding.clears_when,
        "disagreement": finding.disagreement,
        "exposure": [exposure_json(change) for change in finding.exposure],
        "evidence": evidence_json(finding.evidence),
    }


def exposure_json(change: "ExposureChange") -> dict[str, Any]:
    return {
        "precipitant": change.precipitant,
        "route": change.route,
        "analyte": change.analyte,
        "auc_ratio": change.auc_ratio,
        "cmax_ratio": change.cmax_ratio,
        "evidence": evidence_json(change.evidence),
    }


def screening_json(screening: "Screening") -> dict[str, Any]:
    return {
        "readiness": screening.readiness,
        "answered": {"n": screening.answered_n, "of": screening.answered_of},
        "as_of": screening.as_of.isoformat(),
        "findings": [finding_json(finding) for finding in screening.findings],
        "ignored": [{"path": i.path, "why": i.why} for i in screening.ignored],
    }


def plan_json(plan: "Plan") -> dict[str, Any]:
    """A plan in the shape of contracts.md; amounts are of base."""
    from reprieve.core.dosing.weight import Basis

    weight = plan.weight
    preparation = plan.preparation
    return {
        "protocol": plan.protocol.id,
        "weight_used": {
            "value_kg": weight.value_kg,
            "on": weight.measured.on.isoformat() if weight.measured.on else None,
            "basis": weight.basis.value,
            "as_given": weight.measured.as_given,
            "choices_kg": {b.value: weight.choices.kg(b) for b in Basis},
            "bmi": weight.choices.bmi,
        },
        "doses": [plan_dose(plan)],
        "pump": [
            {
                "from_min": s.from_min,
                "to_min": s.to_min,
                "rate_mg_per_h": s.rate_mg_per_h,
                "rate_mg_per_kg_per_h": s.rate_mg_per_kg_per_h,
                "rate_ml_per_h": s.rate_ml_per_h,
            }
            for s in plan.pump
        ],
        "preparation": preparation
        and {
            "drug_ml": preparation.drug_ml,
            "diluent_ml": preparation.diluent_ml,
            "mg_per_ml": preparation.mg_per_ml,
            "vials": preparation.vials,
        },
        "totals": {
            "visit_mg": plan.amount_mg,
            "course_mg": plan.course_mg,
            "year_mg": plan.year_mg,
        },
        "limits": [_limit(check) for check in plan.limits],
        "course": [
            {"session": i, "on": day.isoformat()} for i, day in enumerate(plan.course, start=1)
        ],
        "notes": list(plan.notes),
        "evidence": evidence_json(plan.protocol.evidence),
    }


def plan_dose(plan: "Plan") -> dict[str, Any]:
    """One visit's dose as `reprieve simulate` reads it."""
    dose: dict[str, Any] = {
        "drug": plan.protocol.drug,
        "salt_or_base": "base",
        "route": plan.protocol.route,
        "amount_mg": plan.amount_mg,
        "start_min": 0,
    }
    if plan.duration_min:
        dose["duration_min"] = plan.duration_min
    return dose


def _limit(check: "LimitCheck") -> dict[str, Any]:
    limit = check.limit
    return {
        "code": limit.id,
        "value": check.value,
        "limit": limit.limit,
        "unit": limit.unit,
        "crossed": check.crossed,
        "minimum": limit.is_minimum,
        "owner": limit.owner.value,
        "message": limit.message,
        "evidence": evidence_json(limit.evidence),
    }
