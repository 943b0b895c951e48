"""The virtual patient's monitor over MLLP: one ORU^R01 a second, each sent until it is answered."""

import asyncio
import itertools
import re
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from reprieve.gateway.virtual.physiology import INVENTED, Shown, VirtualPatient

SENDER = "REPRIEVE-VIRTUAL"
VT, END = b"\x0b", b"\x1c\r"
ANSWER_S, LONGEST_WAIT_S = 10.0, 30.0
_VALUES = (
    ("systolic_mmhg", "150021^MDC_PRESS_BLD_NONINV_SYS", "266016^MDC_DIM_MMHG"),
    ("diastolic_mmhg", "150022^MDC_PRESS_BLD_NONINV_DIA", "266016^MDC_DIM_MMHG"),
    ("mean_mmhg", "150023^MDC_PRESS_BLD_NONINV_MEAN", "266016^MDC_DIM_MMHG"),
    ("heart_rate_per_min", "147842^MDC_ECG_HEART_RATE", "264864^MDC_DIM_BEAT_PER_MIN"),
    ("spo2_percent", "150456^MDC_PULS_OXIM_SAT_O2", "262688^MDC_DIM_PERCENT"),
    ("respiratory_rate_per_min", "151562^MDC_RESP_RATE", "264928^MDC_DIM_RESP_PER_MIN"),
)


def message(shown: Shown, *, name: str, control_id: str, at: datetime, cuff_at: datetime) -> bytes:
    """What the monitor sends: processing id T (training), and a note that it is invented."""
    sent, cuff = _time(at), _time(cuff_at)
    lines = [
        rf"MSH|^~\&|{SENDER}|||REPRIEVE|{sent}||ORU^R01^ORU_R01|{control_id}|T|2.6",
        "PID|||INVENTED^^^VIRTUAL^MR||Patient^Virtual",
        f"OBR|1|||182777000^monitoring of patient^SCT|||{sent}",
        f"NTE|1||{INVENTED}",
    ]
    for n, (field, code, unit) in enumerate(_VALUES, 1):
        value = getattr(shown, field)
        status, text = ("R", str(value)) if value is not None else ("X", "")
        measured = cuff if n <= 3 else sent
        lines.append(
            f"OBX|{n}|NM|{code}^MDC|1.0.0.{n}|{text}|{unit}^MDC|||||{status}|||{measured}||||{name}"
        )
    return ("\r".join(lines) + "\r").encode("ascii")


class HL7Monitor:
    """Plays a patient to a listener. say: told what is going on, a line at a time."""

    def __init__(
        self, patient: VirtualPatient, *, name: str, speed: float, say: Callable[[str], None]
    ) -> None:
        self.patient, self.name, self.speed, self.say = patient, name, speed, say
        self.taken = self.refused = 0
        self._run = uuid.uuid4().hex[:8]

    async def play(self, host: str, port: int, *, minutes: float, every_s: float = 1.0) -> None:
        """So many simulated minutes. A line that breaks is opened again, and nothing is skipped."""
        pending = self._messages(minutes)
        due = asyncio.get_running_loop().time()
        body, wait = next(pending, None), 0.5
        while body is not None:
            try:
                reader, writer = await asyncio.open_connection(host, port)
                while body is not None:
                    writer.write(VT + body + END)
                    await writer.drain()
                    said = await asyncio.wait_for(reader.readuntil(END), ANSWER_S)
                    self._heard(said)
                    wait, due = 0.5, max(due + every_s, asyncio.get_running_loop().time() - every_s)
                    await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
                    body = next(pending, None)
                writer.close()
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as broken:
                self.say(f"{INVENTED}: no answer ({type(broken).__name__}), again in {wait:g} s")
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_S)

    def _messages(self, minutes: float) -> Iterator[bytes]:
        """Its clock is the wall's; only what happens to the patient goes faster."""
        began = datetime.fromtimestamp(time.time(), UTC)
        for number in itertools.count(1):
            at = datetime.fromtimestamp(time.time(), UTC)
            minute = (at - began).total_seconds() / 60 * self.speed
            if minute > minutes:
                return
            shown = self.patient.shows(minute)
            cuff_at = began + timedelta(minutes=shown.cuff_min / self.speed)
            self.say(shown.in_words())
            yield message(
                shown,
                name=self.name,
                control_id=f"{self._run}{number}",
                at=at,
                cuff_at=min(cuff_at, at),
            )

    def _heard(self, said: bytes) -> None:
        if b"MSA|AA|" in said:
            self.taken += 1
            return
        self.refused += 1
        why = re.search(rb"ERR\|[^\r]*\|([^|\r]*)", said)
        self.say(f"{INVENTED}: refused, {why[1].decode('ascii', 'replace') if why else said!r}")


def _time(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at:%Y%m%d%H%M%S}.{at.microsecond // 1000:03d}+0000"
