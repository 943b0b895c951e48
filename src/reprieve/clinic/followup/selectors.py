"""What follow-up reads: scores, doses, baseline, response by the rule, and who is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.followup.models import FollowUpDecision
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.plan.models import CarePlan
from reprieve.clinic.session.models import SessionEvent
from reprieve.core.outcomes.response import Outcome, Response, ResponseRule, assess_response
from reprieve.core.outcomes.trajectory import (
    BaselineScores,
    Due,
    ScoreAt,
    baseline_scores,
    counting,
    due,
)
from reprieve.core.session.events import EventKind
from reprieve.knowledge.kinds import ResponseThreshold

FOLLOW_UP = "FOLLOW_UP"  # our own few questions beside the questionnaires
MEASURES = ("NRS", "PEG", "PGIC", "PHQ-9", FOLLOW_UP)
HARM = EventKind.ADVERSE_EVENT.value
STARTS = (EventKind.INFUSION_STARTED.value, EventKind.DOSE_GIVEN.value)
GOING_ON = (CarePlan.Status.ACTIVE, CarePlan.Status.ON_HOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """One course and everything scored around it. harms: when an adverse event was charted or told."""

    plan: CarePlan
    doses: tuple[datetime, ...]
    pain: tuple[ScoreAt, ...]
    function: tuple[ScoreAt, ...]
    impression: tuple[ScoreAt, ...]
    mood: tuple[ScoreAt, ...]
    harms: tuple[datetime, ...]
    answers: tuple[QuestionnaireResponse, ...]
    baseline: BaselineScores
    due: Due | None

    @property
    def opioid(self) -> tuple[ScoreAt, ...]:
        """Opioid dose in MME a day, where somebody said."""
        return tuple(
            ScoreAt(at=row.answered_at, value=float(row.answers["mme_per_day"]))
            for row in self.answers
            if row.answers.get("mme_per_day") is not None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The response, the rule it was judged by, and the scores that went in."""

    response: Response
    rule: ResponseThreshold
    pain: ScoreAt | None
    baseline: float | None
    weeks: float | None

    @property
    def too_early(self) -> bool:
        """Whether the time the rule asks for has not passed: neither a response nor none."""
        assert self.rule.lasting_weeks is not None
        return self.weeks is None or self.weeks < self.rule.lasting_weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePatient:
    """Somebody to call or to write to today."""

    patient: Patient
    plan: CarePlan
    due: Due


def latest_course(patient: Patient) -> CarePlan | None:
    """The newest signed course, going on or ended."""
    return (
        CarePlan.objects.for_clinic(patient.clinic)
        .filter(patient=patient)
        .exclude(status=CarePlan.Status.DRAFT)
        .order_by("-start_on", "-recorded_at")
        .first()
    )


def trajectory(patient: Patient, as_of: date | None = None) -> Trajectory | None:
    """The newest course with its scores; None before a plan is signed."""
    plan = latest_course(patient)
    if plan is None:
        return None
    as_of = as_of or timezone.localdate()
    doses = tuple(_doses(patient.clinic, [patient.pk]).get(patient.pk, ()))
    mine = tuple(at for at in doses if timezone.localdate(at) >= plan.start_on)
    rows = tuple(_answers(patient.clinic).filter(patient=patient).order_by("answered_at"))
    pain = _scores(rows, "NRS")
    return Trajectory(
        plan=plan,
        doses=mine,
        pain=pain,
        function=_scores(rows, "PEG"),
        impression=_scores(rows, "PGIC"),
        mood=_scores(rows, "PHQ-9"),
        harms=_harms(patient, rows),
        answers=tuple(row for row in rows if row.questionnaire == FOLLOW_UP),
        baseline=baseline_scores(pain, mine[0] if mine else None),
        due=due_of(mine, pain, as_of) if plan.status in GOING_ON else None,
    )


def judge(course: Trajectory) -> Judged:
    """Response by the rule of the course, on the newest score that counts.

    Source: rsp_rule_outpatient for one infusion, rsp_rule_series for several; both recalled.
    """
    record = rule_of(course.plan)
    after = _after(course.pain, course)
    function = _after(course.function, course)
    said = course.answers[-1].answers if course.answers else {}
    first_mme = course.opioid[0].value if course.opioid else None
    last = after[-1] if after else None
    weeks = (last.at - course.doses[-1]).days / 7 if last and course.doses else None
    outcome = Outcome(
        baseline_pain=course.baseline.mean,
        pain=last.value if last else None,
        baseline_function=_before(course.function, course),
        function=function[-1].value if function else None,
        satisfied=said.get("satisfied"),
        weeks_since_dose=round(weeks, 1) if weeks is not None else None,
        baseline_mme=first_mme,
        mme=course.opioid[-1].value if course.opioid else None,
        new_analgesic=bool(said.get("new_analgesic")),
    )
    return Judged(
        response=assess_response(outcome, _rule(record)),
        rule=record,
        pain=last,
        baseline=course.baseline.mean,
        weeks=weeks,
    )


def rule_of(plan: CarePlan) -> ResponseThreshold:
    """The rule written down before the course: for one infusion, or for a series."""
    wanted = "rsp_rule_series" if len(plan.proposal["course"]) > 1 else "rsp_rule_outpatient"
    return next(r for r in knowledge.responses() if r.id == wanted)


def due_today(clinic: Clinic, as_of: date) -> list[DuePatient]:
    """Everybody whose follow-up has fallen due and was not answered, the longest waiting first."""
    plans = (
        CarePlan.objects.for_clinic(clinic)
        .filter(status__in=GOING_ON)
        .select_related("patient", "patient__clinic")
        .order_by("start_on")
    )
    newest = {plan.patient_id: plan for plan in plans}
    doses, pain = pain_by_patient(clinic, newest)
    found = [
        DuePatient(patient=plan.patient, plan=plan, due=waiting)
        for key, plan in newest.items()
        if (waiting := due_of(doses.get(key, ()), pain.get(key, ()), as_of))
    ]
    return sorted(found, key=lambda d: (-d.due.late_days, str(d.patient)))


def pain_by_patient(
    clinic: Clinic, patients: Iterable[Any]
) -> tuple[dict[Any, list[datetime]], dict[Any, list[ScoreAt]]]:
    """When each was given something, and the pain scores that stand, oldest first. Two queries."""
    patients = list(patients)
    rows = _answers(clinic).filter(patient__in=patients, questionnaire="NRS")
    pain: dict[Any, list[ScoreAt]] = {}
    for row in rows.order_by("answered_at"):
        pain.setdefault(row.patient_id, []).extend(_scores([row], "NRS"))
    return _doses(clinic, patients), pain


def decided_by_plan(clinic: Clinic, plans: Iterable[CarePlan]) -> dict[Any, list[date]]:
    """The days on which somebody decided about each course."""
    rows = FollowUpDecision.objects.for_clinic(clinic).filter(plan__in=[p.pk for p in plans])
    found: dict[Any, list[date]] = {}
    for plan_id, at in rows.values_list("plan_id", "decided_at"):
        found.setdefault(plan_id, []).append(timezone.localdate(at))
    return found


def list_decisions(patient: Patient) -> QuerySet[FollowUpDecision]:
    """As signed, newest first."""
    return (
        FollowUpDecision.objects.for_clinic(patient.clinic)
        .filter(patient=patient)
        .select_related("plan", "recorded_by")
        .order_by("-decided_at")
    )


def _rule(record: ResponseThreshold) -> ResponseRule:
    assert record.change_percent is not None
    assert record.lasting_weeks is not None
    return ResponseRule(
        pain_drop_percent=record.change_percent,
        function_drop_percent=record.change_percent,
        lasting_weeks=record.lasting_weeks,
    )


def _after(scores: Iterable[ScoreAt], course: Trajectory) -> tuple[ScoreAt, ...]:
    """Scores since the last dose that count."""
    if not course.doses:
        return ()
    return tuple(s for s in counting(scores, course.doses) if s.at > course.doses[-1])


def _before(scores: Iterable[ScoreAt], course: Trajectory) -> float | None:
    """The newest score of the baseline days; a weekly measure needs one."""
    found = baseline_scores(scores, course.doses[0] if course.doses else None).scores
    return found[-1].value if found else None


def _harms(patient: Patient, rows: Iterable[QuestionnaireResponse]) -> tuple[datetime, ...]:
    """Adverse events of the sessions, and side effects told afterwards."""
    charted = SessionEvent.objects.for_clinic(patient.clinic).filter(
        patient=patient, kind=HARM, corrected_by=None
    )
    told = [
        row.answered_at
        for row in rows
        if row.questionnaire == FOLLOW_UP
        and (row.answers.get("side_effects") or row.answers.get("side_effects_text"))
    ]
    return tuple(sorted([*charted.values_list("measured_at", flat=True), *told]))


def due_of(doses: Iterable[datetime], pain: Iterable[ScoreAt], as_of: date) -> Due | None:
    """The follow-up that waits, on the clinic's calendar."""
    days = [timezone.localdate(at) for at in doses]
    return due(max(days, default=None), [timezone.localdate(s.at) for s in pain], as_of)


def _doses(clinic: Clinic, patients: Iterable[Any]) -> dict[Any, list[datetime]]:
    """When each patient was given something; a start that was corrected away does not count."""
    rows = (
        SessionEvent.objects.for_clinic(clinic)
        .filter(patient__in=list(patients), kind__in=STARTS, corrected_by=None)
        .order_by("measured_at")
        .values_list("patient_id", "measured_at")
    )
    found: dict[Any, list[datetime]] = {}
    for patient_id, at in rows:
        found.setdefault(patient_id, []).append(at)
    return found


def _answers(clinic: Clinic) -> QuerySet[QuestionnaireResponse]:
    """Answers that stand: a corrected row is read through the one that replaced it."""
    return QuestionnaireResponse.objects.for_clinic(clinic).filter(
        questionnaire__in=MEASURES, corrected_by=None
    )


def _scores(rows: Iterable[QuestionnaireResponse], measure: str) -> tuple[ScoreAt, ...]:
    return tuple(
        ScoreAt(at=row.answered_at, value=float(row.scores["score"]))
        for row in rows
        if row.questionnaire == measure and row.scores.get("score") is not None
    )
