"""Tells other processes that something was committed for them. PostgreSQL only: on SQLite they poll.

A lost notification costs a poll's time, nothing more.
"""

import asyncio
import time

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.logging import log

RESTS, LONGEST_REST_SECONDS = 10, 0.1
"""How many times as long as it took nobody is told anew: it takes longer in a busy process, which has other work."""


class Notifier:
    """Notifies channels after commits, in a statement of its own: in the transaction it would serialise commits.

    What is asked for while one is under way, or soon after it, is sent together.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._waiting: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def notify(self, channels: set[str]) -> None:
        if not channels or self._engine.dialect.name != "postgresql":
            return
        self._waiting |= channels
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        try:
            while self._waiting:
                began = time.monotonic()
                await self._notify_all()
                await asyncio.sleep(min(RESTS * (time.monotonic() - began), LONGEST_REST_SECONDS))
        except (SQLAlchemyError, OSError) as error:
            log.warning("others could not be woken; they will see it at their next poll", exc_info=error)

    async def _notify_all(self) -> None:
        async with self._engine.connect() as connection:
            while self._waiting:
                await connection.execute(sa.text(f"NOTIFY {self._waiting.pop()}"))

    async def close(self) -> None:
        if self._task is not None:
            await self._task
