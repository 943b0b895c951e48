"""Observation: weight, height, blood pressure, laboratory values, pain score, pregnancy status."""

from dataclasses import dataclass
from datetime import date

from reprieve.core.patient import Answer, BloodPressure, Ignored, Lab, PainScore, Presence
from reprieve.core.reading import Reader
from reprieve.core.units import to_cm, to_mmhg
from reprieve.fhir.elements import code_of, codings, day_of, quantity

WEIGHT, HEIGHT = {"29463-7", "3141-9"}, {"8302-2", "3137-7"}
BLOOD_PRESSURE = {"85354-9", "55284-4"}
SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
PAIN = {"72514-3", "38208-5"}
PREGNANCY = {"82810-3": {"77386006": Presence.PRESENT, "60001007": Presence.ABSENT}}
NOT_A_RESULT = ("entered-in-error", "cancelled", "registered")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawWeight:
    """A weight as written; judged once it is known which one is the newest."""

    reader: Reader
    value: float | None
    unit: str | None
    on: date | None
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Height:
    value_cm: float
    on: date | None


Result = RawWeight | Height | BloodPressure | Lab | PainScore | tuple[str, Answer] | Ignored


def from_fhir(resource: Reader, path: str) -> Result:
    """One measurement, by its LOINC code. What we have no use for is Ignored, with the reason."""
    status = resource.text("status", required=False) or ""
    codes, text = codings(resource, "code")
    loincs = {c.code for c in codes if c.system == "loinc"}
    on = day_of(resource, "effectiveDateTime", "issued")
    if on is None and (period := resource.table("effectivePeriod", required=False)):
        on = day_of(period, "start")
    if status in NOT_A_RESULT:
        return Ignored(path, f"Observation {text}: {status.replace('-', ' ')}")
    if not loincs:
        return Ignored(path, f"Observation {text}: no LOINC code")
    if loincs & (BLOOD_PRESSURE | {SYSTOLIC, DIASTOLIC}):
        return _blood_pressure(resource, loincs, on, path)
    if loincs & set(PREGNANCY):
        return _pregnancy(resource, on, path)
    return _measured(resource, loincs, text, on, path)


def _measured(resource: Reader, loincs: set[str], text: str, on: date | None, path: str) -> Result:
    value, unit = quantity(resource, "valueQuantity")
    if value is None and loincs & PAIN:
        whole = resource.integer("valueInteger", required=False)
        value = None if whole is None else float(whole)
    if loincs & WEIGHT:
        return RawWeight(reader=resource, value=value, unit=unit, on=on, path=path)
    if value is None:
        return Ignored(path, f"Observation {text}: no numeric value")
    if loincs & HEIGHT:
        height_cm = to_cm(value, unit or "")
        if height_cm is None:
            return Ignored(path, f"height {value:g} {unit}: not a UCUM unit of length we know")
        return Height(value_cm=height_cm, on=on)
    if loincs & PAIN:
        return PainScore(value=value, on=on)
    return Lab(loinc=min(loincs), value=value, unit=unit or "", on=on)


def _blood_pressure(
    resource: Reader, loincs: set[str], on: date | None, path: str
) -> BloodPressure | Ignored:
    parts: dict[str, float] = {}
    for item in resource.tables("component", required=False):
        codes, _ = codings(item, "code")
        for code in {c.code for c in codes} & {SYSTOLIC, DIASTOLIC}:
            _add_pressure(parts, code, *quantity(item, "valueQuantity"))
    for code in loincs & {SYSTOLIC, DIASTOLIC}:
        _add_pressure(parts, code, *quantity(resource, "valueQuantity"))
    if not parts:
        return Ignored(path, "blood pressure without a value in mm[Hg] or kPa")
    return BloodPressure(
        systolic_mmhg=parts.get(SYSTOLIC), diastolic_mmhg=parts.get(DIASTOLIC), on=on
    )


def _add_pressure(
    parts: dict[str, float], code: str, value: float | None, unit: str | None
) -> None:
    mmhg = None if value is None else to_mmhg(value, unit or "")
    if mmhg is not None:
        parts[code] = mmhg


def _pregnancy(resource: Reader, on: date | None, path: str) -> tuple[str, Answer] | Ignored:
    value = code_of(resource, "valueCodeableConcept")
    presence = PREGNANCY["82810-3"].get(value or "")
    if presence is None:
        return Ignored(path, "pregnancy status: not known")
    return "ci_preg", Answer(presence=presence, by="record", on=on)
