"""What is still missing before a plan can be made."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from reprieve.core.eligibility.contraindications import Judgement
from reprieve.core.eligibility.rules import WorkUp
from reprieve.core.findings import Action, Finding, Kind
from reprieve.core.patient import PatientSnapshot, Presence


def check_workup(
    patient: PatientSnapshot,
    workup: Iterable[WorkUp],
    judged: Mapping[str, Judgement],
    indications: Sequence[Finding],
    *,
    as_of: date,
) -> tuple[Finding, ...]:
    """An ASK for each measurement, list or test that is needed and not there, or too old.

    judged: the judgement of each contraindication asked; it decides which tests are needed.
    """
    found = []
    for item in workup:
        needed = _needed(item, judged)
        missing = _missing(item, patient, indications, as_of)
        if missing is not None and needed is not None:
            found.append(_finding(item, (*missing, *needed)))
    return tuple(found)


def _needed(item: WorkUp, judged: Mapping[str, Judgement]) -> tuple[str, ...] | None:
    """Why the item is needed; None when it is not."""
    if not item.needed_for:
        return ()
    reasons = [
        b
        for rule in item.needed_for
        if (j := judged.get(rule)) and j.presence is not Presence.ABSENT
        for b in j.because
    ]
    present = any(j.presence is Presence.PRESENT for r in item.needed_for if (j := judged.get(r)))
    return tuple(dict.fromkeys(reasons)) if reasons or present else None


def _missing(
    item: WorkUp, patient: PatientSnapshot, indications: Sequence[Finding], as_of: date
) -> tuple[str, ...] | None:
    """Old results to show when the item is missing; None when it is there."""
    if item.id in _HAVE:
        return None if _HAVE[item.id](patient, indications) else ()
    dated = _results(item, patient)
    oldest = as_of - timedelta(days=item.valid_days) if item.valid_days is not None else date.min
    if any(on and on >= oldest for _, on in dated):
        return None
    last = max(dated, key=lambda r: r[1] or date.min, default=None)
    if last is None:
        return ()
    return (f"{last[0]} (too old to count)",)


def _results(item: WorkUp, patient: PatientSnapshot) -> list[tuple[str, date | None]]:
    if item.id == "missing_weight":
        return [(f"weight {w.as_given}{_on(w.on)}", w.on) for w in patient.weights]
    if item.id == "missing_bp":
        return [(r.label, r.on) for r in patient.blood_pressures]
    labs = [(f"LOINC {x.loinc}{_on(x.on)}", x.on) for x in patient.labs if x.loinc in item.loincs]
    done = [
        (f"{p.text or p.codings[0].code}{_on(p.on)}", p.on)
        for p in patient.procedures
        if any(c.code in item.procedures for c in p.codings)
    ]
    return labs + done


def _on(day: date | None) -> str:
    return f" on {day.isoformat()}" if day else ", no date"


_HAVE: Mapping[str, Callable[[PatientSnapshot, Sequence[Finding]], bool]] = {
    "missing_medicines": lambda patient, _: patient.medicines_complete,
    "missing_allergies": lambda patient, _: patient.allergies_complete,
    "missing_pain_diagnosis": lambda _, indications: bool(indications),
    "missing_prior_treatment": lambda patient, _: bool(patient.prior_treatments),
}


def _finding(item: WorkUp, because: tuple[str, ...]) -> Finding:
    return Finding(
        code=item.id,
        kind=Kind.MISSING,
        action=Action.ASK,
        message=item.message,
        because=because,
        clears_when=item.clears_when,
        evidence=item.evidence,
    )
