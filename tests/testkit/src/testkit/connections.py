"""An API over real connections, and a client that behaves as it should not."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from testkit.broker import free_port
from web.internal import SecondaryServer
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
    server = SecondaryServer(config)
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


def cut_off() -> Counter[str]:
    """How many connections were ended, by why."""
    samples = [sample for metric in CUT_OFF.collect() for sample in metric.samples if sample.name.endswith("_total")]
    return Counter({sample.labels["reason"]: int(sample.value) for sample in samples})


def status_and_code(answered: bytes) -> tuple[int, str]:
    head, _, body = answered.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)["code"]
