"""The web server is killed while people chart: every acknowledged entry must stand, in order, once.

    .venv/bin/python benchmarks/faults.py [--sessions 20] [--kills 50] [--between 2 6]

Each session charts one vital set a second over HTTP under an id the sender made. A request that got
no answer is sent again under the same id until it is answered. The server is killed with SIGKILL at
random moments and started again. At the end the database is compared with what was acknowledged.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

import running_clinic as clinic

TOKEN = "a" * 32  # the browser's own CSRF token, in cookie and header alike
ANSWER_S = 10.0


@dataclass
class Charted:
    """One session: ids in the order they were acknowledged, and how often one was sent again."""

    acknowledged: list[str] = field(default_factory=list)
    sent_again: int = 0
    refused: list[str] = field(default_factory=list)


async def nurse(found: Charted, port: int, path: str, cookie: str, until: asyncio.Event) -> None:
    """Chart a set a second, each until it is acknowledged."""
    number = 0
    while not until.is_set():
        began, number = time.monotonic(), number + 1
        event_id = str(uuid.uuid4())
        body = urlencode({"event_id": event_id, "heart_rate_per_min": 60 + number % 60})
        first = True
        while True:
            found.sent_again += not first
            first = False
            try:
                status = await asyncio.wait_for(post(port, path, cookie, body), ANSWER_S)
            except (OSError, asyncio.IncompleteReadError, TimeoutError):
                await asyncio.sleep(0.2)
                continue
            if status == 302:
                found.acknowledged.append(event_id)
                break
            if status < 500:
                found.refused.append(f"{status} {event_id}")
                break
            await asyncio.sleep(0.2)
        await asyncio.sleep(max(0.0, 1.0 - (time.monotonic() - began)))


async def post(port: int, path: str, cookie: str, body: str) -> int:
    """The status of one answer; the connection is closed after it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
            f"Cookie: sessionid={cookie}; csrftoken={TOKEN}\r\nX-CSRFToken: {TOKEN}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write((head + body).encode())
        line = await reader.readuntil(b"\r\n\r\n")
        return int(line.split(b" ", 2)[1])
    finally:
        writer.close()


async def run(
    args: argparse.Namespace, seeded: dict, port: int, web: clinic.Process
) -> list[Charted]:
    chance, over = random.Random(args.seed), asyncio.Event()
    found = [Charted() for _ in seeded["sessions"]]
    charting = [
        asyncio.ensure_future(
            nurse(
                one,
                port,
                f"/patients/{patient}/sessions/{session}/chart/vitals/",
                seeded["cookies"][n % len(seeded["cookies"])],
                over,
            )
        )
        for n, (one, (patient, session)) in enumerate(zip(found, seeded["sessions"], strict=True))
    ]
    for _ in range(args.kills):
        await asyncio.sleep(chance.uniform(*args.between))
        web.kill_and_start()
        await asyncio.to_thread(clinic.wait_for_web, port)
    await asyncio.sleep(2)
    over.set()
    await asyncio.gather(*charting)
    return found


def compare(found: list[Charted], sessions: list[tuple[str, str]]) -> dict[str, int]:
    """What the database holds against what was acknowledged."""
    from reprieve.clinic.session.models import SessionEvent

    result = Counter(acknowledged=0, missing=0, twice=0, out_of_order=0, unasked=0)
    for one, (_patient, session) in zip(found, sessions, strict=True):
        rows = SessionEvent.objects.filter(encounter_id=session).order_by("sequence")
        stand = [str(pk) for pk in rows.values_list("pk", flat=True)]
        times = Counter(stand)
        result["acknowledged"] += len(one.acknowledged)
        result["missing"] += sum(times[i] == 0 for i in one.acknowledged)
        result["twice"] += sum(n > 1 for n in times.values())
        result["unasked"] += len(set(stand) - set(one.acknowledged))
        place = {pk: n for n, pk in enumerate(stand)}
        order = [place[i] for i in one.acknowledged if i in place]
        result["out_of_order"] += sum(a > b for a, b in pairwise(order))
        values = [row.payload for row in rows]
        result["twice"] += sum(a == b for a, b in pairwise(values))
    return dict(result)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--between", type=float, nargs=2, default=(1.0, 5.0), metavar="S")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clinic.use(Path(folder))
        seeded = clinic.seed(args.sessions, nurses=max(1, args.sessions // 4))
        port = clinic.free_port()
        web = clinic.web(port)
        try:
            clinic.wait_for_web(port)
            began = time.monotonic()
            found = asyncio.run(run(args, seeded, port, web))
            took = time.monotonic() - began
        finally:
            web.stop()
        return report(args, found, compare(found, seeded["sessions"]), took)


def report(
    args: argparse.Namespace, found: list[Charted], result: dict[str, int], took: float
) -> int:
    from reprieve.clinic.accounts.models import Clinic
    from reprieve.clinic.audit.selectors import broken_links

    broken = len(broken_links(Clinic.objects.get()))
    refused = sum(len(one.refused) for one in found)
    again = sum(one.sent_again for one in found)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {clinic.machine()}; load on the same machine.\n")  # noqa: TID251
    print(
        "| sessions | kills (SIGKILL) | seconds | acknowledged | sent again | missing | twice | out of order | never acknowledged | refused | audit links broken |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    print(
        f"| {args.sessions} | {args.kills} | {took:.0f} | {result['acknowledged']} | {again} | "
        f"{result['missing']} | {result['twice']} | {result['out_of_order']} | {result['unasked']} | {refused} | {broken} |"
    )
    bad = sum(result[k] for k in ("missing", "twice", "out_of_order", "unasked")) + refused + broken
    print(
        f"\nTarget (every acknowledged entry stands, in order, none twice): {'MISSED' if bad else 'met'}."
    )
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
