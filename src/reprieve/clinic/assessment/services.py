"""Answering a rule and signing an assessment: read, decide, write."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.assessment.models import Assessment, RuleAnswer
from reprieve.clinic.assessment.selectors import rules, snapshot_of
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.patients.models import Patient
from reprieve.core.eligibility.screen import Screening, screen
from reprieve.core.findings import Action, Finding
from reprieve.core.patient import PatientSnapshot
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.snapshot_document import snapshot_document
from reprieve.core.wire import finding_json

NEEDS_A_REASON = (Action.BLOCK, Action.HOLD)


@dataclass(frozen=True, slots=True)
class Screened:
    """What was known, and what follows from it."""

    snapshot: PatientSnapshot
    screening: Screening

    @property
    def to_override(self) -> tuple[Finding, ...]:
        """What must be overridden with a reason before anyone may go on to a plan."""
        return tuple(f for f in self.screening.findings if f.action in NEEDS_A_REASON)


def screen_patient(
    patient: Patient, *, as_of: date, route: str = "iv", day_of: bool = False
) -> Screened:
    """Screen the chart as it stands. Writes nothing."""
    snapshot = snapshot_of(patient, as_of=as_of)
    return Screened(snapshot, screen(snapshot, rules(), as_of=as_of, route=route, day_of=day_of))


@transaction.atomic
def answer_rule(
    *, patient: Patient, rule: str, answer: str, by: Actor, note: str = ""
) -> RuleAnswer:
    """A clinician answers one rule. Raises UnusableInput for a rule or an answer that does not exist."""
    problems = []
    if rule not in {r.id for r in knowledge.contraindications()}:
        problems.append(Problem("rule", "no such rule"))
    if answer not in RuleAnswer.Presence.values:
        problems.append(Problem("answer", f"{answer!r} is not present, absent or unknown"))
    if problems:
        raise UnusableInput(problems)
    row = RuleAnswer.objects.create(
        clinic=patient.clinic,
        patient=patient,
        recorded_by=by.user,
        rule=rule,
        answer=answer,
        by_whom=RuleAnswer.By.CLINICIAN,
        answered_on=timezone.localdate(),
        note=note,
    )
    audit(row, action=Did.CREATE, by=by, detail={"rule": rule})
    return row


@transaction.atomic
def sign_assessment(
    *,
    patient: Patient,
    decision: str,
    overrides: Mapping[str, str],
    by: Actor,
    at: datetime,
    route: str = "iv",
    note: str = "",
) -> Assessment:
    """Keep what is known, what was found and what a named clinician decided about it.

    overrides: finding code to the typed reason; blank ones are no override.
    Raises UnusableInput when going on to a plan leaves a block or hold without a reason.
    """
    screened = screen_patient(patient, as_of=timezone.localdate(at), route=route)
    reasons = {code: text.strip() for code, text in overrides.items() if text.strip()}
    problems = _problems(screened, decision, reasons)
    if problems:
        raise UnusableInput(problems)
    result = screened.screening
    row = Assessment.objects.create(
        clinic=patient.clinic,
        patient=patient,
        recorded_by=by.user,
        as_of=at,
        route=route,
        decision=decision,
        readiness=result.readiness,
        answered=result.answered_n,
        answerable=result.answered_of,
        snapshot=snapshot_document(screened.snapshot),
        findings=[finding_json(f) for f in result.findings],
        overrides=[{"code": code, "reason": text} for code, text in reasons.items()],
        knowledge_version=knowledge.VERSION,
        note=note,
    )
    audit(
        row, action=Did.CREATE, by=by, detail={"decision": decision, "overrides": sorted(reasons)}
    )
    return row


def _problems(screened: Screened, decision: str, reasons: Mapping[str, str]) -> list[Problem]:
    problems = []
    if decision not in Assessment.Decision.values:
        problems.append(Problem("decision", "Choose what you decide."))
    found = {f.code for f in screened.screening.findings}
    problems += [
        Problem(f"override-{code}", "This finding is no longer there; look again before you sign.")
        for code in reasons
        if code not in found
    ]
    if decision == Assessment.Decision.PROCEED:
        problems += [
            Problem(
                f"override-{f.code}",
                f"{f.action.word.capitalize()}: {f.message} Give your reason, or decide otherwise.",
            )
            for f in screened.to_override
            if f.code not in reasons
        ]
    return problems
