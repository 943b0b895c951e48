"""IEEE 11073 SDC: follows one device at a known address and hands its metrics to the feed.

The library (sdc11073, an optional extra) brings its own threads; they only put reports on a queue.
There is no discovery: a clinic names the address. Without TLS it stays on this machine.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from reprieve.clinic.devices.store import Incoming
from reprieve.core.devices.readings import DeviceReading, Remark, Trouble, take
from reprieve.core.devices.vocabulary import BY_CODE, Metric
from reprieve.gateway.feed import Feed

MDC = "urn:oid:1.2.840.10004.1.1.1.0.0.1"  # the coding system of codes that name none
VIRTUAL_MAKER = "Reprieve virtual patient"
LONGEST_WAIT_S = 30.0
LOOK_S = 1.0
WAITING = 1000
logger = logging.getLogger(__name__)


class Gone(Exception):
    """The device no longer answers."""


async def follow(feed: Feed, address: str) -> None:
    """Follow the device until cancelled; when it goes away, wait and connect again."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(feed.run())
        tasks.create_task(_again_and_again(feed, address))


async def _again_and_again(feed: Feed, address: str) -> None:
    wait = 1.0
    while True:
        try:
            await _follow_once(feed, address)
        except Exception as error:  # the library raises whatever its parts raise
            logger.warning("SDC device lost: %s", type(error).__name__)
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT_S)


async def _follow_once(feed: Feed, address: str) -> None:
    loop = asyncio.get_running_loop()
    reports: asyncio.Queue[Incoming] = asyncio.Queue(WAITING)

    def heard(message: Incoming) -> None:
        if not reports.full():
            reports.put_nowait(message)

    def on_report(message: Incoming) -> None:
        loop.call_soon_threadsafe(heard, message)

    device = await asyncio.to_thread(Connection, address, on_report)
    try:
        while True:
            try:
                message = await asyncio.wait_for(reports.get(), LOOK_S)
            except TimeoutError:
                if not device.is_connected:
                    raise Gone(address) from None
                continue
            await feed.take(message)
    finally:
        await asyncio.to_thread(device.close)


class Connection:
    """One subscription to a device. Raises from the constructor when it cannot be reached."""

    def __init__(self, address: str, on_report: Callable[[Incoming], None]) -> None:
        from sdc11073 import observableproperties
        from sdc11073.consumer.consumerimpl import SdcConsumer
        from sdc11073.definitions_sdc import SdcV1Definitions
        from sdc11073.mdib import ConsumerMdib
        from sdc11073.xml_types.actions import periodic_actions

        self._on_report = on_report
        self._consumer = SdcConsumer(address, SdcV1Definitions, ssl_context_container=None)
        try:
            self._consumer.start_all(not_subscribed_actions=periodic_actions)
            self._mdib = ConsumerMdib(self._consumer)
            self._mdib.init_mdib()
        except BaseException:
            self.close()
            raise
        host = self._consumer.host_description
        self.sender = str(host.relationship.Host.EndpointReference.Address)
        maker = host.this_model.Manufacturer
        self.training = any(VIRTUAL_MAKER in (m.text or "") for m in maker)
        observableproperties.bind(self._mdib, metrics_by_handle=self._reported)

    @property
    def is_connected(self) -> bool:
        return bool(self._consumer.is_connected)

    def close(self) -> None:
        try:
            self._consumer.stop_all()
        except Exception as error:  # it may be gone already
            logger.info("SDC device left: %s", type(error).__name__)

    def _reported(self, states: Mapping[str, Any]) -> None:
        """Called by the library, in its thread, with the metrics that changed."""
        measured = []
        for handle, state in states.items():
            descriptor = self._mdib.descriptions.handle.get_one(handle)
            metric = _metric(descriptor)
            if metric is not None and state.MetricValue is not None:
                measured.append((metric, descriptor, state.MetricValue))
        now = timezone.now()
        readings = _readings(measured, now)
        if readings:
            self._on_report(
                Incoming(
                    sender=self.sender,
                    control_id=f"{self._mdib.sequence_id} {self._mdib.mdib_version}",
                    sent_at=max(r.measured_at for r in readings),
                    received_at=now,
                    readings=readings,
                    training=self.training,
                )
            )


def _metric(descriptor: Any) -> Metric | None:
    code = descriptor.Type
    if code is None or (code.CodingSystem or MDC) != MDC or not str(code.Code).isdecimal():
        return None
    return BY_CODE.get(int(code.Code))


def _readings(measured: list[tuple[Metric, Any, Any]], now: datetime) -> tuple[DeviceReading, ...]:
    """One reading a determination time. A value in a wrong unit is left out, and that is said."""
    values: dict[datetime, dict[str, float]] = defaultdict(dict)
    remarks: dict[datetime, list[Remark]] = defaultdict(list)
    for metric, descriptor, said in sorted(measured, key=lambda m: -m[0].rank):
        at = datetime.fromtimestamp(said.DeterminationTime, UTC) if said.DeterminationTime else now
        if said.Value is None or said.MetricQuality.Validity != "Vld":
            remarks[at].append(Remark(trouble=Trouble.NOT_MEASURED, detail=metric.parameter))
            continue
        taken = take(metric.parameter, str(said.Value), str(descriptor.Unit.Code))
        if taken.remark:
            remarks[at].append(taken.remark)
        if taken.value is not None:
            values[at][metric.parameter] = taken.value
    return tuple(
        DeviceReading(measured_at=at, values=values.get(at, {}), remarks=tuple(remarks.get(at, ())))
        for at in sorted(values.keys() | remarks.keys())
    )
