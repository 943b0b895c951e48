"""What the pages of devices read."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.devices.models import Device, DeviceBinding, LatestReading, MessageTrouble
from reprieve.clinic.session.models import Encounter
from reprieve.core.devices.readings import Trouble, stale_after
from reprieve.core.session.readings import VITAL_SIGNS

SHOWN = (*VITAL_SIGNS[:2], "mean_mmhg", *VITAL_SIGNS[2:5])


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The newest value of one parameter from a device."""

    parameter: str
    value: float
    at: datetime
    device: str
    virtual: bool
    stale: bool
    reading_id: int

    @property
    def stale_s(self) -> int:
        return round(stale_after(self.parameter).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """What the devices at this session's chair say now.

    devices: their names. takes: the values a tap would chart, as `parameter:reading`; at: their newest.
    """

    devices: tuple[str, ...]
    virtual: bool
    values: tuple[Value, ...]
    now: datetime
    clock_offset_s: int | None
    takes: str
    at: datetime | None

    @property
    def shape(self) -> str:
        """What the strip is drawn with besides its numbers; while it is the same, new numbers fit into it."""
        parts = (",".join(v.parameter for v in self.values), ";".join(self.devices))
        return f"{'|'.join(parts)}|{self.virtual}|{self.clock_offset_s}|{bool(self.takes)}"

    def as_data(self) -> dict[str, Any]:
        """The numbers alone, for the line that follows a session. Times: ms since 1970."""
        return {
            "shape": self.shape,
            "values": [[v.parameter, v.value, v.at.timestamp() * 1000] for v in self.values],
            "takes": self.takes,
            "at": self.at.timestamp() * 1000 if self.at else None,
            "now": self.now.timestamp() * 1000,
        }


def monitors_of(
    clinic: Clinic | uuid.UUID, encounter_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, dict[str, Any]]:
    """What the devices of these visits of a clinic said last, as data. One query.

    For the line that follows sessions: whoever gets it was found to be allowed when the line was opened.
    """
    now = timezone.now()
    rows = LatestReading.objects.for_clinic(clinic).filter(encounter_id__in=list(encounter_ids))
    return {row.encounter_id: _monitor(row, set(), now).as_data() for row in rows}


def visit_with_monitor(
    *, clinic: Clinic, patient_id: uuid.UUID, session_id: uuid.UUID
) -> Encounter:
    """The visit and its latest readings in one query: this is asked for each second. Or Http404."""
    found = Encounter.objects.for_clinic(clinic).filter(patient_id=patient_id, pk=session_id)
    found = found.select_related("latest_reading").only(
        "chair", "clinic_id", "patient_id", "latest_reading"
    )
    return get_object_or_404(found)


def monitor(session: Encounter, now: datetime | None = None) -> Monitor | None:
    """None when no device stands at the chair and none has sent anything for this session."""
    now = now or timezone.now()
    row = getattr(session, "latest_reading", None)
    found = _monitor(row, set(), now)
    if found.devices:
        return found
    bound = _bound(session)
    return _monitor(row, bound, now) if row or bound else None


def _monitor(row: LatestReading | None, bound: set[tuple[str, bool]], now: datetime) -> Monitor:
    """bound: devices to name when none of them is heard."""
    said: dict[str, Any] = row.values if row else {}
    values = tuple(_value(p, said[p], now) for p in SHOWN if p in said)
    fresh = [v for v in values if not v.stale and v.parameter in VITAL_SIGNS]
    devices = {(v.device, v.virtual) for v in fresh} or bound
    offset = row.clock_offset_s if row else None
    taken = [] if offset else fresh
    return Monitor(
        devices=tuple(sorted(name for name, _virtual in devices)),
        virtual=any(v for _name, v in devices) or any(v.virtual for v in values),
        values=values,
        now=now,
        clock_offset_s=offset,
        takes=",".join(f"{v.parameter}:{v.reading_id}" for v in taken),
        at=max((v.at for v in taken), default=None),
    )


def _bound(session: Encounter) -> set[tuple[str, bool]]:
    """Devices at the session's chair: asked only while none of them is heard."""
    if not session.chair:
        return set()
    found = Device.objects.for_clinic(session.clinic).filter(retired_at=None)
    there = found.filter(bindings__ended_at=None, bindings__chair=session.chair)
    return set(there.values_list("name", "virtual"))


def _value(parameter: str, said: dict[str, Any], now: datetime) -> Value:
    at = datetime.fromisoformat(said["at"])
    return Value(
        parameter=parameter,
        value=said["value"],
        at=at,
        device=said["name"],
        virtual=said["virtual"],
        stale=now - at > stale_after(parameter),
        reading_id=said["reading"],
    )


def list_devices(clinic: Clinic) -> list[dict[str, Any]]:
    """Devices in use, with where they stand and when they were last heard."""
    standing = DeviceBinding.objects.for_clinic(clinic).filter(ended_at=None)
    found = Device.objects.for_clinic(clinic).filter(retired_at=None).order_by("name")
    found = found.prefetch_related(
        Prefetch("bindings", standing.select_related("bound_by"), to_attr="standing"),
        Prefetch("troubles", MessageTrouble.objects.for_clinic(clinic).order_by("-last_at")),
    )
    heard = _last_heard(clinic)
    return [
        {
            "device": device,
            "binding": next(iter(device.standing), None),
            "heard_at": heard.get(str(device.pk)),
            "troubles": list(device.troubles.all())[:5],
        }
        for device in found
    ]


def _last_heard(clinic: Clinic) -> dict[str, datetime]:
    """When each device last sent a value into a session of the last day."""
    since = timezone.now() - timedelta(days=1)
    heard: dict[str, datetime] = {}
    recent = LatestReading.objects.for_clinic(clinic).filter(received_at__gte=since)
    for values in recent.values_list("values", flat=True):
        for said in values.values():
            at = datetime.fromisoformat(said["at"])
            heard[said["device"]] = max(at, heard.get(said["device"], at))
    return heard


def unknown_devices(clinic: Clinic) -> QuerySet[MessageTrouble]:
    rows = MessageTrouble.objects.for_clinic(clinic).filter(trouble=Trouble.UNKNOWN_DEVICE)
    return rows.order_by("-last_at")


def other_troubles(clinic: Clinic) -> QuerySet[MessageTrouble]:
    """Of senders that name no device: broken messages, wrong versions."""
    rows = MessageTrouble.objects.for_clinic(clinic).filter(device=None)
    return rows.exclude(trouble=Trouble.UNKNOWN_DEVICE).order_by("-last_at")[:20]


def get_device(clinic: Clinic, device_id: uuid.UUID) -> Device:
    return get_object_or_404(Device.objects.for_clinic(clinic), pk=device_id, retired_at=None)


def chairs(clinic: Clinic) -> Iterable[str]:
    """Names of chairs used in the last three months."""
    since = timezone.now() - timedelta(days=92)
    rows = Encounter.objects.for_clinic(clinic).filter(planned_at__gte=since).exclude(chair="")
    return [r["chair"] for r in rows.values("chair").annotate(Max("planned_at")).order_by("chair")]
