"""The states of a session and what leads from one to the next. docs/clinical/session-states.md is this table."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from reprieve.core.session.events import Event, EventKind, in_force


class State(StrEnum):
    PLANNED = "planned"
    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    RECOVERY = "recovery"
    EMERGENCY = "emergency"
    DISCHARGED = "discharged"
    TRANSFERRED = "transferred"
    CANCELLED = "cancelled"


_EMERGENCY = {EventKind.EMERGENCY_STARTED: State.EMERGENCY}

TRANSITIONS: Mapping[State, Mapping[EventKind, State]] = {
    State.PLANNED: {
        EventKind.GATE_PASSED: State.READY,
        EventKind.CANCELLED: State.CANCELLED,
        **_EMERGENCY,
    },
    State.READY: {
        EventKind.INFUSION_STARTED: State.RUNNING,
        EventKind.DOSE_GIVEN: State.RECOVERY,
        EventKind.CANCELLED: State.CANCELLED,
        **_EMERGENCY,
    },
    State.RUNNING: {
        EventKind.RATE_CHANGED: State.RUNNING,
        EventKind.BOLUS_GIVEN: State.RUNNING,
        EventKind.INFUSION_PAUSED: State.PAUSED,
        EventKind.INFUSION_STOPPED: State.RECOVERY,
        **_EMERGENCY,
    },
    State.PAUSED: {
        EventKind.INFUSION_RESUMED: State.RUNNING,
        EventKind.INFUSION_STOPPED: State.RECOVERY,
        **_EMERGENCY,
    },
    State.EMERGENCY: {
        EventKind.INFUSION_STOPPED: State.EMERGENCY,
        EventKind.EMERGENCY_STEP: State.EMERGENCY,
        EventKind.EMERGENCY_ENDED: State.RECOVERY,
        EventKind.TRANSFERRED: State.TRANSFERRED,
    },
    State.RECOVERY: {
        EventKind.DOSE_GIVEN: State.RECOVERY,
        EventKind.RECOVERY_SCORED: State.RECOVERY,
        EventKind.DISCHARGE_ASSESSED: State.RECOVERY,
        EventKind.DISCHARGED: State.DISCHARGED,
        EventKind.TRANSFERRED: State.TRANSFERRED,
        **_EMERGENCY,
    },
    State.DISCHARGED: {},
    State.TRANSFERRED: {},
    State.CANCELLED: {},
}
MOVES = frozenset(kind for row in TRANSITIONS.values() for kind in row)
CLOSED = frozenset(state for state, row in TRANSITIONS.items() if not row)


def may_record(state: State, kind: EventKind) -> bool:
    """Whether an event of this kind may be charted now.

    What moves the session must be a move of its state; every other kind may always be charted,
    after the end too, because a late entry is better than a lost one.
    """
    return kind not in MOVES or kind in TRANSITIONS[state]


def state_of(events: Iterable[Event]) -> State:
    """The state the events lead to, in the order they happened; a move its state does not allow is passed over."""
    state = State.PLANNED
    for event in in_force(events):
        state = TRANSITIONS[state].get(event.kind, state)
    return state
