"""How many times an answer is handed to the kernel."""

import asyncio
from typing import Any, ClassVar, cast
from unittest.mock import Mock

import pytest

from testkit.connections import Impatient, answer, serving
from web.writes import JoinedWrites

POST = b"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
HEAD = b"HEAD /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
STREAMED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
LIKE_A_HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"


class Noted:
    """A transport that notes what is written."""

    written: ClassVar[list[bytes]] = []

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        self.written.append(data)
        self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Noting(Impatient):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, Noted(transport)))


@pytest.fixture
def written() -> list[bytes]:
    Noted.written.clear()
    return Noted.written


async def test_an_answer_is_written_at_once(written):
    async with serving(Noting) as port:
        answered = await answer(port, POST)

    assert answered.endswith(b"\r\n\r\nhello")
    assert written == [answered]


async def test_an_answer_to_head_is_not_held_back(written):
    async with serving(Noting) as port:
        answered = await answer(port, HEAD)

    assert answered.startswith(b"HTTP/1.1 200")


def test_the_head_of_a_stream_does_not_wait_for_its_first_part(written):
    transport = JoinedWrites(cast(asyncio.Transport, Noted(Mock())))

    transport.write(STREAMED)

    assert written == [STREAMED]


def test_no_part_of_a_stream_is_held_back_whatever_is_in_it(written):
    transport = JoinedWrites(cast(asyncio.Transport, Noted(Mock())))
    last = b"%x\r\n%b\r\n0\r\n\r\n" % (len(LIKE_A_HEAD), LIKE_A_HEAD)

    for part in (STREAMED, last):
        transport.write(part)

    assert written == [STREAMED, last]


def test_a_body_is_not_held_back_whatever_is_in_it(written):
    transport = JoinedWrites(cast(asyncio.Transport, Noted(Mock())))

    for part in (LIKE_A_HEAD, LIKE_A_HEAD, LIKE_A_HEAD):
        transport.write(part)

    assert written == [2 * LIKE_A_HEAD, LIKE_A_HEAD]
