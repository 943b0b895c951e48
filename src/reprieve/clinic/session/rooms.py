"""The daily check of the rooms: kept under a name, and what it says today."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.session.models import Encounter, RoomInspection
from reprieve.core.session.rooms import RoomCheck


@transaction.atomic
def inspect(
    *,
    clinic: Clinic,
    room: str,
    on: date,
    works: Mapping[str, bool],
    expires_on: Mapping[str, str],
    note: str,
    by: Actor,
) -> RoomInspection:
    """What was found today. A second look the same day is another row, and counts instead."""
    assert by.user is not None
    row = RoomInspection.objects.create(
        clinic=clinic,
        recorded_by=by.user,
        room=room,
        on=on,
        works=dict(works),
        expires_on=dict(expires_on),
        note=note,
    )
    missing = sorted(item for item, there in works.items() if not there)
    audit(row, action=Did.CREATE, by=by, detail={"missing": missing})
    return row


def inspections(clinic: Clinic, on: date) -> list[RoomInspection]:
    """The newest of the day for each room, by room."""
    rows = RoomInspection.objects.for_clinic(clinic).filter(on=on).select_related("recorded_by")
    return list({row.room: row for row in rows.order_by("room", "recorded_at")}.values())


def room_check(clinic: Clinic, room: str, on: date) -> RoomCheck | None:
    """The newest check of the day that covers this room: its own, or one of all rooms."""
    rows = RoomInspection.objects.for_clinic(clinic).filter(on=on, room__in={room, ""})
    row = rows.select_related("recorded_by").order_by("recorded_at").last()
    return as_check(row) if row else None


def as_check(row: RoomInspection) -> RoomCheck:
    return RoomCheck(
        room=row.room,
        on=row.on,
        by=str(row.recorded_by),
        works=row.works,
        expires_on={item: date.fromisoformat(day) for item, day in row.expires_on.items()},
    )


def rooms_of(clinic: Clinic, on: date) -> list[str]:
    """Chairs that have a session on this day."""
    rows = Encounter.objects.for_clinic(clinic).filter(planned_at__date=on).exclude(chair="")
    return sorted(set(rows.values_list("chair", flat=True)))
