"""Writing answers and consents: one transaction each, with its audit row."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from reprieve import knowledge
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.intake.questionnaires import QuestionnaireForm
from reprieve.clinic.patients.models import Patient, Source
from reprieve.core.instruments.scoring import Score
from reprieve.core.problems import Problem, UnusableInput


@transaction.atomic
def record_answers(
    *,
    patient: Patient,
    form: QuestionnaireForm,
    by: Actor,
    answered_at: datetime | None = None,
    source: Source = Source.PERSON,
    row_id: uuid.UUID | None = None,
    corrects: QuestionnaireResponse | None = None,
    reason: str = "",
) -> QuestionnaireResponse:
    """Keep the answers to one questionnaire with their score and content version.

    row_id: made by the page; the same form sent twice is one row.
    corrects: the row this one replaces, which stays readable; then `reason` is needed.
    Raises UnusableInput with the problems of the form, a missing reason, or a row already replaced.
    """
    mine = QuestionnaireResponse.objects.for_clinic(patient.clinic)
    if row_id and (standing := mine.filter(pk=row_id, patient=patient).first()):
        return standing
    problems = [*form.problems, *_cannot_correct(corrects, reason)]
    if problems:
        raise UnusableInput(problems)
    row = QuestionnaireResponse(
        clinic=patient.clinic,
        patient=patient,
        recorded_by=by.user,
        source=source,
        questionnaire=form.instrument.id,
        knowledge_version=knowledge.VERSION,
        answers=form.answers,
        scores=_scores(form.score),
        answered_at=answered_at or (corrects.answered_at if corrects else timezone.now()),
        corrects=corrects,
        reason=reason.strip()[:300],
    )
    row.pk = row_id or row.pk
    row.save(force_insert=True)
    detail = {"questionnaire": row.questionnaire, "urgent": list(form.urgent)}
    audit(row, action=Action.CREATE, by=by, detail=detail)
    return row


def _cannot_correct(corrects: QuestionnaireResponse | None, reason: str) -> list[Problem]:
    if corrects is None:
        return []
    found = [] if reason.strip() else [Problem("reason", _("Say why it is changed."))]
    if corrects.corrected_by.exists():
        found.append(Problem("reason", _("It was corrected meanwhile. Look again.")))
    return found


def _scores(score: Score | None) -> dict[str, Any]:
    """As stored: nothing where an answer is missing, never a part of a score."""
    if score is None or score.missing:
        return {}
    if score.met is not None:
        return {"met": score.met}
    band = {"band": score.band.label_en} if score.band else {}
    return {} if score.value is None else {"score": round(score.value, 4), **band}
