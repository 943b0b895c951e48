"""Adding devices, binding them to chairs, taking what they measured into the chart."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.devices.models import Device, DeviceBinding, DeviceReading, MessageTrouble
from reprieve.clinic.devices.training import is_training
from reprieve.clinic.patients.models import Source
from reprieve.clinic.session.allowed import Charted
from reprieve.clinic.session.charting import chart
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.core.devices.readings import Trouble, stale_after
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.session.events import EventKind
from reprieve.core.session.readings import VITAL_SIGNS

TO_TAKE_IT = timedelta(seconds=60)  # project_default: from looking at a set to taking it
CHARTED = frozenset(VITAL_SIGNS)


@transaction.atomic
def add_device(*, name: str, identifier: str, protocol: str, virtual: bool, by: Actor) -> Device:
    """The clinic knows this device from now on. Raises UnusableInput when it already does."""
    assert by.clinic
    if virtual and not is_training(by.clinic):
        said = _("A virtual patient has no place in a clinic that treats people.")
        raise UnusableInput([Problem("virtual", said)])
    if Device.objects.for_clinic(by.clinic).filter(identifier=identifier, retired_at=None).exists():
        raise UnusableInput([Problem("identifier", _("This device is already listed."))])
    device = Device.objects.create(
        clinic=by.clinic,
        name=name,
        identifier=identifier,
        protocol=protocol,
        virtual=virtual,
        added_by=by.user,
    )
    audit(device, action=Action.CREATE, by=by, detail={"protocol": protocol})
    unknown = MessageTrouble.objects.for_clinic(by.clinic).filter(sender=identifier)
    unknown.filter(trouble=Trouble.UNKNOWN_DEVICE).delete()
    return device


@transaction.atomic
def bind(*, device: Device, chair: str, by: Actor) -> DeviceBinding:
    """The device stands at this chair from now on; where it stood before ends."""
    unbind(device=device, by=by)
    row = DeviceBinding.objects.create(
        clinic=device.clinic, device=device, chair=chair.strip(), bound_by=by.user
    )
    audit(row, action=Action.CREATE, by=by, detail={"chair": row.chair})
    return row


@transaction.atomic
def unbind(*, device: Device, by: Actor) -> None:
    """The device stands at no chair: what it sends is kept for nobody."""
    for row in DeviceBinding.objects.select_for_update().filter(device=device, ended_at=None):
        row.ended_at, row.ended_by = timezone.now(), by.user
        row.save(update_fields=["ended_at", "ended_by"])
        audit(row, action=Action.UPDATE, by=by, detail={"ended": True})


@transaction.atomic
def retire(*, device: Device, by: Actor) -> None:
    """The clinic no longer uses it. What it measured stays."""
    unbind(device=device, by=by)
    device.retired_at = timezone.now()
    device.save(update_fields=["retired_at"])
    audit(device, action=Action.UPDATE, by=by, detail={"retired": True})


@transaction.atomic
def take_into_chart(
    *, session: Encounter, chosen: Iterable[tuple[str, int]], by: Actor
) -> list[SessionEvent]:
    """Chart these values of these readings, one set for each time something was measured.

    chosen: (parameter, reading id) as the page showed them. Taking the same set twice is one set.

    Raises:
        UnusableInput: readings that are not of this session, too old, or of a clock that is wrong.
    """
    wanted: dict[int, list[str]] = defaultdict(list)
    for parameter, reading_id in chosen:
        if parameter in CHARTED:
            wanted[reading_id].append(parameter)
    rows = DeviceReading.objects.for_clinic(session.clinic).filter(encounter=session, pk__in=wanted)
    found = list(rows.select_related("device").order_by("measured_at", "pk"))
    problems = _problems(found, wanted, timezone.now())
    if problems:
        raise UnusableInput(problems)
    return [_chart_reading(session, row, sorted(wanted[row.pk]), by) for row in found]


def _problems(
    rows: list[DeviceReading], wanted: dict[int, list[str]], now: datetime
) -> list[Problem]:
    if not rows or len(rows) != len(wanted):
        return [Problem("readings", _("These readings are not of this session."))]
    problems = []
    for row in rows:
        if row.clock_offset_s is not None:
            said = _("The monitor's clock is off by {n} s: set its clock, or type the values.")
            problems.append(Problem("readings", said.format(n=row.clock_offset_s)))
        oldest = max(stale_after(p) for p in wanted[row.pk])
        if now - row.measured_at > oldest + TO_TAKE_IT:
            problems.append(Problem("readings", _("These values are old: look at the monitor.")))
        if any(p not in row.values for p in wanted[row.pk]):
            problems.append(Problem("readings", _("These readings are not of this session.")))
    return problems[:1]


def _chart_reading(
    session: Encounter, row: DeviceReading, parameters: list[str], by: Actor
) -> SessionEvent:
    name = f"reading {row.pk} {' '.join(parameters)}"
    said = Charted(
        event_id=uuid.uuid5(session.pk, name),
        kind=EventKind.VITALS,
        measured_at=row.measured_at,
        payload={p: row.values[p] for p in parameters},
        source=Source.DEVICE,
        device=str(row.device),
    )
    return chart(session=session, said=said, by=by)
