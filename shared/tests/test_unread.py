"""Answers that a client leaves unread, over real connections."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from testkit.connections import LARGE, Impatient, Patient, connected, serving


async def test_who_does_not_read_the_answer_is_cut_off(counted):
    async with asyncio.timeout(60), serving() as port, connected(port) as (_, writer):
        writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        while not counted("answer unread"):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("last", [b"", b"Connection: close\r\n"], ids=["kept", "closed"])
async def test_who_reads_an_answer_but_for_its_end_is_cut_off(counted, last):
    async with asyncio.timeout(60), serving(Patient) as port, connected(port) as (reader, writer):
        writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n" + last + b"\r\n")
        await reader.readexactly(LARGE // 2)
        while not counted("answer unread"):
            await asyncio.sleep(0.02)


async def test_who_reads_slowly_gets_it_all():
    async with asyncio.timeout(60), serving(Patient) as port, connected(port) as (reader, writer):
        writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        read = 0
        while piece := await reader.read(1_000_000):
            read += len(piece)
            await asyncio.sleep(0.03)

    assert read > LARGE


async def test_the_answers_of_all_who_do_not_read_are_bounded(counted):
    class Forgetful(Impatient):
        answer_seconds = 60
        largest_unread = 40_000_000

    async with asyncio.timeout(60), serving(Forgetful) as port, AsyncExitStack() as stack:
        for _ in range(3):
            _, writer = await stack.enter_async_context(connected(port))
            writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        while not counted("answers unread"):
            await asyncio.sleep(0.02)

    assert counted("answers unread") == 1
