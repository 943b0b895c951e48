"""The line itself: frames in pieces, frames that are none, giants, crowds, and whatever fuzz brings."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message
from hypothesis import given, settings
from hypothesis import strategies as st

from reprieve.clinic.devices.store import Incoming, Outcome
from reprieve.gateway import mllp
from reprieve.gateway.hl7 import Message, Refused, answer, read
from reprieve.gateway.mllp import Frames, Listener, Oversized

from .conftest import SET, message

FRAME = b"\x0b%s\x1c\r"


class Kept:
    """A feed that remembers instead of writing."""

    def __init__(self) -> None:
        self.clinic = SimpleNamespace(time_zone="UTC")
        self.taken: list[Incoming] = []
        self.noted: list[str] = []

    async def take(self, message: Incoming) -> Outcome:
        self.taken.append(message)
        return Outcome(kept=1)

    async def note(self, remark: Any, **_: Any) -> None:
        self.noted.append(str(remark.trouble))


@contextlib.asynccontextmanager
async def listening(kept: Kept, **options: Any) -> AsyncIterator[int]:
    listener = Listener(kept, **options)  # type: ignore[arg-type]
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def answer_of(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(b"\x1c\r"), 5)


def test_a_frame_may_come_in_any_pieces() -> None:
    """Also one byte at a time, and two frames in one piece."""

    async def talk() -> list[bytes]:
        kept = Kept()
        async with listening(kept) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for byte in FRAME % message(control_id="BYTES"):
                writer.write(bytes([byte]))
                await writer.drain()
            first = await answer_of(reader)
            writer.write(FRAME % message(control_id="TWO") + FRAME % message(control_id="THREE"))
            rest = [await answer_of(reader), await answer_of(reader)]
            writer.close()
            return [first, *rest]

    said = asyncio.run(talk())

    assert [
        b"MSA|AA|" + i in s for i, s in zip((b"BYTES", b"TWO", b"THREE"), said, strict=True)
    ] == [True] * 3


def test_what_stands_outside_frames_is_dropped_and_a_frame_begun_anew_counts_from_there() -> None:
    frames = Frames()

    found = frames.feed(b"noise\x0bMSH|lost half\x0bMSH|whole\x1c\rmore noise\x0bMSH|nex")
    found += frames.feed(b"t\x1c")
    found += frames.feed(b"\r")

    assert found == [b"MSH|whole", b"MSH|next"]


def test_the_largest_frame_and_one_byte_more() -> None:
    assert len(Frames().feed(FRAME % (b"x" * mllp.MOST_BYTES))) == 1
    with pytest.raises(Oversized):
        Frames().feed(FRAME % (b"x" * (mllp.MOST_BYTES + 1)))
    with pytest.raises(Oversized):
        Frames().feed(b"\x0b" + b"x" * (mllp.MOST_BYTES + 1))


def test_a_giant_is_rejected_and_the_line_closed_while_others_go_on() -> None:
    async def talk() -> tuple[bytes, bytes, bytes, list[str]]:
        kept = Kept()
        async with listening(kept) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"\x0b" + b"A" * (mllp.MOST_BYTES + 10))
            refused = await answer_of(reader)
            rest = await asyncio.wait_for(reader.read(), 5)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(FRAME % message())
            return refused, rest, await answer_of(reader), kept.noted

    refused, rest, other, noted = asyncio.run(talk())

    assert b"MSA|AR|" in refused
    assert rest == b""
    assert b"MSA|AA|" in other
    assert noted == ["too_large"]


def test_a_frame_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mllp, "FRAME_S", 0.2)

    async def talk() -> bytes:
        async with listening(Kept()) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"\x0bMSH|half")
            return await asyncio.wait_for(reader.read(), 5)

    assert asyncio.run(talk()) == b""


def test_a_crowd_is_served_and_more_than_the_limit_turned_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mllp, "MOST_CONNECTIONS", 40)

    async def talk() -> tuple[int, bytes]:
        kept = Kept()
        async with listening(kept) as port:
            lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(40)]
            for n, (_reader, writer) in enumerate(lines):
                writer.write(FRAME % message(control_id=f"C{n}"))
            for reader, _writer in lines:
                await answer_of(reader)
            late, _writer = await asyncio.open_connection("127.0.0.1", port)
            return len(kept.taken), await asyncio.wait_for(late.read(), 5)

    assert asyncio.run(talk()) == (40, b"")


def test_a_line_that_breaks_in_the_middle_and_comes_back_is_served_again() -> None:
    async def talk() -> bytes:
        async with listening(Kept()) as port:
            for _ in range(20):
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"\x0bMSH|half")
                writer.transport.abort()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(FRAME % message())
            return await answer_of(reader)

    assert b"MSA|AA|" in asyncio.run(talk())


def test_only_peers_that_are_named_may_connect() -> None:
    async def talk(peer: str) -> bytes:
        async with listening(Kept(), peers=[peer]) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(FRAME % message())
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                return await answer_of(reader)
            return b""

    assert b"MSA|AA|" in asyncio.run(talk("127.0.0.0/8"))
    assert asyncio.run(talk("192.0.2.7")) == b""


@given(st.lists(st.binary(max_size=400), max_size=8))
@settings(max_examples=60, deadline=None)
def test_no_bytes_make_the_listener_die(pieces: list[bytes]) -> None:
    async def talk() -> bytes:
        async with listening(Kept()) as port:
            for piece in pieces:
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(FRAME % piece if len(piece) % 2 else piece)
                writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(FRAME % message())
            return await answer_of(reader)

    assert b"MSA|AA|" in asyncio.run(talk())


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_message_broken_anywhere_is_read_or_refused_and_always_answered(
    data: st.DataObject,
) -> None:
    body = bytearray(message(*SET))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=6))
    header = None
    try:
        header = read(bytes(body), UTC).header
    except Refused as refused:
        header = refused.header
        said = answer(header, at=timezone.now(), answer_id="1", refused_for=refused.remark)
    else:
        said = answer(header, at=timezone.now(), answer_id="1")

    segments = said.decode("ascii").split("\r")
    assert [s[:3] for s in segments if s][:2] == ["MSH", "MSA"]
    assert all(s[:3] in ("MSH", "MSA", "ERR", "") for s in segments)


def read_or_trouble(body: bytes) -> Message | str:
    try:
        return read(body, UTC)
    except Refused as refused:
        return str(refused.remark.trouble)


TEXT = st.text(
    st.characters(codec="ascii", exclude_characters="|^~\\&\r\n\x0b\x1c\0 "), max_size=12
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([code for code, *_rest in SET] + ["150344", "999"]),
            st.floats(45, 100).map(lambda v: f"{v:.1f}"),
            st.sampled_from(["266016", "264864", "262688", "264928", "mm[Hg]", "%", "/min"]),
        ),
        max_size=6,
    ),
    TEXT,
)
@settings(max_examples=80, deadline=None)
def test_we_read_the_fields_an_independent_parser_reads(
    values: list[tuple[str, str, str]], facility: str
) -> None:
    """hl7apy reads OBX-3, -5 and -6 of the same bytes; ours are those, or a refusal for a unit."""
    body = message(*[(code, "", value, unit) for code, value, unit in values])
    body = body.replace(b"|WARD|", f"|{facility}|".encode())
    judge = parse_message(
        body.decode(), validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=False
    )
    theirs = [
        (s.obx_3.obx_3_1.value, s.obx_5.value, s.obx_6.obx_6_1.value)
        for s in judge.children
        if s.name == "OBX"
    ]
    names = {
        "150021": "systolic_mmhg",
        "150022": "diastolic_mmhg",
        "147842": "heart_rate_per_min",
        "150456": "spo2_percent",
        "151562": "respiratory_rate_per_min",
    }
    ours = read_or_trouble(body)
    if ours == "unit":
        return
    assert not isinstance(ours, str)
    last = {names[c]: float(v) for c, v, _u in reversed(theirs) if c in names}
    kept = {k: v for r in ours.readings for k, v in r.values.items()}
    assert ours.header.control_id == judge.msh.msh_10.value
    assert all(last[name] == value for name, value in kept.items())
    assert ours.ignored == sum(c not in names for c, _v, _u in theirs)
