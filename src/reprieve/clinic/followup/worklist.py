"""What waits for somebody afterwards: findings first, then silence, then what has fallen due.

Derived from what is recorded, each time; only what was decided about an item is kept (WorkNote).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.followup.exposure import (
    RISING_DOSE,
    Standing,
    charted_by_patient,
    checks_by_patient,
    given_to,
    standing_of,
)
from reprieve.clinic.followup.models import CheckDone, WorkNote
from reprieve.clinic.followup.selectors import GOING_ON, decided_by_plan, due_of, pain_by_patient
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.plan.models import CarePlan
from reprieve.core.outcomes.durability import Ended, RelapseRule, relief_after
from reprieve.core.outcomes.exposure import Given, rise_percent
from reprieve.core.outcomes.trajectory import (
    Due,
    ScoreAt,
    baseline_scores,
    counting,
    response_check,
)

LOOKED_BACK = timedelta(days=90)  # project_default
SILENT_DAYS = 28  # project_default: two planned follow-ups have gone by unanswered


class Kind(StrEnum):
    """Why somebody should look."""

    URGENT_ANSWER = "urgent_answer"
    FOUND = "found"
    RISING_DOSE = "rising_dose"
    RELAPSE = "relapse"
    RESPONSE = "response"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """key: the same as long as it is the same thing; somebody's note settles it."""

    kind: Kind
    key: str
    patient: Patient
    since: date
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """items to be settled by a note, and what is settled by doing it."""

    items: tuple[Item, ...]
    scores: tuple[tuple[Patient, Due], ...]
    checks: tuple[tuple[Patient, tuple[Standing, ...]], ...]


def work_of(clinic: Clinic, as_of: date | None = None) -> Work:
    """Everybody whose course goes on. A handful of queries whatever the number of patients."""
    as_of = as_of or timezone.localdate()
    courses = _Courses.read(clinic)
    items = [
        *_urgent_answers(clinic),
        *_found(clinic),
        *courses.rising(),
        *courses.relapsed(),
        *courses.unjudged(as_of),
        *courses.silent(as_of),
    ]
    settled = set(
        WorkNote.objects.for_clinic(clinic)
        .filter(item__in=[i.key for i in items])
        .values_list("item", flat=True)
    )
    order = list(Kind)
    waiting = sorted(
        (i for i in items if i.key not in settled), key=lambda i: (order.index(i.kind), i.since)
    )
    return Work(items=tuple(waiting), scores=courses.late(as_of), checks=courses.checks(as_of))


@transaction.atomic
def settle(*, item: Item, note: str, by: Actor) -> WorkNote:
    """Somebody looked and wrote what was decided. Twice is once."""
    row, new = WorkNote.objects.get_or_create(
        clinic=item.patient.clinic,
        item=item.key,
        defaults={"patient": item.patient, "recorded_by": by.user, "note": note},
    )
    if new:
        audit(row, action=Did.CREATE, by=by, detail={"kind": item.kind.value})
    return row


def _urgent_answers(clinic: Clinic) -> Iterable[Item]:
    """Answers that start the crisis path, by whoever gave them and wherever."""
    rows = (
        QuestionnaireResponse.objects.for_clinic(clinic)
        .filter(answered_at__gte=timezone.now() - LOOKED_BACK, corrected_by=None)
        .exclude(scores__urgent=None)
        .select_related("patient", "patient__clinic")
    )
    titles = {q.id: q.title for q in knowledge.instruments()}
    for row in rows:
        if row.scores["urgent"]:
            yield Item(
                kind=Kind.URGENT_ANSWER,
                key=f"answer:{row.pk}",
                patient=row.patient,
                since=timezone.localdate(row.answered_at),
                text=titles.get(row.questionnaire, row.questionnaire),
            )


def _found(clinic: Clinic) -> Iterable[Item]:
    """Checks that found something."""
    rows = (
        CheckDone.objects.for_clinic(clinic)
        .filter(result=CheckDone.Result.ABNORMAL, recorded_at__gte=timezone.now() - LOOKED_BACK)
        .select_related("patient", "patient__clinic")
    )
    names = {c.id: c.name for c in knowledge.surveillance()}
    for row in rows:
        yield Item(
            kind=Kind.FOUND,
            key=f"check:{row.pk}",
            patient=row.patient,
            since=row.done_on,
            text=f"{names.get(row.check_id, row.check_id)}: {row.note}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Courses:
    """The newest course of everybody whose treatment goes on, with what was given and said."""

    plans: dict[Any, CarePlan]
    given: dict[Any, list[Given]]
    doses: dict[Any, list[datetime]]
    pain: dict[Any, list[ScoreAt]]
    done: dict[Any, list[CheckDone]]
    charted: dict[tuple[Any, str], set[date]]
    decided: dict[Any, list[date]]

    @classmethod
    def read(cls, clinic: Clinic) -> "_Courses":
        rows = (
            CarePlan.objects.for_clinic(clinic)
            .filter(status__in=GOING_ON)
            .select_related("patient", "patient__clinic")
            .order_by("start_on", "recorded_at")
        )
        plans = {plan.patient_id: plan for plan in rows}
        doses, pain = pain_by_patient(clinic, plans)
        return cls(
            plans=plans,
            given=given_to(clinic, plans),
            doses=doses,
            pain=pain,
            done=checks_by_patient(clinic, plans),
            charted=charted_by_patient(clinic, plans),
            decided=decided_by_plan(clinic, plans.values()),
        )

    def _mine(self, patient: Any) -> list[datetime]:
        start = self.plans[patient].start_on
        return [at for at in self.doses.get(patient, ()) if timezone.localdate(at) >= start]

    def rising(self) -> Iterable[Item]:
        limit = next(c for c in knowledge.surveillance() if c.id == RISING_DOSE).stop_at
        assert limit is not None
        for patient, plan in self.plans.items():
            mine = [g for g in self.given.get(patient, ()) if g.on >= plan.start_on]
            rise = rise_percent([g.amount_mg for g in mine])
            if rise is not None and rise >= limit:
                yield Item(
                    kind=Kind.RISING_DOSE,
                    key=f"rise:{plan.pk}:{mine[-1].on}",
                    patient=plan.patient,
                    since=mine[-1].on,
                    text=f"{mine[0].amount_mg:.0f} mg → {mine[-1].amount_mg:.0f} mg",
                )

    def relapsed(self) -> Iterable[Item]:
        for patient, plan in self.plans.items():
            if not (mine := self._mine(patient)):
                continue
            pain = self.pain.get(patient, [])
            found = relief_after(
                baseline=baseline_scores(pain, mine[0]).mean,
                last_dose_at=mine[-1],
                scores=counting(pain, mine),
                rule=RelapseRule(),
                ending=None,
            )
            if found and found.ended is Ended.RELAPSE and found.by_days is not None:
                since = timezone.localdate(mine[-1] + timedelta(days=found.by_days))
                key = f"relapse:{plan.pk}:{timezone.localdate(mine[-1])}"
                yield Item(kind=Kind.RELAPSE, key=key, patient=plan.patient, since=since)

    def unjudged(self, as_of: date) -> Iterable[Item]:
        """The response after the first and the third dose, which nobody has judged; settled by deciding."""
        for patient, plan in self.plans.items():
            days = [timezone.localdate(at) for at in self._mine(patient)]
            waits = response_check(days, self.decided.get(plan.pk, ()), as_of)
            if waits:
                yield Item(
                    kind=Kind.RESPONSE,
                    key=f"response:{plan.pk}:{waits[0]}",
                    patient=plan.patient,
                    since=waits[1],
                    text=str(waits[0]),
                )

    def _heard(self, patient: Any) -> date | None:
        """The last day anybody saw or heard this patient: a dose or a score."""
        seen = [*self.doses.get(patient, ()), *(s.at for s in self.pain.get(patient, ()))]
        return timezone.localdate(max(seen)) if seen else None

    def _is_silent(self, patient: Any, as_of: date) -> bool:
        heard = self._heard(patient)
        return heard is not None and (as_of - heard).days >= SILENT_DAYS

    def silent(self, as_of: date) -> Iterable[Item]:
        for patient, plan in self.plans.items():
            heard = self._heard(patient)
            if heard and self._mine(patient) and self._is_silent(patient, as_of):
                key = f"silent:{plan.pk}:{heard}"
                yield Item(kind=Kind.SILENT, key=key, patient=plan.patient, since=heard)

    def late(self, as_of: date) -> tuple[tuple[Patient, Due], ...]:
        """Scores that fell due, of those who have not fallen silent."""
        found = []
        for patient, plan in self.plans.items():
            due = due_of(self.doses.get(patient, ()), self.pain.get(patient, ()), as_of)
            if due and not self._is_silent(patient, as_of):
                found.append((plan.patient, due))
        return tuple(sorted(found, key=lambda f: (-f[1].late_days, str(f[0]))))

    def checks(self, as_of: date) -> tuple[tuple[Patient, tuple[Standing, ...]], ...]:
        found: dict[Any, tuple[Standing, ...]] = defaultdict(tuple)
        for patient in self.plans:
            standing = standing_of(
                rows=self.done.get(patient, ()),
                charted=self.charted,
                patient=patient,
                doses_on=[timezone.localdate(at) for at in self._mine(patient)],
                as_of=as_of,
            )
            if due := tuple(s for s in standing if s.due):
                found[patient] = due
        oldest = sorted(found, key=lambda p: min(s.due.since for s in found[p] if s.due))
        return tuple((self.plans[p].patient, found[p]) for p in oldest)
