"""Requests use threads again: one at a time each, and no more idle ones than are kept."""

import asyncio
import threading
from typing import Any

from asgiref.sync import sync_to_async

from reprieve.clinic.config.threads import KEPT, ThreadsUsedAgain


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Says in which thread its synchronous part ran, twice."""
    for _ in range(2):
        scope["ran"].append(await sync_to_async(threading.get_ident)())
        await asyncio.sleep(0.01)


def test_one_request_has_one_thread_and_the_next_has_it_again() -> None:
    async def requests() -> list[list[int]]:
        app, found = ThreadsUsedAgain(application), []
        for _ in range(3):
            scope: dict[str, list[int]] = {"ran": []}
            await app(scope, None, None)
            found.append(scope["ran"])
        return found

    found = asyncio.run(requests())

    assert len({thread for ran in found for thread in ran}) == 1
    assert found[0][0] != threading.get_ident()


def test_requests_at_the_same_time_never_share_a_thread() -> None:
    async def requests() -> tuple[list[set[int]], int]:
        app = ThreadsUsedAgain(application)
        scopes: list[dict[str, list[int]]] = [{"ran": []} for _ in range(KEPT + 6)]
        await asyncio.gather(*(app(scope, None, None) for scope in scopes))
        return [set(s["ran"]) for s in scopes], len(app._idle)

    threads, idle = asyncio.run(requests())

    assert all(len(ran) == 1 for ran in threads)
    assert len(set.union(*threads)) == KEPT + 6
    assert idle == KEPT
