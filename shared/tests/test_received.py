"""What a client sends, over real connections: how large and how slow it may be."""

import asyncio
from contextlib import suppress

import pytest

from testkit.connections import POST, Impatient, Patient, answer, connected, serving, status_and_code


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
        answering = asyncio.create_task(reader.readuntil(b"}"))  # what is sent after it resets the connection
        while not answering.done():
            writer.write(b"X: y\r\n")
            await asyncio.wait([answering], timeout=0.02)

    assert status_and_code(answering.result()) == (408, "TooSlow")
    assert counted("head") == 1


async def test_a_body_that_does_not_come_on_is_refused_though_a_byte_comes_now_and_then(counted):
    async with asyncio.timeout(10), serving() as port, connected(port) as (reader, writer):
        writer.write(POST % 10_000)
        answering = asyncio.create_task(reader.readuntil(b"}"))  # what is sent after it resets the connection
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


async def test_a_later_head_on_a_connection_is_bounded_as_the_first():
    async with asyncio.timeout(10), serving() as port, connected(port) as (reader, writer):
        writer.write(POST % 3 + b"abc")
        await reader.readuntil(b"abc")
        writer.write(b"GET /echo HTTP/1.1\r\nX: " + b"a" * 40_000)
        answered = await reader.read()

    assert status_and_code(answered) == (431, "HeadTooLarge")


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
