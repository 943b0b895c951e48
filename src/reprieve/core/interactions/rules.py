"""The rules drug interactions are decided by. Their content stands in knowledge/content."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reprieve.core.evidence import Currency, Evidence
from reprieve.core.findings import Action, ExposureChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One drug of a class.

    rxnorm: ingredient code, None where none was confirmed.
    products: RxNorm product codes known to contain it (short, dated list).
    synonyms: other names of the ingredient and brand names, lower case.
    precipitant: the id its measured exposure changes carry, where that is not its name.
    """

    name: str
    rxnorm: str | None = None
    rxnorm_verified: bool = False
    atc: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    precipitant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """What another drug does together with ketamine.

    routes: the ketamine routes the action holds for; outside them it is a note. Empty: all.
    drug_routes: the routes of the other drug the action holds for; by another or an unstated
        route it is a note (a tablet is not an admixture). Empty: all.
    unstudied: route to the sentence shown when no exposure was measured for it
        ("Not studied; model range 1.0-1.5."), never "no interaction".
    unstudied_evidence: where the range in that sentence comes from.
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
    unstudied: Mapping[str, str] = field(default_factory=dict)
    unstudied_evidence: Evidence | None = None
    note: str | None = None
    currency: Currency = field(default_factory=Currency)
