"""What comes in while something breaks: complaints, each posted until it is accepted, under one Idempotency-Key."""

import asyncio
from collections.abc import Iterator
from itertools import islice

from deploy.bench.environment import Broken
from deploy.bench.load import CONNECTIONS, NUMBERS, Connection, request

ANSWER_SECONDS = 20
AGAIN_SECONDS = 0.1


class Load:
    def __init__(self, port: int, count: int) -> None:
        self.accepted = 0
        self._port = port
        self._numbers = islice(NUMBERS, count)

    async def post(self) -> None:
        """At full speed, until each is accepted."""
        await asyncio.gather(*(self._post(self._numbers) for _ in range(CONNECTIONS)))

    async def _post(self, numbers: Iterator[int]) -> None:
        connection: Connection | None = None
        for number in numbers:
            while not (connection := await self._accepted(connection, request(number, keyed=True))):
                await asyncio.sleep(AGAIN_SECONDS)
            self.accepted += 1
        if connection:
            connection.transport.close()

    async def _accepted(self, connection: Connection | None, sent: bytes) -> Connection | None:
        """The connection over which it was accepted; None when it was not, or nobody knows."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                connection = await self._kept(connection)
                await connection.ask(sent)
            return connection
        except (Broken, OSError, TimeoutError):
            if connection:
                connection.transport.close()
            return None

    async def _kept(self, connection: Connection | None) -> Connection:
        if connection is not None and not connection.transport.is_closing():
            return connection
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(Connection, "127.0.0.1", self._port))[1]
