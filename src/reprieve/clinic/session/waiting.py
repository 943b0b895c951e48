"""What waits for somebody: orders to co-sign, patients to call, handovers nobody took, urgent values."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, User
from reprieve.clinic.session.expected import expected, minutes_to_ready
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.people import prescribers
from reprieve.clinic.session.policy import policy_of
from reprieve.clinic.session.selectors import Live, going_on, live, sessions_today
from reprieve.clinic.session.words import event_in_words
from reprieve.core.session.events import EventKind
from reprieve.core.session.expected import ExpectedReady
from reprieve.core.session.readings import WATCHED

CALL_FROM, CALL_UNTIL = timedelta(hours=24), timedelta(hours=48)
LOOKED_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chair:
    """A session on the board, with when its chair may be free and how many its nurse has."""

    live: Live
    free: ExpectedReady | None
    nurse_has: int
    too_many: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Somebody to call 24 to 48 h after going home."""

    session: Encounter
    home_at: datetime
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSign:
    """An order by telephone, a gate opened on a prescriber's word, or a call that worries."""

    event: SessionEvent
    by: str
    mine: bool
    text: str


def board_of(clinic: Clinic, now: datetime | None = None) -> list[Chair]:
    """The chairs of today, the most urgent first."""
    rows = sessions_today(clinic, now)
    return chairs(clinic, rows)


def chairs(clinic: Clinic, rows: list[Live]) -> list[Chair]:
    """Each session with the load of its nurse. One query for the earlier sessions of all patients."""
    load = Counter(row.nurse for row in rows if row.state in WATCHED)
    open_rows = [row.session.patient_id for row in rows if not row.closed]
    own = minutes_to_ready(clinic, open_rows)
    return [
        Chair(
            live=row,
            free=expected(row, own.get(row.session.patient_id, [])),
            nurse_has=load[row.nurse] if row.state in WATCHED else 0,
            too_many=row.state in WATCHED and load[row.nurse] > row.policy.patients_per_nurse,
        )
        for row in rows
    ]


def urgent(clinic: Clinic, now: datetime | None = None) -> list[Live]:
    """Sessions with an emergency, an escalated advisory or a handover that waits."""
    now, policy = now or timezone.now(), policy_of(clinic)
    rows = [live(row, now, policy) for row in going_on(clinic)]
    return [r for r in rows if r.escalated or r.handover or r.state == "emergency"]


def calls_due(clinic: Clinic, now: datetime | None = None) -> list[Call]:
    """Who went home a day or more ago and has not been called, the longest ago first."""
    now = now or timezone.now()
    kinds = (EventKind.DISCHARGED, EventKind.PATIENT_CALLED)
    rows = (
        SessionEvent.objects.for_clinic(clinic)
        .filter(kind__in=kinds, measured_at__gte=now - timedelta(days=7), corrected_by=None)
        .select_related("encounter", "patient")
        .order_by("measured_at")
    )
    called = {
        r.encounter_id for r in rows if r.kind == EventKind.PATIENT_CALLED and r.payload["reached"]
    }
    return [
        Call(
            session=row.encounter,
            home_at=row.measured_at,
            late=now - row.measured_at > CALL_UNTIL,
        )
        for row in rows
        if row.kind == EventKind.DISCHARGED
        and row.encounter_id not in called
        and now - row.measured_at >= CALL_FROM
    ]


def to_sign(clinic: Clinic, user: User | None, now: datetime | None = None) -> list[ToSign]:
    """What a prescriber has to co-sign or see, the oldest first."""
    since = (now or timezone.now()) - LOOKED_BACK
    rows = SessionEvent.objects.for_clinic(clinic).filter(recorded_at__gte=since)
    signed = set(
        rows.filter(kind=EventKind.ORDER_COSIGNED).values_list("payload__order_event", flat=True)
    )
    current = dict(prescribers(clinic))
    found = []
    for row in _asking(rows):
        user_id, text = _asked(row.payload)
        if text is None or str(row.pk) in signed or user_id == str(row.recorded_by_id):
            continue
        mine = user is not None and (user_id == str(user.pk) or user_id not in current)
        found.append(ToSign(event=row, by=current.get(user_id, ""), mine=mine, text=text))
    return found


def get_to_sign(clinic: Clinic, user: User | None, event_id: uuid.UUID) -> ToSign | None:
    """The one to sign now, when it waits for this person."""
    return next((t for t in to_sign(clinic, user) if t.event.pk == event_id and t.mine), None)


def _asking(rows: QuerySet[SessionEvent]) -> Iterable[SessionEvent]:
    asks = (
        Q(payload__has_key="outside_order")
        | Q(kind=EventKind.GATE_PASSED)
        | Q(kind=EventKind.PATIENT_CALLED)
    )
    found = rows.filter(asks, corrected_by=None)
    return found.select_related("patient", "recorded_by").order_by("measured_at")


def _asked(payload: dict[str, Any]) -> tuple[str, str | None]:
    """Whom it waits for (empty: any prescriber) and why; None: it asks nobody."""
    if order := payload.get("outside_order"):
        return order.get("by_user", ""), order["reason"] if order["by"] else None
    if payload.get("overrides") and payload.get("decided_by_user"):
        return payload["decided_by_user"], "; ".join(o["reason"] for o in payload["overrides"])
    if payload.get("worries"):
        return "", event_in_words({"worries": payload["worries"]})
    return "", None
