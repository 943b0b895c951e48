"""The chart as one snapshot, and the assessments made on it."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from reprieve import knowledge
from reprieve.clinic.assessment.models import Assessment, RuleAnswer
from reprieve.clinic.patients.models import CHART, Observation, Patient
from reprieve.clinic.patients.models.chart import ENTERED_IN_ERROR
from reprieve.clinic.patients.selectors import confirmations
from reprieve.core.eligibility.screen import Rules
from reprieve.core.patient import (
    Allergy,
    Answer,
    BloodPressure,
    BornOn,
    Coding,
    Condition,
    ConditionStatus,
    Dose,
    Ignored,
    Lab,
    Medicine,
    PatientSnapshot,
    Presence,
    PriorTreatment,
    Procedure,
    Sex,
    Weight,
)
from reprieve.core.snapshot import STATUSES, system_name
from reprieve.core.units import to_cm, to_kg

Kind = Observation.Kind
NOT_LABS = (
    Kind.WEIGHT,
    Kind.HEIGHT,
    Kind.BLOOD_PRESSURE,
    Kind.HEART_RATE,
    Kind.SPO2,
    Kind.OTHER,
    "",
)
SUSPECTED = ("unconfirmed", "provisional", "differential")


def rules() -> Rules:
    """The rules as the knowledge base holds them."""
    return Rules(
        contraindications=knowledge.contraindications(),
        interactions=knowledge.interactions(),
        indications=knowledge.indications(),
        workup=knowledge.workup(),
    )


def snapshot_of(patient: Patient, *, as_of: date) -> PatientSnapshot:
    """Everything the chart says about the patient on a day, for the decisions of core."""
    said = confirmations(patient)
    observations = [
        o for o in _rows(patient, "observations") if timezone.localdate(o.measured_at) <= as_of
    ]
    weights, ignored = _weights(observations)
    born = patient.birth_date
    return PatientSnapshot(
        sex=Sex(patient.sex),
        born=BornOn(earliest=born, latest=born) if born else None,
        weights=weights,
        height_cm=_height_cm(observations),
        answers=_answers(patient),
        conditions=tuple(_condition(c) for c in _rows(patient, "conditions")),
        medicines=tuple(_medicine(m) for m in _rows(patient, "medicines")),
        medicines_complete=_complete(said, "medicines"),
        allergies=tuple(_allergy(a) for a in _rows(patient, "allergies") if a.status != "refuted"),
        allergies_complete=_complete(said, "allergies"),
        blood_pressures=tuple(_pressures(observations)),
        labs=tuple(_labs(observations)),
        procedures=tuple(
            Procedure(codings=_codings(p), text=p.text, on=p.performed_on)
            for p in _rows(patient, "procedures")
            if p.status != "not-done"
        ),
        prior_treatments=tuple(
            PriorTreatment(what=t.text, outcome=t.outcome)
            for t in _rows(patient, "prior-treatments")
        ),
        ignored=ignored,
    )


def list_assessments(patient: Patient) -> QuerySet[Assessment]:
    """As signed, newest first."""
    return (
        Assessment.objects.for_clinic(patient.clinic)
        .filter(patient=patient)
        .select_related("recorded_by")
        .order_by("-as_of")
    )


def _rows(patient: Patient, section: str) -> list[Any]:
    model = CHART[section]
    rows = model.objects.for_clinic(patient.clinic).filter(patient=patient)
    error = {"verification" if section == "conditions" else "status": ENTERED_IN_ERROR}
    return list(rows.exclude(**error))


def _answers(patient: Patient) -> dict[str, Answer]:
    """The newest answer to each rule."""
    rows = (
        RuleAnswer.objects.for_clinic(patient.clinic)
        .filter(patient=patient)
        .order_by("recorded_at")
    )
    return {
        row.rule: Answer(presence=Presence(row.answer), by=row.by_whom, on=row.answered_on)
        for row in rows
    }


def _complete(said: dict[str, Any], kind: str) -> bool:
    return bool(said.get(kind) and said[kind].complete)


def _codings(row: Any) -> tuple[Coding, ...]:
    return tuple(
        Coding(system_name(c.get("system", "")), c["code"], c.get("display", ""))
        for c in row.codings
        if c.get("code")
    )


def _condition(row: Any) -> Condition:
    status = STATUSES[row.status]
    if row.verification == "refuted":
        status = ConditionStatus.REFUTED
    elif status is ConditionStatus.ACTIVE and row.verification in SUSPECTED:
        status = ConditionStatus.SUSPECTED
    return Condition(
        codings=_codings(row), text=row.text, status=status, path=str(row.pk), on=row.onset_on
    )


def _medicine(row: Any) -> Medicine:
    known = row.daily_dose is not None and row.daily_dose_unit
    codings = _codings(row)
    names = dict.fromkeys((row.text, *(c.display for c in codings if c.display)))
    return Medicine(
        name=" / ".join(names),
        path=str(row.pk),
        rxnorm=tuple(c.code for c in codings if c.system == "rxnorm"),
        status=row.status,
        daily_dose=Dose(value=float(row.daily_dose), unit=row.daily_dose_unit) if known else None,
        route=row.route.lower() or None,
        as_needed=row.as_needed,
        since=row.started_on,
    )


def _allergy(row: Any) -> Allergy:
    codings = _codings(row)
    rxnorm = tuple(c.code for c in codings if c.system == "rxnorm")
    return Allergy(name=row.text, path=str(row.pk), rxnorm=rxnorm, codings=codings)


def _weights(observations: list[Any]) -> tuple[tuple[Weight, ...], tuple[Ignored, ...]]:
    found, ignored = [], []
    for row in observations:
        if row.kind != Kind.WEIGHT or row.value is None:
            continue
        value_kg = to_kg(float(row.value), row.unit)
        as_given = f"{float(row.value):g} {row.unit}"
        if value_kg is None:
            ignored.append(Ignored(str(row.pk), f"weight {as_given}: a unit we do not know"))
        else:
            on = timezone.localdate(row.measured_at)
            found.append(Weight(value_kg=value_kg, on=on, as_given=as_given))
    return tuple(found), tuple(ignored)


def _height_cm(observations: list[Any]) -> float | None:
    rows = [o for o in observations if o.kind == Kind.HEIGHT and o.value is not None]
    newest = max(rows, key=lambda o: o.measured_at, default=None)
    return to_cm(float(newest.value), newest.unit) if newest else None


def _pressures(observations: list[Any]) -> list[BloodPressure]:
    return [
        BloodPressure(
            systolic_mmhg=float(o.value) if o.value is not None else None,
            diastolic_mmhg=float(o.second_value) if o.second_value is not None else None,
            on=timezone.localdate(o.measured_at),
        )
        for o in observations
        if o.kind == Kind.BLOOD_PRESSURE
    ]


def _labs(observations: list[Any]) -> list[Lab]:
    found = []
    for row in observations:
        codes = [c.code for c in _codings(row) if c.system == "loinc"]
        loinc = next(iter(codes), row.kind)
        if loinc not in NOT_LABS:
            value = float(row.value) if row.value is not None else None
            on = timezone.localdate(row.measured_at)
            found.append(Lab(loinc=loinc, value=value, unit=row.unit, on=on))
    return found
