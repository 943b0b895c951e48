"""What intake reads. Every query starts from the clinic."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from reprieve.clinic.assessment.models import RuleAnswer
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.intake.questionnaires import (
    QuestionnaireForm,
    instrument,
    questionnaire_form,
    typed_from,
    words,
)
from reprieve.clinic.patients.models import Patient
from reprieve.core.instruments.questionnaire import Questionnaire
from reprieve.core.instruments.scoring import band_of

CRISIS_RULE = "ci_suicidal"
WIDTH, HEIGHT, EDGE, LABEL = 320, 96, 10, 20  # of the trend and its axis labels, in its own units


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A line through scores over time, ready to draw. spoken: the same in words."""

    width: int
    height: int
    points: str
    dots: tuple[tuple[float, float], ...]
    spoken: str


def list_responses(
    patient: Patient, questionnaire: str = "", *, corrected_too: bool = False
) -> QuerySet[QuestionnaireResponse]:
    """Answers that stand, newest first; with `corrected_too` also those a later row replaced."""
    found = QuestionnaireResponse.objects.for_clinic(patient.clinic).filter(patient=patient)
    if questionnaire:
        found = found.filter(questionnaire=questionnaire)
    if not corrected_too:
        found = found.filter(corrected_by=None)
    return found.select_related("recorded_by").order_by("-answered_at", "-recorded_at")


def get_response(patient: Patient, response_id: uuid.UUID) -> QuestionnaireResponse:
    return get_object_or_404(list_responses(patient, corrected_too=True), pk=response_id)


def form_of(response: QuestionnaireResponse) -> QuestionnaireForm:
    """The form as it was filled, judged by today's content."""
    asked = instrument(response.questionnaire)
    return questionnaire_form(asked, typed_from(asked, response.answers))


def crisis_answer(patient: Patient, response: QuestionnaireResponse) -> RuleAnswer | None:
    """What a clinician answered about suicidal thoughts after these answers; None while nobody has."""
    found = RuleAnswer.objects.for_clinic(patient.clinic).filter(
        patient=patient,
        rule=CRISIS_RULE,
        by_whom=RuleAnswer.By.CLINICIAN,
        recorded_at__gte=response.recorded_at,
    )
    last = found.select_related("recorded_by").order_by("-recorded_at").first()
    return last if last and last.answer != RuleAnswer.Presence.UNKNOWN else None


def score_words(asked: Questionnaire, scores: dict[str, Any]) -> str:
    """A stored score as people read it: "12 of 27", "criteria met", or that it is incomplete."""
    if "met" in scores:
        return _("criteria met") if scores["met"] else _("criteria not met")
    if "score" not in scores:
        return _("incomplete, no score")
    value = f"{scores['score']:.2f}".rstrip("0").rstrip(".")
    if asked.maximum_points is None:
        return value
    return _("%(value)s of %(top)g") % {"value": value, "top": asked.maximum_points}


def band_words(asked: Questionnaire, scores: dict[str, Any]) -> str:
    """The band as it was named then; in the page's language while the name still stands."""
    said = str(scores.get("band", ""))
    band = band_of(asked, scores.get("score"))
    return words(said, band.label_es)[0] if band and band.label_en == said else said


def trend_of(asked: Questionnaire, responses: list[QuestionnaireResponse]) -> Trend | None:
    """None below two scores. The axis is the instrument's whole range, so that small changes look small."""
    scored = [r for r in reversed(responses) if "score" in r.scores]
    low, high = asked.minimum_points, asked.maximum_points
    if len(scored) < 2 or low is None or high is None:
        return None
    first, last = scored[0].answered_at, scored[-1].answered_at
    span = (last - first).total_seconds() or 1.0
    dots = tuple(
        (
            round(EDGE + (WIDTH - 2 * EDGE) * (r.answered_at - first).total_seconds() / span, 1),
            round(
                HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (r.scores["score"] - low) / (high - low), 1
            ),
        )
        for r in scored
    )
    spoken = _("From %(first)g on %(from_day)s to %(last)g on %(to_day)s") % {
        "first": scored[0].scores["score"],
        "from_day": timezone.localdate(first).isoformat(),
        "last": scored[-1].scores["score"],
        "to_day": timezone.localdate(last).isoformat(),
    }
    return Trend(
        width=WIDTH + LABEL,
        height=HEIGHT,
        points=" ".join(f"{x},{y}" for x, y in dots),
        dots=dots,
        spoken=spoken,
    )
