"""A clinic with a running session in chair 2 and a monitor there. All invented."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.devices.models import Device
from reprieve.clinic.devices.services import add_device, bind
from reprieve.clinic.session.models import Encounter
from tests.clinic.conftest import a_patient, acting, somebody

MONITOR = "MON2^00A037EB2175780F^EUI-64"


@pytest.fixture(scope="session", autouse=True)
def _on_both_databases(database: str) -> None:
    """Everything in this folder runs on SQLite and on PostgreSQL."""


@pytest.fixture
def clinic(db: None) -> Clinic:
    return Clinic.objects.create(name="Harbor", time_zone="America/Chicago")


@pytest.fixture
def nurse(clinic: Clinic) -> Actor:
    return acting(somebody(clinic, Role.NURSE, "Ruth Okafor"), clinic, Role.NURSE)


@pytest.fixture
def session(nurse: Actor) -> Encounter:
    return a_running_session(nurse)


def a_running_session(by: Actor, chair: str = "2") -> Encounter:
    patient = a_patient(by, family_name=f"Abara {chair}")
    return Encounter.objects.create(
        clinic=patient.clinic,
        patient=patient,
        recorded_by=by.user,
        kind=Encounter.Kind.INFUSION,
        status=Encounter.Status.IN_PROGRESS,
        chair=chair,
        planned_at=timezone.now(),
    )


@pytest.fixture
def device(nurse: Actor, session: Encounter) -> Device:
    return a_bound_device(nurse)


def a_bound_device(by: Actor, identifier: str = MONITOR, chair: str = "2") -> Device:
    device = add_device(
        name=f"Monitor {chair}", identifier=identifier, protocol="hl7", virtual=False, by=by
    )
    bind(device=device, chair=chair, by=by)
    return device


# (MDC code, name, value, unit) of a set as a monitor sends it.
SET = (
    ("150021", "MDC_PRESS_BLD_NONINV_SYS", "128", "266016^MDC_DIM_MMHG^MDC"),
    ("150022", "MDC_PRESS_BLD_NONINV_DIA", "78", "266016^MDC_DIM_MMHG^MDC"),
    ("147842", "MDC_ECG_HEART_RATE", "72", "264864^MDC_DIM_BEAT_PER_MIN^MDC"),
    ("150456", "MDC_PULS_OXIM_SAT_O2", "98", "262688^MDC_DIM_PERCENT^MDC"),
    ("151562", "MDC_RESP_RATE", "14", "264928^MDC_DIM_RESP_PER_MIN^MDC"),
)


def hl7_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S+0000")


def message(
    *values: tuple[str, str, str, str],
    control_id: str = "",
    sent: datetime | None = None,
    measured: datetime | None = None,
    sender: str = MONITOR,
    kind: str = "ORU^R01^ORU_R01",
    version: str = "2.6",
    processing: str = "P",
    status: str = "R",
    flags: str = "",
) -> bytes:
    """An ORU^R01 written by hand, field by field."""
    sent = sent or timezone.now()
    at = hl7_time(measured or sent)
    control_id = control_id or uuid.uuid4().hex[:18]
    lines = [
        rf"MSH|^~\&|{sender}|WARD||REPRIEVE|{hl7_time(sent)}||{kind}|{control_id}|{processing}|{version}",
        "PID|||H-1^^^HARBOR^MR||Abara^Ada",
        "PV1||I|WARD^^2",
        f"OBR|1|1^MON|1^MON|182777000^monitoring of patient^SCT|||{at}",
    ]
    for n, (code, name, value, unit) in enumerate(values or SET, 1):
        lines.append(
            f"OBX|{n}|NM|{code}^{name}^MDC|1.0.0.{n}|{value}|{unit}||{flags}|||{status}|||{at}"
        )
    return ("\r".join(lines) + "\r").encode()


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)
