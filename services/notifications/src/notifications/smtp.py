"""Connections to the mail server, kept: as many as it takes, and slower when it asks for that."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from notifications.connection import Connection, MailServerAway, connect, connection_options, ehlo_name
from notifications.mails import Mail, Sender
from notifications.outcomes import NOT_TRIED, Outcome, Verdict
from shared.settings import Settings

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30
LEARNED_SECONDS = 60
"""How long it is believed that the server takes no more connections."""

MayGo = Callable[[], Awaitable[bool]]
Recorded = Callable[[], Awaitable[bool]]
End = Callable[[Outcome], Recorded]


@dataclass
class Slot:
    """A connection's place. Until what came of its last mail is recorded it hands over no other."""

    connection: Connection | None = None
    recorded: Recorded | None = None

    @property
    def is_open(self) -> bool:
        return self.connection is not None and self.connection.is_open


class SmtpPool:
    """Up to `SMTP_CONNECTIONS` connections, opened when needed and kept."""

    def __init__(self, settings: Settings, sender: Sender) -> None:
        self._settings = settings
        self._sender = sender.address
        self._seconds = settings.mail_seconds
        self._options = connection_options(settings.smtp_url)
        self._slots = [Slot() for _ in range(settings.smtp_connections)]
        self._free = list(self._slots)
        self._most = len(self._slots)
        self._opening = 0
        self._more_at = self._begin_at = 0.0
        self._pause = 0.0
        self._changed = asyncio.Condition()
        self._name = ""
        self._cannot_connect: MailServerAway | None = None
        self._stopping = False

    async def __aenter__(self) -> Self:
        self._name = await asyncio.to_thread(ehlo_name, self._settings)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for slot in self._free:
            if slot.connection is not None:
                await slot.connection.close()

    def stop(self) -> None:
        """Begin no more mails; those under way are finished."""
        self._stopping = True

    @property
    def away(self) -> MailServerAway | None:
        """Why no connection can be had, if none is open or may be in a moment."""
        return None if self._open or self._opening else self._cannot_connect

    async def send(self, mail: Mail, may_go: MayGo, end: End) -> None:
        """Hand the mail to the server when a connection is free, and say what came of it.

        `may_go` is asked when the server waits for the mail itself.
        """
        while not await self._sent(mail, may_go, end):
            pass

    @property
    def _open(self) -> int:
        return sum(slot.is_open for slot in self._slots)

    @property
    def _room(self) -> int:
        """How many mails more may be handed over at the same time."""
        return self._most - (len(self._slots) - len(self._free))

    async def _sent(self, mail: Mail, may_go: MayGo, end: End) -> bool:
        async with self._slot() as slot:
            connection = await self._connected(slot)
            if connection is not None:
                outcome = await connection.hand_over(mail, self._sender, lambda: self._may_go(slot, may_go))
                self._adapt(slot, outcome)
                missing = outcome.verdict is Verdict.NO_SUCH_RECIPIENT
                slot.recorded = end(replace(outcome, digest=mail.digest) if missing else outcome)
            elif stays := self._stopping or self.away is not None:
                end(NOT_TRIED)
            return connection is not None or stays

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[Slot]:
        async with self._changed:
            await self._changed.wait_for(lambda: self._room > 0)
            slot = self._free.pop()
        try:
            await self._paused()
            yield slot
        finally:
            async with self._changed:
                self._free.insert(len(self._free) if slot.is_open else 0, slot)
                self._changed.notify(max(0, self._room))

    async def _paused(self) -> None:
        while not self._stopping and (left := self._begin_at - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(min(left, 1))

    async def _connected(self, slot: Slot) -> Connection | None:
        """The slot's connection, made anew if it must be; None when no mail may begin or no connection can be had."""
        if self._stopping or self.away or slot.is_open:
            return None if self._stopping or self.away else slot.connection
        self._opening += 1
        try:
            slot.connection = await connect(self._options, self._name, self._seconds)
            self._cannot_connect = None
        except MailServerAway as error:
            self._cannot_connect = error
            return None
        finally:
            self._opening -= 1
            if not slot.is_open:
                self._learn()
        return slot.connection

    async def _may_go(self, slot: Slot, may_go: MayGo) -> bool:
        if slot.recorded is not None:
            await slot.recorded()
        return not self._stopping and await may_go()

    def _adapt(self, slot: Slot, outcome: Outcome) -> None:
        at = asyncio.get_running_loop().time()
        if outcome.slows:
            self._pause = min(LONGEST_PAUSE_SECONDS, 2 * self._pause or FIRST_PAUSE_SECONDS)
            self._begin_at = at + self._pause
            if not slot.is_open:
                self._learn()
        elif outcome.verdict is Verdict.SENT:
            self._pause, self._cannot_connect = 0.0, None
            if self._most < len(self._slots) and at > self._more_at:
                self._most, self._more_at = self._most + 1, at + LEARNED_SECONDS

    def _learn(self) -> None:
        """The server takes as many connections as are open, for now."""
        self._most = max(1, self._open + self._opening)
        self._more_at = asyncio.get_running_loop().time() + LEARNED_SECONDS
