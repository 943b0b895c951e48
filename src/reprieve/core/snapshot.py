"""Read a PatientSnapshot document (contracts.md, `reprieve screen`) from JSON."""

import calendar
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from reprieve.core import units
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
from reprieve.core.problems import Problem
from reprieve.core.reading import Reader

WEIGHT_KG = (30.0, 250.0)
HEIGHT_CM = (120.0, 230.0)
SYSTEMS = {
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm",
    "http://hl7.org/fhir/sid/icd-10": "icd10cm",
    "http://snomed.info/sct": "snomedct",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "http://loinc.org": "loinc",
}
STATUSES = {
    "active": ConditionStatus.ACTIVE,
    "recurrence": ConditionStatus.ACTIVE,
    "relapse": ConditionStatus.ACTIVE,
    "inactive": ConditionStatus.HISTORY,
    "remission": ConditionStatus.HISTORY,
    "resolved": ConditionStatus.HISTORY,
    "refuted": ConditionStatus.REFUTED,
    "suspected": ConditionStatus.SUSPECTED,
}
MEDICINE_STATUSES = (
    "active",
    "on-hold",
    "completed",
    "stopped",
    "cancelled",
    "draft",
    "intended",
    "not-taken",
    "entered-in-error",
    "unknown",
)


def read_snapshot(
    data: Any, *, as_of: date, rule_ids: Collection[str], path: str = ""
) -> tuple[PatientSnapshot, list[Problem]]:
    """The snapshot and every problem found. With problems the snapshot must not be used.

    rule_ids: the rules that may be answered; an answer to any other is a problem.
    """
    doc = Reader(data, path)
    doc.text("document", choices=["PatientSnapshot"])
    person = doc.table("patient")
    ignored: list[Ignored] = []
    snapshot = PatientSnapshot(
        born=read_birth_date(person, as_of) if person else None,
        sex=Sex(person.text("sex", required=False, choices=[*Sex]) or "unknown")
        if person
        else Sex.UNKNOWN,
        weights=tuple(_weights(doc, as_of)),
        height_cm=doc.number(
            "height_cm", required=False, minimum=HEIGHT_CM[0], maximum=HEIGHT_CM[1]
        ),
        answers=_answers(doc, as_of, rule_ids),
        conditions=tuple(_conditions(doc, as_of, ignored)),
        medicines=tuple(_medicines(doc, ignored)),
        medicines_complete=_complete(doc, "medicines"),
        allergies=tuple(_allergies(doc, ignored)),
        allergies_complete=_complete(doc, "allergies"),
        blood_pressures=tuple(_blood_pressures(doc, as_of)),
        labs=tuple(_labs(doc, as_of)),
        procedures=tuple(_procedures(doc, as_of)),
        prior_treatments=tuple(_prior_treatments(doc)),
        ignored=tuple(ignored),
    )
    if person:
        person.close()
    doc.close()
    return snapshot, doc.problems


def read_birth_date(person: Reader, as_of: date, key: str = "birth_date") -> BornOn | None:
    """A full, year-month or year birth date; one in the future or before 1890 is a problem."""
    text = person.text(key, required=False)
    if text is None:
        return None
    born = span_of(text)
    if born is None:
        person.problem(key, f"{text!r} is not a date written YYYY-MM-DD, YYYY-MM or YYYY")
    elif born.earliest > as_of:
        person.problem(key, f"{text} is in the future (as of {as_of.isoformat()})")
        return None
    elif born.earliest.year < 1890:
        person.problem(key, f"{text} is too long ago to be a birth date")
    return born


def span_of(text: str) -> BornOn | None:
    """The days a full or partial ISO date may mean; None when it is not one."""
    try:
        if len(text) == 4 and text.isdigit():
            return BornOn(earliest=date(int(text), 1, 1), latest=date(int(text), 12, 31))
        if len(text) == 7:
            first = date.fromisoformat(f"{text}-01")
            last = calendar.monthrange(first.year, first.month)[1]
            return BornOn(earliest=first, latest=first.replace(day=last))
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return BornOn(earliest=day, latest=day) if day.isoformat() == text else None


def system_name(address: str) -> str:
    """Our short name of a code system; an address we do not know stays as it is."""
    return SYSTEMS.get(address, address)


def read_weight(
    reader: Reader, value: float | None, unit: str | None, on: date | None
) -> Weight | None:
    """A weight in kg from any UCUM mass unit; outside 30 to 250 kg is a problem."""
    if value is None or unit is None:
        return None
    value_kg = units.to_kg(value, unit)
    low, high = WEIGHT_KG
    if value_kg is None:
        reader.problem(
            "unit", f"{unit!r} is not a UCUM unit of mass we know ({', '.join(units.KG_PER_UNIT)})"
        )
    elif not low <= value_kg <= high:
        reader.problem("value", f"{value:g} {unit} is outside {low:g} to {high:g} kg")
    else:
        return Weight(value_kg=value_kg, on=on, as_given=f"{value:g} {unit}")
    return None


def _weights(doc: Reader, as_of: date) -> list[Weight]:
    found = []
    for item in doc.tables("weights", required=False):
        value, unit = item.number("value", above=0), item.text("unit")
        weight = read_weight(item, value, unit, _past_day(item, as_of))
        found += [weight] if weight else []
        item.close()
    return found


def _answers(doc: Reader, as_of: date, rule_ids: Collection[str]) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    table = doc.table("answers", required=False)
    for rule in table.keys() if table else ():
        item = table.table(rule) if table else None
        if item is None:
            continue
        if rule not in rule_ids:
            item.problem("", "no such rule")
        presence = item.text("is", choices=[*Presence])
        by = item.text("by", choices=["patient", "clinician", "record"])
        on = _past_day(item, as_of)
        item.close()
        if presence and by:
            answers[rule] = Answer(presence=Presence(presence), by=by, on=on)
    return answers


def _conditions(doc: Reader, as_of: date, ignored: list[Ignored]) -> list[Condition]:
    found = []
    for item in doc.tables("conditions", required=False):
        system = item.text("system", required=False)
        code = item.text("code", required=False)
        text = item.text("text", required=False) or ""
        status = item.text("status", choices=[*STATUSES, "entered-in-error"])
        on = _past_day(item, as_of)
        more = tuple(_codings(item))
        item.close()
        if code and not system:
            item.problem("system", "a code needs its code system")
        if not code and not text:
            item.problem("", "a condition needs a code or a text")
        if status == "entered-in-error":
            ignored.append(Ignored(item.path, "entered in error"))
        elif status:
            first = (Coding(system_name(system), code, text),) if system and code else ()
            codings = (*first, *more)
            found.append(
                Condition(
                    codings=codings, text=text, status=STATUSES[status], path=item.path, on=on
                )
            )
    return found


def _codings(item: Reader) -> Iterator[Coding]:
    """Further codes of the same thing, beyond the first."""
    for coding in item.tables("codings", required=False):
        system, code = coding.text("system"), coding.text("code")
        display = coding.text("display", required=False) or ""
        coding.close()
        if system and code:
            yield Coding(system_name(system), code, display)


def _medicines(doc: Reader, ignored: list[Ignored]) -> list[Medicine]:
    found = []
    for item in _listed(doc, "medicines"):
        rxnorm, name = item.text("rxnorm", required=False), item.text("name", required=False)
        status = item.text("status", required=False, choices=MEDICINE_STATUSES) or "active"
        route, as_needed = (
            item.text("route", required=False),
            item.boolean("as_needed", required=False),
        )
        dose = _dose(item)
        more = tuple(c.code for c in _codings(item) if c.system == "rxnorm")
        item.close()
        if not rxnorm and not name:
            item.problem("", "a medicine needs an RxNorm code or a name")
        elif status == "entered-in-error":
            ignored.append(Ignored(item.path, "entered in error"))
        else:
            found.append(
                Medicine(
                    name=name or f"RxNorm {rxnorm}",
                    path=item.path,
                    rxnorm=((rxnorm,) if rxnorm else ()) + more,
                    status=status,
                    daily_dose=dose,
                    route=route,
                    as_needed=bool(as_needed),
                )
            )
    return found


def _dose(item: Reader) -> Dose | None:
    dose = item.table("daily_dose", required=False)
    if dose is None:
        return None
    value, unit = dose.number("value", minimum=0), dose.text("unit")
    dose.close()
    return Dose(value=value, unit=unit) if value is not None and unit else None


def _allergies(doc: Reader, ignored: list[Ignored]) -> list[Allergy]:
    found = []
    for item in _listed(doc, "allergies"):
        rxnorm, name = item.text("rxnorm", required=False), item.text("name", required=False)
        status = item.text("status", required=False) or "active"
        item.text("reaction", required=False)
        item.close()
        if not rxnorm and not name:
            item.problem("", "an allergy needs an RxNorm code or a name")
        elif status in ("entered-in-error", "refuted"):
            ignored.append(Ignored(item.path, status.replace("-", " ")))
        else:
            found.append(
                Allergy(
                    name=name or f"RxNorm {rxnorm}",
                    path=item.path,
                    rxnorm=(rxnorm,) if rxnorm else (),
                )
            )
    return found


def _blood_pressures(doc: Reader, as_of: date) -> list[BloodPressure]:
    found = []
    for item in doc.tables("blood_pressures", required=False):
        systolic = item.number("systolic_mmhg", minimum=30, maximum=300)
        diastolic = item.number("diastolic_mmhg", minimum=10, maximum=200)
        if systolic is not None and diastolic is not None and diastolic >= systolic:
            item.problem("diastolic_mmhg", f"{diastolic:g} is not below the systolic {systolic:g}")
        found.append(
            BloodPressure(
                systolic_mmhg=systolic, diastolic_mmhg=diastolic, on=_past_day(item, as_of)
            )
        )
        item.close()
    return found


def _labs(doc: Reader, as_of: date) -> list[Lab]:
    found = []
    for item in doc.tables("labs", required=False):
        loinc, unit = item.text("loinc"), item.text("unit")
        value, on = item.number("value"), _past_day(item, as_of)
        item.close()
        if loinc and unit:
            found.append(Lab(loinc=loinc, value=value, unit=unit, on=on))
    return found


def _procedures(doc: Reader, as_of: date) -> list[Procedure]:
    found = []
    for item in doc.tables("procedures", required=False):
        system, code = item.text("system"), item.text("code")
        text, on = item.text("text", required=False) or "", _past_day(item, as_of)
        item.close()
        if system and code:
            found.append(
                Procedure(codings=(Coding(system_name(system), code, text),), text=text, on=on)
            )
    return found


def _prior_treatments(doc: Reader) -> list[PriorTreatment]:
    found = []
    for item in doc.tables("prior_treatments", required=False):
        what, outcome = item.text("what"), item.text("outcome")
        item.close()
        if what and outcome:
            found.append(PriorTreatment(what=what, outcome=outcome))
    return found


def _past_day(item: Reader, as_of: date) -> date | None:
    day = item.day("on", required=False)
    if day and day > as_of:
        item.problem("on", f"{day.isoformat()} is after {as_of.isoformat()}")
    return day


def _complete(doc: Reader, key: str) -> bool:
    table = doc.table(key, required=False)
    if table is None:
        return False
    complete = bool(table.boolean("complete", required=False))
    table.raw("list", required=False)
    table.close()
    return complete


def _listed(doc: Reader, key: str) -> list[Reader]:
    table = (
        doc.table(key, required=False) if isinstance(doc.raw(key, required=False), dict) else None
    )
    return list(table.tables("list", required=False)) if table else []
