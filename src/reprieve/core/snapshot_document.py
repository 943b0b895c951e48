"""A snapshot as the document `reprieve screen` reads, so that an old answer can be explained again."""

from datetime import date
from typing import Any

from reprieve.core.patient import (
    Allergy,
    BornOn,
    Coding,
    Condition,
    ConditionStatus,
    Medicine,
    PatientSnapshot,
    Weight,
)

STATUS_WORDS = {
    ConditionStatus.ACTIVE: "active",
    ConditionStatus.SUSPECTED: "suspected",
    ConditionStatus.HISTORY: "inactive",
    ConditionStatus.REFUTED: "refuted",
}


def snapshot_document(snapshot: PatientSnapshot) -> dict[str, Any]:
    """The PatientSnapshot document of a snapshot. Reading it again gives the same decisions."""
    return {
        "document": "PatientSnapshot",
        "patient": _set({"birth_date": _birth_date(snapshot.born), "sex": snapshot.sex.value}),
        "weights": [_weight(w) for w in snapshot.weights],
        "height_cm": snapshot.height_cm,
        "answers": {
            rule: _set({"is": a.presence.value, "by": a.by, "on": _day(a.on)})
            for rule, a in snapshot.answers.items()
        },
        "conditions": [_condition(c) for c in snapshot.conditions],
        "medicines": {
            "complete": snapshot.medicines_complete,
            "list": [_medicine(m) for m in snapshot.medicines],
        },
        "allergies": {
            "complete": snapshot.allergies_complete,
            "list": [_allergy(a) for a in snapshot.allergies],
        },
        "blood_pressures": [
            _set(
                {
                    "systolic_mmhg": p.systolic_mmhg,
                    "diastolic_mmhg": p.diastolic_mmhg,
                    "on": _day(p.on),
                }
            )
            for p in snapshot.blood_pressures
            if p.systolic_mmhg is not None and p.diastolic_mmhg is not None
        ],
        "labs": [
            _set({"loinc": x.loinc, "value": x.value, "unit": x.unit, "on": _day(x.on)})
            for x in snapshot.labs
            if x.value is not None and x.unit
        ],
        "procedures": [
            _set({"system": c.system, "code": c.code, "text": p.text or None, "on": _day(p.on)})
            for p in snapshot.procedures
            for c in p.codings[:1]
        ],
        "prior_treatments": [
            {"what": t.what, "outcome": t.outcome} for t in snapshot.prior_treatments
        ],
    }


def _birth_date(born: BornOn | None) -> str | None:
    """As exact as it is known."""
    if born is None:
        return None
    if born.earliest == born.latest:
        return born.earliest.isoformat()
    same_month = (born.earliest.year, born.earliest.month) == (born.latest.year, born.latest.month)
    return born.earliest.isoformat()[: 7 if same_month else 4]


def _weight(weight: Weight) -> dict[str, Any]:
    value, unit = weight.as_given.split(" ", 1)
    return _set({"value": float(value), "unit": unit, "on": _day(weight.on)})


def _condition(condition: Condition) -> dict[str, Any]:
    return _set(
        {
            "text": condition.text or None,
            "status": STATUS_WORDS[condition.status],
            "on": _day(condition.on),
            "codings": [_coding(c) for c in condition.codings],
        }
    )


def _coding(coding: Coding) -> dict[str, Any]:
    system = coding.system or "unknown"
    return _set({"system": system, "code": coding.code, "display": coding.display or None})


def _medicine(medicine: Medicine) -> dict[str, Any]:
    dose = medicine.daily_dose
    return _set(
        {
            "name": medicine.name,
            "status": medicine.status,
            "route": medicine.route,
            "as_needed": medicine.as_needed,
            "daily_dose": {"value": dose.value, "unit": dose.unit} if dose else None,
            "codings": [{"system": "rxnorm", "code": code} for code in medicine.rxnorm],
        }
    )


def _allergy(allergy: Allergy) -> dict[str, Any]:
    return _set({"name": allergy.name, "rxnorm": next(iter(allergy.rxnorm), None)})


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _set(table: dict[str, Any]) -> dict[str, Any]:
    """Without the keys that hold nothing."""
    return {key: value for key, value in table.items() if value is not None}
