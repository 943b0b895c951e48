"""Monitors of 64 chairs, six values a second each, into running sessions that people look at.

    .venv/bin/python benchmarks/ingest.py [--chairs 64] [--seconds 300] [--watched 64] [--raise-to 64]

Web server and feed run as processes of their own on this machine, as does the load. A page follows
each watched session as a browser does: server-sent event, then the fragment. Targets (issue 4): no
loss, page update p99 <= 1 s, feed <= 50 % of one core. Then the rate is doubled until it breaks.
"""

import argparse
import asyncio
import re
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import running_clinic as clinic

VALUES = (
    ("150021", "MDC_PRESS_BLD_NONINV_SYS", 120, "266016^MDC_DIM_MMHG^MDC"),
    ("150022", "MDC_PRESS_BLD_NONINV_DIA", 70, "266016^MDC_DIM_MMHG^MDC"),
    ("150023", "MDC_PRESS_BLD_NONINV_MEAN", 90, "266016^MDC_DIM_MMHG^MDC"),
    ("147842", "MDC_ECG_HEART_RATE", 70, "264864^MDC_DIM_BEAT_PER_MIN^MDC"),
    ("150456", "MDC_PULS_OXIM_SAT_O2", 97, "262688^MDC_DIM_PERCENT^MDC"),
    ("151562", "MDC_RESP_RATE", 14, "264928^MDC_DIM_RESP_PER_MIN^MDC"),
)
END = b"\x1c\r"
TARGET_UPDATE_S, TARGET_CORE = 1.0, 0.5
STEP_S = 20.0


@dataclass
class Load:
    """What was sent, answered and seen. Times are monotonic seconds."""

    sent: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    refused: int = 0
    late_s: float = 0.0
    seen: dict[str, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    unseen: int = 0


async def monitor(load: Load, port: int, chair: int, every_s: float, until: float) -> None:
    """One bedside monitor: a message each `every_s`, an answer for each."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    due = time.monotonic() + every_s * (chair % 64) / 64
    number = 0
    while due < until:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        load.late_s = max(load.late_s, time.monotonic() - due)
        number += 1
        control_id = f"{chair}.{uuid.uuid4().hex[:12]}"
        load.sent[control_id] = time.monotonic()
        writer.write(b"\x0b" + message(chair, control_id, number) + END)
        said = await reader.readuntil(END)
        if b"MSA|AA|" in said:
            load.answered[control_id] = time.monotonic()
        else:
            load.refused += 1
        due += every_s
    writer.close()


def message(chair: int, control_id: str, number: int) -> bytes:
    at = datetime.fromtimestamp(time.time(), UTC)
    when = f"{at:%Y%m%d%H%M%S}.{at.microsecond // 1000:03d}+0000"
    lines = [
        rf"MSH|^~\&|MON{chair}|||REPRIEVE|{when}||ORU^R01^ORU_R01|{control_id}|P|2.6",
        "PID|||INVENTED",
        f"OBR|1|||182777000^monitoring of patient^SCT|||{when}",
    ]
    for n, (code, name, value, unit) in enumerate(VALUES, 1):
        lines.append(
            f"OBX|{n}|NM|{code}^{name}^MDC|1.0.0.{n}|{value + number % 3}|{unit}|||||R|||{when}"
        )
    return ("\r".join(lines) + "\r").encode()


async def page(load: Load, port: int, path: str, cookie: str, until: float) -> None:
    """One open session page: follows the events, asks for the fragment after each."""
    head = f" HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: sessionid={cookie}\r\n"
    word = ""
    body = await get(port, path, head)
    if found := re.search(r'data-opening="([^"]+)"', body):
        word = found[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path}events/?opening={word}{head}\r\n".encode())
    fetch = await asyncio.open_connection("127.0.0.1", port)
    said = b""
    while (left := until - time.monotonic()) > 0:
        try:
            line = await asyncio.wait_for(reader.readline(), left)
        except TimeoutError:
            break
        if not line:
            load.unseen += 1
            break
        last, line = said, line.strip()
        said = line
        if line.startswith(b"data: {"):  # the numbers come with the event: nothing is asked for
            ids = [int(n) for n in re.findall(r":(\d+)(?:,|\")", line.decode().split('"takes"')[1])]
            load.seen[path].append((time.monotonic(), max(ids)))
        elif line.startswith(b"data: ") and last == b"event: readings":
            fragment = await ask(fetch, f"GET {path}monitor/{head}X-Opening: {word}\r\n\r\n")
            ids = [int(n) for n in re.findall(r":(\d+)(?:,|\")", fragment)]
            if ids:
                load.seen[path].append((time.monotonic(), max(ids)))
    writer.close()
    fetch[1].close()


async def get(port: int, path: str, head: str) -> str:
    line = await asyncio.open_connection("127.0.0.1", port)
    body = await ask(line, f"GET {path}{head}\r\n")
    line[1].close()
    return body


async def ask(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: str) -> str:
    """One answer on a kept connection."""
    reader, writer = line
    writer.write(request.encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    if found := re.search(r"content-length: (\d+)", head, re.IGNORECASE):
        return (await reader.readexactly(int(found[1]))).decode()
    body = b""
    while size := int((await reader.readline()).strip() or b"0", 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body.decode()


async def run(
    args: argparse.Namespace,
    seeded: dict,
    ports: tuple[int, int],
    rate: float,
    seconds: float,
    watched: int,
) -> Load:
    opening = min(8.0, 0.1 * watched + 0.5)  # until the pages are open
    load, until = Load(), time.monotonic() + opening + seconds
    cookies, sessions = seeded["cookies"], seeded["sessions"]
    pages = [
        page(load, ports[0], f"/patients/{p}/sessions/{s}/", cookies[n % len(cookies)], until + 3)
        for n, (p, s) in enumerate(sessions[:watched])
    ]
    watching = [asyncio.ensure_future(p) for p in pages]
    await asyncio.sleep(opening)
    async with asyncio.TaskGroup() as tasks:
        for chair in range(1, args.chairs + 1):
            tasks.create_task(monitor(load, ports[1], chair, 1 / rate, until))
    await asyncio.sleep(2)
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    return load


def updates_s(load: Load, sessions: list[tuple[str, str]]) -> list[float]:
    """For each message of a watched session: from sending it to the page that shows it or a newer one."""
    from reprieve.clinic.devices.models import DeviceReading

    took = []
    for path, seen in load.seen.items():
        session_id = path.split("/")[4]
        rows = DeviceReading.objects.filter(encounter_id=session_id).order_by("pk")
        waiting = [(pk, c) for pk, c in rows.values_list("pk", "control_id") if c in load.sent]
        for at, newest in sorted(seen):
            while waiting and waiting[0][0] <= newest:
                took.append(at - load.sent[waiting.pop(0)[1]])
    return took


def lost(load: Load) -> int:
    """Messages that were answered AA and do not stand exactly once."""
    from collections import Counter

    from reprieve.clinic.devices.models import DeviceReading

    kept = Counter(DeviceReading.objects.values_list("control_id", flat=True))
    return sum(kept[control_id] != 1 for control_id in load.answered)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chairs", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--watched", type=int, default=64, help="sessions with an open page")
    parser.add_argument("--raise-to", type=float, default=64.0, help="messages a second and chair")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clinic.use(Path(folder))
        seeded = clinic.seed(args.chairs, nurses=max(1, args.chairs // 8))
        ports = clinic.free_port(), clinic.free_port()
        web, feed = clinic.web(ports[0]), clinic.feed(ports[1])
        try:
            clinic.wait_for_web(ports[0])
            clinic.wait_for_port(ports[1])
            return measure(args, seeded, ports, web, feed)
        finally:
            feed.stop()
            web.stop()


def measure(
    args: argparse.Namespace,
    seeded: dict,
    ports: tuple[int, int],
    web: clinic.Process,
    feed: clinic.Process,
) -> int:
    print(f"{datetime.now(UTC):%Y-%m-%d}, {clinic.machine()}; load on the same machine.\n")  # noqa: TID251
    print(
        "| a second and chair | chairs | seconds | pages open | answered of sent | refused | lost | answer p50 / p99 ms | page update p50 / p99 ms | feed, % of a core | web, % of a core |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    first = step(args, seeded, ports, web, feed, 1.0, args.seconds, args.watched)
    rate, broke = 2.0, None
    while rate <= args.raise_to and broke is None:
        found = step(args, seeded, ports, web, feed, rate, STEP_S, 0)
        if not found["kept_up"]:
            broke = rate
        rate *= 2
    met = (
        first["lost"] == 0
        and first["update_p99"] <= TARGET_UPDATE_S
        and first["feed"] <= TARGET_CORE
    )
    print(
        f"\nTarget (no loss, page update p99 <= 1 s, feed <= 50 % of a core): {'met' if met else 'MISSED'}."
    )
    if broke:
        print(
            f"It no longer keeps up at {broke:g} messages a second and chair ({broke * args.chairs * len(VALUES):.0f} values a second)."
        )
    elif args.raise_to >= 2:
        print(f"It kept up to {rate / 2:g} messages a second and chair, where the raise ended.")
    return 0 if met else 1


def step(
    args: argparse.Namespace,
    seeded: dict,
    ports: tuple[int, int],
    web: clinic.Process,
    feed: clinic.Process,
    rate: float,
    seconds: float,
    watched: int,
) -> dict:
    before, began = (feed.cpu_s(), web.cpu_s()), time.monotonic()
    load = asyncio.run(run(args, seeded, ports, rate, seconds, watched))
    took = time.monotonic() - began
    cpu = [
        (now - then) / took for now, then in zip((feed.cpu_s(), web.cpu_s()), before, strict=True)
    ]
    answers = [load.answered[i] - load.sent[i] for i in load.answered]
    updates = updates_s(load, seeded["sessions"])
    n_lost = lost(load)
    p99 = clinic.percentile(answers, 0.99)
    shown = (
        f"{1000 * clinic.percentile(updates, 0.5):.0f} / {1000 * clinic.percentile(updates, 0.99):.0f}"
        if updates
        else "–"
    )
    print(
        f"| {rate:g} | {args.chairs} | {seconds:g} | {watched} | {len(load.answered)} of {len(load.sent)} | {load.refused} | {n_lost} | {1000 * clinic.percentile(answers, 0.5):.0f} / {1000 * p99:.0f} | {shown} | {100 * cpu[0]:.0f} | {100 * cpu[1]:.0f} |",
        flush=True,
    )
    expected = rate * args.chairs * seconds
    return {
        "lost": n_lost + load.refused + len(load.sent) - len(load.answered),
        "update_p99": clinic.percentile(updates, 0.99)
        if updates
        else float("inf")
        if watched
        else 0.0,
        "feed": cpu[0],
        "kept_up": n_lost == 0
        and p99 <= TARGET_UPDATE_S
        and load.late_s <= TARGET_UPDATE_S
        and len(load.answered) >= 0.95 * expected,
    }


if __name__ == "__main__":
    sys.exit(main())
