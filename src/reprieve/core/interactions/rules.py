"""The rules drug interactions are decided by. Their content stands in knowledge/content."""

from dataclasses import dataclass, field

from reprieve.core.evidence import Currency, Evidence
from reprieve.core.findings import Action, ExposureChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One drug of a class.

    rxnorm: ingredient code, None where none was confirmed.
    products: RxNorm product codes known to contain it (short, dated list).
    synonyms: other names of the ingredient and brand names, lower case.
    """

    name: str
    rxnorm: str | None = None
    rxnorm_verified: bool = False
    atc: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnstudiedRoute:
    """A ketamine route nobody measured with this drug: never "no interaction".

    auc_ratio: the range a model allows, low and high.
    """

    route: str
    statement: str
    auc_ratio: tuple[float, float]
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """What another drug does together with ketamine.

    routes: the ketamine routes the action holds for; outside them it is a note. Empty: all.
    drug_routes: the routes of the other drug the action holds for; by another or an unstated
        route it is a note (a tablet is not an admixture). Empty: all.
    may_mean: vague words ("sleeping pill") that may hide a member; they raise `ask`.
    mechanism: includes the size of the effect where it was measured.
    """

    id: str
    action: Action
    drug_or_class: str
    severity: str
    mechanism: str
    management: str
    message: str
    evidence: Evidence
    members: tuple[Member, ...]
    routes: tuple[str, ...] = ()
    route_scope: str = "all"
    may_mean: tuple[str, ...] = ()
    drug_routes: tuple[str, ...] = ()
    exposures: tuple[ExposureChange, ...] = ()
    unstudied: tuple[UnstudiedRoute, ...] = ()
    note: str | None = None
    currency: Currency = field(default_factory=Currency)
