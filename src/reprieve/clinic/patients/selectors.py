"""What the pages of a patient read. Every query starts from the clinic."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber
from django.shortcuts import get_object_or_404
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.assessment.models import Assessment
from reprieve.clinic.patients.models import (
    CHART,
    AllergyIntolerance,
    Condition,
    ListConfirmation,
    Observation,
    Patient,
    PatientIdentifier,
)
from reprieve.clinic.patients.models.chart import ENTERED_IN_ERROR
from reprieve.clinic.patients.services import RECORD_NUMBER
from reprieve.clinic.plan.models import CarePlan, Consent
from reprieve.clinic.session.models import Encounter

Kind = Observation.Kind
STILL_THERE = ("active", "recurrence", "relapse")  # before what is resolved or inactive
# Newest first, unless something else comes before: the pain to be treated, what is still there.
ORDER: dict[str, tuple[Any, ...]] = {
    "conditions": (
        "-pain",
        Case(When(status__in=STILL_THERE, then=Value(0)), default=Value(1)),
        "-onset_on",
        "pk",
    ),
    "observations": ("-measured_at", "pk"),
    "procedures": ("-performed_on", "pk"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """Who this is and what must never be overlooked; on every page of a patient.

    allergies: None when nobody has confirmed the list and nothing is on it: not known, not "none".
    """

    patient: Patient
    record_number: str
    age_years: int | None
    weight: Observation | None
    weight_days: int | None
    allergies: tuple[AllergyIntolerance, ...] | None
    consent: Consent | None
    course_day: int | None


def get_patient(*, clinic: Clinic, patient_id: uuid.UUID) -> Patient:
    """The patient, or 404: another clinic's patient does not exist here."""
    numbers = Prefetch(
        "identifiers", PatientIdentifier.objects.for_clinic(clinic).order_by("system")
    )
    return get_object_or_404(
        Patient.objects.for_clinic(clinic).select_related("clinic").prefetch_related(numbers),
        pk=patient_id,
    )


def banner_of(patient: Patient, said: dict[str, ListConfirmation] | None = None) -> Banner:
    """A few small queries, whatever the size of the chart. `said`: confirmations, if already read."""
    clinic, today = patient.clinic, timezone.localdate()
    weight = latest_observation(patient, Kind.WEIGHT)
    plan = (
        CarePlan.objects.for_clinic(clinic)
        .filter(patient=patient, status=CarePlan.Status.ACTIVE)
        .first()
    )
    return Banner(
        patient=patient,
        record_number=next(
            (i.value for i in patient.identifiers.all() if i.system == RECORD_NUMBER), ""
        ),
        age_years=patient.age_years(today),
        weight=weight,
        weight_days=(today - timezone.localdate(weight.measured_at)).days if weight else None,
        allergies=_allergies(patient, confirmations(patient) if said is None else said),
        consent=current_consent(patient, today),
        course_day=(today - plan.start_on).days + 1 if plan else None,
    )


def _allergies(
    patient: Patient, said: dict[str, ListConfirmation]
) -> tuple[AllergyIntolerance, ...] | None:
    listed = AllergyIntolerance.objects.for_clinic(patient.clinic).filter(
        patient=patient, status=AllergyIntolerance.Status.ACTIVE
    )
    found = tuple(listed.order_by("text"))
    confirmed = said.get(ListConfirmation.Kind.ALLERGIES)
    return found if found or (confirmed and confirmed.complete) else None


def current_consent(patient: Patient, today: date) -> Consent | None:
    """The consent that stands on a day; None when none was given, or it ran out or was withdrawn."""
    last = (
        Consent.objects.for_clinic(patient.clinic)
        .filter(patient=patient)
        .order_by("-signed_at")
        .first()
    )
    stands = last and last.given and (last.valid_until is None or last.valid_until >= today)
    return last if stands else None


def latest_observation(patient: Patient, kind: str) -> Observation | None:
    found = Observation.objects.for_clinic(patient.clinic).filter(patient=patient, kind=kind)
    return found.exclude(status=ENTERED_IN_ERROR).order_by("-measured_at").first()


def confirmations(patient: Patient) -> dict[str, ListConfirmation]:
    """The newest word on each list."""
    rows = ListConfirmation.objects.for_clinic(patient.clinic).filter(patient=patient)
    return {row.list: row for row in rows.select_related("recorded_by").order_by("recorded_at")}


def chart_rows(patient: Patient, section: str, *, errors_too: bool = False) -> QuerySet[Any]:
    """Rows of one section of the chart, newest first; rows entered in error only when asked for."""
    rows = CHART[section].objects.for_clinic(patient.clinic).filter(patient=patient)
    rows = rows.select_related("recorded_by").order_by(*ORDER.get(section, ("-recorded_at", "pk")))
    if errors_too:
        return rows
    marker = "verification" if section == "conditions" else "status"
    return rows.exclude(**{marker: ENTERED_IN_ERROR})


def latest_of_each(patient: Patient) -> QuerySet[Any]:
    """The newest value of each thing measured, with `times` it was measured; what we ask for first."""
    over = {
        "partition_by": [F("kind"), _name_if_other()],
        "order_by": [F("measured_at").desc(), F("pk")],
    }
    rows = chart_rows(patient, "observations").annotate(
        rank=Window(RowNumber(), **over),
        times=Window(Count("pk"), partition_by=over["partition_by"]),
        asked_for=Case(When(kind=Kind.OTHER, then=Value(1)), default=Value(0)),
    )
    return rows.filter(rank=1).order_by("asked_for", "-measured_at", "pk")


def same_measure(row: Observation) -> QuerySet[Any]:
    """Every value of what `row` measured, newest first."""
    rows = chart_rows(row.patient, "observations").filter(kind=row.kind)
    return rows.filter(text=row.text) if row.kind == Kind.OTHER else rows


def _name_if_other() -> Case:
    """What we ask for is one thing under any name; of the rest only the name tells what it is."""
    return Case(When(kind=Kind.OTHER, then=F("text")), default=Value(""))


def get_chart_row(*, clinic: Clinic, patient_id: uuid.UUID, section: str, row_id: uuid.UUID) -> Any:
    return get_object_or_404(
        CHART[section].objects.for_clinic(clinic), patient_id=patient_id, pk=row_id
    )


def with_pain_and_visit(patients: QuerySet[Patient], clinic: Clinic) -> QuerySet[Patient]:
    """Each patient with the pain to be treated and the next planned visit, in the same query."""
    pains = Condition.objects.for_clinic(clinic).filter(patient=OuterRef("pk"), pain=True)
    visits = Encounter.objects.for_clinic(clinic).filter(
        patient=OuterRef("pk"), status=Encounter.Status.PLANNED, planned_at__gte=timezone.now()
    )
    return patients.annotate(
        pain=Subquery(pains.order_by("-recorded_at").values("text")[:1]),
        next_visit=Subquery(visits.order_by("planned_at").values("planned_at")[:1]),
    )


def visits_between(clinic: Clinic, start: datetime, end: datetime) -> list[Encounter]:
    """Visits planned in [start, end), in the order of the day."""
    found = Encounter.objects.for_clinic(clinic).filter(planned_at__gte=start, planned_at__lt=end)
    found = found.exclude(
        status__in=(Encounter.Status.CANCELLED, Encounter.Status.ENTERED_IN_ERROR)
    )
    return list(found.select_related("patient").order_by("planned_at"))


def newly_registered(clinic: Clinic, *, at_most: int = 8) -> list[Patient]:
    """People without a signed assessment yet, newest first: where intake begins."""
    assessed = Assessment.objects.for_clinic(clinic).filter(patient=OuterRef("pk"))
    found = Patient.objects.for_clinic(clinic).filter(~Exists(assessed)).order_by("-created_at")
    return list(with_pain_and_visit(found, clinic)[:at_most])
