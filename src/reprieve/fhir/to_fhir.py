"""FHIR R4 out: what a record holds, as resources of one Bundle.

Each function takes plain values and gives one resource as JSON values; what is unknown is left out,
never invented. References inside the Bundle are `urn:uuid:<id>`, as its fullUrls are.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from reprieve.fhir.elements import UCUM

Json = dict[str, Any]
LOINC = "http://loinc.org"
OWN_INSTRUMENT = "urn:reprieve:instrument"  # our name for a score LOINC has no code for here
CLINICAL = "http://terminology.hl7.org/CodeSystem/"
PAIN_SCORE_LOINC = "72514-3"  # the 0-10 rating, the code observation.py reads


def concept(text: str, codings: Sequence[Mapping[str, str]] = ()) -> Json:
    """A CodeableConcept; codings as {"system", "code", "display"}."""
    found: Json = {"coding": [dict(c) for c in codings]} if codings else {}
    return found | ({"text": text} if text else {})


def patient(
    *,
    id: str,
    family: str,
    given: str,
    sex: str,
    born: date | None,
    phone: str = "",
    email: str = "",
    language: str = "",
    numbers: Iterable[tuple[str, str]] = (),
) -> Json:
    """numbers: (system, value) of each identifier."""
    telecom = [{"system": s, "value": v} for s, v in (("phone", phone), ("email", email)) if v]
    return _full(
        {
            "resourceType": "Patient",
            "id": id,
            "identifier": [{"system": system, "value": value} for system, value in numbers],
            "name": [{"use": "official", "family": family, "given": given.split()}],
            "telecom": telecom,
            "gender": sex,
            "birthDate": born.isoformat() if born else None,
            "communication": [_language(language)] if language else [],
        }
    )


def condition(
    *,
    id: str,
    subject: str,
    text: str,
    codings: Sequence[Mapping[str, str]],
    status: str,
    verification: str,
    body_site: str = "",
    onset: date | None = None,
    ended: date | None = None,
    recorded: date | None = None,
) -> Json:
    """A clinical status only where the diagnosis was not entered in error (con-5)."""
    wrong = verification == "entered-in-error"
    return _full(
        {
            "resourceType": "Condition",
            "id": id,
            "subject": _patient(subject),
            "clinicalStatus": None if wrong else _status("condition-clinical", status),
            "verificationStatus": _status("condition-ver-status", verification),
            "code": concept(text, codings),
            "bodySite": [{"text": body_site}] if body_site else [],
            "onsetDateTime": onset.isoformat() if onset else None,
            "abatementDateTime": ended.isoformat() if ended else None,
            "recordedDate": recorded.isoformat() if recorded else None,
        }
    )


def medication_statement(
    *,
    id: str,
    subject: str,
    text: str,
    codings: Sequence[Mapping[str, str]],
    status: str,
    daily_dose: float | None = None,
    unit: str = "",
    route: str = "",
    as_needed: bool = False,
    as_written: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Json:
    """daily_dose in `unit` (UCUM): once a day, which is what the record keeps of it."""
    dose = (
        {
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": quantity(daily_dose, unit)}],
        }
        if daily_dose is not None and unit
        else {}
    )
    dosage = _full(
        {
            "text": as_written,
            "asNeededBoolean": True if as_needed else None,
            "route": {"text": route} if route else None,
            **dose,
        }
    )
    period = _full(
        {"start": since.isoformat() if since else None, "end": until.isoformat() if until else None}
    )
    return _full(
        {
            "resourceType": "MedicationStatement",
            "id": id,
            "subject": _patient(subject),
            "status": status,
            "medicationCodeableConcept": concept(text, codings),
            "effectivePeriod": period,
            "dosage": [dosage] if dosage else [],
        }
    )


def allergy_intolerance(
    *,
    id: str,
    subject: str,
    text: str,
    codings: Sequence[Mapping[str, str]],
    status: str,
    criticality: str,
    reaction: str = "",
) -> Json:
    """status: active, inactive, resolved, refuted or entered-in-error; the last two are certainty."""
    certainty = status if status in ("refuted", "entered-in-error") else "confirmed"
    clinical = _status("allergyintolerance-clinical", status) if certainty == "confirmed" else None
    return _full(
        {
            "resourceType": "AllergyIntolerance",
            "id": id,
            "patient": _patient(subject),
            "clinicalStatus": clinical,
            "verificationStatus": _status("allergyintolerance-verification", certainty),
            "code": concept(text, codings),
            "criticality": criticality,
            "reaction": [{"manifestation": [{"text": reaction}]}] if reaction else [],
        }
    )


def measurement(
    *,
    id: str,
    subject: str,
    text: str,
    loinc: str,
    status: str,
    at: datetime,
    value: float | None = None,
    unit: str = "",
    value_text: str = "",
    codings: Sequence[Mapping[str, str]] = (),
    components: Sequence[Mapping[str, Any]] = (),
) -> Json:
    """An Observation. loinc: empty where none is known. components: ready, as for blood pressure."""
    codes = list(codings) or ([{"system": LOINC, "code": loinc}] if loinc else [])
    return _full(
        {
            "resourceType": "Observation",
            "id": id,
            "subject": _patient(subject),
            "status": status,
            "code": concept(text, codes),
            "effectiveDateTime": at.isoformat(),
            "valueQuantity": quantity(value, unit) if value is not None else None,
            "valueString": value_text if value is None else None,
            "component": [dict(c) for c in components],
        }
    )


def blood_pressure_components(
    systolic_mmhg: float | None, diastolic_mmhg: float | None
) -> list[Json]:
    parts = (("8480-6", "Systolic", systolic_mmhg), ("8462-4", "Diastolic", diastolic_mmhg))
    return [
        {
            "code": concept(name, [{"system": LOINC, "code": code}]),
            "valueQuantity": quantity(value, "mm[Hg]"),
        }
        for code, name, value in parts
        if value is not None
    ]


def score(
    *, id: str, subject: str, instrument: str, title: str, value: float, at: datetime
) -> Json:
    """The score of a questionnaire. LOINC where our records hold a code, else our own name."""
    code = (
        {"system": LOINC, "code": PAIN_SCORE_LOINC}
        if instrument == "NRS"
        else {"system": OWN_INSTRUMENT, "code": instrument}
    )
    found = measurement(
        id=id, subject=subject, text=title, loinc="", status="final", at=at, codings=[code]
    )
    category = _status("observation-category", "survey")
    return found | {"category": [category], "valueQuantity": quantity(value, "{score}")}


def encounter(
    *, id: str, subject: str, text: str, status: str, start: datetime | None, end: datetime | None
) -> Json:
    """status as FHIR names it. An ambulatory visit."""
    period = _full(
        {"start": start.isoformat() if start else None, "end": end.isoformat() if end else None}
    )
    return _full(
        {
            "resourceType": "Encounter",
            "id": id,
            "subject": _patient(subject),
            "status": status,
            "class": {"system": f"{CLINICAL}v3-ActCode", "code": "AMB"},
            "type": [{"text": text}] if text else [],
            "period": period,
        }
    )


def questionnaire_response(
    *, id: str, subject: str, instrument: str, answers: Mapping[str, Any], at: datetime
) -> Json:
    """answers: {linkId: value}, numbers, words, true or false, a list of them, {"declined": true}."""
    return {
        "resourceType": "QuestionnaireResponse",
        "id": id,
        "questionnaire": f"{OWN_INSTRUMENT}:{instrument}",
        "subject": _patient(subject),
        "status": "completed",
        "authored": at.isoformat(),
        "item": [_item(link, said) for link, said in answers.items()],
    }


def bundle(resources: Iterable[Json], *, at: datetime) -> Json:
    """A collection; each fullUrl is the `urn:uuid` its references use."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": at.isoformat(),
        "entry": [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in resources],
    }


def quantity(value: float, unit: str) -> Json:
    """unit: UCUM; empty where it is not known."""
    return {"value": value, **({"unit": unit, "system": UCUM, "code": unit} if unit else {})}


def _item(link: str, said: Any) -> Json:
    if isinstance(said, Mapping):  # declined: asked, and not answered
        return {"linkId": link}
    values = said if isinstance(said, list) else [said]
    return {"linkId": link, "answer": [_answer(v) for v in values]} if values else {"linkId": link}


def _answer(value: Any) -> Json:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    return (
        {"valueDecimal": value} if isinstance(value, (int, float)) else {"valueString": str(value)}
    )


def _status(system: str, code: str) -> Json:
    return {"coding": [{"system": f"{CLINICAL}{system}", "code": code}]}


def _patient(key: str) -> Json:
    return {"reference": f"urn:uuid:{key}"}


def _language(code: str) -> Json:
    return {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": code}]}}


def _full(resource: Json) -> Json:
    """Without what is empty: an element that is there has a value."""
    return {key: value for key, value in resource.items() if value not in (None, "", [], {})}
