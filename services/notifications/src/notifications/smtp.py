"""Persistent connections to the mail server, and what its answers mean."""

import asyncio
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from notifications.mails import Mail, Sender
from shared.settings import Settings

MAIL_TOO_LARGE = 552
_ENHANCED_STATUS = re.compile(r"\s*(\d\.\d{1,3}\.\d{1,3})\b")
_NO_SUCH_RECIPIENT = re.compile(r"5\.1\.(1|2|3|6|10)|5\.2\.1")


class MailServerAway(Exception):
    """No connection can be had: the server is down, full, or does not let us in."""


class Verdict(Enum):
    ACCEPTED = auto()
    TRY_LATER = auto()
    REFUSED = auto()
    NO_SUCH_RECIPIENT = auto()
    NOT_TRIED = auto()


@dataclass(frozen=True)
class Reply:
    """What came of a mail. The reason is the server's code, never its words, which may quote an address."""

    verdict: Verdict
    reason: str = ""


class SmtpPool:
    """Up to `SMTP_CONNECTIONS` connections, opened when needed and kept."""

    def __init__(self, settings: Settings, sender: Sender) -> None:
        self._sender = sender.address
        self._connect_seconds = settings.mail_lease_seconds / 6
        self._mail_seconds = settings.mail_lease_seconds / 3
        self._options = connection_options(settings.smtp_url)
        self._slots = asyncio.Semaphore(settings.smtp_connections)
        self._idle: list[SMTP] = []
        self._open = 0
        self._cannot_connect: MailServerAway | None = None
        self._stopping = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._idle:
            with suppress(SMTPException, OSError, TimeoutError):
                await connection.quit(timeout=1)
            connection.close()

    def stop(self) -> None:
        """Begin no more mails; those under way are finished."""
        self._stopping = True

    def raise_if_away(self) -> None:
        if self._open == 0 and self._cannot_connect is not None:
            raise self._cannot_connect

    async def send(self, mail: Mail, begin_before: float) -> Reply:
        """Hand the mail to the server, unless no connection is free before that time of the event loop's."""
        async with self._slots:
            away = self._open == 0 and self._cannot_connect is not None
            if self._stopping or away or asyncio.get_running_loop().time() > begin_before:
                return Reply(Verdict.NOT_TRIED)
            try:
                connection = await self._connection()
            except MailServerAway as error:
                self._cannot_connect = error
                return Reply(Verdict.NOT_TRIED)
            try:
                return await self._hand_over(connection, mail)
            finally:
                self._put_back(connection)

    async def _connection(self) -> SMTP:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_connected:
                return connection
            self._open -= 1
        connection = SMTP(**self._options, timeout=self._mail_seconds, local_hostname=socket.gethostname())
        try:
            async with asyncio.timeout(self._connect_seconds):
                await connection.connect()
        except (SMTPException, OSError, TimeoutError) as error:
            connection.close()
            code = getattr(error, "code", "")
            raise MailServerAway(f"{type(error).__name__} {code}".strip()) from error
        self._open += 1
        self._cannot_connect = None
        return connection

    def _put_back(self, connection: SMTP) -> None:
        if connection.is_connected:
            self._idle.append(connection)
        else:
            self._open -= 1

    async def _hand_over(self, connection: SMTP, mail: Mail) -> Reply:
        options = [] if mail.recipient.isascii() else ["SMTPUTF8"]
        try:
            async with asyncio.timeout(self._mail_seconds):
                await connection.sendmail(self._sender, mail.recipient, mail.content, mail_options=options)
        except (SMTPException, OSError, TimeoutError, ValueError) as error:
            if not isinstance(error, SMTPResponseException | SMTPRecipientsRefused | SMTPNotSupported | ValueError):
                connection.close()
            return reply_to(error)
        return Reply(Verdict.ACCEPTED)


def connection_options(url: str) -> dict[str, Any]:
    """How to connect by `smtp://`, `smtp+starttls://` or `smtps://[user:pass@]host[:port]`."""
    parts = urlsplit(url)
    return {
        "hostname": parts.hostname,
        "port": parts.port,
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "use_tls": parts.scheme == "smtps",
        "start_tls": parts.scheme == "smtp+starttls",
    }


def reply_to(error: Exception) -> Reply:
    """What a failed attempt means for the mail.

    A lasting refusal of our sender is our mistake, not the mail's: it waits until the mistake is mended.
    """
    match error:
        case SMTPRecipientsRefused():
            refusal = error.recipients[0]
            verdict = Verdict.NO_SUCH_RECIPIENT if _names_recipient(refusal.message) else Verdict.REFUSED
            return _refused(refusal.code, refusal.message, verdict)
        case SMTPSenderRefused() if error.code != MAIL_TOO_LARGE:
            return Reply(Verdict.TRY_LATER, _reason(error.code, error.message))
        case SMTPSenderRefused() | SMTPDataError() | SMTPResponseException():
            return _refused(error.code, error.message, Verdict.REFUSED)
        case SMTPNotSupported() | ValueError():
            return Reply(Verdict.REFUSED, "the mail server cannot take such an address")
        case _:
            return Reply(Verdict.TRY_LATER, type(error).__name__)


def _refused(code: int, message: str, verdict: Verdict) -> Reply:
    return Reply(verdict if 500 <= code < 600 else Verdict.TRY_LATER, _reason(code, message))


def _names_recipient(message: str) -> bool:
    """Whether the refusal says that the address does not exist. A 550 alone may as well mean that we are blocked."""
    status = _ENHANCED_STATUS.match(message)
    return status is not None and _NO_SUCH_RECIPIENT.fullmatch(status[1]) is not None


def _reason(code: int, message: str) -> str:
    status = _ENHANCED_STATUS.match(message)
    return f"{code} {status[1]}" if status else str(code)
