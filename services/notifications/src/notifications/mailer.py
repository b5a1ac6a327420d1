"""Sends what is due: claim under a lease, hand over with no transaction open, record what came of it."""

import asyncio
import random
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, assert_never

import httpx
from jinja2 import TemplateError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.stdlib import BoundLogger

from bus.process import Backoff
from bus.worker import Worker
from notifications.contacts import Contacts, ContactsAway
from notifications.deliveries import Lease, any_due, by_publisher, claim_due, record, suppressed
from notifications.mails import Addressee, Sender, warm_up, write
from notifications.metrics import measure_outcomes, measure_waiting
from notifications.models.deliveries import MAILS, Delivery, DeliveryStatus, SuppressedAddress
from notifications.smtp import Reply, SmtpPool, Verdict
from notifications.suppression import AddressDigest
from shared.clock import now
from shared.contacts import Found
from shared.database import Database
from shared.logging import log
from shared.settings import Settings

T = TypeVar("T")

BATCH = 200  # each asks a publisher for two ids at most, and it answers 500 at a time


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
        transport.smtp.raise_if_away()
    return len(deliveries)


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
    outcomes = await asyncio.gather(
        *(_deliver(database, transport, publisher, group, lease) for publisher, group in groups), return_exceptions=True
    )
    for delivery in deliveries:
        if delivery.status is DeliveryStatus.SENDING:
            delivery.give_back(now())
    refused = [address for outcome in outcomes if not isinstance(outcome, BaseException) for address in outcome]
    await _record(database, deliveries, refused, lease.ends_at)
    measure_outcomes(deliveries)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


async def _deliver(
    database: Database, transport: MailTransport, publisher: str, deliveries: Sequence[Delivery], lease: Lease
) -> list[SuppressedAddress]:
    """From look-up to reply, for one publisher's contacts. Returns the addresses that turned out not to exist."""
    timely = [delivery for delivery in deliveries if _is_timely(delivery)]
    found = await _look_up(transport, publisher, timely, lease.look_up_before) if timely else None
    addressed = [(delivery, to) for delivery in timely if found and (to := _addressee(delivery, found))]
    if not addressed:
        return []
    unwanted = await suppressed(database, {transport.digest_of(to.address) for _, to in addressed})
    sendings = [_send(transport, delivery, to, unwanted, lease.begin_before) for delivery, to in addressed]
    refused = await _each(transport, [delivery for delivery, _ in addressed], sendings)
    return [address for _, address in refused]


async def _each(
    transport: MailTransport, deliveries: Sequence[Delivery], steps: Sequence[Coroutine[Any, Any, T | None]]
) -> list[tuple[Delivery, T]]:
    """Take the step for each delivery and return what came of it, if anything; one that fails stops no other."""
    results = await asyncio.gather(*steps, return_exceptions=True)
    done = []
    for delivery, result in zip(deliveries, results, strict=True):
        if isinstance(result, BaseException):
            _log_of(delivery).error("a delivery failed unexpectedly", exc_info=result)
            _retry(transport, delivery, "it failed unexpectedly")
        elif result is not None:
            done.append((delivery, result))
    return done


async def _record(
    database: Database, deliveries: Sequence[Delivery], refused: Sequence[SuppressedAddress], before: float
) -> None:
    """Save what came of them; wait for a database that is away until the lease ends, or accepted mails go out again."""
    backoff = Backoff(first=0.05, longest=1)
    while True:
        try:
            return await _save(database, deliveries, refused)
        except (OSError, DBAPIError, PoolTimeout) as error:
            _require_time(before, error)
        await backoff.wait()


def _require_time(before: float, error: Exception) -> None:
    """Raise the error when it is too late to try again."""
    if asyncio.get_running_loop().time() > before:
        raise error
    log.warning("what came of the mails could not be recorded yet", exc_info=error)


async def _save(database: Database, deliveries: Sequence[Delivery], refused: Sequence[SuppressedAddress]) -> None:
    async with database.transaction() as tx:
        await record(tx, deliveries, refused)


def _is_timely(delivery: Delivery) -> bool:
    if delivery.lapses:
        _log_of(delivery).warning("an earlier attempt may have reached its reader")
    if delivery.is_spent(now()):
        delivery.give_up()
        return False
    return True


async def _look_up(
    transport: MailTransport, publisher: str, deliveries: Sequence[Delivery], before: float
) -> Found | None:
    """What the publisher still has of the mails' contacts and texts; None when they have to wait."""
    try:
        async with asyncio.timeout_at(before):
            return await transport.contacts.look_up(publisher, deliveries)
    except (ContactsAway, TimeoutError) as error:
        log.warning("contacts could not be looked up", publisher=publisher, mails=len(deliveries), exc_info=error)
    for delivery in deliveries:
        _retry(transport, delivery, "the contact could not be looked up")
    return None


def _addressee(delivery: Delivery, found: Found) -> Addressee | None:
    """Who the mail is for, or None when that has been erased."""
    contact = found.contacts.get(delivery.contact_id)
    words = found.texts.get(delivery.text_id) if delivery.text_id else {}
    if contact is not None and words is not None:
        return Addressee(contact.email, contact.language, words)
    delivery.cancel(f"{found.service} no longer has the {'text' if contact else 'contact'}")
    return None


async def _send(
    transport: MailTransport, delivery: Delivery, to: Addressee, unwanted: set[str], begin_before: float
) -> SuppressedAddress | None:
    """Try to send the mail. Returns its address when that turns out not to exist."""
    if transport.digest_of(to.address) in unwanted:
        delivery.suppress()
        return None
    try:
        mail = write(delivery, to, transport.sender, await transport.contacts.enclosure_of(delivery, begin_before))
    except (ContactsAway, TimeoutError):
        _retry(transport, delivery, "what it encloses could not be looked up")
        return None
    except ValueError:
        delivery.fail("the contact has no valid e-mail address")
        return None
    except (KeyError, TemplateError) as error:
        _log_of(delivery).error("a mail could not be written", exc_info=error)
        _retry(transport, delivery, "the mail could not be written")
        return None
    reply = await transport.smtp.send(mail, begin_before)
    _settle(transport, delivery, reply)
    if reply.verdict is Verdict.NO_SUCH_RECIPIENT:
        return SuppressedAddress(digest=transport.digest_of(to.address), reason=reply.reason)
    return None


def _settle(transport: MailTransport, delivery: Delivery, reply: Reply) -> None:
    match reply.verdict:
        case Verdict.ACCEPTED:
            delivery.accept(now())
        case Verdict.TRY_LATER:
            _retry(transport, delivery, reply.reason)
        case Verdict.REFUSED | Verdict.NO_SUCH_RECIPIENT:
            delivery.fail(reply.reason)
        case Verdict.NOT_TRIED:
            delivery.give_back(now())
        case _:
            assert_never(reply.verdict)


def _retry(transport: MailTransport, delivery: Delivery, reason: str) -> None:
    delivery.retry(reason, now(), transport.retry_seconds, jitter=random.random())


def _log_of(delivery: Delivery) -> BoundLogger:
    return log.bind(delivery_id=str(delivery.id), event_id=str(delivery.event_id))
