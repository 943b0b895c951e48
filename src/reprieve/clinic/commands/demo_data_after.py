"""Invented pain scores before, between and after the infusions, and what was decided on them."""

import math
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import audit
from reprieve.clinic.commands.demo_data_course import Course
from reprieve.clinic.followup.services import decide
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Source

# What becomes of the pain: (share of relief right after an infusion, its half-life in days).
KINDS = {
    "response": (0.58, 90.0),
    "no response": (0.12, 5.0),
    "relapse": (0.6, 9.0),
    "stopped": (0.15, 6.0),
    "pause": (0.6, 60.0),
}
AFTER_DAYS = (1, 3, 7, 14)


def outcomes(course: Course, fate: str) -> None:
    """Daily scores before, a follow-up after each infusion, and the decision that followed."""
    relief, half_life = KINDS[fate]
    base = course.chance.uniform(6.2, 8.4)
    rows = [*_before(course, base), *_after(course, base, relief, half_life)]
    QuestionnaireResponse.objects.bulk_create(rows)
    detail = {"answers": len(rows), "invented": True}
    audit(course.patient, action=Did.CREATE, by=course.team.nurse, detail=detail)
    _decision(course, fate)


def _before(course: Course, base: float) -> list[QuestionnaireResponse]:
    """Seven evenings before the start, a few of them forgotten; one person forgot all."""
    first = timezone.localtime(course.given_at[0]).date()
    if course.chance.random() < 0.06:
        return []
    days = [first - timedelta(days=n) for n in range(7, 0, -1)]
    kept = [day for day in days if course.chance.random() < 0.88]
    rows = [_nrs(course, day, base) for day in kept]
    return [*rows, _peg(course, days[0], base - 0.5)]


def _after(
    course: Course, base: float, relief: float, half_life: float
) -> list[QuestionnaireResponse]:
    rows, today = [], timezone.localdate()
    given = [timezone.localtime(at).date() for at in course.given_at]
    ends = [*given[1:], today + timedelta(days=1)]
    for start, end in zip(given, ends, strict=True):
        fortnights = range(28, 366, 14) if end > today else ()
        days = [start + timedelta(days=n) for n in (*AFTER_DAYS, *fortnights)]
        for day in days:
            if day >= min(end, today + timedelta(days=1)) or course.chance.random() < 0.08:
                continue
            left = relief * math.exp(-math.log(2) * (day - start).days / half_life)
            pain = base * (1 - left)
            rows.append(_nrs(course, day, pain))
            if (day - start).days >= 7:
                rows.append(_peg(course, day, pain - 0.3))
        seen = min(end - timedelta(days=1), start + timedelta(days=7))
        if seen <= today:
            rows += _impression(course, seen, relief)
    return rows


def _nrs(course: Course, on: date, pain: float) -> QuestionnaireResponse:
    score = _points(pain + course.chance.gauss(0, 0.7))
    return _row(course, on, "NRS", {"nrs-average": score}, score)


def _peg(course: Course, on: date, level: float) -> QuestionnaireResponse:
    items = {
        link: _points(level + course.chance.gauss(0, 0.7)) for link in ("peg-p", "peg-e", "peg-g")
    }
    return _row(course, on, "PEG", items, round(sum(items.values()) / 3, 4))


def _impression(course: Course, on: date, relief: float) -> list[QuestionnaireResponse]:
    pgic = 2 if relief > 0.4 else 4
    said: dict[str, Any] = {"satisfied": relief > 0.4, "side_effects": [], "mme_per_day": 30.0}
    if course.chance.random() < 0.2:
        said["side_effects"] = ["Dizziness"]
    return [
        _row(course, on, "PGIC", {"pgic-1": pgic}, float(pgic)),
        _row(course, on, "FOLLOW_UP", said, None),
    ]


def _row(
    course: Course, on: date, questionnaire: str, answers: dict[str, Any], score: float | None
) -> QuestionnaireResponse:
    evening = course.at(on, 20)
    return QuestionnaireResponse(
        clinic=course.patient.clinic,
        patient=course.patient,
        recorded_by=course.team.nurse.user,
        recorded_at=evening,
        source=Source.PATIENT,
        questionnaire=questionnaire,
        knowledge_version=knowledge.VERSION,
        answers=answers,
        scores={} if score is None else {"score": score},
        answered_at=min(evening, timezone.now()),
    )


def _points(value: float) -> float:
    return float(max(0, min(10, round(value))))


def _decision(course: Course, fate: str) -> None:
    """Those who went on, stopped or paused did so by a prescriber's word."""
    said = {
        "response": ("repeat", "Relief holds; next session when the pain returns."),
        "stopped": ("stop", "No relief worth the burden. Agreed with the patient."),
        "pause": ("pause", "Relief has held for weeks: a planned pause."),
    }
    assert course.order is not None
    judged = len(course.patient.given_names) % 4  # somebody forgot to judge every fourth of them
    if len(course.given_at) >= 3 and judged and fate != "no response":
        decide(
            plan=course.order.plan,
            decision="repeat",
            reason="Relief after the first three; goes on.",
            at=course.given_at[2] + timedelta(days=8),
            by=course.team.prescriber,
        )
    if fate not in said or len(course.given_at) < 9:
        return
    decision, reason = said[fate]
    last: datetime = course.given_at[-1]
    decide(
        plan=course.order.plan,
        decision=decision,
        reason=reason,
        at=min(last + timedelta(days=16), timezone.now()),
        by=course.team.prescriber,
    )
