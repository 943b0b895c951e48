"""Keeping what devices send: many messages in one transaction, each kept once or answered with why not."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.devices.models import (
    Device,
    DeviceBinding,
    DeviceReading,
    LatestReading,
    MessageTrouble,
)
from reprieve.clinic.devices.training import is_training
from reprieve.clinic.live.changes import count
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.selectors import SESSIONS
from reprieve.core.devices.readings import (
    DeviceReading as Reading,
)
from reprieve.core.devices.readings import (
    Remark,
    Trouble,
    clock_offset_s,
    in_future,
)

RUNNING = (Encounter.Status.ARRIVED, Encounter.Status.IN_PROGRESS)
SENDERS_KEPT = 200  # project_default: more unknown senders than this are counted as one
OTHERS = "(others)"
SILENT = frozenset({Trouble.NO_SESSION, Trouble.DUPLICATE})  # no remark in an answer, no noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message of a device. sender: how the device names itself. training: not about a patient."""

    sender: str
    control_id: str
    sent_at: datetime
    received_at: datetime
    readings: tuple[Reading, ...]
    remarks: tuple[Remark, ...] = ()
    training: bool = False


@dataclass(slots=True)
class Outcome:
    """What became of a message. refused_for: why nothing of it was kept; None: it was taken."""

    refused_for: Remark | None = None
    remarks: list[Remark] = field(default_factory=list)
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A device and the running session in its chair, as they stand now."""

    device_id: uuid.UUID
    name: str
    virtual: bool
    encounter_id: uuid.UUID | None


def places(clinic: Clinic) -> dict[str, Placed]:
    """Every device in use, by how it names itself. Two running sessions in a chair are nobody's."""
    devices = Device.objects.for_clinic(clinic).filter(retired_at=None)
    bindings = DeviceBinding.objects.for_clinic(clinic).filter(ended_at=None)
    chairs = dict(bindings.values_list("device_id", "chair"))
    sessions: dict[str, list[uuid.UUID]] = defaultdict(list)
    running = Encounter.objects.for_clinic(clinic).filter(status__in=RUNNING, kind__in=SESSIONS)
    for pk, chair in running.filter(chair__in=set(chairs.values())).values_list("pk", "chair"):
        sessions[chair].append(pk)
    found = {}
    for device in devices:
        there = sessions.get(chairs.get(device.pk, ""), [])
        found[device.identifier] = Placed(
            device.pk, device.name, device.virtual, there[0] if len(there) == 1 else None
        )
    return found


@transaction.atomic
def store(
    clinic: Clinic, messages: Sequence[Incoming], known: Mapping[str, Placed]
) -> list[Outcome]:
    """Keep the readings of these messages; one outcome each, in their order. Commits as one.

    known: `places`, not older than a second or so.
    """
    training = is_training(clinic)
    outcomes = [_judge(message, known.get(message.sender), training) for message in messages]
    latest = _latest(p.encounter_id for m in messages if (p := known.get(m.sender)))
    rows = []
    for message, outcome in zip(messages, outcomes, strict=True):
        place = known.get(message.sender)
        if outcome.refused_for or place is None or place.encounter_id is None:
            continue
        before = latest.get(place.encounter_id)
        found = _rows(clinic, message, place)
        rows += [(message, outcome, row) for row in found if not _repeated(row, before)]
    _without_those_that_stand(rows)
    new = [row for _message, outcome, row in rows if not outcome.refused_for and row.pk is None]
    DeviceReading.objects.bulk_create(new, batch_size=500)
    _remember_latest(clinic, new, latest, known)
    _log(clinic, messages, outcomes, known)
    return outcomes


def _judge(message: Incoming, place: Placed | None, training: bool) -> Outcome:
    if message.training and not training:
        return Outcome(refused_for=Remark(trouble=Trouble.TRAINING))
    if place is None:
        return Outcome(refused_for=Remark(trouble=Trouble.UNKNOWN_DEVICE))
    if place.virtual and not training:
        return Outcome(refused_for=Remark(trouble=Trouble.VIRTUAL))
    times = [message.sent_at, *(r.measured_at for r in message.readings)]
    if in_future(times, message.received_at):
        return Outcome(refused_for=Remark(trouble=Trouble.FUTURE))
    remarks = [*message.remarks, *(r for one in message.readings for r in one.remarks)]
    if (offset := clock_offset_s(message.sent_at, message.received_at)) is not None:
        remarks.append(Remark(trouble=Trouble.CLOCK, detail=str(offset)))
    if place.encounter_id is None:
        remarks.append(Remark(trouble=Trouble.NO_SESSION))
    return Outcome(remarks=list(dict.fromkeys(remarks)))


def _rows(clinic: Clinic, message: Incoming, place: Placed) -> list[DeviceReading]:
    offset = clock_offset_s(message.sent_at, message.received_at)
    return [
        DeviceReading(
            clinic=clinic,
            encounter_id=place.encounter_id,
            device_id=place.device_id,
            control_id=message.control_id,
            measured_at=reading.measured_at,
            received_at=message.received_at,
            values=dict(reading.values),
            remarks=[str(r) for r in reading.remarks],
            clock_offset_s=offset,
        )
        for reading in message.readings
        if reading.values
    ]


def _without_those_that_stand(rows: Iterable[tuple[Incoming, Outcome, DeviceReading]]) -> None:
    """A row that stands is given the id it stands under; other values under its id are refused."""
    rows = list(rows)
    ids = {row.control_id for _m, _o, row in rows}
    devices = {row.device_id for _m, _o, row in rows}
    found = DeviceReading.objects.filter(device_id__in=devices, control_id__in=ids)
    standing = {(r.device_id, r.control_id, r.measured_at): r for r in found}
    for message, outcome, row in rows:
        key = (row.device_id, row.control_id, row.measured_at)
        before = standing.setdefault(key, row)
        if before is row:
            outcome.kept += 1
        elif dict(before.values) == row.values:
            row.pk = before.pk or -1  # the same message twice in one batch
            outcome.remarks.append(Remark(trouble=Trouble.DUPLICATE))
        else:
            outcome.refused_for = Remark(trouble=Trouble.ID_USED_AGAIN, detail=message.control_id)


def _latest(encounter_ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, LatestReading]:
    wanted = {pk for pk in encounter_ids if pk}
    found = LatestReading.objects.select_for_update().filter(encounter_id__in=wanted)
    return {row.encounter_id: row for row in found}


def _repeated(row: DeviceReading, latest: LatestReading | None) -> bool:
    """A cuff's last value, sent along with every message since, is one measurement."""
    if latest is None:
        return False
    mark = (row.measured_at.isoformat(), str(row.device_id))
    return all(
        (was := latest.values.get(name)) is not None
        and (was["at"], was["device"], was["value"]) == (*mark, value)
        and was["id"] != row.control_id
        for name, value in row.values.items()
    )


def _remember_latest(
    clinic: Clinic,
    new: Sequence[DeviceReading],
    standing: Mapping[uuid.UUID, LatestReading],
    known: Mapping[str, Placed],
) -> None:
    placed = {place.device_id: place for place in known.values()}
    by_encounter: dict[uuid.UUID, list[DeviceReading]] = defaultdict(list)
    for row in new:
        by_encounter[row.encounter_id].append(row)
    if not by_encounter:
        return
    for pk, rows in by_encounter.items():
        latest = standing.get(pk) or LatestReading(encounter_id=pk, clinic=clinic)
        for row in rows:
            _newer(latest.values, row, placed[row.device_id])
        latest.received_at, latest.clock_offset_s = rows[-1].received_at, rows[-1].clock_offset_s
        if pk in standing:
            LatestReading.objects.filter(pk=pk).update(
                values=latest.values,
                received_at=latest.received_at,
                clock_offset_s=latest.clock_offset_s,
            )
        else:
            latest.save(force_insert=True)
    count(clinic_id=clinic.pk, encounter_ids=by_encounter, readings=1)


def _newer(values: dict[str, Any], row: DeviceReading, place: Placed) -> None:
    at = row.measured_at.isoformat()
    for parameter, value in row.values.items():
        if parameter not in values or values[parameter]["at"] <= at:
            values[parameter] = {
                "value": value,
                "at": at,
                "device": str(row.device_id),
                "name": place.name,
                "virtual": place.virtual,
                "reading": row.pk,
                "id": row.control_id,
            }


def _log(
    clinic: Clinic,
    messages: Sequence[Incoming],
    outcomes: Sequence[Outcome],
    known: Mapping[str, Placed],
) -> None:
    for message, outcome in zip(messages, outcomes, strict=True):
        place = known.get(message.sender)
        for remark in [outcome.refused_for] if outcome.refused_for else outcome.remarks:
            log_trouble(
                clinic,
                remark,
                sender=message.sender,
                device_id=place.device_id if place else None,
                control_id=message.control_id,
                at=message.received_at,
                taken=outcome.refused_for is None,
            )


def log_trouble(
    clinic: Clinic,
    remark: Remark,
    *,
    sender: str,
    device_id: uuid.UUID | None,
    control_id: str,
    at: datetime,
    taken: bool,
) -> None:
    """Count it. Strangers cannot fill the table: past the limit they share a row."""
    sender = "".join(c for c in sender if c.isprintable())[:200]
    rows = MessageTrouble.objects.for_clinic(clinic)
    row = rows.filter(sender=sender, trouble=remark.trouble).first()
    if row is None and device_id is None and rows.filter(device=None).count() >= SENDERS_KEPT:
        sender = OTHERS
        row = rows.filter(sender=sender, trouble=remark.trouble).first()
    row = row or MessageTrouble(
        clinic=clinic, sender=sender, trouble=remark.trouble, times=0, first_at=at
    )
    row.times += 1
    row.device_id, row.taken, row.last_at = device_id, taken, at
    row.detail = "".join(c for c in remark.detail if c.isprintable())[:200]
    row.last_control_id = "".join(c for c in control_id if c.isprintable())[:200]
    row.save()
