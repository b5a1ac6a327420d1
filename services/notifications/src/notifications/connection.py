"""A connection to the mail server, and how a mail is handed over."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP, SMTPException, SMTPHeloError, SMTPResponseException

from notifications.dialogue import Answer, Dialogue
from notifications.mails import Mail
from notifications.outcomes import NOT_TRIED, Outcome, Stage, Verdict, judge
from shared.formats import names_a_host
from shared.settings import Settings

BROKEN = (SMTPException, OSError, TimeoutError)
TAKEN = (250, 251)
GO_ON = 354
AT_ONCE = ((Stage.SENDER, Stage.RECIPIENT),)
ONE_BY_ONE = ((Stage.SENDER,), (Stage.RECIPIENT,))


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


async def connect(options: dict[str, Any], name: str, seconds: float) -> "Connection":
    """Takes so many seconds at most. Raises MailServerAway."""
    smtp = SMTP(**options, timeout=seconds, local_hostname=name)
    try:
        async with asyncio.timeout(seconds):
            await smtp.connect()
            await _greet(smtp)
        return Connection(smtp, seconds)
    except BROKEN as error:
        smtp.close()
        raise MailServerAway(_why_not(error)) from error


async def _greet(smtp: SMTP) -> None:
    if not smtp.is_ehlo_or_helo_needed:
        return
    try:
        await smtp.ehlo()
    except SMTPHeloError:
        await smtp.helo()


class Connection:
    """One mail at a time. The server has so many seconds for each of its steps."""

    def __init__(self, smtp: SMTP, seconds: float) -> None:
        if smtp.transport is None:
            raise ConnectionResetError
        self._takes_utf8 = smtp.supports_extension("smtputf8")
        self._stages = AT_ONCE if smtp.supports_extension("pipelining") else ONE_BY_ONE
        self._dialogue = Dialogue(smtp.transport)
        self._seconds = seconds

    @property
    def is_open(self) -> bool:
        return self._dialogue.is_open

    async def close(self) -> None:
        with suppress(*BROKEN):
            async with asyncio.timeout(1):
                await self._answer(b"QUIT")
        self._dialogue.close()

    async def hand_over(self, mail: Mail, sender: str, may_go: Callable[[], Awaitable[bool]]) -> Outcome:
        """The mail itself is sent when `may_go` has said that it may, however long that takes."""
        if not mail.recipient.isascii() and not self._takes_utf8:
            return Outcome(Verdict.UNSENDABLE, "the mail server cannot take such an address")
        try:
            refusal = await self._refused(mail, sender, may_go)
            if refusal is None:
                return await self._sent(mail)
        except BROKEN as error:
            self._dialogue.close()
            return Outcome(Verdict.LATER, type(error).__name__)
        await self._forget_envelope()
        return refusal

    async def _refused(self, mail: Mail, sender: str, may_go: Callable[[], Awaitable[bool]]) -> Outcome | None:
        async with asyncio.timeout(self._seconds):
            refusal = await self._refused_envelope(mail, sender)
        if refusal is not None or not await may_go():
            return refusal or NOT_TRIED
        async with asyncio.timeout(self._seconds):
            answer = await self._answer(b"DATA")
        return None if answer.code == GO_ON else judge(Stage.CONTENT, *answer)

    async def _refused_envelope(self, mail: Mail, sender: str) -> Outcome | None:
        commands = _envelope(mail, sender)
        for stages in self._stages:
            answers = self._dialogue.ask(*(commands[stage] for stage in stages))
            refusal = await _first_refusal(zip(stages, answers, strict=True))
            if refusal is not None:
                return refusal
        return None

    async def _sent(self, mail: Mail) -> Outcome:
        async with asyncio.timeout(self._seconds):
            answer = await self._answer(mail.content.replace(b"\r\n.", b"\r\n..") + b".")
        return Outcome(Verdict.SENT) if answer.code in TAKEN else judge(Stage.CONTENT, *answer)

    async def _forget_envelope(self) -> None:
        """Or close: the next mail would fall inside it. What is known of this one does not depend on the answer."""
        is_forgotten = False
        with suppress(*BROKEN):
            async with asyncio.timeout(self._seconds):
                is_forgotten = (await self._answer(b"RSET")).code in TAKEN
        if not is_forgotten:
            self._dialogue.close()

    async def _answer(self, command: bytes) -> Answer:
        [answer] = self._dialogue.ask(command)
        return await answer


def _envelope(mail: Mail, sender: str) -> Mapping[Stage, bytes]:
    options = b"" if mail.recipient.isascii() else b" SMTPUTF8"
    return {
        Stage.SENDER: b"MAIL FROM:<%s>%s" % (sender.encode(), options),
        Stage.RECIPIENT: b"RCPT TO:<%s>" % mail.recipient.encode(),
    }


async def _first_refusal(answers: Iterable[tuple[Stage, Awaitable[Answer]]]) -> Outcome | None:
    for stage, answer in answers:
        code, words = await answer
        if code not in TAKEN:
            return judge(stage, code, words)
    return None


def _why_not(error: Exception) -> Outcome:
    if isinstance(error, SMTPResponseException):
        return judge(Stage.CONNECTION, error.code, error.message)
    return Outcome(Verdict.LATER, type(error).__name__, Stage.CONNECTION)
