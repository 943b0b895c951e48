"""What patients have been given in all, and which checks that makes due: read, and recorded."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.followup.models import CheckDone
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Observation
from reprieve.clinic.plan.models import CarePlan
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.selectors import as_event
from reprieve.clinic.ui.forms import DateInput
from reprieve.core.outcomes.exposure import Check, CheckDue, Given, check_due
from reprieve.core.session.delivered import DOSING, delivery

BLADDER, LIVER, RISING_DOSE = "srv_bladder", "srv_liver", "srv_escalation"
ROUTES = {  # of visits without an order of ours
    Encounter.Kind.INFUSION: "iv",
    Encounter.Kind.INTRAMUSCULAR: "im",
    Encounter.Kind.ORAL: "oral",
    Encounter.Kind.NASAL: "nasal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One check in one course: when it was last done and with what result, and whether it is due."""

    check: Check
    last: CheckDone | None
    last_on: date | None
    due: CheckDue | None


def given_to(clinic: Clinic, patients: Iterable[Any]) -> dict[Any, list[Given]]:
    """Every visit with a dose, oldest first, by patient; visits entered in error left out."""
    rows = (
        SessionEvent.objects.for_clinic(clinic)
        .filter(patient__in=list(patients), kind__in=DOSING)
        .exclude(encounter__status=Encounter.Status.ENTERED_IN_ERROR)
        .select_related("encounter__order")
        .order_by("measured_at")
    )
    visits: dict[Any, list[SessionEvent]] = defaultdict(list)
    for row in rows:
        visits[row.encounter_id].append(row)
    found: dict[Any, list[Given]] = defaultdict(list)
    for events in visits.values():
        found[events[0].patient_id].append(_given(events))
    return found


def _given(events: list[SessionEvent]) -> Given:
    visit = events[0].encounter
    order = visit.order.order if visit.order else {}
    return Given(
        on=timezone.localdate(events[0].measured_at),
        drug=order.get("drug", "ketamine"),
        route=order.get("route", ROUTES.get(Encounter.Kind(visit.kind), "")),
        amount_mg=delivery(as_event(e) for e in events).total_mg(timezone.now()),
    )


def checks_by_patient(clinic: Clinic, patients: Iterable[Any]) -> dict[Any, list[CheckDone]]:
    """Newest last."""
    rows = CheckDone.objects.for_clinic(clinic).filter(patient__in=list(patients))
    found: dict[Any, list[CheckDone]] = defaultdict(list)
    for row in rows.select_related("recorded_by").order_by("done_on", "recorded_at"):
        found[row.patient_id].append(row)
    return found


def charted_by_patient(clinic: Clinic, patients: Iterable[Any]) -> dict[tuple[Any, str], set[date]]:
    """Days on which the chart itself shows that a check was done: bladder questions, liver tests."""
    patients = list(patients)
    found: dict[tuple[Any, str], set[date]] = defaultdict(set)
    answers = QuestionnaireResponse.objects.for_clinic(clinic).filter(
        patient__in=patients, questionnaire="BLADDER", corrected_by=None
    )
    for patient, at in answers.values_list("patient_id", "answered_at"):
        found[patient, BLADDER].add(timezone.localdate(at))
    tests = Observation.objects.for_clinic(clinic).filter(
        patient__in=patients, kind=Observation.Kind.ALT
    )
    standing = tests.exclude(status=Observation.Status.ENTERED_IN_ERROR)
    for patient, at in standing.values_list("patient_id", "measured_at"):
        found[patient, LIVER].add(timezone.localdate(at))
    return found


def standing_of(
    *,
    rows: Iterable[CheckDone],
    charted: dict[tuple[Any, str], set[date]],
    patient: Any,
    doses_on: list[date],
    as_of: date,
) -> list[Standing]:
    """Every check of the facts for one course, the due ones first. A declined check is not a done one."""
    rows = list(rows)
    found = []
    for check in knowledge.surveillance():
        mine = [r for r in rows if r.check_id == check.id]
        done = {r.done_on for r in mine if r.result != CheckDone.Result.DECLINED}
        done |= charted.get((patient, check.id), set())
        found.append(
            Standing(
                check=check,
                last=mine[-1] if mine else None,
                last_on=max(done, default=None),
                due=check_due(check, done_on=done, doses_on=doses_on, as_of=as_of),
            )
        )
    return sorted(found, key=lambda s: s.due is None)


class CheckForm(forms.Form):
    """What was looked at, when, and what came out; something found needs words."""

    check = forms.ChoiceField(label=_("Check"))
    done_on = forms.DateField(label=_("Done on"), widget=DateInput)
    result = forms.ChoiceField(
        label=_("Result"), choices=CheckDone.Result.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("In words"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        asked = [(c.id, c.name) for c in knowledge.surveillance() if c.id != RISING_DOSE]
        self.fields["check"].choices = [("", _("choose one")), *asked]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("done_on") and said["done_on"] > timezone.localdate():
            self.add_error("done_on", _("That day has not come yet."))
        if said.get("result") == CheckDone.Result.ABNORMAL and not said.get("note"):
            self.add_error("note", _("Say what was found."))
        return said


@transaction.atomic
def record_check(*, plan: CarePlan, said: dict[str, Any], by: Actor) -> CheckDone:
    row = CheckDone.objects.create(
        clinic=plan.clinic,
        patient=plan.patient,
        recorded_by=by.user,
        plan=plan,
        check_id=said["check"],
        done_on=said["done_on"],
        result=said["result"],
        note=said["note"],
    )
    audit(row, action=Did.CREATE, by=by, detail={"check": row.check_id, "result": row.result})
    return row
