"""Trials and reviews as records: what a forest plot is drawn from."""

from dataclasses import dataclass, field

from reprieve.core.evidence import Currency, Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialOutcome:
    """One outcome of a trial that can be pooled, in metafor's letters.

    Either counts (ai of n1i treated with the event, ci of n2i controls) or an effect (yi with its
    standard error sei, in `unit`). outcome: what is pooled together; at: when it was looked at.
    """

    outcome: str
    at: str
    ai: int | None = None
    n1i: int | None = None
    ci: int | None = None
    n2i: int | None = None
    yi: float | None = None
    sei: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One study. design: parallel, crossover or cohort (no control). n_treated, n_control: people.

    indications: ids of the pain conditions it speaks of; empty where it mixes them.
    """

    id: str
    year: int
    design: str
    control: str
    condition: str
    route: str
    drug: str
    regimen: str
    n_treated: int
    follow_up: str
    result: str
    evidence: Evidence
    n_control: int | None = None
    harm: str | None = None
    note: str | None = None
    indications: tuple[str, ...] = ()
    outcomes: tuple[TrialOutcome, ...] = ()
    currency: Currency = field(default_factory=Currency)

    @property
    def controlled(self) -> bool:
        return self.design != "cohort"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEstimate:
    """A pooled effect as printed: MD (points, negative favours ketamine) or RR, with its 95 % interval.

    scale: 100 where points are of 0-100; else of 0-10.
    """

    outcome: str
    at: str
    measure: str
    estimate: float
    low: float
    high: float
    unit: str
    certainty: str | None = None
    scale: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A systematic review or overview. k_trials, n_people: how much it pools."""

    id: str
    year: int
    scope: str
    conclusion: str
    evidence: Evidence
    k_trials: int | None = None
    n_people: int | None = None
    searched_to: str | None = None
    note: str | None = None
    estimates: tuple[ReviewEstimate, ...] = ()
    currency: Currency = field(default_factory=Currency)
