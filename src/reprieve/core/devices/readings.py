"""A reading: what one device measured at one time, and what is to be said about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reprieve.core.devices.vocabulary import in_charted_unit, plausible

CLOCK_OFF = timedelta(seconds=30)  # project_default: further off, the clock is named as wrong
AHEAD = timedelta(seconds=5)  # project_default: two clocks differ; later than this has not come yet
STALE = timedelta(seconds=10)  # project_default: a value each second that is older is greyed
STALE_PRESSURE = timedelta(minutes=5)  # project_default: a cuff measures now and then
INTERMITTENT = frozenset({"systolic_mmhg", "diastolic_mmhg", "mean_mmhg"})


class Trouble(StrEnum):
    """Why a message was not taken, or what is to be known about it. Stored: never renamed."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    NOT_ORU = "not_an_observation"
    VERSION = "version"
    TRAINING = "training_data"
    VIRTUAL = "virtual_device"
    NO_TIME = "no_time"
    FUTURE = "future_time"
    UNKNOWN_DEVICE = "unknown_device"
    TWO_DEVICES = "two_devices"
    UNIT = "unit"
    NOT_A_NUMBER = "not_a_number"
    CODE = "code_and_name_differ"
    ID_USED_AGAIN = "control_id_used_again"
    CLOCK = "clock"
    IMPLAUSIBLE = "implausible"
    NOT_MEASURED = "not_measured"
    CONVERTED = "converted"
    NO_OFFSET = "time_without_zone"
    PULSE = "pulse_as_heart_rate"
    NO_SESSION = "no_session"
    DUPLICATE = "duplicate"
    NOT_KEPT = "not_kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One trouble, and where or what: a parameter, a unit, seconds. Never a name of a person."""

    trouble: Trouble
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.trouble}:{self.detail}" if self.detail else str(self.trouble)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReading:
    """What a device measured at one time. values: by parameter, in charted units."""

    measured_at: datetime
    values: Mapping[str, float]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One value as far as it can be used; `refuses`: the whole message must not be taken."""

    value: float | None = None
    remark: Remark | None = None
    refuses: bool = False


def take(parameter: str, text: str, unit: str) -> Taken:
    """Read one value in its unit. A wrong unit or no number refuses; what no body shows is left out."""
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if number != number or number in (float("inf"), float("-inf")):
        return Taken(remark=Remark(trouble=Trouble.NOT_A_NUMBER, detail=parameter), refuses=True)
    converted = in_charted_unit(parameter, number, unit)
    if converted is None:
        said = f"{parameter} {unit or 'without a unit'}"
        return Taken(remark=Remark(trouble=Trouble.UNIT, detail=said), refuses=True)
    if not plausible(parameter, converted.value):
        return Taken(remark=Remark(trouble=Trouble.IMPLAUSIBLE, detail=parameter))
    if converted.was:
        remark = Remark(trouble=Trouble.CONVERTED, detail=f"{parameter} from {converted.was}")
        return Taken(value=converted.value, remark=remark)
    return Taken(value=converted.value)


def clock_offset_s(sent_at: datetime, received_at: datetime) -> int | None:
    """Seconds the message's time lies behind its arrival when that is too many, else None."""
    behind = received_at - sent_at
    return round(behind.total_seconds()) if behind > CLOCK_OFF else None


def in_future(times: Iterable[datetime], received_at: datetime) -> bool:
    return any(t > received_at + AHEAD for t in times)


def stale_after(parameter: str) -> timedelta:
    return STALE_PRESSURE if parameter in INTERMITTENT else STALE
