"""Server-sent events: "this session changed", and what its devices say now. For the rest the page asks."""

import asyncio
import functools
import uuid
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from reprieve.clinic.live.hub import HUB, Subscriber, TooMany, Version, tell
from reprieve.clinic.live.opening import BOARD, audit_opening
from reprieve.clinic.live.selectors import check_session

HEARTBEAT_S = 15.0
LASTS_S = 300.0  # then the browser connects again, and who it is and what it may see is asked anew
AT_MOST_EVERY_S = 0.25  # bursts are one event


@require_safe
async def session(
    request: HttpRequest, patient_id: uuid.UUID, session_id: uuid.UUID
) -> HttpResponseBase:
    """Changes of one session."""
    await sync_to_async(check_session)(
        clinic=request.clinic, patient_id=patient_id, session_id=session_id
    )
    await sync_to_async(audit_opening)(request, f"live session/{session_id}", patient_id)
    return await _stream(request, session_id)


@require_safe
async def board(request: HttpRequest) -> HttpResponseBase:
    """Changes of any session of the clinic."""
    await sync_to_async(audit_opening)(request, f"live chairs/{BOARD}", None)
    return await _stream(request, None)


session.reads = "live session"
board.reads = "live chairs"


async def _stream(request: HttpRequest, encounter_id: uuid.UUID | None) -> HttpResponseBase:
    subscriber = Subscriber(
        clinic_id=request.clinic.pk,
        user_id=request.user.pk,
        encounter_id=encounter_id,
        loop=asyncio.get_running_loop(),
    )
    try:
        HUB.join(subscriber)
    except TooMany:
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    await sync_to_async(_tell_once)(subscriber)
    known = _version(request.headers.get("Last-Event-ID") or request.GET.get("from", ""))
    response = StreamingHttpResponse(
        _events(subscriber, known),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store, private", "X-Accel-Buffering": "no"},
    )
    # Also when the browser is gone before the first event, and the generator never began.
    response._resource_closers.append(functools.partial(HUB.leave, subscriber))
    return response


def _tell_once(subscriber: Subscriber) -> None:
    """Where things stand now. The stream lasts minutes and asks the database nothing more."""
    tell([subscriber])
    connection.close()


async def _events(subscriber: Subscriber, known: Version | None) -> AsyncIterator[str]:
    """Versions as they come; a comment when nothing does, so that a dead line is noticed."""
    ends = asyncio.get_running_loop().time() + LASTS_S
    try:
        yield "retry: 2000\n\n"
        while (left := ends - asyncio.get_running_loop().time()) > 0:
            try:
                await asyncio.wait_for(subscriber.changed.wait(), min(HEARTBEAT_S, left))
            except TimeoutError:
                yield ": still here\n\n"
                continue
            subscriber.changed.clear()
            version, readings = subscriber.version, subscriber.readings
            for name in _what_changed(known, version):
                yield _event(name, version, readings if name == "readings" else "")
            known = version
            await asyncio.sleep(AT_MOST_EVERY_S)
    finally:
        HUB.leave(subscriber)


def _what_changed(known: Version | None, version: Version) -> list[str]:
    """`charted`, `readings`, both; for a page that is up to date only where it stands."""
    if known is None:
        return ["charted", "readings"]
    if known == version:
        return ["version"]
    changed = []
    if known[0] != version[0]:
        changed.append("charted")
    if known[1] != version[1]:
        changed.append("readings")
    return changed


def _event(name: str, version: Version, said: str = "") -> str:
    """said: what goes with it; the version itself when there is nothing to say."""
    shown = f"{version[0]}.{version[1]}"
    return f"id: {shown}\nevent: {name}\ndata: {said or shown}\n\n"


def _version(text: str) -> Version | None:
    charted, dot, readings = text.partition(".")
    if dot and charted.isdecimal() and readings.isdecimal() and len(text) < 40:
        return int(charted), int(readings)
    return None
