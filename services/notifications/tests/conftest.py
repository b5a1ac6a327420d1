from collections.abc import AsyncIterator, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI

from notifications.app import api
from notifications.mailer import Mailroom, open_mailroom
from shared.database import Database
from shared.settings import Settings
from testkit.broker import free_port


class MailServer:
    """A real SMTP server. `refuse_*` hold what it answers to the next mails instead of accepting them."""

    def __init__(self) -> None:
        self.port = free_port()
        self.attempts: list[EmailMessage] = []
        self.accepted: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refuse_sender: list[str] = []
        self.refuse_recipient: list[str] = []
        self.refuse_content: list[str] = []
        self.on_content: list[object] = []
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=True)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_sender:
            return self.refuse_sender.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_recipient:
            return self.refuse_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = message_from_bytes(envelope.content, policy=default)
        self.attempts.append(mail)
        for call in self.on_content:
            call()
        if self.refuse_content:
            return self.refuse_content.pop(0)
        self.accepted.append(mail)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def app() -> FastAPI:
    return api


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mail_settings(mail_server: MailServer) -> Settings:
    return Settings(
        service="notifications",
        smtp_url=f"smtp://127.0.0.1:{mail_server.port}",
        smtp_connections=2,
        mail_retry_seconds=0.001,
        mail_lease_seconds=3,
        oidc_client_secret="secret",
    )


@pytest.fixture
async def mailroom(mail_settings: Settings, database: Database) -> AsyncIterator[Mailroom]:
    async with open_mailroom(mail_settings, database) as mailroom:
        yield mailroom
