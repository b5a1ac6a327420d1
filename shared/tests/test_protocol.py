"""What one client can make an API hold, over real connections."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from testkit.broker import free_port
from web.internal import Beside
from web.protocol import CUT_OFF, BoundedProtocol

LARGE = 20_000_000
POST = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"


class Impatient(BoundedProtocol):
    head_seconds = 0.2
    body_pause_seconds = 0.2
    slowest = 1000
    answer_seconds = 0.2
    largest_ignored = 100_000


class Patient(Impatient):
    body_pause_seconds = 1.5
    answer_seconds = 1.5


async def echo(request: Request) -> Response:
    return Response(await request.body())


async def refuse(_: Request) -> Response:
    return Response(b"too large", 413)


async def large(_: Request) -> Response:
    return Response(b"x" * LARGE)


APP = Starlette(
    routes=[
        Route("/echo", echo, methods=["GET", "POST"]),
        Route("/refuse", refuse, methods=["POST"]),
        Route("/large", large),
    ]
)


@asynccontextmanager
async def serving(protocol: type[BoundedProtocol] = Impatient, **options: Any) -> AsyncIterator[int]:
    port = free_port()
    config = uvicorn.Config(APP, port=port, http=protocol, lifespan="off", log_config=None, **options)
    server = Beside(config)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:
            await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = server.force_exit = True
        await task


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def answer(port: int, *pieces: bytes) -> bytes:
    """What is answered to the pieces until the server ends the connection, or has answered."""
    async with asyncio.timeout(10), connected(port) as (reader, writer):
        with suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
        return await reader.read()


def cut_off(reason: str) -> float:
    return CUT_OFF.labels(reason)._value.get()


@pytest.fixture
def counted() -> Callable[[str], float]:
    """How many connections were ended for a reason since the test began."""
    before: dict[str, float] = {reason: cut_off(reason) for reason in REASONS}
    return lambda reason: cut_off(reason) - before[reason]


REASONS = (
    "large head",
    "host",
    "idle",
    "head",
    "body",
    "nothing sent",
    "connections",
    "answer unread",
    "answers unread",
    "malformed",
    "body after its answer",
)


def status_and_code(answered: bytes) -> tuple[int, str]:
    head, _, body = answered.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)["code"]


@pytest.mark.parametrize(
    "pieces",
    [
        [b"GET /echo HTTP/1.1\r\nX: " + b"a" * 40_000],
        [b"GET /echo HTTP/1.1\r\nHost: x\r\nX: ", *[b"a" * 10_000] * 10],
        [b"GET /echo HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20_000 + b"\r\n"],
        [b"GET /" + b"a" * 40_000],
        [b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"],
    ],
    ids=["a header", "a header in pieces", "many headers", "an address", "a whole request"],
)
async def test_a_head_without_end_is_refused(pieces, counted):
    async with serving() as port:
        answered = await answer(port, *pieces)

    assert status_and_code(answered) == (431, "HeadTooLarge")
    assert counted("large head") == 1


async def test_a_head_as_large_as_browsers_send_is_read():
    async with serving() as port:
        cookies = b"Cookie: " + b"a" * 8_000 + b"\r\n"
        answered = await answer(port, b"GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + cookies + b"\r\n")

    assert answered.startswith(b"HTTP/1.1 200 ")


async def test_who_sends_nothing_is_cut_off(counted):
    async with serving() as port:
        assert await answer(port) == b""

    assert counted("nothing sent") == 1


async def test_a_head_that_does_not_come_on_is_refused_though_a_byte_comes_now_and_then(counted):
    async with asyncio.timeout(10), serving() as port, connected(port) as (reader, writer):
        writer.write(b"GET /echo HTTP/1.1\r\n")
        answering = asyncio.create_task(reader.read())
        while not answering.done():
            writer.write(b"X: y\r\n")
            await asyncio.wait([answering], timeout=0.02)

    assert status_and_code(answering.result()) == (408, "TooSlow")
    assert counted("head") == 1


async def test_a_body_that_does_not_come_on_is_refused_though_a_byte_comes_now_and_then(counted):
    async with asyncio.timeout(10), serving() as port, connected(port) as (reader, writer):
        writer.write(POST % 10_000)
        answering = asyncio.create_task(reader.read())
        while not answering.done():
            writer.write(b"x")
            await asyncio.wait([answering], timeout=0.02)

    assert status_and_code(answering.result()) == (408, "TooSlow")
    assert counted("body") == 1


async def test_a_body_that_comes_on_slowly_is_read():
    async with asyncio.timeout(20), serving(Patient) as port, connected(port) as (reader, writer):
        writer.write(POST % 10_000)
        for _ in range(10):
            writer.write(b"x" * 1_000)
            await asyncio.sleep(0.3)
        answered = await reader.readuntil(b"\r\n\r\n")

    assert answered.startswith(b"HTTP/1.1 200 ")


async def test_who_does_not_read_the_answer_is_cut_off(counted):
    async with asyncio.timeout(10), serving() as port, connected(port) as (_, writer):
        writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        while not counted("answer unread"):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("last", [b"", b"Connection: close\r\n"], ids=["kept", "closed"])
async def test_who_reads_an_answer_but_for_its_end_is_cut_off(counted, last):
    async with asyncio.timeout(20), serving(Patient) as port, connected(port) as (reader, writer):
        writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n" + last + b"\r\n")
        await reader.readexactly(LARGE // 2)
        while not counted("answer unread"):
            await asyncio.sleep(0.02)


async def test_who_reads_slowly_gets_it_all():
    async with asyncio.timeout(20), serving(Patient) as port, connected(port) as (reader, writer):
        writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        read = 0
        while piece := await reader.read(1_000_000):
            read += len(piece)
            await asyncio.sleep(0.03)

    assert read > LARGE


async def test_a_later_head_on_a_connection_is_bounded_as_the_first():
    async with asyncio.timeout(10), serving() as port, connected(port) as (reader, writer):
        writer.write(POST % 3 + b"abc")
        await reader.readuntil(b"abc")
        writer.write(b"GET /echo HTTP/1.1\r\nX: " + b"a" * 40_000)
        answered = await reader.read()

    assert status_and_code(answered) == (431, "HeadTooLarge")


async def test_a_client_has_so_many_connections_and_a_proxy_of_ours_more():
    class Few(Impatient):
        most_of_a_client = 2
        head_seconds = 5

    for proxies, refused in (("192.0.2.1", True), ("127.0.0.0/8", False)):
        async with asyncio.timeout(10), serving(Few, forwarded_allow_ips=proxies) as port, AsyncExitStack() as stack:
            for _ in range(2):
                await stack.enter_async_context(connected(port))
            answered = await answer(port, b"GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

        assert answered.startswith(b"HTTP/1.1 503 ") == refused


async def test_what_is_not_http_is_told_so_as_everything_else_is():
    async with serving() as port:
        assert status_and_code(await answer(port, b"hello\r\n\r\n")) == (400, "Malformed")


async def test_the_answers_of_all_who_do_not_read_are_bounded(counted):
    class Forgetful(Impatient):
        answer_seconds = 60
        largest_unread = 40_000_000

    async with asyncio.timeout(20), serving(Forgetful) as port, AsyncExitStack() as stack:
        for _ in range(3):
            _, writer = await stack.enter_async_context(connected(port))
            writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        while not counted("answers unread"):
            await asyncio.sleep(0.02)

    assert counted("answers unread") == 1


async def test_a_body_is_read_on_after_its_answer_but_not_for_ever(counted):
    async with asyncio.timeout(10), serving() as port, connected(port) as (reader, writer):
        writer.write(POST.replace(b"/echo", b"/refuse") % 1_000_000_000)
        writer.write(b"x" * 50_000)
        answered = await reader.readuntil(b"too large")
        with suppress(ConnectionError):
            while not counted("body after its answer"):
                writer.write(b"x" * 50_000)
                await writer.drain()

    assert answered.startswith(b"HTTP/1.1 413 ")
    assert counted("body after its answer") == 1


@pytest.mark.parametrize("last", [b"Connection: close\r\n", b""], ids=["asks us to close", "keeps the connection"])
async def test_who_sends_all_before_looking_finds_the_answer(last):
    class Patient(Impatient):
        largest_ignored = 10_000_000

    head = (POST.replace(b"/echo", b"/refuse") % 5_000_000).replace(b"Host", last + b"Host")

    async with asyncio.timeout(10), serving(Patient) as port, connected(port) as (reader, writer):
        writer.write(head)
        for _ in range(100):
            writer.write(b"x" * 50_000)
            await writer.drain()
        answered = await reader.readuntil(b"too large")

    assert answered.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "head",
    [b"GET /echo\r\n", b"GET /echo HTTP/1.1\r\n", b"GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n"],
    ids=["HTTP/0.9", "no host", "two hosts"],
)
async def test_what_does_not_name_one_host_is_refused(head, counted):
    async with serving() as port:
        answered = await answer(port, head + b"\r\n")

    assert status_and_code(answered) == (400, "NotOneHost")
    assert counted("host") == 1


async def test_the_health_check_of_a_container_names_no_host():
    async with serving() as port:
        answered = await answer(port, b"GET /echo HTTP/1.0\r\n\r\n")

    assert answered.startswith(b"HTTP/1.1 200 ")


async def test_beyond_so_many_connections_a_new_one_is_told_to_come_back():
    async with asyncio.timeout(10), serving(limit_concurrency=2) as port, AsyncExitStack() as stack:
        for _ in range(2):
            reader, writer = await stack.enter_async_context(connected(port))
            writer.write(POST.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n") % 3)
            await reader.readuntil(b"100 Continue")
        answered = await answer(port)

    assert status_and_code(answered) == (503, "TooManyConnections")


async def test_whoever_has_longest_asked_for_nothing_gives_way_to_who_asks(counted):
    class Patient(Impatient):
        head_seconds = 60

    async with asyncio.timeout(10), serving(Patient, limit_concurrency=2) as port, AsyncExitStack() as stack:
        first, _ = await stack.enter_async_context(connected(port))
        _, second = await stack.enter_async_context(connected(port))
        answered = await answer(port, b"GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        with suppress(ConnectionError):
            assert await first.read() == b""
        assert not second.is_closing()

    assert answered.startswith(b"HTTP/1.1 200 ")
    assert counted("idle") == 1


async def test_requests_one_after_the_other_on_one_connection_are_answered():
    async with asyncio.timeout(10), serving() as port, connected(port) as (reader, writer):
        for _ in range(5):
            writer.write(POST % 3 + b"abc")
            await reader.readuntil(b"abc")
            await asyncio.sleep(0.1)
