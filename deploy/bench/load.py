"""Posts complaints over keep-alive connections, as fast as they are answered or at a steady rate."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from typing import NamedTuple

from deploy.bench.submissions import recipient, request

CONNECTIONS = 16
NUMBERS = count()
"""Whose turn it is to complain: nobody does twice in a run of the bench."""
LENGTH = b"content-length:"


class Connection:
    """One keep-alive connection; a full HTTP client would take the processor from what is measured."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def post(self, number: int) -> bool:
        """Send the numbered complaint; whether it was accepted."""
        self._writer.write(request(number))
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(LENGTH)[2].partition(b"\r\n")[0]
        await self._reader.readexactly(int(length))
        return head.startswith(b"HTTP/1.1 201 ")


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def connections(port: int) -> AsyncIterator[list[Connection]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(connected(port)) for _ in range(CONNECTIONS)]


async def accepted_per_second(port: int, seconds: float) -> float:
    """How many are accepted when every connection posts as fast as it is answered."""
    accepted = 0
    ends_at = time.perf_counter() + seconds

    async def post(connection: Connection) -> None:
        nonlocal accepted
        while time.perf_counter() < ends_at:
            answer = await connection.post(next(NUMBERS))
            accepted += answer

    async with connections(port) as opened:
        await asyncio.gather(*(post(connection) for connection in opened))
    return accepted / seconds


class Accepted(NamedTuple):
    due_at: float
    answered_at: float


async def post_steadily(port: int, rate: float, seconds: float) -> dict[str, Accepted]:
    """What was accepted of whom. A late answer does not put off when the next one is due: waiting counts."""
    accepted: dict[str, Accepted] = {}
    began = time.time()
    turns = iter(range(int(rate * seconds)))

    async def post(connection: Connection) -> None:
        for turn in turns:
            at = began + turn / rate
            await asyncio.sleep(max(0, at - time.time()))
            if await connection.post(number := next(NUMBERS)):
                accepted[recipient(number)] = Accepted(at, time.time())

    async with connections(port) as opened:
        began = time.time()
        await asyncio.gather(*(post(connection) for connection in opened))
    return accepted
