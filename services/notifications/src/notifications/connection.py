"""A connection to the mail server, and how a mail is handed over."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP, SMTPDataError, SMTPException, SMTPHeloError, SMTPResponseException

from notifications.mails import Mail
from notifications.outcomes import NOT_TRIED, Outcome, Stage, Verdict, judge
from shared.formats import names_a_host
from shared.settings import Settings

BROKEN = (SMTPException, OSError, TimeoutError)
TAKEN = (250, 251)


class MailServerAway(Exception):
    """No connection can be had: the server is down, full, or does not let us in."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


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


def ehlo_name(settings: Settings) -> str:
    """What we call ourselves: as the setting says, or this host's full name, or its address."""
    name = settings.mail_ehlo_name or socket.getfqdn()
    return name if names_a_host(name) and not name.endswith(".arpa") else _literal(settings)


def _literal(settings: Settings) -> str:
    """The address from which the mail server is reached. Nothing is sent to learn it."""
    parts = urlsplit(settings.smtp_url)
    try:
        family, kind, *_, place = socket.getaddrinfo(parts.hostname, parts.port or 25, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as probe:
            probe.connect(place)
            address = probe.getsockname()[0]
    except OSError:
        return "[127.0.0.1]"
    return f"[IPv6:{address}]" if family is socket.AF_INET6 else f"[{address}]"


class Connection:
    """One mail at a time. It takes so many seconds at most to connect, and for each mail."""

    def __init__(self, options: dict[str, Any], name: str, seconds: float) -> None:
        self._smtp = SMTP(**options, timeout=seconds, local_hostname=name)
        self._seconds = seconds

    @property
    def is_open(self) -> bool:
        return self._smtp.is_connected

    async def open(self) -> None:
        """Raises MailServerAway."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._smtp.connect()
                await self._greet()
        except BROKEN as error:
            self._smtp.close()
            raise MailServerAway(_why_not(error)) from error

    async def _greet(self) -> None:
        if not self._smtp.is_ehlo_or_helo_needed:
            return
        try:
            await self._smtp.ehlo()
        except SMTPHeloError:
            await self._smtp.helo()

    async def close(self) -> None:
        with suppress(*BROKEN):
            await self._smtp.quit(timeout=1)
        self._smtp.close()

    async def hand_over(self, mail: Mail, sender: str, may_go: Callable[[], Awaitable[bool]]) -> Outcome:
        """The mail itself is sent when `may_go` has said that it may, however long that takes."""
        try:
            async with asyncio.timeout(self._seconds):
                refusal = await self._refused(mail, sender)
            if refusal is not None:
                return refusal
            if not await may_go():
                await self._forget_envelope()
                return NOT_TRIED
            async with asyncio.timeout(self._seconds):
                await self._smtp.data(mail.content)
        except SMTPDataError as refused:
            return judge(Stage.CONTENT, refused.code, refused.message)
        except BROKEN as error:
            self._smtp.close()
            return Outcome(Verdict.LATER, type(error).__name__)
        return Outcome(Verdict.SENT)

    async def _refused(self, mail: Mail, sender: str) -> Outcome | None:
        if not mail.recipient.isascii() and not self._smtp.supports_extension("smtputf8"):
            return Outcome(Verdict.UNSENDABLE, "the mail server cannot take such an address")
        for stage, command in _envelope(mail, sender):
            answer = await self._smtp.execute_command(command)
            if answer.code not in TAKEN:
                await self._forget_envelope()
                return judge(stage, answer.code, answer.message)
        return None

    async def _forget_envelope(self) -> None:
        try:
            if self.is_open:
                await self._smtp.rset()
        except BROKEN:
            self._smtp.close()


def _envelope(mail: Mail, sender: str) -> Iterator[tuple[Stage, bytes]]:
    options = b"" if mail.recipient.isascii() else b" SMTPUTF8"
    yield Stage.SENDER, b"MAIL FROM:<%s>%s" % (sender.encode(), options)
    yield Stage.RECIPIENT, b"RCPT TO:<%s>" % mail.recipient.encode()


def _why_not(error: Exception) -> Outcome:
    if isinstance(error, SMTPResponseException):
        return judge(Stage.CONNECTION, error.code, error.message)
    return Outcome(Verdict.LATER, type(error).__name__, Stage.CONNECTION)
