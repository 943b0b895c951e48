"""One thread in each web process that notices committed changes and tells the open screens.

It learns from the database, not from the process that wrote, because a device feed is another
process: PostgreSQL notifies; SQLite's `PRAGMA data_version` changes with every commit of any other
connection and costs microseconds to ask. Then only the counts of the visits somebody looks at are read.
"""

import asyncio
import contextlib
import json
import logging
import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from reprieve.clinic.devices.selectors import monitors_of
from reprieve.clinic.live.changes import CHANNEL
from reprieve.clinic.live.models import SessionVersion

LOOK_S = 0.1  # how often SQLite is asked; a change is told within this and the time to tell it
LISTEN_S = 2.0  # PostgreSQL: look anyway after this, should a notification be lost on the way
IDLE_S = 5.0  # without listeners the thread ends
logger = logging.getLogger(__name__)

Version = tuple[int, int]


class TooMany(Exception):
    """No more screens can be followed; the page falls back to asking every 15 s."""


@dataclass(eq=False, slots=True)
class Subscriber:
    """One open screen. encounter_id None: every visit of the clinic."""

    clinic_id: uuid.UUID
    user_id: uuid.UUID
    encounter_id: uuid.UUID | None
    loop: asyncio.AbstractEventLoop
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    version: Version = (0, 0)
    readings: str = ""  # what the devices said last, as JSON; empty: nothing, or a board

    def behind(self, version: Version) -> bool:
        return version[0] > self.version[0] or version[1] > self.version[1]

    def tell(self, version: Version, readings: str = "") -> None:
        if self.behind(version):
            self.version, self.readings = version, readings or self.readings
            with contextlib.suppress(RuntimeError):  # its server is shutting down
                self.loop.call_soon_threadsafe(self.changed.set)


class Hub:
    """The subscribers of this process and the thread that serves them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: set[Subscriber] = set()
        self._thread: threading.Thread | None = None
        self._seen: object = (
            None  # SQLite: the data version; PostgreSQL: the connection that listens
        )

    def join(self, subscriber: Subscriber) -> None:
        """Raises TooMany over the limit of the process or of one person."""
        with self._lock:
            own = sum(s.user_id == subscriber.user_id for s in self._subscribers)
            if (
                len(self._subscribers) >= settings.LIVE_CONNECTIONS
                or own >= settings.LIVE_CONNECTIONS_OF_A_PERSON
            ):
                raise TooMany
            self._subscribers.add(subscriber)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="live", daemon=True)
                self._thread.start()

    def leave(self, subscriber: Subscriber) -> None:
        with self._lock:
            self._subscribers.discard(subscriber)

    def __len__(self) -> int:
        return len(self._subscribers)

    def _serve(self) -> None:
        self._seen = None  # another connection counts anew
        alone_since = time.monotonic()
        while True:
            with self._lock:
                if self._subscribers:
                    alone_since = time.monotonic()
                elif time.monotonic() - alone_since > IDLE_S:
                    self._thread = None
                    break
            try:
                if self._something_changed():
                    with self._lock:  # who has come meanwhile is among them
                        present = list(self._subscribers)
                    tell(present)
            except (
                Exception
            ):  # the database may be away for a while; pages keep asking by themselves
                logger.exception("live changes could not be read")
                connection.close()
                self._seen = None
                time.sleep(1.0)
        connection.close()

    def _something_changed(self) -> bool:
        """Wait a little for a commit. True also when nothing is sure."""
        if connection.vendor == "postgresql":
            return self._notified()
        time.sleep(LOOK_S)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            version = cursor.fetchone()[0]
        changed, self._seen = version != self._seen, version
        return changed

    def _notified(self) -> bool:
        connection.ensure_connection()
        if self._seen is not connection.connection:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            self._seen = connection.connection
            return True
        list(connection.connection.notifies(timeout=LISTEN_S, stop_after=1))
        return True


def tell(subscribers: Iterable[Subscriber]) -> None:
    """Read the counts of what these look at, and wake those that are behind."""
    subscribers = list(subscribers)
    boards = {s.clinic_id for s in subscribers if s.encounter_id is None}
    of_one = {s.encounter_id for s in subscribers if s.encounter_id}
    rows = SessionVersion.objects.filter(encounter_id__in=of_one)
    versions = {pk: (c, r) for pk, c, r in rows.values_list("encounter_id", "charted", "readings")}
    of_clinics = SessionVersion.objects.filter(clinic_id__in=boards).values_list("clinic_id")
    sums = dict(of_clinics.annotate(Sum("charted")).order_by())
    said = _said([s for s in subscribers if s.encounter_id], versions)
    for subscriber in subscribers:
        if subscriber.encounter_id:
            charted, readings = versions.get(subscriber.encounter_id, (0, 0))
        else:
            charted, readings = sums.get(subscriber.clinic_id, 0), 0
        # (0, 0) is a screen that was told nothing yet
        subscriber.tell((charted + 1, readings + 1), said.get(subscriber.encounter_id, ""))


def _said(screens: list[Subscriber], versions: dict[uuid.UUID, Version]) -> dict[Any, str]:
    """What the devices of visits with new readings said: read and written out once, for all their screens."""
    behind: dict[uuid.UUID, set[uuid.UUID]] = {}  # by clinic
    for s in screens:
        if s.encounter_id and versions.get(s.encounter_id, (0, 0))[1] >= s.version[1]:
            behind.setdefault(s.clinic_id, set()).add(s.encounter_id)
    found = [pair for clinic, ids in behind.items() for pair in monitors_of(clinic, ids).items()]
    return {pk: json.dumps(data, separators=(",", ":")) for pk, data in found}


HUB = Hub()
