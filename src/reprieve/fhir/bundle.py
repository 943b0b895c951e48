"""A Bundle about one person: every resource we can use, and why each other one was left aside."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from reprieve.core.patient import (
    Allergy,
    Answer,
    BloodPressure,
    Condition,
    Ignored,
    Lab,
    Medicine,
    PainScore,
    PatientSnapshot,
    Procedure,
    Weight,
)
from reprieve.core.problems import Problem
from reprieve.core.reading import Reader
from reprieve.core.snapshot import HEIGHT_CM, read_weight
from reprieve.fhir import allergy_intolerance, condition, medication, observation, patient
from reprieve.fhir.elements import codings, day_of
from reprieve.fhir.observation import Height, RawWeight
from reprieve.fhir.patient import Person

PREGNANCY_COUNTS_DAYS = 30  # project_default: an older status is asked again
SUBJECT_KEYS = ("subject", "patient")
STATUS_TYPES, STATUS_KEYS = (
    ("Condition", "AllergyIntolerance"),
    ("clinicalStatus", "verificationStatus"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An Encounter elsewhere, kept for the chart."""

    text: str
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a Bundle holds. `person` is None only when there are problems.

    entries: the resources themselves, in their order, for who keeps more of them than a decision needs.
    """

    person: Person | None
    snapshot: PatientSnapshot
    visits: tuple[Visit, ...]
    entries: "tuple[Entry, ...]" = ()


@dataclass(slots=True)
class _Pile:
    """Values as they are found, before they become a snapshot."""

    conditions: list[Condition] = field(default_factory=list)
    medicines: list[Medicine] = field(default_factory=list)
    allergies: list[Allergy] = field(default_factory=list)
    no_known_allergy: bool = False
    weights: list[RawWeight] = field(default_factory=list)
    heights: list[Height] = field(default_factory=list)
    pressures: list[BloodPressure] = field(default_factory=list)
    labs: list[Lab] = field(default_factory=list)
    pain_scores: list[PainScore] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    procedures: list[Procedure] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)


def read_bundle(data: Any, *, as_of: date) -> tuple[Imported, list[Problem]]:
    """Read a transaction, collection or search Bundle with exactly one Patient.

    `urn:uuid`, relative and contained references are resolved. With problems nothing may be used.
    What is dated after `as_of` is left aside, and says so.
    """
    bundle = Reader(data)
    bundle.text("resourceType", choices=["Bundle"])
    resources = list(_resources(bundle))
    person = _one_person(bundle, resources, as_of)
    lookup = Lookup(resources)
    pile = _Pile()
    for entry in resources:
        _same_subject(entry, lookup, bundle)
        _read(entry, pile, lookup)
    if any(_before_r4(entry) for entry in resources):
        message = "written in FHIR STU3 or DSTU2 (a status is text there); R4 is needed"
        bundle.problems.insert(0, Problem("resourceType", message))
    if person and person.died:
        pile.ignored.append(Ignored("Patient.deceased", f"recorded as deceased: {person.died}"))
    snapshot = _snapshot(pile, person, as_of)
    imported = Imported(
        person=person, snapshot=snapshot, visits=tuple(pile.visits), entries=tuple(resources)
    )
    return imported, bundle.problems


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a Bundle. path: `entry[12]`; address: its fullUrl."""

    path: str
    address: str | None
    type: str
    id: str | None
    resource: Reader


def _resources(bundle: Reader) -> Iterator[Entry]:
    for entry in bundle.tables("entry", required=False):
        address = entry.text("fullUrl", required=False)
        resource = entry.table("resource")
        kind = resource.text("resourceType") if resource else None
        if resource and kind:
            yield Entry(entry.path, address, kind, resource.text("id", required=False), resource)


def _before_r4(entry: Entry) -> bool:
    """R4 made the status of conditions and allergies a CodeableConcept; before, it was text."""
    statuses = (entry.resource.raw(key, required=False) for key in STATUS_KEYS)
    return entry.type in STATUS_TYPES and any(isinstance(s, str) for s in statuses)


class Lookup:
    """Finds the resource a reference points to."""

    def __init__(self, resources: list[Entry]) -> None:
        self._by_address = {e.address: e for e in resources if e.address}
        self._by_address |= {f"{e.type}/{e.id}": e for e in resources if e.id}

    def find(self, address: str) -> Entry | None:
        local = "/".join(address.split("/")[-2:])
        return self._by_address.get(address) or self._by_address.get(local)

    def medication(self, entry: Entry, address: str) -> Reader | None:
        if address.startswith("#"):
            return _contained(entry.resource, address[1:])
        found = self.find(address)
        return found.resource if found else None


def _contained(resource: Reader, wanted: str) -> Reader | None:
    contained = resource.tables("contained", required=False)
    return next((c for c in contained if c.text("id", required=False) == wanted), None)


def _one_person(bundle: Reader, resources: list[Entry], as_of: date) -> Person | None:
    people = [e for e in resources if e.type == "Patient"]
    if len(people) != 1:
        where = f" ({', '.join(e.path for e in people)})" if people else ""
        bundle.problem("entry", f"exactly one Patient is needed, {len(people)} found{where}")
        return None
    return patient.from_fhir(people[0].resource, as_of=as_of)


def _same_subject(entry: Entry, lookup: Lookup, bundle: Reader) -> None:
    """A resource about somebody else must never be charted."""
    for key in SUBJECT_KEYS:
        value = entry.resource.raw(key, required=False)
        address = value.get("reference") if isinstance(value, dict) else None
        if not isinstance(address, str) or entry.type not in _READERS:
            continue
        target = lookup.find(address)
        if target is None or target.type != "Patient":
            message = f"{address} is not the Patient of this Bundle"
            bundle.problems.append(Problem(f"{entry.path}.resource.{key}.reference", message))


def _read(entry: Entry, pile: _Pile, lookup: Lookup) -> None:
    reader = _READERS.get(entry.type)
    if reader is None:
        if entry.type not in ("Patient", "Medication"):
            pile.ignored.append(Ignored(entry.path, f"{entry.type} is not used"))
        return
    reader(entry, pile, lookup)


def _read_condition(entry: Entry, pile: _Pile, _: Lookup) -> None:
    found = condition.from_fhir(entry.resource, entry.path)
    pile.ignored.append(found) if isinstance(found, Ignored) else pile.conditions.append(found)


def _read_medicine(entry: Entry, pile: _Pile, lookup: Lookup) -> None:
    found = medication.from_fhir(
        entry.resource, entry.path, lambda address: lookup.medication(entry, address)
    )
    pile.ignored.append(found) if isinstance(found, Ignored) else pile.medicines.append(found)


def _read_allergy(entry: Entry, pile: _Pile, _: Lookup) -> None:
    found = allergy_intolerance.from_fhir(entry.resource, entry.path)
    if found is None:
        pile.no_known_allergy = True
    elif isinstance(found, Ignored):
        pile.ignored.append(found)
    else:
        pile.allergies.append(found)


def _read_observation(entry: Entry, pile: _Pile, _: Lookup) -> None:
    match observation.from_fhir(entry.resource, entry.path):
        case Ignored() as found:
            pile.ignored.append(found)
        case RawWeight() as found:
            pile.weights.append(found)
        case Height() as found:
            pile.heights.append(found)
        case BloodPressure() as found:
            pile.pressures.append(found)
        case PainScore() as found:
            pile.pain_scores.append(found)
        case Lab() as found:
            pile.labs.append(found)
        case (rule, answer):
            earlier = pile.answers.get(rule)
            if earlier is None or (answer.on or date.min) >= (earlier.on or date.min):
                pile.answers[rule] = answer


def _read_procedure(entry: Entry, pile: _Pile, _: Lookup) -> None:
    status = entry.resource.text("status", required=False)
    found, text = codings(entry.resource, "code")
    if status in ("entered-in-error", "not-done") or not (found or text):
        pile.ignored.append(Ignored(entry.path, f"Procedure {text}: {status or 'no code'}"))
        return
    on = day_of(entry.resource, "performedDateTime")
    if on is None and (period := entry.resource.table("performedPeriod", required=False)):
        on = day_of(period, "start")
    pile.procedures.append(Procedure(codings=found, text=text, on=on))


def _read_visit(entry: Entry, pile: _Pile, _: Lookup) -> None:
    text = ""
    for i, kind in enumerate(entry.resource.array("type", required=False)):
        holder = Reader({"type": kind}, f"{entry.path}.type[{i}]", entry.resource.problems)
        text = text or codings(holder, "type")[1]
    period = entry.resource.table("period", required=False)
    pile.visits.append(Visit(text=text, on=day_of(period, "start") if period else None))


_READERS = {
    "Condition": _read_condition,
    "MedicationRequest": _read_medicine,
    "MedicationStatement": _read_medicine,
    "AllergyIntolerance": _read_allergy,
    "Observation": _read_observation,
    "Procedure": _read_procedure,
    "Encounter": _read_visit,
}


def _snapshot(pile: _Pile, person: Person | None, as_of: date) -> PatientSnapshot:
    ignored = pile.ignored
    height = max(pile.heights, key=lambda h: h.on or date.min, default=None)
    if height and not HEIGHT_CM[0] <= height.value_cm <= HEIGHT_CM[1]:
        ignored.append(
            Ignored("Observation", f"height {height.value_cm:g} cm is outside 120 to 230")
        )
        height = None
    snapshot = PatientSnapshot(
        born=person.born if person else None,
        weights=tuple(_weights(pile.weights, as_of, ignored)),
        height_cm=height.value_cm if height else None,
        answers=_current(pile.answers, as_of),
        conditions=tuple(c for c in pile.conditions if _by(c, as_of, ignored)),
        medicines=tuple(m for m in pile.medicines if _taken_by(m, as_of, ignored)),
        allergies=tuple(pile.allergies),
        allergies_complete=pile.no_known_allergy and not pile.allergies,
        blood_pressures=tuple(p for p in _paired(pile.pressures) if p.on is None or p.on <= as_of),
        labs=tuple(x for x in pile.labs if x.on is None or x.on <= as_of),
        procedures=tuple(p for p in pile.procedures if p.on is None or p.on <= as_of),
        pain_scores=tuple(p for p in pile.pain_scores if p.on is None or p.on <= as_of),
        ignored=tuple(ignored),
    )
    return replace(snapshot, sex=person.sex) if person else snapshot


def _weights(raw: list[RawWeight], as_of: date, ignored: list[Ignored]) -> list[Weight]:
    """The newest weight must be usable; an older one that is not (a child's, say) is left aside."""
    past = [w for w in raw if w.on is None or w.on <= as_of]
    newest = max((w.on or date.min for w in past), default=None)
    found = []
    for item in past:
        on_trial = item.reader if (item.on or date.min) == newest else Reader({})
        before = len(on_trial.problems)
        if item.value is None or item.unit is None:
            on_trial.problem("valueQuantity", "a weight needs a value and a UCUM unit")
        weight = read_weight(
            Reader({}, f"{item.path}.resource.valueQuantity", on_trial.problems),
            item.value,
            item.unit,
            item.on,
        )
        if weight:
            found.append(weight)
        elif on_trial is not item.reader:
            ignored.append(Ignored(item.path, on_trial.problems[before].message))
    return found


def _paired(pressures: list[BloodPressure]) -> list[BloodPressure]:
    """Systolic and diastolic sent as two resources of one day become one reading."""
    whole = [p for p in pressures if p.systolic_mmhg and p.diastolic_mmhg]
    upper = [p for p in pressures if p.diastolic_mmhg is None]
    lower = [p for p in pressures if p.systolic_mmhg is None]
    for high in upper:
        mate = next((p for p in lower if p.on == high.on), None)
        if mate:
            lower.remove(mate)
        whole.append(replace(high, diastolic_mmhg=mate.diastolic_mmhg if mate else None))
    return whole + lower


def _current(answers: dict[str, Answer], as_of: date) -> dict[str, Answer]:
    oldest = as_of - timedelta(days=PREGNANCY_COUNTS_DAYS)
    return {rule: a for rule, a in answers.items() if a.on and oldest <= a.on <= as_of}


def _by(found: Condition, as_of: date, ignored: list[Ignored]) -> bool:
    if found.on is None or found.on <= as_of:
        return True
    ignored.append(Ignored(found.path, f"{found.label}: dated after {as_of.isoformat()}"))
    return False


def _taken_by(found: Medicine, as_of: date, ignored: list[Ignored]) -> bool:
    if found.since is None or found.since <= as_of:
        return True
    ignored.append(Ignored(found.path, f"{found.name}: dated after {as_of.isoformat()}"))
    return False
