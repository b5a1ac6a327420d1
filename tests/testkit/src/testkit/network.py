"""The way between a client and a server, which a test can break."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self


class Proxy:
    """Passes on what a client and a server say to each other, while it is let."""

    def __init__(self, host: str, port: int) -> None:
        self._server_at = host, port
        self._asks, self._answers = asyncio.Event(), asyncio.Event()
        self.go_on()
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.go_on()
        self.cut()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def hold(self) -> None:
        """Pass nothing on; both sides see a network that is silent."""
        self._asks.clear()
        self.hold_answers()

    @contextmanager
    def held(self) -> Iterator[None]:
        self.hold()
        try:
            yield
        finally:
            self.go_on()

    def hold_answers(self) -> None:
        """Let the server hear the client, and not the client the server."""
        self._answers.clear()

    def go_on(self) -> None:
        self._asks.set()
        self._answers.set()

    def cut(self) -> None:
        """Break every connection. New ones are let through."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            server_reader, server_writer = await asyncio.open_connection(*self._server_at)
            await asyncio.gather(
                self._pass_on(reader, server_writer, self._asks), self._pass_on(server_reader, writer, self._answers)
            )
        finally:
            self._serving.discard(task)

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, may_pass: asyncio.Event
    ) -> None:
        self._writers.add(writer)
        with suppress(OSError):
            while some := await reader.read(65_536):
                await may_pass.wait()
                writer.write(some)
                await writer.drain()
        self._writers.discard(writer)
        writer.close()
