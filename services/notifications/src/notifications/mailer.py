"""Sends what is due: claim under a lease, hand over with no transaction open, record what came of it."""

import asyncio
import random
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
from jinja2 import TemplateError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.stdlib import BoundLogger

from bus.process import Backoff
from bus.worker import Worker
from notifications.connection import MailServerAway
from notifications.contacts import Contacts, ContactsAway
from notifications.deliveries import Lease, any_due, by_publisher, claim_due, record, suppressed
from notifications.mails import Addressee, Mail, NotAnAddress, Sender, warm_up, write
from notifications.metrics import measure_fault, measure_outcomes, measure_waiting
from notifications.models.deliveries import MAILS, Delivery
from notifications.outcomes import NOT_TRIED, Outcome, Stage, Verdict
from notifications.smtp import SmtpPool
from notifications.suppression import AddressDigest
from shared.clock import now
from shared.contacts import Found
from shared.database import Database
from shared.logging import log
from shared.settings import Settings

BATCH = 200  # each asks a publisher for two ids at most, and it answers 500 at a time
NO_CONTACT = Outcome(Verdict.LATER, "the contact could not be looked up")


@dataclass(frozen=True)
class MailTransport:
    """What sending takes."""

    smtp: SmtpPool
    contacts: Contacts
    sender: Sender
    digest_of: AddressDigest
    lease_seconds: float
    retry_seconds: float


@asynccontextmanager
async def open_transport(settings: Settings, _: Database) -> AsyncIterator[MailTransport]:
    warm_up()
    sender = Sender.parse(settings.mail_from, settings.mail_contact, settings.resident_pages)
    digest_of, lease, retry = AddressDigest(settings), settings.mail_lease_seconds, settings.mail_retry_seconds
    async with httpx.AsyncClient(timeout=5) as client, SmtpPool(settings, sender) as smtp:
        yield MailTransport(smtp, Contacts(settings, client), sender, digest_of, lease, retry)


class Mailer(Worker):
    """Sends the mails that are due."""

    channel = MAILS
    _transport: MailTransport

    async def require(self) -> None:
        AddressDigest(self.settings)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        async with open_transport(self.settings, self.database) as self._transport:
            yield

    async def step(self) -> int:
        return await send_due(self.database, self._transport)

    async def measure(self) -> None:
        await measure_waiting(self.database)


async def send_due(database: Database, transport: MailTransport) -> int:
    if not await any_due(database):
        return 0
    async with database.transaction() as tx:
        deliveries = await claim_due(tx, BATCH, transport.lease_seconds)
    if deliveries:
        await _finish_when_stopped(_attempt(database, transport, deliveries), transport.smtp)
        _raise_if_away(transport.smtp)
    return len(deliveries)


def _raise_if_away(smtp: SmtpPool) -> None:
    try:
        smtp.raise_if_away()
    except MailServerAway as away:
        measure_fault(away.outcome)
        raise


async def _finish_when_stopped(attempt: Coroutine[Any, Any, None], smtp: SmtpPool) -> None:
    """When the process is told to stop, finish and record the mails under way, so that none is sent twice."""
    task = asyncio.ensure_future(attempt)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        smtp.stop()
        await asyncio.wait([task])
        raise


async def _attempt(database: Database, transport: MailTransport, deliveries: Sequence[Delivery]) -> None:
    lease = Lease(asyncio.get_running_loop().time(), transport.lease_seconds)
    groups = by_publisher(deliveries).items()
    found = await asyncio.gather(
        *(_outcomes(database, transport, publisher, group, lease) for publisher, group in groups),
        return_exceptions=True,
    )
    known = {key: outcome for some in found if not isinstance(some, BaseException) for key, outcome in some.items()}
    outcomes = [(delivery, known.get(delivery.id, NOT_TRIED)) for delivery in deliveries]
    for delivery, outcome in outcomes:
        delivery.take(outcome, now(), transport.retry_seconds, jitter=random.random())
    await _record(database, outcomes, lease.ends_at)
    measure_outcomes(outcomes)
    for some in found:
        if isinstance(some, BaseException):
            raise some


async def _outcomes(
    database: Database, transport: MailTransport, publisher: str, deliveries: Sequence[Delivery], lease: Lease
) -> dict[UUID, Outcome]:
    """From look-up to answer, for one publisher's contacts."""
    timely = [delivery for delivery in deliveries if _is_timely(delivery)]
    outcomes = dict.fromkeys((delivery.id for delivery in deliveries), Outcome(Verdict.SPENT))
    if not timely:
        return outcomes
    found = await _look_up(transport, publisher, timely, lease.look_up_before)
    if found is None:
        return outcomes | dict.fromkeys((delivery.id for delivery in timely), NO_CONTACT)
    digests = {transport.digest_of(contact.email) for contact in found.contacts.values()}
    unwanted = await suppressed(database, digests)
    sendings = [_send(transport, delivery, found, unwanted, lease.begin_before) for delivery in timely]
    sent = await asyncio.gather(*sendings, return_exceptions=True)
    return outcomes | {one.id: _unless_failed(one, outcome) for one, outcome in zip(timely, sent, strict=True)}


def _unless_failed(delivery: Delivery, outcome: Outcome | BaseException) -> Outcome:
    """One that fails unforeseen waits, and stops no other."""
    if not isinstance(outcome, BaseException):
        return outcome
    _log_of(delivery).error("a delivery failed unexpectedly", exc_info=outcome)
    return Outcome(Verdict.LATER, "it failed unexpectedly")


async def _record(database: Database, outcomes: Sequence[tuple[Delivery, Outcome]], before: float) -> None:
    """Save what came of them; wait for a database that is away until the lease ends, or accepted mails go out again."""
    backoff = Backoff(first=0.05, longest=1)
    while True:
        try:
            return await _save(database, outcomes)
        except (OSError, DBAPIError, PoolTimeout) as error:
            _require_time(before, error)
        await backoff.wait()


def _require_time(before: float, error: Exception) -> None:
    """Raise the error when it is too late to try again."""
    if asyncio.get_running_loop().time() > before:
        raise error
    log.warning("what came of the mails could not be recorded yet", exc_info=error)


async def _save(database: Database, outcomes: Sequence[tuple[Delivery, Outcome]]) -> None:
    async with database.transaction() as tx:
        await record(tx, outcomes)


def _is_timely(delivery: Delivery) -> bool:
    if delivery.lapses:
        _log_of(delivery).warning("an earlier attempt may have reached its reader")
    return not delivery.is_spent(now())


async def _look_up(
    transport: MailTransport, publisher: str, deliveries: Sequence[Delivery], before: float
) -> Found | None:
    """What the publisher still has of the mails' contacts and texts; None when they have to wait."""
    try:
        async with asyncio.timeout_at(before):
            return await transport.contacts.look_up(publisher, deliveries)
    except (ContactsAway, TimeoutError) as error:
        log.warning("contacts could not be looked up", publisher=publisher, mails=len(deliveries), exc_info=error)
        return None


async def _send(
    transport: MailTransport, delivery: Delivery, found: Found, unwanted: set[str], begin_before: float
) -> Outcome:
    contact = found.contacts.get(delivery.contact_id)
    words = found.texts.get(delivery.text_id) if delivery.text_id else {}
    if contact is None or words is None:
        return Outcome(Verdict.GONE, f"{found.service} no longer has the {'text' if contact else 'contact'}")
    digest = transport.digest_of(contact.email)
    if digest in unwanted:
        return Outcome(Verdict.SUPPRESSED)
    written = await _written(transport, delivery, Addressee(contact.email, contact.language, words), begin_before)
    if isinstance(written, Outcome):
        return written
    outcome = await transport.smtp.send(written, begin_before)
    return replace(outcome, digest=digest) if outcome.verdict is Verdict.NO_SUCH_RECIPIENT else outcome


async def _written(transport: MailTransport, delivery: Delivery, to: Addressee, before: float) -> Mail | Outcome:
    """The mail, or what comes of it when it cannot be written."""
    try:
        return write(delivery, to, transport.sender, await transport.contacts.enclosure_of(delivery, before))
    except (ContactsAway, TimeoutError):
        return Outcome(Verdict.LATER, "what it encloses could not be looked up")
    except NotAnAddress:
        return Outcome(Verdict.REFUSED, "the contact has no valid e-mail address")
    except (LookupError, TypeError, ValueError, TemplateError) as error:
        _log_of(delivery).error("a mail could not be written", exc_info=error)
        return Outcome(Verdict.OUR_FAULT, "the mail could not be written", Stage.TEXT)


def _log_of(delivery: Delivery) -> BoundLogger:
    return log.bind(delivery_id=str(delivery.id), event_id=str(delivery.event_id))
