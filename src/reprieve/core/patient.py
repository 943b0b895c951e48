"""What the record says about one person on one day. Frozen; silence is never absence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Presence(StrEnum):
    """What is known about a condition. Silence in the record is UNKNOWN."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    """FHIR administrative gender."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"


class ConditionStatus(StrEnum):
    """FHIR clinical and verification status folded into what a rule needs to know."""

    ACTIVE = "active"
    SUSPECTED = "suspected"  # unconfirmed, provisional, differential
    HISTORY = "history"  # resolved, inactive, remission
    REFUTED = "refuted"


@dataclass(frozen=True, slots=True)
class Coding:
    """system: "icd10cm", "snomedct", "rxnorm", "loinc", or the address as given."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BornOn:
    """A birth date, or the span it must lie in when only a year or month is known."""

    earliest: date
    latest: date

    def ages_on(self, day: date) -> tuple[int, int]:
        """Youngest and oldest possible age in completed years."""
        return _years(self.latest, day), _years(self.earliest, day)


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody said about one rule. by: "patient", "clinician" or "record"."""

    presence: Presence
    by: str
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A diagnosis as recorded. path: where it stood in the input."""

    codings: tuple[Coding, ...]
    text: str
    status: ConditionStatus
    path: str
    on: date | None = None

    @property
    def label(self) -> str:
        """Text with its first code, as shown in `because`."""
        code = self.codings[0].code if self.codings else ""
        return f"{self.text} ({code})" if self.text and code else self.text or code


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """A daily dose; unit in UCUM, as given."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """A medicine as recorded. `counts` while it is active or on hold."""

    name: str
    path: str
    rxnorm: tuple[str, ...] = ()
    status: str = "active"
    daily_dose: Dose | None = None
    route: str | None = None
    as_needed: bool = False
    since: date | None = None

    @property
    def counts(self) -> bool:
        return self.status in ("active", "on-hold")

    @property
    def label(self) -> str:
        """Name with dose and status, as shown in `because`."""
        dose = f" {self.daily_dose.value:g} {self.daily_dose.unit} a day" if self.daily_dose else ""
        return f"{self.name}{dose} ({self.status})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    """An allergy or intolerance that is not refuted."""

    name: str
    path: str
    rxnorm: tuple[str, ...] = ()
    codings: tuple[Coding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """as_given: the value and unit it was converted from."""

    value_kg: float
    on: date | None
    as_given: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BloodPressure:
    systolic_mmhg: float | None
    diastolic_mmhg: float | None
    on: date | None

    @property
    def label(self) -> str:
        def shown(value: float | None) -> str:
            return "–" if value is None else f"{value:.0f}"

        day = f" on {self.on.isoformat()}" if self.on else ", no date"
        return f"BP {shown(self.systolic_mmhg)}/{shown(self.diastolic_mmhg)} mmHg{day}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    loinc: str
    value: float | None
    unit: str
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    codings: tuple[Coding, ...]
    text: str
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PainScore:
    """A 0-10 numeric rating as recorded; which pain and which recall window is often not said."""

    value: float
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorTreatment:
    """outcome as written: "failed", "partial", "helped", "not tolerated", "ongoing", "unknown"."""

    what: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something in the input that no rule could use, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientSnapshot:
    """Everything a decision may look at. A list that is not `complete` proves nothing by silence."""

    sex: Sex = Sex.UNKNOWN
    born: BornOn | None = None
    weights: tuple[Weight, ...] = ()
    height_cm: float | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    medicines_complete: bool = False
    allergies: tuple[Allergy, ...] = ()
    allergies_complete: bool = False
    blood_pressures: tuple[BloodPressure, ...] = ()
    labs: tuple[Lab, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    pain_scores: tuple[PainScore, ...] = ()
    prior_treatments: tuple[PriorTreatment, ...] = ()
    ignored: tuple[Ignored, ...] = ()

    @property
    def latest_weight(self) -> Weight | None:
        """The newest dated weight; an undated one only when there is no other."""
        return max(self.weights, key=lambda w: w.on or date.min, default=None)
