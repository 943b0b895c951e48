"""Threads for requests that are used again, with the database connection each has opened.

Django runs a synchronous page of an ASGI request in a thread of its own, made for that request: the
thread, and the connection opened in it, cost more than many a fragment that a live page asks for.
"""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext

KEPT = 24  # idle threads kept, each with at most one connection

Application = Callable[[Any, Any, Any], Awaitable[None]]


class ThreadsUsedAgain:
    """An ASGI application around another. One request has one thread to itself, as before."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._idle: list[ThreadPoolExecutor] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, "request")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self._application(scope, receive, send)
        finally:
            if len(self._idle) < KEPT:
                self._idle.append(thread)
            else:
                thread.shutdown(wait=False)
