"""The virtual patient's monitor as an SDC device on this machine, with sdc11073's own provider."""

import time
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from reprieve.gateway.sdc import MDC, VIRTUAL_MAKER
from reprieve.gateway.virtual.physiology import INVENTED, Shown, VirtualPatient

HOST = "127.0.0.1"
_NAMESPACE = uuid.UUID("5f2f9b0e-6a46-4f0a-9d0c-0d2c7f1f9a11")
# handle, field of what is shown, metric code, unit code
_METRICS = (
    ("sys", "systolic_mmhg", 150021, 266016),
    ("dia", "diastolic_mmhg", 150022, 266016),
    ("mean", "mean_mmhg", 150023, 266016),
    ("hr", "heart_rate_per_min", 147842, 264864),
    ("spo2", "spo2_percent", 150456, 262688),
    ("rr", "respiratory_rate_per_min", 151562, 264928),
)
_HANDLES_OF_CUFF = frozenset({"sys", "dia", "mean"})
_PM = "http://standards.ieee.org/downloads/11073/11073-10207-2017/participant"
_MSG = "http://standards.ieee.org/downloads/11073/11073-10207-2017/message"


def endpoint(name: str) -> uuid.UUID:
    """The device's endpoint reference: the same name is the same device."""
    return uuid.uuid5(_NAMESPACE, name)


class SdcMonitor:
    """A running device. address: what a consumer connects to."""

    def __init__(self, name: str) -> None:
        from sdc11073.definitions_sdc import SdcV1Definitions
        from sdc11073.httpserver.httpserverimpl import HttpServerThreadBase
        from sdc11073.loghelper import get_logger_adapter
        from sdc11073.mdib import ProviderMdib
        from sdc11073.provider import SdcProvider
        from sdc11073.xml_types.dpws_types import ThisDeviceType, ThisModelType

        self._mdib = ProviderMdib.from_string(_description(), SdcV1Definitions)
        self._provider = SdcProvider(
            ws_discovery=_NoDiscovery(),
            epr=endpoint(name),
            this_model=ThisModelType(manufacturer=VIRTUAL_MAKER, model_name=INVENTED),
            this_device=ThisDeviceType(friendly_name=name, serial_number=name),
            device_mdib_container=self._mdib,
        )
        self._server = HttpServerThreadBase(
            my_ipaddress=HOST,
            ssl_context=None,
            supported_encodings=["gzip"],
            logger=get_logger_adapter("sdc.virtual"),
        )
        self._server.start()
        self._server.started_evt.wait(10)
        self._provider.start_all(start_rtsample_loop=False, shared_http_server=self._server)
        self.address = f"http://{HOST}:{self._server.server_port}/{endpoint(name).hex}"

    def show(self, shown: Shown, *, cuff_at: float) -> None:
        """Publish values. cuff_at: when the cuff measured, in seconds since 1970."""
        now = time.time()
        with self._mdib.metric_state_transaction() as change:
            for handle, field, _code, _unit in _METRICS:
                state = change.get_state(handle)
                if state.MetricValue is None:
                    state.mk_metric_value()
                self._set(state, getattr(shown, field))
                at = cuff_at if handle in _HANDLES_OF_CUFF else now
                state.MetricValue.DeterminationTime = at

    def _set(self, state: Any, value: int | None) -> None:
        from sdc11073.xml_types.pm_types import MeasurementValidity

        valid = value is not None
        state.MetricValue.Value = Decimal(value) if value is not None else None
        state.MetricValue.MetricQuality.Validity = (
            MeasurementValidity.VALID if valid else MeasurementValidity.NA
        )

    def close(self) -> None:
        self._provider.stop_all()
        self._server.stop()


def play(
    patient: VirtualPatient,
    *,
    name: str,
    speed: float,
    minutes: float,
    say: Callable[[str], None],
    every_s: float = 1.0,
) -> None:
    """Be the device for so many simulated minutes."""
    device = SdcMonitor(name)
    say(f"{INVENTED}: {endpoint(name).urn} at {device.address}")
    began = time.time()
    try:
        while (minute := (time.time() - began) / 60 * speed) <= minutes:
            shown = patient.shows(minute)
            device.show(shown, cuff_at=began + shown.cuff_min * 60 / speed)
            say(shown.in_words())
            time.sleep(every_s)
    finally:
        device.close()


class _NoDiscovery:
    """The device announces itself to nobody: a consumer knows its address."""

    active_address = HOST

    def publish_service(self, *_: Any) -> None: ...

    def clear_service(self, *_: Any) -> None: ...

    def clear_local_services(self) -> None: ...


def _description() -> bytes:
    """The device's description in BICEPS: one channel of numeric metrics."""
    metrics = "".join(
        f"""<pm:Metric Handle="{handle}" xsi:type="pm:NumericMetricDescriptor" MetricCategory="Msrmt"
              MetricAvailability="{"Intr" if handle in _HANDLES_OF_CUFF else "Cont"}" Resolution="1">
              <pm:Type Code="{code}" CodingSystem="{MDC}"/>
              <pm:Unit Code="{unit}" CodingSystem="{MDC}"/></pm:Metric>"""
        for handle, _field, code, unit in _METRICS
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<msg:GetMdibResponse xmlns:msg="{_MSG}" xmlns:pm="{_PM}"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" SequenceId="{uuid.uuid4().urn}">
  <msg:Mdib SequenceId="{uuid.uuid4().urn}"><pm:MdDescription>
    <pm:Mds Handle="mds"><pm:Type Code="69965" CodingSystem="{MDC}"/>
      <pm:SystemContext Handle="sc"><pm:PatientContext Handle="pc"/><pm:LocationContext Handle="lc"/></pm:SystemContext>
      <pm:Vmd Handle="vmd"><pm:Channel Handle="ch">{metrics}</pm:Channel></pm:Vmd>
    </pm:Mds></pm:MdDescription></msg:Mdib>
</msg:GetMdibResponse>""".encode()
