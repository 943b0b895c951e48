"""Why something may not be charted now: time, state, role, order, or somebody else's hand meanwhile."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from reprieve.clinic.accounts.models import Role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.models import Source
from reprieve.clinic.session.models import SessionEvent
from reprieve.clinic.session.selectors import Live, rescue_of
from reprieve.clinic.session.words import advisory_in_words
from reprieve.core.dosing.order import TOLERANCE, bolus_refusals, rate_refusals
from reprieve.core.problems import Problem
from reprieve.core.session.advisories import Priority, check_observations
from reprieve.core.session.events import EventKind, in_force
from reprieve.core.session.readings import observe
from reprieve.core.session.rescue import rescue_refusals
from reprieve.core.session.state import may_record

K = EventKind
AHEAD = timedelta(minutes=2)  # clocks differ; nothing is charted further in the future
DOSE_KINDS = frozenset(
    {
        K.INFUSION_STARTED,
        K.RATE_CHANGED,
        K.BOLUS_GIVEN,
        K.DOSE_GIVEN,
        K.DRUG_GIVEN,
        K.INFUSION_PAUSED,
        K.INFUSION_RESUMED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charted:
    """What somebody wants to chart: id made by the form, when it was so, values with units in keys.

    outside_order: {"by", "by_user", "how", "read_back", "reason"} when a prescriber ordered it beyond
        the order.
    seen: the last sequence the page that sent it had shown; None when it cannot know (sent later from
        a tablet that was offline).
    source, device: when a person takes over what a device measured.
    """

    event_id: uuid.UUID
    kind: EventKind
    measured_at: datetime
    payload: Mapping[str, Any]
    corrects: SessionEvent | None = None
    reason: str = ""
    outside_order: Mapping[str, Any] | None = None
    seen: int | None = None
    source: Source = Source.PERSON
    device: str = ""


def refusals(now: Live, said: Charted, by: Actor) -> list[Problem]:
    """Every reason why this is not charted; empty when it may be."""
    problems = []
    if said.measured_at > timezone.now() + AHEAD:
        problems.append(Problem("measured_at", "That time has not come yet."))
    if said.corrects:
        problems += _correction_problems(said)
    elif not may_record(now.state, said.kind):
        return [*problems, Problem("", f"Not possible while {now.state}: {said.kind}.")]
    problems += _role_problems(now, said, by)
    problems += _meanwhile(now, said, by)
    # A correction says what truly happened; it is no new act that the order could refuse.
    refused = () if said.corrects else _outside_order(now, said)
    if refused and not said.outside_order:
        problems += [Problem("outside_order", _sentence(text)) for text in refused]
    elif refused and said.outside_order:
        problems += _telephone_problems(said.outside_order, by)
    return problems


def _correction_problems(said: Charted) -> list[Problem]:
    """A reason, and that nobody else has corrected the same entry meanwhile."""
    assert said.corrects is not None
    problems = []
    if not said.reason.strip():
        problems.append(Problem("reason", "Say why it is corrected."))
    other = said.corrects.corrected_by.select_related("recorded_by").first()
    if other is not None:
        text = f"Corrected meanwhile by {other.recorded_by}: look at the new entry."
        problems.append(Problem("corrects", text))
    return problems


def _role_problems(now: Live, said: Charted, by: Actor) -> list[Problem]:
    """Who may raise the rate or give a bolus is the clinic's rule; no telephone order changes it."""
    if said.corrects:
        return []
    raising = said.kind is K.RATE_CHANGED and said.payload["rate_mg_per_h"] > _current_rate(now)
    needed = (
        now.policy.may_titrate
        if raising
        else now.policy.may_bolus
        if said.kind is K.BOLUS_GIVEN
        else None
    )
    if needed is None or needed & by.roles:
        return []
    what = "A higher rate is set" if raising else "A bolus is given"
    return [Problem("role", f"{what} by a prescriber here: the clinic's rule.")]


def _meanwhile(now: Live, said: Charted, by: Actor) -> list[Problem]:
    """What somebody else did to the dose while this form was open is looked at first."""
    if said.seen is None or said.corrects or said.kind not in DOSE_KINDS:
        return []
    others = [
        row
        for row in now.session.events.all()
        if row.sequence > said.seen
        and row.kind in DOSE_KINDS
        and row.recorded_by_id != getattr(by.user, "pk", None)
    ]
    return [
        Problem(
            "seen",
            f"{row.recorded_by} charted this meanwhile: {row.kind.replace('_', ' ')} at "
            f"{timezone.localtime(row.measured_at):%H:%M}. Look at it, then send again.",
        )
        for row in others
    ]


def _outside_order(now: Live, said: Charted) -> tuple[str, ...]:
    """Why this is outside the signed order; empty for what needs none."""
    if said.kind is K.DOSE_GIVEN:
        return _held(now, said.measured_at) + _dose(now, said.payload["amount_mg"])
    if said.kind is K.DRUG_GIVEN and said.payload.get("own"):
        return ()  # the patient's own medicine, taken as prescribed elsewhere
    if said.kind is K.DRUG_GIVEN:
        return _rescue(now, said)
    if now.order is None:
        return ()
    if said.kind in (K.INFUSION_STARTED, K.RATE_CHANGED, K.INFUSION_RESUMED):
        rate = said.payload.get("rate_mg_per_h")
        more = rate is None or rate > now.observations.rate_mg_per_h
        held = _held(now, said.measured_at) if more else ()
        if rate is None:
            return held
        return held + rate_refusals(
            now.order,
            rate_mg_per_h=rate,
            at=said.measured_at,
            current_mg_per_h=None if said.kind is K.INFUSION_STARTED else _current_rate(now),
            last_change_at=_last_increase(now),
        )
    if said.kind is K.BOLUS_GIVEN:
        amount = said.payload["amount_mg"]
        return _held(now, said.measured_at) + bolus_refusals(
            now.order, amount_mg=amount, given_mg=now.total_mg
        )
    return ()


def _held(now: Live, at: datetime) -> tuple[str, ...]:
    """What held or stopped the infusion at that moment: nothing more is given while it stands."""
    seen = observe(now.events, at)
    found = check_observations(seen, now.policy.limits, now.baseline, now.order, at)
    high = (a for a in found if a.priority is Priority.HIGH)
    return tuple(f"{advisory_in_words(a)}: no more while this stands" for a in high)


def _dose(now: Live, amount_mg: float) -> tuple[str, ...]:
    """A dose by mouth, nose or muscle against the total the order allows in a session."""
    if now.session.order is None:
        return ("there is no order",)
    if now.dose_route is None:
        return ("the order is for an infusion, not a single dose",)
    most = now.session.order.order["maximum_total_mg"]
    if now.total_mg + amount_mg > most * (1 + TOLERANCE):
        return (f"the total would pass {most:g} mg",)
    return ()


def _current_rate(now: Live) -> float:
    """The rate that runs, or ran before the pause; 0 before the start."""
    running = now.given.rate_mg_per_h(now.now)
    segments = now.given.segments
    return running or (segments[-1].rate_mg_per_h if segments else 0.0)


def _last_increase(now: Live) -> datetime | None:
    """The start or the last time the rate went up."""
    found, rate = None, 0.0
    for segment in now.given.segments:
        if segment.rate_mg_per_h > rate:
            found = segment.start
        rate = segment.rate_mg_per_h
    return found


def _rescue(now: Live, said: Charted) -> tuple[str, ...]:
    name = said.payload["drug"]
    ordered = next((d for d in rescue_of(now.session.order) if d.drug == name), None)
    if ordered is None:
        return (f"the order holds no {name}",)
    given = [
        e.measured_at
        for e in in_force(now.events)
        if e.kind is K.DRUG_GIVEN and e.payload.get("drug") == name
    ]
    return rescue_refusals(
        ordered, dose_mg=said.payload["dose_mg"], at=said.measured_at, given_at=given
    )


def _telephone_problems(order: Mapping[str, Any], by: Actor) -> list[Problem]:
    """Beyond the order only a prescriber decides: in person, or by telephone and read back."""
    problems = []
    theirs = Role.PRESCRIBER in by.roles
    if not theirs and not order.get("by"):
        problems.append(Problem("prescriber", "Say which prescriber ordered it."))
    if not theirs and not order.get("read_back") and order.get("how") != "in person":
        problems.append(Problem("read_back", "The order must be read back to the prescriber."))
    if not str(order.get("reason", "")).strip():
        problems.append(Problem("why", "Say why it goes beyond the order."))
    return problems


def _sentence(text: str) -> str:
    return f"Outside the order: {text}."
