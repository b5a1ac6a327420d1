"""How many connections there may be, and what may come over one."""

import asyncio
from contextlib import AsyncExitStack, suppress

import pytest

from testkit.connections import POST, Impatient, answer, connected, serving, status_and_code


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
