"""Saves what came of mails: together, when a connection waits for that, or a moment later."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bus.process import Backoff
from notifications.models.deliveries import Delivery
from notifications.outcomes import Outcome
from shared.engine import OutcomeUnknown, is_retryable
from shared.logging import log

AT_ONCE = 200
SOON_SECONDS = 0.01
"""How long what no connection waits for is kept unsaved."""
PATIENCE_SECONDS = 60
AWAY = (OSError, DBAPIError, PoolTimeout, OutcomeUnknown)


@dataclass(eq=False)
class Entry:
    """What came of a mail, or None: that it is about to be handed over."""

    delivery: Delivery
    outcome: Outcome | None
    saved: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    """Whether the lease was ours when it was saved."""


Save = Callable[[Sequence[Entry]], Awaitable[None]]


class Recorder:
    """While the database is away it goes on trying: meanwhile no connection is given another mail."""

    def __init__(self, save: Save) -> None:
        self._save = save
        self._entries: list[Entry] = []
        self._saving: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()
        self._give_up_at = float("inf")

    def put(self, delivery: Delivery, outcome: Outcome | None) -> Entry:
        """Save it soon."""
        entry = Entry(delivery, outcome)
        self._entries.append(entry)
        if self._saving is None:
            self._saving = asyncio.ensure_future(self._save_all())
        return entry

    async def saved(self, entry: Entry) -> bool:
        """Save it now, with all that has come, and say whether its lease was ours."""
        if entry in self._entries:
            self._wanted.set()
        return await entry.saved

    async def flushed(self) -> None:
        self._wanted.set()
        if self._saving is not None:
            await self._saving

    def close(self) -> None:
        """Save what is left, unless the database stays away."""
        self._give_up_at = asyncio.get_running_loop().time() + PATIENCE_SECONDS

    async def _save_all(self) -> None:
        while self._entries:
            await self._until_wanted()
            self._wanted.clear()
            some, self._entries = self._entries[:AT_ONCE], self._entries[AT_ONCE:]
            await self._save_some(some)
        self._saving = None

    async def _until_wanted(self) -> None:
        """What the other connections' mails come to meanwhile shares the commit."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SOON_SECONDS):
                await self._wanted.wait()

    async def _save_some(self, entries: Sequence[Entry]) -> None:
        backoff = Backoff(first=0.05, longest=1)
        while not await self._is_saved(entries):
            await backoff.wait()

    async def _is_saved(self, entries: Sequence[Entry]) -> bool:
        """Save them, or give up: whether there is nothing left to try."""
        try:
            await self._save(entries)
            return True
        except AWAY as error:
            if is_retryable(error) and asyncio.get_running_loop().time() < self._give_up_at:
                log.warning("what came of mails could not be recorded yet", exc_info=error)
                return False
            log.error("what came of mails could not be recorded", mails=len(entries), exc_info=error)
        for entry in entries:
            entry.saved.set_result(False)
        return True
