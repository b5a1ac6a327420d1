"""Connections that do what an HTTP client would not: send without end, hold still, or never read."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress

HOST, US = "127.0.0.1", "127.0.0.1"
PIECE = 64 * 1024
ANSWER_SECONDS = 20
LONGEST_LINE = 1024 * 1024
OPEN, CLOSED, RESET, REFUSED = "still open", "closed", "reset", "not connected"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def request(method: str, path: str, *headers: str, body: bytes = b"", length: int | None = None) -> bytes:
    """As it goes over the wire; its length may be a lie."""
    size = len(body) if length is None else length
    own = [f"Content-Length: {size}"] if size or method == "POST" else []
    return (
        "\r\n".join([f"{method} {path} HTTP/1.1", "Host: kommunbuss.example", *headers, *own, "", ""]).encode() + body
    )


def post_json(path: str, body: bytes, *headers: str) -> bytes:
    return request("POST", path, "Content-Type: application/json", *headers, body=body)


@asynccontextmanager
async def connected(port: int, source: str = US) -> AsyncIterator[Streams]:
    """Raises OSError when nobody takes it."""
    reader, writer = await asyncio.open_connection(HOST, port, local_addr=(source, 0), limit=LONGEST_LINE)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def status_of(reader: asyncio.StreamReader) -> str:
    """The status of the next answer, or what became of the connection."""
    try:
        line = await reader.readline()
    except ConnectionError:
        return RESET
    words = line.split()
    return words[1].decode() if len(words) > 1 else CLOSED


async def send(writer: asyncio.StreamWriter, data: bytes, until: asyncio.Future[str]) -> None:
    """Send piece by piece, until all is sent or there is an answer."""
    pieces = (data[start : start + PIECE] for start in range(0, len(data), PIECE))
    with suppress(ConnectionError):
        while not until.done() and (piece := next(pieces, b"")):
            writer.write(piece)
            await writer.drain()


async def ask(port: int, data: bytes, source: str = US, seconds: float = ANSWER_SECONDS) -> str:
    """The status of the answer, for which we look while we send."""
    return await hold(port, data, seconds, source=source)


async def hold(port: int, data: bytes, seconds: float, *, drip: bytes = b"", source: str = US) -> str:
    """Send, then keep the connection, with a drip each second; what became of it."""
    try:
        async with connected(port, source) as streams:
            return await _held(*streams, data, time.monotonic() + seconds, drip)
    except OSError:
        return REFUSED


async def _held(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes, ends_at: float, drip: bytes
) -> str:
    answering = asyncio.create_task(status_of(reader))
    await send(writer, data, answering)
    while not answering.done() and time.monotonic() < ends_at:
        writer.write(drip)
        await asyncio.wait({answering}, timeout=min(1, max(0.01, ends_at - time.monotonic())))
    return answering.result() if answering.done() else OPEN


async def many(
    number: int, port: int, data: bytes, seconds: float, *, drip: bytes = b"", sources: tuple[str, ...] = (US,)
) -> Counter[str]:
    """As many connections at once, each held as `hold` holds one."""
    tasks = [
        asyncio.create_task(hold(port, data, seconds, drip=drip, source=sources[one % len(sources)]))
        for one in range(number)
    ]
    return Counter(await asyncio.gather(*tasks))


async def one_by_one(
    number: int, at_once: int, port: int, data: bytes, source: str = US, *, answers: list[int] | None = None
) -> Counter[str]:
    """As many requests over so many connections, each as soon as the one before has its answer."""
    turns, statuses = iter(range(number)), Counter[str]()

    async def client() -> None:
        for _ in turns:
            status, size = await answered(port, data, source)
            statuses[status] += 1
            if answers is not None:
                answers.append(size)

    await asyncio.gather(*(client() for _ in range(at_once)))
    return statuses


async def answered(port: int, data: bytes, source: str = US, seconds: float = 60) -> tuple[str, int]:
    """The status and how many bytes came. All is sent before we look, as some clients do."""
    try:
        async with asyncio.timeout(seconds), connected(port, source) as (reader, writer):
            writer.write(data.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            await writer.drain()
            return await status_of(reader), len(await reader.read())
    except TimeoutError:
        return OPEN, 0
    except OSError:
        return RESET, 0


def deaf(port: int, data: bytes) -> socket.socket:
    """A connection that asks and never reads."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.settimeout(5)
    with suppress(OSError):
        one.connect((HOST, port))
        one.sendall(data)
    return one


async def sent_on(port: int, requests: Iterable[bytes], connections: int = 8) -> Counter[str]:
    """The statuses of requests that follow each other on kept connections, as long as those last."""
    turns, statuses = iter(requests), Counter[str]()
    await asyncio.gather(*(_send_on(port, turns, statuses) for _ in range(connections)))
    return statuses


async def _send_on(port: int, turns: Iterator[bytes], statuses: Counter[str]) -> None:
    async with connected(port) as streams:
        for data in turns:
            statuses[await _exchanged(*streams, data)] += 1


async def _exchanged(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes) -> str:
    try:
        writer.write(data)
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
    except (OSError, asyncio.IncompleteReadError):
        return CLOSED
    return head.split(b" ", 2)[1].decode()
