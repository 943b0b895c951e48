"""The whole question: is anything known that speaks against, for, or is still missing?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reprieve.core.eligibility.contraindications import Judgement, check_contraindications
from reprieve.core.eligibility.indications import check_indications
from reprieve.core.eligibility.rules import Contraindication, Indication, WorkUp
from reprieve.core.eligibility.workup import check_workup
from reprieve.core.findings import Finding, worst_first
from reprieve.core.interactions.check import check_interactions
from reprieve.core.interactions.rules import Interaction
from reprieve.core.patient import Ignored, PatientSnapshot, Presence


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything a screening is decided by."""

    contraindications: Sequence[Contraindication]
    interactions: Sequence[Interaction]
    indications: Sequence[Indication]
    workup: Sequence[WorkUp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """readiness: the worst action found, or "clear" (no listed contraindication found, n of m answered)."""

    readiness: str
    answered_n: int
    answered_of: int
    as_of: date
    findings: tuple[Finding, ...]
    ignored: tuple[Ignored, ...]
    judgements: dict[str, Judgement]


def screen(
    patient: PatientSnapshot, rules: Rules, *, as_of: date, route: str = "iv", day_of: bool = False
) -> Screening:
    """Candidacy, interactions by route, indications and missing work-up, worst first."""
    contra, judged = check_contraindications(
        patient, rules.contraindications, as_of=as_of, day_of=day_of
    )
    interactions, unknown = check_interactions(patient, rules.interactions, route=route)
    indications = check_indications(patient, rules.indications)
    workup = check_workup(patient, rules.workup, judged, indications, as_of=as_of)
    findings = worst_first((*contra, *interactions, *indications, *workup))
    return Screening(
        readiness=findings[0].action.word if findings else "clear",
        answered_n=sum(j.presence is not Presence.UNKNOWN for j in judged.values()),
        answered_of=len(judged),
        as_of=as_of,
        findings=findings,
        ignored=(*patient.ignored, *_unused_conditions(patient, judged, findings), *unknown),
        judgements=judged,
    )


def _unused_conditions(
    patient: PatientSnapshot, judged: Mapping[str, Judgement], findings: Sequence[Finding]
) -> tuple[Ignored, ...]:
    reasons = [*(f.because for f in findings), *(j.because for j in judged.values())]
    used = {reason for because in reasons for reason in because}
    return tuple(
        Ignored(c.path, f"{c.label}: no rule names it")
        for c in patient.conditions
        if not any(reason.startswith(c.label) for reason in used)
    )
