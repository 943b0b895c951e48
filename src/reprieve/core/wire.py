"""How decisions look as JSON. The shapes are fixed: scripts and other programs rely on them."""

from typing import TYPE_CHECKING, Any

from reprieve.core.evidence import Evidence

if TYPE_CHECKING:  # a cold `reprieve simulate` needs no screening
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
