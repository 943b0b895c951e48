"""HL7 v2 ORU^R01 as monitors send it (IHE PCD-01 with MDC codes), read and answered.

Read by hand, not with a library: hl7apy, which the tests hold this against, takes 13 ms for a
message of six values on the project's machine, and 64 chairs at one message a second would fill a
core with parsing alone (docs/adr/0030). Only what a reading needs is read; names are never looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from reprieve.core.devices.readings import DeviceReading, Remark, Trouble, take
from reprieve.core.devices.vocabulary import BY_CODE, BY_NAME, Metric

VERSIONS = frozenset({"2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8"})
LONGEST_ID = 199  # HL7 2.7 and later; earlier versions allow 20
NOT_TAKEN = frozenset("XDWN")  # OBX-11: cannot be obtained, deleted, wrong, not asked
INVALID_FLAGS = frozenset({"INV", "NAV", "NAN"})  # OBX-8 of PCD-01: invalid, not available
_TIME = re.compile(
    r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:\.(\d{1,6})\d*)?)?([+-]\d{4})?", re.ASCII
)
# Table 0357 (message error condition codes), by our reason.
ERROR_CODES = {
    Trouble.MALFORMED: ("100", "Segment sequence error"),
    Trouble.NO_TIME: ("101", "Required field missing"),
    Trouble.NOT_A_NUMBER: ("102", "Data type error"),
    Trouble.FUTURE: ("102", "Data type error"),
    Trouble.UNIT: ("103", "Table value not found"),
    Trouble.CODE: ("103", "Table value not found"),
    Trouble.NOT_ORU: ("200", "Unsupported message type"),
    Trouble.TRAINING: ("202", "Unsupported processing id"),
    Trouble.VERSION: ("203", "Unsupported version id"),
    Trouble.UNKNOWN_DEVICE: ("204", "Unknown key identifier"),
    Trouble.TWO_DEVICES: ("204", "Unknown key identifier"),
    Trouble.ID_USED_AGAIN: ("205", "Duplicate key identifier"),
}
OTHER_ERROR = ("207", "Application internal error")
REJECTS = frozenset(
    {
        Trouble.MALFORMED,
        Trouble.TOO_LARGE,
        Trouble.NOT_ORU,
        Trouble.VERSION,
        Trouble.TRAINING,
        Trouble.VIRTUAL,
    }
)
SAYS = {
    Trouble.MALFORMED: "not an HL7 v2 message that can be read",
    Trouble.TOO_LARGE: "the message is too large",
    Trouble.NOT_ORU: "only ORU^R01 is taken here",
    Trouble.VERSION: "this HL7 version is not known here",
    Trouble.TRAINING: "training data, and this is no training clinic",
    Trouble.VIRTUAL: "a virtual patient, and this is no training clinic",
    Trouble.NO_TIME: "a time is missing or cannot be read",
    Trouble.FUTURE: "a time lies in the future",
    Trouble.UNKNOWN_DEVICE: "this device is not known here",
    Trouble.TWO_DEVICES: "values of more than one device",
    Trouble.UNIT: "the unit does not fit the value",
    Trouble.NOT_A_NUMBER: "the value is not a number",
    Trouble.CODE: "code and name of the value differ",
    Trouble.ID_USED_AGAIN: "the control id was used before for other values",
    Trouble.CLOCK: "the device's clock is behind, or the message waited, by seconds",
    Trouble.IMPLAUSIBLE: "left out: no body shows this value",
    Trouble.NOT_MEASURED: "left out: the device marks it as not measured",
    Trouble.CONVERTED: "converted",
    Trouble.NO_OFFSET: "no time zone in the message: the clinic's is taken",
    Trouble.PULSE: "the pulse rate stands as heart rate",
    Trouble.NO_SESSION: "no running session in the chair of this device: nothing is kept",
    Trouble.DUPLICATE: "already taken",
    Trouble.NOT_KEPT: "could not be kept: send it again",
}


class Refused(Exception):
    """This message cannot be taken. `control_id` and `sender` as far as they could be read."""

    def __init__(self, remark: Remark, header: "Header | None" = None) -> None:
        super().__init__(str(remark))
        self.remark, self.header = remark, header


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the answer needs of MSH."""

    sender: str
    facility: str
    receiver: str
    control_id: str
    processing: str
    version: str
    field_mark: str = "|"
    part_mark: str = "^"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An observation message as far as we read it.

    device: who measured (OBX-18 when given, else the sending application of MSH-3).
    sent_at: MSH-7. ignored: how many values have codes we do not chart.
    """

    header: Header
    device: str
    sent_at: datetime
    readings: tuple[DeviceReading, ...]
    remarks: tuple[Remark, ...] = ()
    ignored: int = 0


@dataclass(slots=True)
class _At:
    """What was measured at one time, while a message is read."""

    values: dict[str, tuple[int, float]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def add(self, metric: Metric, value: float, remark: Remark | None) -> None:
        standing = self.values.get(metric.parameter)
        if standing is not None and standing[0] <= metric.rank:
            return
        self.values[metric.parameter] = (metric.rank, value)
        if remark:
            self.remarks.append(remark)


def read(body: bytes, zone: tzinfo) -> Message:
    """Read one message. zone: of the clinic, for times without an offset (remarked).

    Raises:
        Refused: with the reason and the header as far as it could be read.
    """
    # latin-1 takes any byte; nothing that is read here lies outside ASCII.
    segments = [s for s in re.split(r"[\r\n]+", body.decode("latin-1").strip("\r\n \0")) if s]
    header, msh = _header(segments)
    try:
        return _message(header, msh, segments[1:], zone)
    except Refused as refused:
        refused.header = header
        raise


def _header(segments: Sequence[str]) -> tuple[Header, list[str]]:
    malformed = Refused(Remark(trouble=Trouble.MALFORMED, detail="MSH"))
    if not segments or not segments[0].startswith("MSH") or len(segments[0]) < 9:
        raise malformed
    mark = segments[0][3]
    if mark.isalnum() or mark.isspace():
        raise malformed
    msh = segments[0].split(mark)
    encoding = _get(msh, 1)
    if len(encoding) < 2 or mark in encoding or len(set(encoding)) != len(encoding):
        raise malformed
    part = encoding[0]
    header = Header(
        sender=_get(msh, 2),
        facility=_get(msh, 3),
        receiver=_get(msh, 4),
        control_id=_get(msh, 9),
        processing=_get(msh, 10).split(part)[0],
        version=_get(msh, 11).split(part)[0],
        field_mark=mark,
        part_mark=part,
    )
    return header, msh


def _message(header: Header, msh: list[str], rest: Sequence[str], zone: tzinfo) -> Message:
    part = header.part_mark
    if not 0 < len(header.control_id) <= LONGEST_ID:
        raise Refused(Remark(trouble=Trouble.MALFORMED, detail="MSH-10"))
    kind = _get(msh, 8).split(part)
    if kind[:2] != ["ORU", "R01"]:
        raise Refused(Remark(trouble=Trouble.NOT_ORU))
    if header.version not in VERSIONS:
        raise Refused(Remark(trouble=Trouble.VERSION))
    remarks: list[Remark] = []
    sent_at = _time(_get(msh, 6), zone, remarks, "MSH-7")
    groups: dict[datetime, _At] = {}
    devices: set[str] = set()
    ignored, of_group = 0, None
    for segment in rest:
        fields = segment.split(header.field_mark)
        if fields[0] == "OBR":
            of_group = _get(fields, 7)
        elif fields[0] == "OBX":
            found = _metric(_get(fields, 3).split(part))
            if found is None:
                ignored += 1
                continue
            if named := _get(fields, 18).split(part):
                devices.add(part.join(named).strip())
            at = _time(_get(fields, 14) or of_group or "", zone, remarks, "OBX-14")
            _observe(groups.setdefault(at, _At()), found, fields, part)
    devices.discard("")
    if len(devices) > 1:
        raise Refused(Remark(trouble=Trouble.TWO_DEVICES))
    return Message(
        header=header,
        device=next(iter(devices), "") or header.sender.strip(),
        sent_at=sent_at,
        readings=tuple(_reading(at, group) for at, group in sorted(groups.items())),
        remarks=tuple(dict.fromkeys(remarks)),
        ignored=ignored,
    )


def _observe(group: _At, metric: Metric, fields: list[str], part: str) -> None:
    flags = set(re.split(r"[~^]", _get(fields, 8)))
    if _get(fields, 11) in NOT_TAKEN or flags & INVALID_FLAGS or not _get(fields, 5):
        group.remarks.append(Remark(trouble=Trouble.NOT_MEASURED, detail=metric.parameter))
        return
    if _get(fields, 2) not in ("NM", "SN", ""):
        raise Refused(Remark(trouble=Trouble.NOT_A_NUMBER, detail=metric.parameter))
    taken = take(metric.parameter, _get(fields, 5), _unit(_get(fields, 6).split(part)))
    if taken.refuses:
        raise Refused(taken.remark or Remark(trouble=Trouble.MALFORMED))
    if taken.value is None:
        group.remarks.append(taken.remark or Remark(trouble=Trouble.IMPLAUSIBLE))
        return
    group.add(metric, taken.value, taken.remark)


def _reading(at: datetime, group: _At) -> DeviceReading:
    remarks = list(group.remarks)
    heart = group.values.get("heart_rate_per_min")
    if heart and heart[0] > 0:
        remarks.append(Remark(trouble=Trouble.PULSE))
    values = {name: value for name, (_rank, value) in group.values.items()}
    return DeviceReading(measured_at=at, values=values, remarks=tuple(remarks))


def _metric(parts: list[str]) -> Metric | None:
    """The metric of OBX-3. Number and name must agree when both are known ones."""
    code, name = parts[0].strip(), parts[1].strip() if len(parts) > 1 else ""
    by_code = BY_CODE.get(int(code)) if re.fullmatch(r"[0-9]{1,9}", code) else None
    by_name = BY_NAME.get(name) or BY_NAME.get(code)
    if by_code and by_name and by_code is not by_name:
        raise Refused(Remark(trouble=Trouble.CODE, detail=by_code.parameter))
    if by_code and name.startswith("MDC_") and by_name is None:
        raise Refused(Remark(trouble=Trouble.CODE, detail=by_code.parameter))
    return by_code or by_name


def _unit(parts: list[str]) -> str:
    return parts[0].strip() or (parts[1].strip() if len(parts) > 1 else "")


def _time(text: str, zone: tzinfo, remarks: list[Remark], where: str) -> datetime:
    """An HL7 time to the minute or finer, in UTC."""
    found = _TIME.fullmatch(text.split("^")[0].strip())
    if found is None:
        raise Refused(Remark(trouble=Trouble.NO_TIME, detail=where))
    *whole, second, fraction, offset = found.groups()
    if offset:
        hours, minutes = int(offset[1:3]), int(offset[3:5])
        if hours > 14 or minutes > 59:
            raise Refused(Remark(trouble=Trouble.NO_TIME, detail=where))
        span = timedelta(hours=hours, minutes=minutes)
        zone = timezone(-span if offset[0] == "-" else span)
    else:
        remarks.append(Remark(trouble=Trouble.NO_OFFSET))
    try:
        year, month, day, hour, minute = map(int, whole)
        micro = int((fraction or "").ljust(6, "0"))
        at = datetime(year, month, day, hour, minute, int(second or 0), micro, zone)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(Remark(trouble=Trouble.NO_TIME, detail=where)) from None


def _get(fields: Sequence[str], number: int) -> str:
    return fields[number] if number < len(fields) else ""


def answer_code(refused_for: Trouble | None) -> str:
    """AA taken, AE not taken for what it says, AR not taken for what it is."""
    if refused_for is None:
        return "AA"
    return "AR" if refused_for in REJECTS else "AE"


def answer(
    header: Header | None,
    *,
    at: datetime,
    answer_id: str,
    refused_for: Remark | None = None,
    remarks: Sequence[Remark] = (),
) -> bytes:
    """The acknowledgement: MSH, MSA, and one ERR for each thing to be said."""
    version = header.version if header and header.version in VERSIONS else "2.6"
    to = _plain(header.sender, header) if header else ""
    facility = _plain(header.facility, header) if header else ""
    control_id = _plain(header.control_id, header) if header else ""
    processing = header.processing if header and header.processing in ("P", "T", "D") else "P"
    now = at.astimezone(UTC).strftime("%Y%m%d%H%M%S+0000")
    lines = [
        rf"MSH|^~\&|REPRIEVE||{to}|{facility}|{now}||ACK^R01^ACK|{answer_id}|{processing}|{version}",
        f"MSA|{answer_code(refused_for.trouble if refused_for else None)}|{control_id}",
    ]
    if refused_for:
        lines.append(_err(refused_for, "E"))
    lines += [_err(r, "W") for r in remarks]
    return ("\r".join(lines) + "\r").encode("ascii", "replace")


def _err(remark: Remark, severity: str) -> str:
    code, text = ERROR_CODES.get(remark.trouble, OTHER_ERROR if severity == "E" else ("0", ""))
    shown = f"{SAYS[remark.trouble]}: {remark.detail}" if remark.detail else SAYS[remark.trouble]
    where = (
        remark.detail.replace("-", "^1^") if re.fullmatch(r"[A-Z]{3}-\d+", remark.detail) else ""
    )
    return f"ERR||{where}|{code}^{text}^HL70357|{severity}||||{_escape(shown)}"


def _plain(text: str, header: Header) -> str:
    """The sender's own words in our marks; anything that could break a segment is dropped."""
    text = text[:LONGEST_ID].replace(header.part_mark, "^")
    return "".join(c for c in text if c.isascii() and c.isprintable() and c != "|")


def _escape(text: str) -> str:
    for mark, code in (
        ("\\", r"\E\ "),
        ("|", r"\F\ "),
        ("^", r"\S\ "),
        ("&", r"\T\ "),
        ("~", r"\R\ "),
    ):
        text = text.replace(mark, code.strip())
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in text)
