"""From a device's message to its answer: batches of messages become one transaction, then their answers.

An answer is given only when what it says is on disk. One thread writes; whatever arrives while it
writes is the next batch, so that a busy hour costs fewer commits, not more.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import close_old_connections

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.devices.store import Incoming, Outcome, Placed, log_trouble, places, store
from reprieve.core.devices.readings import Remark

PLACES_S = 1.0  # a binding made on the page holds for messages after this
GATHER_S = 0.05  # how long a batch gathers when the writer is idle
MOST_AT_ONCE = 1000
WAITING = 5000  # project_default: more unanswered messages than this and senders must wait
logger = logging.getLogger(__name__)

_Waiting = tuple[Incoming, "asyncio.Future[Outcome]"]


class Feed:
    """Takes messages of one clinic's devices. Used by one event loop."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(WAITING)
        self._writer = ThreadPoolExecutor(1, "feed")
        self._known: dict[str, Placed] = {}
        self._known_at = float("-inf")

    async def take(self, message: Incoming) -> Outcome:
        """What became of the message, once that is on disk.

        Raises:
            Exception: whatever the database raised; the message is not kept and may be sent again.
        """
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        await self._queue.put((message, done))
        return await done

    async def note(self, remark: Remark, *, sender: str, control_id: str, at: datetime) -> None:
        """Count a message that could not even be read; that it is answered matters more."""

        def write() -> None:
            log_trouble(
                self.clinic,
                remark,
                sender=sender,
                device_id=None,
                control_id=control_id,
                at=at,
                taken=False,
            )

        try:
            await asyncio.get_running_loop().run_in_executor(self._writer, write)
        except Exception:
            logger.exception("a refused message could not be counted")

    async def run(self) -> None:
        """Write batches until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._queue.get()]
            await asyncio.sleep(GATHER_S)
            while len(batch) < MOST_AT_ONCE and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                messages = [message for message, _done in batch]
                outcomes = await loop.run_in_executor(self._writer, self._write, messages)
            except Exception as error:
                logger.exception("a batch of %d messages could not be kept", len(batch))
                for _message, done in batch:
                    if not done.done():
                        done.set_exception(error)
                continue
            for (_message, done), outcome in zip(batch, outcomes, strict=True):
                if not done.done():
                    done.set_result(outcome)

    def _write(self, messages: Sequence[Incoming]) -> list[Outcome]:
        close_old_connections()
        if time.monotonic() - self._known_at > PLACES_S:
            self.clinic.refresh_from_db()
            self._known, self._known_at = places(self.clinic), time.monotonic()
        return store(self.clinic, messages, self._known)
