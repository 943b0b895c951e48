"""The rules candidacy is decided by. Their content stands in knowledge/content."""

from dataclasses import dataclass, field

from reprieve.core.evidence import Currency, Evidence
from reprieve.core.findings import Action, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedConcept:
    """A code that may show the condition. A prefix code (`descendants`) takes its children along.

    system: "icd10cm" or "snomedct".
    """

    system: str
    code: str
    display: str
    descendants: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BloodPressureOver:
    """Present when systolic or diastolic is above the limit; from `from_age_years` the second pair."""

    systolic_over_mmhg: float
    diastolic_over_mmhg: float
    from_age_years: int | None = None
    older_systolic_over_mmhg: float | None = None
    older_diastolic_over_mmhg: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeRange:
    """Present when the age in years is inside [from_years, under_years)."""

    from_years: int | None = None
    under_years: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contraindication:
    """A reason not to treat, not yet, or only with care.

    action: what the rule asks for when it is present.
    kind: contraindication, or precaution where the source's word is caution.
    code_settles: False where an active code is only a hint that raises `ask`.
    history_counts: True where a resolved code is the condition itself ("past psychosis").
    severity: the source's word. threshold: the source's number, as a sentence.
    question: asked of the clinician when the record is silent.
    clears_when: what would settle or remove a finding of this rule.
    day_of: asked on the day of treatment only, of that day's readings only.
    allergens: substances whose recorded allergy is the condition; a complete list without them clears it.
    female_only: a rule that cannot apply to a person recorded male or outside 12-55 years.
    disagreement: what the sources say differently, as a sentence.
    """

    id: str
    action: Action
    kind: Kind
    condition: str
    severity: str
    message: str
    question: str
    clears_when: str
    rationale: str
    evidence: Evidence
    code_settles: bool = True
    history_counts: bool = False
    day_of: bool = False
    female_only: bool = False
    threshold: str | None = None
    note: str | None = None
    disagreement: str | None = None
    codes: tuple[CodedConcept, ...] = ()
    blood_pressure: BloodPressureOver | None = None
    age: AgeRange | None = None
    allergens: tuple[str, ...] = ()
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUp:
    """Something to have in hand before treating: a measurement, a list, a test.

    valid_days: how long a result counts; None where age does not matter.
    loincs, procedures: codes that show a test was done.
    needed_for: rules whose presence, or a code hinting at them, makes the test necessary;
        empty: always needed.
    """

    id: str
    message: str
    clears_when: str
    evidence: Evidence
    valid_days: int | None = None
    loincs: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    needed_for: tuple[str, ...] = ()
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication:
    """What is known about ketamine for one pain condition, with the source's grade."""

    id: str
    condition: str
    grade: str
    certainty: str
    effect: str
    evidence: Evidence
    names: tuple[str, ...] = ()
    regimens_studied: tuple[str, ...] = ()
    note: str | None = None
    codes: tuple[CodedConcept, ...] = ()
    currency: Currency = field(default_factory=Currency)
