"""HL7 v2 over MLLP: a listener that any number of monitors may reach, and no message can bring down.

A frame is VT, the message, FS, CR. What stands outside frames is dropped; a frame that begins anew
before it ended, that is larger than MOST_BYTES or that takes longer than a minute is given up.
"""

import asyncio
import contextlib
import ipaddress
import itertools
import logging
import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from reprieve.clinic.devices.store import SILENT, Incoming
from reprieve.core.devices.readings import Remark, Trouble
from reprieve.gateway.feed import Feed
from reprieve.gateway.hl7 import Header, Message, Refused, answer, read

VT, FS, CR = b"\x0b", b"\x1c", b"\r"
MOST_BYTES = 64 * 1024  # project_default: a set of values takes about 1 KiB
MOST_CONNECTIONS = 256  # project_default
FRAME_S = 60.0  # project_default: from the first byte of a frame to its last
SILENCE_S = 3600.0  # project_default: a connection that says nothing is closed
logger = logging.getLogger(__name__)


class Oversized(Exception):
    """More than MOST_BYTES without an end of frame."""


class Frames:
    """Cuts a stream into messages."""

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def unfinished(self) -> bool:
        return bool(self._held)

    def feed(self, data: bytes) -> list[bytes]:
        """Messages that this piece completes. Raises Oversized when one grows too large."""
        self._held += data
        found = []
        while True:
            start = self._held.find(VT)
            if start < 0:
                self._held.clear()
                break
            end = self._held.find(FS + CR, start)
            if end < 0:
                again = self._held.rfind(VT)  # a sender that began anew: only its last start counts
                del self._held[:again]
                if len(self._held) > MOST_BYTES:
                    self._held.clear()
                    raise Oversized
                break
            body = bytes(self._held[start + 1 : end])
            del self._held[: end + 2]
            body = body[body.rfind(VT) + 1 :]
            if len(body) > MOST_BYTES:
                self._held.clear()
                raise Oversized
            found.append(body)
        return found


class Listener:
    """Serves monitors of one clinic. peers: who may connect; empty: anybody who can reach it."""

    def __init__(self, feed: Feed, peers: Sequence[str] = ()) -> None:
        self.feed = feed
        self._zone = ZoneInfo(feed.clinic.time_zone)
        self._peers = [ipaddress.ip_network(p, strict=False) for p in peers]
        self._open = 0
        self._answers = itertools.count(1)
        self._name = uuid.uuid4().hex[:10]  # MSH-10 of an answer may have 20 characters

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: messages in, an answer for each, in order."""
        if self._open >= MOST_CONNECTIONS or not self._welcome(writer):
            writer.close()
            return
        self._open += 1
        try:
            async for body in _messages(reader):
                writer.write(VT + await self.reply(body) + FS + CR)
                await writer.drain()
        except Oversized:
            refused = Remark(trouble=Trouble.TOO_LARGE)
            now = timezone.now()
            await self.feed.note(refused, sender=_peer(writer), control_id="", at=now)
            writer.write(VT + self._answer(None, now, refused) + FS + CR)
        except (ConnectionError, TimeoutError):
            pass
        finally:
            self._open -= 1
            with contextlib.suppress(ConnectionError, TimeoutError):
                await asyncio.wait_for(writer.drain(), 5)
            writer.close()

    async def reply(self, body: bytes) -> bytes:
        """The acknowledgement of one message. Never raises for what a message says."""
        now = timezone.now()
        header: Header | None = None
        try:
            message = read(body, self._zone)
            header = message.header
            outcome = await self.feed.take(_incoming(message, now))
        except Refused as refused:
            header = refused.header
            sender = header.sender if header else ""
            control_id = header.control_id if header else ""
            await self.feed.note(refused.remark, sender=sender, control_id=control_id, at=now)
            return self._answer(header, now, refused.remark)
        except Exception:
            logger.exception("a message was not kept")
            return self._answer(header, now, Remark(trouble=Trouble.NOT_KEPT))
        said = [r for r in outcome.remarks if r.trouble not in SILENT]
        return self._answer(header, now, outcome.refused_for, said)

    def _answer(
        self,
        header: Header | None,
        at: datetime,
        refused_for: Remark | None,
        remarks: Sequence[Remark] = (),
    ) -> bytes:
        answer_id = f"{self._name}{next(self._answers)}"
        return answer(header, at=at, answer_id=answer_id, refused_for=refused_for, remarks=remarks)

    def _welcome(self, writer: asyncio.StreamWriter) -> bool:
        if not self._peers:
            return True
        try:
            address = ipaddress.ip_address(_peer(writer))
        except ValueError:
            return False
        return any(address in network for network in self._peers)


async def _messages(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    frames, began = Frames(), 0.0
    clock = asyncio.get_running_loop().time
    while True:
        left = began + FRAME_S - clock() if frames.unfinished else SILENCE_S
        data = await asyncio.wait_for(reader.read(65536), max(left, 0.001))
        if not data:
            return
        if not frames.unfinished:
            began = clock()
        for body in frames.feed(data):
            began = clock()
            yield body


def _incoming(message: Message, received_at: datetime) -> Incoming:
    return Incoming(
        sender=message.device,
        control_id=message.header.control_id,
        sent_at=message.sent_at,
        received_at=received_at,
        readings=message.readings,
        remarks=message.remarks,
        training=message.header.processing != "P",
    )


def _peer(writer: asyncio.StreamWriter) -> str:
    address = writer.get_extra_info("peername")
    return str(address[0]) if address else ""


async def listen(feed: Feed, *, host: str, port: int, peers: Sequence[str] = ()) -> None:
    """Serve until cancelled."""
    listener = Listener(feed, peers)
    server = await asyncio.start_server(listener.serve, host, port, limit=2 * MOST_BYTES)
    async with server, asyncio.TaskGroup() as tasks:
        tasks.create_task(feed.run())
        tasks.create_task(server.serve_forever())
