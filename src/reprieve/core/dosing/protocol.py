"""A protocol: a regimen somebody published, with what supports and what contradicts it."""

from dataclasses import dataclass, field
from enum import StrEnum

from reprieve.core.evidence import Currency, Evidence


class Setting(StrEnum):
    """Where a protocol may be given. Hospital ones are never planned in a clinic."""

    CLINIC = "clinic"
    HOSPITAL = "hospital"
    HOME = "home"


class Owner(StrEnum):
    """Whose limit it is."""

    LABEL = "label"
    GUIDELINE = "guideline"
    CLINIC = "clinic"
    PROJECT_DEFAULT = "project_default"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolDose:
    """The dose of one visit. None: the source states none, so the clinician must.

    Give an amount and a duration, or a rate and a duration. Ranges are low and high.
    """

    amount_mg: tuple[float, float] | None = None
    amount_mg_per_kg: tuple[float, float] | None = None
    rate_mg_per_h: tuple[float, float] | None = None
    rate_mg_per_kg_per_h: tuple[float, float] | None = None
    duration_min: tuple[float, float] | None = None
    max_rate_mg_per_h: float | None = None
    max_amount_mg: float | None = None
    min_amount_mg: float | None = None
    min_duration_min: float | None = None
    source_states_dose: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolCourse:
    """How often. None: the source does not say."""

    sessions: tuple[int, int] | None = None
    interval_days: tuple[int, int] | None = None
    maintenance_interval_days: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One regimen. `proposal` is where the planner starts; whose numbers it holds, it says.

    contradicted_by: ids of claims, sources, limits or protocols that say otherwise.
    not_stated: what the source leaves open, each a short phrase ("dose", "salt or base").
    """

    id: str
    title: str
    summary: str
    purpose: str  # "chronic", "acute", "perioperative"
    setting: Setting
    drug: str  # "ketamine" (racemic) | "esketamine"
    route: str
    dose: ProtocolDose
    evidence: Evidence
    course: ProtocolCourse = field(default_factory=ProtocolCourse)
    proposal: "Proposal | None" = None
    conditions: tuple[str, ...] = ()
    contradicted_by: tuple[str, ...] = ()
    not_stated: tuple[str, ...] = ()
    currency: Currency = field(default_factory=Currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Starting values for the planner, with where they come from."""

    amount_mg_per_kg: float | None = None
    amount_mg: float | None = None
    rate_mg_per_h: float | None = None
    rate_mg_per_kg_per_h: float | None = None
    max_rate_mg_per_h: float | None = None
    duration_min: float | None = None
    sessions: int = 1
    interval_days: int = 1
    evidence: Evidence | None = None

    @property
    def states_dose(self) -> bool:
        """False where the planner must be given a dose."""
        doses = (
            self.amount_mg,
            self.amount_mg_per_kg,
            self.rate_mg_per_h,
            self.rate_mg_per_kg_per_h,
        )
        return any(doses)


def starting_values(protocol: Protocol) -> Proposal:
    """The protocol's proposal, or else the low end of what its source states."""
    if protocol.proposal:
        return protocol.proposal
    dose, course = protocol.dose, protocol.course
    return Proposal(
        amount_mg=_low(dose.amount_mg),
        amount_mg_per_kg=_low(dose.amount_mg_per_kg),
        rate_mg_per_h=_low(dose.rate_mg_per_h),
        rate_mg_per_kg_per_h=None if dose.amount_mg_per_kg else _low(dose.rate_mg_per_kg_per_h),
        max_rate_mg_per_h=dose.max_rate_mg_per_h,
        duration_min=_low(dose.duration_min),
        sessions=course.sessions[0] if course.sessions else 1,
        interval_days=course.interval_days[0] if course.interval_days else 1,
        evidence=protocol.evidence,
    )


def _low(span: tuple[float, float] | None) -> float | None:
    return span[0] if span else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A number a plan may cross only knowingly.

    quantity: what is limited: bolus_mg_per_kg, rate_mg_per_kg_per_h, rate_mg_per_h,
        visit_mg, visit_mg_per_kg, duration_min, course_mg, sessions_per_year.
    applies_to: purposes ("chronic", "acute"), settings ("clinic", "hospital") and routes; empty: all.
    """

    id: str
    quantity: str
    limit: float
    unit: str  # UCUM
    owner: Owner
    message: str
    evidence: Evidence
    is_minimum: bool = False
    purposes: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    drug: str | None = None
    currency: Currency = field(default_factory=Currency)
