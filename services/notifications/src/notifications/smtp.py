"""Connections to the mail server, kept."""

import asyncio
from types import TracebackType
from typing import Self

from notifications.connection import Connection, MailServerAway, connection_options, ehlo_name
from notifications.mails import Mail, Sender
from notifications.outcomes import NOT_TRIED, Outcome
from shared.settings import Settings


class SmtpPool:
    """Up to `SMTP_CONNECTIONS` connections, opened when needed and kept."""

    def __init__(self, settings: Settings, sender: Sender) -> None:
        self._settings = settings
        self._sender = sender.address
        self._seconds = settings.mail_seconds
        self._options = connection_options(settings.smtp_url)
        self._slots = asyncio.Semaphore(settings.smtp_connections)
        self._idle: list[Connection] = []
        self._open = 0
        self._name = ""
        self._cannot_connect: MailServerAway | None = None
        self._stopping = False

    async def __aenter__(self) -> Self:
        self._name = await asyncio.to_thread(ehlo_name, self._settings)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._idle:
            await connection.close()

    def stop(self) -> None:
        """Begin no more mails; those under way are finished."""
        self._stopping = True

    def raise_if_away(self) -> None:
        if self._open == 0 and self._cannot_connect is not None:
            raise self._cannot_connect

    async def send(self, mail: Mail, begin_before: float) -> Outcome:
        """Hand the mail to the server, unless no connection is free before that time of the event loop's."""
        async with self._slots:
            away = self._open == 0 and self._cannot_connect is not None
            if self._stopping or away or asyncio.get_running_loop().time() > begin_before:
                return NOT_TRIED
            try:
                connection = await self._connection()
            except MailServerAway as error:
                self._cannot_connect = error
                return NOT_TRIED
            try:
                return await connection.hand_over(mail, self._sender)
            finally:
                self._put_back(connection)

    async def _connection(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
            self._open -= 1
        connection = Connection(self._options, self._name, self._seconds)
        await connection.open()
        self._open += 1
        self._cannot_connect = None
        return connection

    def _put_back(self, connection: Connection) -> None:
        if connection.is_open:
            self._idle.append(connection)
        else:
            self._open -= 1
