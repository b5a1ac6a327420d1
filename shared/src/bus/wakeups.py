"""Waits until others notify that they have committed something, which on SQLite it looks for by itself."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.logging import log

SQLITE_POLL_SECONDS = 0.05
CONNECT_SECONDS = 5


class WakeUps:
    """Waits until a channel is notified, or for a poll's time."""

    def __init__(self, engine: AsyncEngine, channel: str, poll_seconds: float) -> None:
        self._channel = channel
        self._woken = asyncio.Event()
        self._connection: asyncpg.Connection | None = None
        self._is_postgres = engine.dialect.name == "postgresql"
        self._poll_seconds = poll_seconds if self._is_postgres else min(poll_seconds, SQLITE_POLL_SECONDS)
        self._url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.terminate()

    async def listen(self) -> None:
        """Listen, if nothing listens yet. Do it before the look whose outcome decides whether to wait."""
        if not self._is_postgres or (self._connection is not None and not self._connection.is_closed()):
            return
        try:
            connection = await asyncpg.connect(self._url, timeout=CONNECT_SECONDS)
            connection.add_termination_listener(self.wake)  # to listen again, and look
            await connection.add_listener(self._channel, self.wake)
            self._connection = connection
        except (asyncpg.PostgresError, OSError, TimeoutError) as error:
            log.warning("wake-ups cannot be heard; looking at every poll instead", exc_info=error)

    async def wait(self, unless: int, at_most: float | None = None) -> None:
        """Return when the channel was notified since the last time or a poll is due; at once if work was done.

        `at_most` takes the place of a poll's time.
        """
        if unless:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll_seconds if at_most is None else at_most):
                await self._woken.wait()
        self._woken.clear()

    def wake(self, *_: Any) -> None:
        """End the wait under way, or the next one at once."""
        self._woken.set()
