"""How a clinic runs its sessions: its limits, who may titrate, its cards, dosing at home.

Every change is a new row under a name. Nothing stored: the defaults, which say whose they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.session.models import SessionPolicy
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.session.escalation import REPEAT_S, REPEATS
from reprieve.core.session.limits import adjusted
from reprieve.core.session.questions import EmergencyCard
from reprieve.core.session.thresholds import Threshold

CARE_ROLES = (Role.NURSE.value, Role.PRESCRIBER.value)
PATIENTS_PER_NURSE = 2  # project_default: at more, the board says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An emergency card as this clinic shows it. own: the clinic wrote or adopted it."""

    id: str
    title: str
    steps: tuple[str, ...]
    after: tuple[str, ...]
    own: bool
    record: EmergencyCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What counts today in one clinic.

    chosen: the clinic's own numbers by limit id; `limits` has them in place.
    authority: what the clinic rests its choice of who may titrate or give a bolus on.
    home_signed_by: who signed that dosing at home is allowed here; empty: it is not.
    refused: stored numbers that today's ranges no longer allow; the defaults stand instead.
    """

    limits: tuple[Threshold, ...]
    chosen: Mapping[str, float] = field(default_factory=dict)
    may_titrate: frozenset[str] = frozenset(CARE_ROLES)
    may_bolus: frozenset[str] = frozenset(CARE_ROLES)
    jurisdiction: str = ""
    authority: str = ""
    repeat_s: int = REPEAT_S
    patients_per_nurse: int = PATIENTS_PER_NURSE
    cards: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    home_signed_by: str = ""
    home_why: str = ""
    adopted_at: datetime | None = None
    adopted_by: str = ""
    refused: tuple[Problem, ...] = ()

    def emergency_cards(self) -> tuple[Card, ...]:
        """The clinic's cards where it wrote its own, else ours."""
        return tuple(self._card(record) for record in knowledge.emergency())

    def _card(self, record: EmergencyCard) -> Card:
        own = self.cards.get(record.id)
        return Card(
            id=record.id,
            title=own["title"] if own else record.title,
            steps=tuple(own["steps"]) if own else record.steps,
            after=record.after,
            own=own is not None,
            record=record,
        )


def policy_of(clinic: Clinic) -> Policy:
    """The newest word of the clinic. One query."""
    row = (
        SessionPolicy.objects.for_clinic(clinic)
        .select_related("recorded_by")
        .order_by("-recorded_at")
        .first()
    )
    return _policy(row)


@transaction.atomic
def adopt(*, clinic: Clinic, settings: Mapping[str, Any], by: Actor) -> SessionPolicy:
    """From now on the clinic's sessions run by these rules.

    Raises UnusableInput with every number outside its range and every role that is none.
    """
    problems = _problems(settings)
    if problems:
        raise UnusableInput(problems)
    assert by.user is not None
    before = policy_of(clinic)
    row = SessionPolicy.objects.create(clinic=clinic, recorded_by=by.user, settings=dict(settings))
    after = _policy(row)
    changed = [
        name
        for name in Policy.__dataclass_fields__
        if name not in ("limits", "adopted_at", "adopted_by", "refused")
        and getattr(before, name) != getattr(after, name)
    ]
    audit(row, action=Did.SIGN, by=by, detail={"changed": changed})
    return row


def _policy(row: SessionPolicy | None) -> Policy:
    if row is None:
        return Policy(limits=knowledge.thresholds())
    said = row.settings
    chosen, refused = said.get("limits", {}), ()
    try:
        limits = adjusted(knowledge.thresholds(), chosen)
    except UnusableInput as unusable:
        limits, refused = knowledge.thresholds(), unusable.problems
    return Policy(
        limits=limits,
        chosen=chosen,
        may_titrate=frozenset(said.get("may_titrate", CARE_ROLES)),
        may_bolus=frozenset(said.get("may_bolus", CARE_ROLES)),
        jurisdiction=said.get("jurisdiction", ""),
        authority=said.get("authority", ""),
        repeat_s=said.get("repeat_s", REPEAT_S),
        patients_per_nurse=said.get("patients_per_nurse", PATIENTS_PER_NURSE),
        cards=said.get("cards", {}),
        home_signed_by=said.get("home_signed_by", ""),
        home_why=said.get("home_why", ""),
        adopted_at=row.recorded_at,
        adopted_by=str(row.recorded_by),
        refused=refused,
    )


def _problems(said: Mapping[str, Any]) -> list[Problem]:
    problems: list[Problem] = []
    try:
        adjusted(knowledge.thresholds(), said.get("limits", {}))
    except UnusableInput as unusable:
        problems += unusable.problems
    for name in ("may_titrate", "may_bolus"):
        roles = said.get(name, CARE_ROLES)
        if not set(roles) <= set(CARE_ROLES) or Role.PRESCRIBER not in roles:
            problems.append(Problem(name, "A prescriber always may; otherwise only nurses."))
    if not REPEATS[0] <= said.get("repeat_s", REPEAT_S) <= REPEATS[1]:
        problems.append(Problem("repeat_s", f"{REPEATS[0]} to {REPEATS[1]} seconds."))
    known = {card.id for card in knowledge.emergency()}
    problems += [
        Problem(code, "No such card.") for code in said.get("cards", {}) if code not in known
    ]
    if said.get("home_signed_by") and not said.get("home_why", "").strip():
        problems.append(Problem("home_why", "Say on what conditions dosing at home is allowed."))
    return problems
