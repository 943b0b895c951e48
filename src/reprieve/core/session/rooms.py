"""The daily check of the room: what is missing today counts for everybody treated there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from reprieve.core.evidence import Evidence, Verification
from reprieve.core.findings import Action
from reprieve.core.session.questions import RoomItem, Spoken

_OURS = Evidence(
    source="PROJECT",
    locator="project default of the day-of gate",
    verification=Verification.PROJECT_DEFAULT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCheck:
    """What one person found in one room on one day.

    works: item id to whether it is there and works. expires_on: item id to the earliest date.
    """

    room: str
    on: date
    by: str
    works: Mapping[str, bool]
    expires_on: Mapping[str, date]


def judge_room(
    items: Iterable[RoomItem], check: RoomCheck | None, today: date
) -> tuple[Spoken, ...]:
    """What the room's check of today speaks against. No check today holds, whatever yesterday said."""
    if check is None or check.on != today:
        return (
            Spoken(
                code="room_unchecked",
                action=Action.HOLD,
                message="The room has not been checked today.",
                evidence=_OURS,
            ),
        )
    found = [s for item in items if (s := _item(item, check, today))]
    return tuple(sorted(found, key=lambda s: -s.action))


def _item(item: RoomItem, check: RoomCheck, today: date) -> Spoken | None:
    works = check.works.get(item.id)
    expires = check.expires_on.get(item.id)
    if works is None:
        why = "not looked at"
    elif not works:
        why = "missing or not working"
    elif item.expires and expires is None:
        why = "no date of expiry written down"
    elif item.expires and expires is not None and expires < today:
        why = f"expired on {expires.isoformat()}"
    else:
        return None
    message = f"{item.item}: {why}."
    return Spoken(code=item.id, action=item.action, message=message, evidence=item.evidence)
