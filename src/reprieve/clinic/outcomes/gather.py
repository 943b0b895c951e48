"""Every course of a clinic as one plain row: what the outcome figures are made of.

A handful of queries whatever the number of courses; no name, no date of birth, no free text.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.followup.models import FollowUpDecision
from reprieve.clinic.followup.selectors import FOLLOW_UP, STARTS
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Condition
from reprieve.clinic.plan.models import CarePlan, MedicationRequest
from reprieve.clinic.session.models import SessionEvent
from reprieve.core.outcomes.durability import Ended, Ending, RelapseRule, Relief, relief_after
from reprieve.core.outcomes.response import drop_percent
from reprieve.core.outcomes.trajectory import ScoreAt, baseline_scores, counting

RESPONSE_DAYS = (3, 42)  # project default: the newest score in these days after the last dose
ADVERSE = "adverse_event"
Progress = Callable[[int, int], None]
Series = dict[Any, list[Any]]


def courses_of(clinic: Clinic, progress: Progress | None = None) -> list[dict[str, Any]]:
    """Courses with at least one dose, oldest first.

    Keys: person (a number, the same in all courses of one person), condition, protocol, clinician,
    month, planned, given, baseline, last (points), drop_percent, relief ({after_days, by_days, ended} or
    None), days (of each dose since the first), scores ([days since the first dose, points]), mme
    ([before, after] or None), asked, adverse, stopped.
    """
    plans = list(
        CarePlan.objects.for_clinic(clinic)
        .exclude(status=CarePlan.Status.DRAFT)
        .order_by("patient_id", "start_on", "recorded_at")
    )
    doses, adverse = _events(clinic)
    pain, said = _answers(clinic)
    conditions, clinicians, stops = _conditions(clinic), _clinicians(clinic), _stops(clinic)
    next_start = _next_starts(plans)
    people: dict[Any, int] = {}
    rows = []
    for n, plan in enumerate(plans):
        mine = [
            at
            for at in doses.get(plan.patient_id, ())
            if plan.start_on <= timezone.localdate(at) < next_start[plan.pk]
        ]
        if mine:
            row = _figures(plan, mine, pain.get(plan.patient_id, []), next_start, stops)
            row |= _said(said.get(plan.patient_id, []), mine, next_start[plan.pk])
            row["adverse"] = sum(
                mine[0] <= at <= mine[-1] + timedelta(days=1)
                for at in adverse.get(plan.patient_id, ())
            )
            row["person"] = people.setdefault(plan.patient_id, len(people))
            row["condition"] = conditions.get(plan.patient_id, "")
            row["protocol"] = plan.protocol
            row["clinician"] = clinicians.get(plan.pk, "")
            rows.append(row)
        if progress and n % 500 == 0:
            progress(n, len(plans))
    return sorted(rows, key=lambda r: r["month"])


def _figures(
    plan: CarePlan,
    doses: list[datetime],
    pain: list[ScoreAt],
    next_start: dict[Any, date],
    stops: dict[Any, datetime],
) -> dict[str, Any]:
    """What one course came to, by the same decisions as on the patient's own pages."""
    own = baseline_scores(pain, doses[0]).mean
    scores = counting(pain, doses)
    last = doses[-1]
    within = [
        s
        for s in scores
        if timedelta(days=RESPONSE_DAYS[0]) <= s.at - last <= timedelta(days=RESPONSE_DAYS[1])
    ]
    drop = drop_percent(own, within[-1].value) if within else None
    relief = relief_after(
        baseline=own,
        last_dose_at=last,
        scores=scores,
        rule=RelapseRule(),
        ending=_ending(plan, last, next_start, stops),
    )
    return {
        "month": timezone.localdate(doses[0]).strftime("%Y-%m"),
        "planned": len(plan.proposal.get("course", [])),
        "given": len(doses),
        "baseline": own,
        "last": within[-1].value if within else None,
        "scores": _days_of(scores, doses[0], until=next_start[plan.pk]),
        "drop_percent": None if drop is None else round(float(drop), 4),
        "relief": _relief(relief),
        "days": [(at - doses[0]).days for at in doses],
        "stopped": plan.pk in stops,
    }


def _days_of(scores: Iterable[ScoreAt], first: datetime, until: date) -> list[list[float]]:
    """[days since the first dose, points] of the scores of this course."""
    return [
        [round((s.at - first).total_seconds() / 86_400, 2), s.value]
        for s in scores
        if s.at > first and timezone.localdate(s.at) < until
    ]


def _ending(
    plan: CarePlan, last: datetime, next_start: dict[Any, date], stops: dict[Any, datetime]
) -> Ending | None:
    """A stop that was signed, or the course that followed; the earlier of the two."""
    found = []
    if (stop := stops.get(plan.pk)) and stop > last:
        found.append(Ending(at=stop, why=Ended.STOPPED))
    if (following := next_start[plan.pk]) < date.max:
        at = timezone.make_aware(datetime.combine(following, datetime.min.time()))
        found.append(Ending(at=max(at, last), why=Ended.NEXT_COURSE))
    return min(found, key=lambda e: e.at, default=None)


def _relief(found: Relief | None) -> dict[str, Any] | None:
    if found is None:
        return None
    by = None if found.by_days is None else round(found.by_days, 2)
    return {"after_days": round(found.after_days, 2), "by_days": by, "ended": found.ended.value}


def _said(
    rows: list[tuple[datetime, dict[str, Any]]], doses: list[datetime], until: date
) -> dict[str, Any]:
    """Opioid dose first and last around the course; how often side effects were asked after."""
    mine = [(at, a) for at, a in rows if timezone.localdate(at) < until]
    opioids = [(at, float(a["mme_per_day"])) for at, a in mine if a.get("mme_per_day") is not None]
    before = [v for at, v in opioids if at <= doses[0]] or [v for _at, v in opioids[:1]]
    after = [v for at, v in opioids if at > doses[-1]]
    return {
        "mme": [before[-1], after[-1]] if before and after else None,
        "asked": sum(at > doses[0] for at, _a in mine),
    }


def _next_starts(plans: Iterable[CarePlan]) -> dict[Any, date]:
    """For each plan the day the same patient's next one starts, or the end of time."""
    found: dict[Any, date] = {}
    before: CarePlan | None = None
    for plan in plans:
        if before is not None and before.patient_id == plan.patient_id:
            found[before.pk] = plan.start_on
        found[plan.pk] = date.max
        before = plan
    return found


def _events(clinic: Clinic) -> tuple[Series, Series]:
    """When doses were started and adverse events charted, by patient."""
    doses: Series = defaultdict(list)
    adverse: Series = defaultdict(list)
    rows = (
        SessionEvent.objects.for_clinic(clinic)
        .filter(kind__in=(*STARTS, ADVERSE), corrected_by=None)
        .order_by("measured_at")
        .values_list("patient_id", "kind", "measured_at")
    )
    for patient, kind, at in rows.iterator(chunk_size=5000):
        (adverse if kind == ADVERSE else doses)[patient].append(at)
    return doses, adverse


def _answers(clinic: Clinic) -> tuple[Series, Series]:
    """Pain scores and follow-up answers that stand, oldest first, by patient."""
    pain: Series = defaultdict(list)
    said: Series = defaultdict(list)
    rows = (
        QuestionnaireResponse.objects.for_clinic(clinic)
        .filter(questionnaire__in=("NRS", FOLLOW_UP), corrected_by=None)
        .order_by("answered_at")
        .values_list("patient_id", "questionnaire", "answered_at", "scores", "answers")
    )
    for patient, name, at, scores, answers in rows.iterator(chunk_size=5000):
        if name == FOLLOW_UP:
            said[patient].append((at, answers))
        elif scores.get("score") is not None:
            pain[patient].append(ScoreAt(at=at, value=float(scores["score"])))
    return pain, said


def _conditions(clinic: Clinic) -> dict[Any, str]:
    """The pain to be treated, newest entry."""
    rows = Condition.objects.for_clinic(clinic).filter(pain=True).order_by("recorded_at")
    return dict(rows.values_list("patient_id", "text"))


def _clinicians(clinic: Clinic) -> dict[Any, str]:
    """Who signed the first order of each plan."""
    rows = MedicationRequest.objects.for_clinic(clinic).order_by("-signed_at")
    return dict(rows.values_list("plan_id", "recorded_by__full_name"))


def _stops(clinic: Clinic) -> dict[Any, datetime]:
    """When stopping was signed, by plan."""
    rows = FollowUpDecision.objects.for_clinic(clinic).filter(
        decision=FollowUpDecision.Decision.STOP
    )
    return dict(rows.order_by("decided_at").values_list("plan_id", "decided_at"))
