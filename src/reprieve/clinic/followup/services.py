"""Keeping what the patient says afterwards, and what a prescriber decides on it."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from reprieve import knowledge
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.followup.models import FollowUpDecision
from reprieve.clinic.followup.selectors import FOLLOW_UP, judge, trajectory
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Patient, Source
from reprieve.clinic.plan.models import CarePlan
from reprieve.core.instruments.scoring import score_questionnaire
from reprieve.core.outcomes.response import ResponseStatus
from reprieve.core.problems import Problem, UnusableInput

Decision = FollowUpDecision.Decision
STATUS = {
    Decision.STOP: CarePlan.Status.REVOKED,
    Decision.PAUSE: CarePlan.Status.ON_HOLD,
    Decision.REPEAT: CarePlan.Status.ACTIVE,
    Decision.CHANGE: CarePlan.Status.ACTIVE,
}


@transaction.atomic
def record_follow_up(
    *,
    patient: Patient,
    form_id: uuid.UUID,
    answers: Mapping[str, Mapping[str, Any]],
    answered_at: datetime,
    by: Actor,
    source: Source = Source.PERSON,
) -> list[QuestionnaireResponse]:
    """One row for each questionnaire that was answered. The same form twice is the same rows."""
    rows = []
    for questionnaire, said in answers.items():
        if not said:
            continue
        row_id = uuid.uuid5(form_id, questionnaire)
        mine = QuestionnaireResponse.objects.for_clinic(patient.clinic)
        if standing := mine.filter(pk=row_id, patient=patient).first():
            rows.append(standing)
            continue
        row = QuestionnaireResponse.objects.create(
            id=row_id,
            clinic=patient.clinic,
            patient=patient,
            recorded_by=by.user,
            source=source,
            questionnaire=questionnaire,
            knowledge_version=knowledge.VERSION,
            answers=dict(said),
            scores=_scores(questionnaire, said),
            answered_at=answered_at,
        )
        audit(row, action=Did.CREATE, by=by, detail={"questionnaire": questionnaire})
        rows.append(row)
    return rows


@transaction.atomic
def decide(
    *, plan: CarePlan, decision: str, reason: str, at: datetime, by: Actor
) -> FollowUpDecision:
    """A prescriber goes on, changes, pauses or stops, on the response as it was shown.

    Raises UnusableInput: not one of the four, or going on without a reason when the rule is not met.
    """
    course = trajectory(plan.patient)
    assert course is not None
    found = judge(course)
    met = found.response.status is ResponseStatus.RESPONDED
    problems = []
    if decision not in Decision.values:
        problems.append(Problem("decision", "Choose what you decide."))
    elif not met and decision != Decision.STOP and not reason.strip():
        problems.append(
            Problem("id_reason", "The rule is not met: going on needs your reason, or stop.")
        )
    if problems:
        raise UnusableInput(problems)
    row = FollowUpDecision.objects.create(
        clinic=plan.clinic,
        patient=plan.patient,
        recorded_by=by.user,
        plan=plan,
        decision=decision,
        reason=reason.strip(),
        response={
            "status": found.response.status.value,
            "reasons": list(found.response.reasons),
            "rule": found.rule.id,
            "baseline_pain": found.baseline,
            "pain": found.pain.value if found.pain else None,
            "infusions": len(course.doses),
        },
        decided_at=at,
    )
    audit(row, action=Did.CREATE, by=by, detail={"decision": decision})
    plan.status = STATUS[Decision(decision)]
    plan._history_user = by.user
    plan.save()
    audit(plan, action=Did.UPDATE, by=by, detail={"fields": ["status"]})
    return row


def _scores(questionnaire: str, said: Mapping[str, Any]) -> dict[str, float]:
    """As the questionnaire is scored; nothing while an answer is missing."""
    if questionnaire == FOLLOW_UP:
        return {}
    record = next(i for i in knowledge.instruments() if i.id == questionnaire)
    score = score_questionnaire(record, said)
    return {} if score.missing or score.value is None else {"score": round(score.value, 4)}
