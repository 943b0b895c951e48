"""Readings from a file: kept as it came, looked at, then taken whole and once."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.devices.models import Device, DeviceReading, ReadingFile
from reprieve.clinic.devices.training import is_training
from reprieve.clinic.live.changes import count
from reprieve.clinic.patients.models import Source
from reprieve.clinic.session.allowed import Charted
from reprieve.clinic.session.charting import chart
from reprieve.clinic.session.models import Encounter
from reprieve.core.devices.csv_table import MOST_BYTES, CsvTable, read_csv
from reprieve.core.devices.readings import AHEAD
from reprieve.core.devices.readings import DeviceReading as Reading
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.session.events import EventKind
from reprieve.core.session.readings import VITAL_SIGNS

EVERY_MIN = 5  # project_default: one set of the file is charted for each such stretch
KEPT = timedelta(hours=24)
LONGEST = timedelta(hours=24)  # project_default: readings lie within this of the session's time


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a file would do: readings it holds, and the sets that would be charted."""

    file: ReadingFile
    table: CsvTable
    charted: tuple[Reading, ...]


def keep(*, session: Encounter, device: Device, upload: UploadedFile, by: Actor) -> ReadingFile:
    """Keep a file that can be read; the same file for the same session is the same row.

    Raises:
        UnusableInput: every problem of the file.
    """
    if upload.size is None or upload.size > MOST_BYTES:
        raise UnusableInput([Problem("file", _("The file is too large."))])
    if device.virtual and not is_training(session.clinic):
        raise UnusableInput([Problem("device", _("This is a virtual patient."))])
    raw = upload.read()
    table = _read(session, raw)
    sha256 = hashlib.sha256(raw).hexdigest()
    _drop_unconfirmed(session)
    with transaction.atomic():
        files = ReadingFile.objects.for_clinic(session.clinic)
        standing = files.filter(encounter=session, sha256=sha256).first()
        if standing:
            return standing
        row = ReadingFile.objects.create(
            clinic=session.clinic,
            patient=session.patient,
            recorded_by=by.user,
            source=Source.DEVICE,
            encounter=session,
            device=device,
            name=(upload.name or "")[-200:],
            sha256=sha256,
            text=raw.decode("utf-8-sig", "replace").replace("\0", ""),
            rows=len(table.readings),
        )
        audit(row, action=Action.CREATE, by=by, detail={"rows": row.rows})
        return row


def preview_of(file: ReadingFile) -> Preview:
    table = _read(file.encounter, file.text.encode())
    return Preview(file=file, table=table, charted=_to_chart(table))


@transaction.atomic
def confirm(file: ReadingFile, *, by: Actor) -> int:
    """Take the readings, and chart a set for each stretch. Twice changes nothing. Gives their number."""
    locked = ReadingFile.objects.select_for_update().get(pk=file.pk)
    if locked.confirmed_at:
        return 0
    preview = preview_of(locked)
    session, now = locked.encounter, timezone.now()
    standing = DeviceReading.objects.for_clinic(session.clinic)
    if standing.filter(device=locked.device, control_id=locked.sha256).exists():
        said = _("This file was taken in another session.")
        raise UnusableInput([Problem("file", said)])
    rows = [
        DeviceReading(
            clinic=session.clinic,
            encounter=session,
            device=locked.device,
            control_id=locked.sha256,
            measured_at=reading.measured_at,
            received_at=now,
            values=dict(reading.values),
        )
        for reading in preview.table.readings
    ]
    DeviceReading.objects.bulk_create(rows, batch_size=500)
    count(clinic_id=session.clinic_id, encounter_ids=[session.pk], readings=1)
    for reading in preview.charted:
        said = Charted(
            event_id=uuid.uuid5(session.pk, f"{locked.sha256} {reading.measured_at.isoformat()}"),
            kind=EventKind.VITALS,
            measured_at=reading.measured_at,
            payload={k: v for k, v in reading.values.items() if k in VITAL_SIGNS},
            source=Source.DEVICE,
            device=str(locked.device),
        )
        chart(session=session, said=said, by=by)
    locked.confirmed_at, locked.confirmed_by = now, by.user
    locked.save(update_fields=["confirmed_at", "confirmed_by"])
    audit(locked, action=Action.UPDATE, by=by, detail={"charted": len(preview.charted)})
    return len(preview.charted)


def _read(session: Encounter, raw: bytes) -> CsvTable:
    """The table, when its times are the session's."""
    table = read_csv(raw, ZoneInfo(session.clinic.time_zone))
    around = session.began_at or session.planned_at or session.recorded_at
    outside = [r.measured_at for r in table.readings if not _belongs(r.measured_at, around)]
    if outside:
        said = _("{n} rows are not of this session: their times lie elsewhere.")
        raise UnusableInput([Problem("file", said.format(n=len(outside)))])
    return table


def _belongs(at: datetime, around: datetime) -> bool:
    return abs(at - around) <= LONGEST and at <= timezone.now() + AHEAD


def _to_chart(table: CsvTable) -> tuple[Reading, ...]:
    """The first reading of each stretch of EVERY_MIN that holds a vital sign."""
    chosen: dict[int, Reading] = {}
    for reading in table.readings:
        if any(name in VITAL_SIGNS for name in reading.values):
            chosen.setdefault(int(reading.measured_at.timestamp()) // (60 * EVERY_MIN), reading)
    return tuple(chosen.values())


def _drop_unconfirmed(session: Encounter) -> None:
    too_old = timezone.now() - KEPT
    files = ReadingFile.objects.for_clinic(session.clinic).filter(confirmed_at=None)
    files.filter(recorded_at__lt=too_old).delete()
