from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI
from uuid_utils.compat import uuid7

from notifications.app import api
from notifications.mailer import Mailroom, open_mailroom
from notifications.models import Delivery
from shared.contacts import Found, FoundContact
from shared.database import Database
from shared.events import Language
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


class KnownContacts:
    """Stands in for the publishers. They have every contact, and the words of every text, until those are erased."""

    def __init__(self) -> None:
        self.addresses: dict[UUID, str] = {}
        self.words = {"area": "Brunflo", "message": "Hej"}
        self.erased: set[UUID] = set()
        self.away: dict[str, Exception] = {}
        self.language = Language.SWEDISH

    def id_of(self, address: str) -> UUID:
        contact_id = uuid7()
        self.addresses[contact_id] = address
        return contact_id

    async def look_up(self, publisher: str, deliveries: Sequence[Delivery]) -> Found:
        if publisher in self.away:
            raise self.away[publisher]
        people = {delivery.contact_id for delivery in deliveries} - self.erased
        texts = {delivery.text_id for delivery in deliveries if delivery.text_id} - self.erased
        return Found(
            service=publisher,
            contacts={
                one: FoundContact(email=self.addresses[one], name="Olle Ägare", language=self.language)
                for one in people
            },
            texts=dict.fromkeys(texts, self.words),
        )


@pytest.fixture
def contacts() -> KnownContacts:
    return KnownContacts()


@pytest.fixture
async def mailroom(mail_settings: Settings, database: Database, contacts: KnownContacts) -> AsyncIterator[Mailroom]:
    async with open_mailroom(mail_settings, database) as mailroom:
        yield replace(mailroom, contacts=contacts)
