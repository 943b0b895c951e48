"""The kinds of fact that no decision in core has a type for: they are shown, or read by the clinic."""

from dataclasses import dataclass, field

from reprieve.core.evidence import Currency, Evidence, Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where facts come from, and how far any of us has read it."""

    id: str
    authors: str
    title: str
    verification: Verification
    how_verified: str
    year: int | None = None
    doi: str | None = None
    note: str | None = None
    urls: tuple[str, ...] = ()
    currency: Currency = field(default_factory=Currency)

    @property
    def evidence(self) -> Evidence:
        """A source vouches for itself, as far as it was read."""
        return Evidence(source=self.id, locator=self.how_verified, verification=self.verification)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A popular claim and what the literature says. verdict: agree qualify disagree unverified service."""

    id: str
    article: str
    topic: str
    claim: str
    verdict: str
    evidence: Evidence
    note: str | None = None
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Where the popular articles contradict one another, and what the better source says."""

    id: str
    topic: str
    articles: str
    authority: str
    evidence: Evidence
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelinePoint:
    """One statement of a guideline, statement or review. grade and certainty are its own words."""

    id: str
    document: str
    topic: str
    statement: str
    evidence: Evidence
    certainty: str | None = None
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringPoint:
    """What is watched, done or ready. basis: source, guideline, label, project_default or a mix."""

    id: str
    topic: str
    parameter: str
    statement: str
    basis: str
    evidence: Evidence
    method: str | None = None
    interval: str | None = None
    interval_min: float | None = None
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEventRate:
    """How often harm was seen, in whom. `rate` is the figure as the source gives it.

    risk_ratio_ci, extra_per_100_ci: 95 % confidence interval, low and high.
    """

    id: str
    effect: str
    rate: str
    setting: str
    evidence: Evidence
    treated_percent: float | None = None
    control_percent: float | None = None
    risk_ratio: float | None = None
    risk_ratio_ci: tuple[float, float] | None = None
    extra_per_100: float | None = None
    extra_per_100_ci: tuple[float, float] | None = None
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleLevel:
    """One wording of a scale and what it counts."""

    points: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleItem:
    """One row of a scale."""

    item: str
    levels: tuple[ScaleLevel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A sedation, recovery or discharge scale that staff score. Either `items` or `levels`.

    threshold_points: the score usually asked for. permits: what the score may settle alone; no
        total overrides a gate, so home discharge is never among them.
    """

    id: str
    title: str
    evidence: Evidence
    minimum_points: int = 0
    maximum_points: int | None = None
    threshold_points: int | None = None
    threshold: str | None = None
    note: str | None = None
    permits: tuple[str, ...] = ()
    items: tuple[ScaleItem, ...] = ()
    levels: tuple[ScaleLevel, ...] = ()
    item_numbers: tuple[int, ...] = ()
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseThreshold:
    """What counts as a response, or as a change that matters.

    kind: rule (of a course) or change (of one measure). permits: see Threshold.
    """

    id: str
    kind: str
    measure: str
    statement: str
    evidence: Evidence
    level: str | None = None
    change_percent: float | None = None
    change_points: float | None = None
    lasting_weeks: float | None = None
    unit: str | None = None
    note: str | None = None
    permits: tuple[str, ...] = ()
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentElement:
    """One thing a person must have been told before signing."""

    id: str
    order: int
    element: str
    evidence: Evidence
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A price somebody printed. standing: unverified, commercial or derived."""

    id: str
    item: str
    low_usd: float
    high_usd: float
    standing: str
    quoted_by: str
    evidence: Evidence
    note: str | None = None
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundingFact:
    """A beyond-use date, a formula somebody tried, or a bioavailability. topic says which."""

    id: str
    topic: str
    title: str
    statement: str
    evidence: Evidence
    beyond_use_days: int | None = None
    storage: str | None = None
    result: str | None = None
    use: str | None = None
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledSubstanceRule:
    """A record-keeping rule for a controlled drug."""

    id: str
    topic: str
    rule: str
    evidence: Evidence
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAidPoint:
    """A criterion a decision aid must meet, or what is known about presenting risk."""

    id: str
    topic: str
    order: int
    statement: str
    evidence: Evidence
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a content version changes for patients."""

    id: str
    version: str
    summary: str
    for_patients: str
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRange:
    """What is believed when somebody types a measured value; outside it the form asks to look again.

    Not a clinical limit. loinc: what is measured. unit: UCUM, the one the value is kept in.
    """

    id: str
    loinc: str
    measure: str
    low: float
    high: float
    unit: str
    evidence: Evidence
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyContact:
    """A number to call at once. service: emergency or crisis. countries: ISO 3166 codes."""

    id: str
    service: str
    countries: tuple[str, ...]
    name: str
    number: str
    statement: str
    evidence: Evidence
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisorFigure:
    """One number the interval advisor rests on. unit: UCUM, "1" for none."""

    id: str
    name: str
    value: float
    unit: str
    statement: str
    evidence: Evidence
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedEffect:
    """What was seen in people given ketamine: shown beside a plan, never used to choose a dose.

    topic: "response", "duration of relief", "harm" or "blood pressure".
    conditions: ids of the indications it speaks of; empty: any.
    responders, control_responders: (with the event, of how many), as the source counts them.
    after: when it was looked at.
    """

    id: str
    topic: str
    drug: str
    route: str
    regimen: str
    statement: str
    population: str
    evidence: Evidence
    after: str | None = None
    conditions: tuple[str, ...] = ()
    responders: tuple[int, int] | None = None
    control_responders: tuple[int, int] | None = None
    currency: Currency = field(default_factory=Currency)
