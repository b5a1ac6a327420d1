import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI
from sqlmodel import delete
from uuid_utils.compat import uuid7

from notifications.app import api
from notifications.models.deliveries import Delivery, SuppressedAddress
from notifications.transport import MailTransport, open_transport
from shared.contacts import Enclosure, Found, FoundContact
from shared.database import Database
from shared.events import Language
from shared.settings import Settings

from .deliveries import Queue, queueing


class TooMany(asyncio.Protocol):
    """What a server says that has enough connections."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(b"421 4.7.0 Too many connections\r\n")
        transport.close()


class MailServer:
    """A real SMTP server. `refuse_*` hold what it answers to the next mails instead of accepting them.

    It answers a mail when `answers` is set. Started again after a stop, it is where it was.
    """

    def __init__(self) -> None:
        self.port = 0
        self.connections = 0
        self.names: list[str] = []
        self.knows_utf8 = True
        self.most_connections = 1000
        self.refused_connections = 0
        self.refuse_greeting: list[str] = []
        self.attempts: list[EmailMessage] = []
        self.accepted: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refuse_sender: list[str] = []
        self.refuse_recipient: list[str] = []
        self.refuse_content: list[str] = []
        self.answers = asyncio.Event()
        self.answers.set()
        self.slow_mailboxes: set[str] = set()
        self.slow = asyncio.Event()
        self._open: list[SMTP] = []

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for connection in self._open:
            if connection.transport is not None:
                connection.transport.close()
        self._open.clear()
        await self._server.wait_closed()

    def _connected(self) -> asyncio.Protocol:
        self.connections += 1
        self._open = [one for one in self._open if one.transport is None or not one.transport.is_closing()]
        if len(self._open) >= self.most_connections:
            self.refused_connections += 1
            return TooMany()
        self._open.append(SMTP(self, enable_SMTPUTF8=self.knows_utf8))
        return self._open[-1]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        refusal = await self.handle_HELO(server, session, envelope, hostname)
        return responses if refusal.startswith("250") else [refusal]

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> str:
        if self.refuse_greeting:
            return self.refuse_greeting.pop(0)
        self.names.append(hostname)
        session.host_name = hostname
        return "250 OK"

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
        await (self.slow if set(envelope.rcpt_tos) & self.slow_mailboxes else self.answers).wait()
        if self.refuse_content:
            return self.refuse_content.pop(0)
        self.accepted.append(mail)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def app() -> FastAPI:
    return api


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    server = MailServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def mail_settings(mail_server: MailServer) -> Settings:
    return Settings(
        service="notifications",
        smtp_url=f"smtp://127.0.0.1:{mail_server.port}",
        smtp_connections=2,
        mail_retry_seconds=0.001,
        mail_lease_seconds=3,
        mail_seconds=1,
        oidc_client_secret="secret",
        address_key="a key of the tests",
    )


class KnownContacts:
    """Stands in for the publishers. They have every contact, and the words of every text, until those are erased."""

    def __init__(self) -> None:
        self.addresses: dict[UUID, str] = {}
        self.words = {"message": "Hej", "diary_number": "MH-2026-000123"}
        self.erased: set[UUID] = set()
        self.away: dict[str, Exception] = {}
        self.language = Language.SWEDISH
        self.enclosure: Enclosure | None = None
        self.enclosing: Exception | None = None

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
            contacts={one: FoundContact(email=self.addresses[one], language=self.language) for one in people},
            texts=dict.fromkeys(texts, self.words),
        )

    async def enclosure_of(self, delivery: Delivery, before: float) -> Enclosure | None:
        if self.enclosing is not None:
            raise self.enclosing
        return self.enclosure if delivery.enclosure_id else None


@pytest.fixture
def contacts() -> KnownContacts:
    return KnownContacts()


@pytest.fixture
async def transport(mail_settings: Settings, contacts: KnownContacts) -> AsyncIterator[MailTransport]:
    async with open_transport(mail_settings) as transport:
        yield replace(transport, contacts=contacts)


@pytest.fixture
def queue(database: Database, contacts: KnownContacts) -> Queue:
    return queueing(database, contacts)


@pytest.fixture
async def committing(app: FastAPI) -> AsyncIterator[Database]:
    """The database with real commits, cleaned afterwards."""
    database: Database = app.state.database
    yield database
    async with database.transaction() as tx:
        for table in (Delivery, SuppressedAddress):
            await tx.exec(delete(table))


@pytest.fixture
def commit(committing: Database, contacts: KnownContacts) -> Queue:
    """Queues mails in the database with real commits: a mailer that is at work has connections of its own."""
    return queueing(committing, contacts)


@pytest.fixture
def anna(staff) -> dict[str, str]:
    return staff("caseworker", subject="anna")


@pytest.fixture
def of_boende(staff) -> dict[str, str]:
    """Somebody who works in one unit."""
    return staff("caseworker", subject="cia", units=["boende"])


@pytest.fixture
def head(staff) -> dict[str, str]:
    return staff("unit-head", subject="head", units=["avlopp"])
