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


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """What the devices at this session's chair say now.

    bound: their names. takes: the values a tap would chart, as `parameter:reading`.
    """

    bound: tuple[Device, ...]
    values: tuple[Value, ...]
    now: datetime
    clock_offset_s: int | None
    takes: str
    at: datetime | None

    @property
    def virtual(self) -> bool:
        return any(d.virtual for d in self.bound) or any(v.virtual for v in self.values)


def monitor(session: Encounter, now: datetime | None = None) -> Monitor | None:
    """None when no device stands at the chair and none has sent anything for this session."""
    now = now or timezone.now()
    devices = Device.objects.for_clinic(session.clinic)
    bound = tuple(
        devices.filter(bindings__ended_at=None, bindings__chair=session.chair).order_by("name")
        if session.chair
        else ()
    )
    row = LatestReading.objects.for_clinic(session.clinic).filter(encounter=session).first()
    if row is None and not bound:
        return None
    said: dict[str, Any] = row.values if row else {}
    known = {str(d.pk): d for d in bound}
    missing = {v["device"] for v in said.values()} - set(known)
    known |= {str(d.pk): d for d in devices.filter(pk__in=missing)}
    values = tuple(_value(p, said[p], known, now) for p in SHOWN if p in said)
    offset = row.clock_offset_s if row else None
    fresh = [v for v in values if not v.stale and v.parameter in VITAL_SIGNS] if not offset else []
    return Monitor(
        bound=bound,
        values=values,
        now=now,
        clock_offset_s=offset,
        takes=",".join(f"{v.parameter}:{v.reading_id}" for v in fresh),
        at=max((v.at for v in fresh), default=None),
    )


def _value(parameter: str, said: dict[str, Any], known: dict[str, Device], now: datetime) -> Value:
    at = datetime.fromisoformat(said["at"])
    device = known.get(said["device"])
    return Value(
        parameter=parameter,
        value=said["value"],
        at=at,
        device=str(device or ""),
        virtual=bool(device and device.virtual),
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
