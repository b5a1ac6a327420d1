"""Sends what is due: claim under a lease, hand over with no transaction open, record what came of it."""

import asyncio
import random
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, assert_never

import httpx
from jinja2 import TemplateError
from prometheus_client import Counter, Histogram

from notifications.contacts import Contacts, ContactsAway
from notifications.deliveries import claim_due, record, something_is_due, suppressed
from notifications.mails import Addressee, Sender, write
from notifications.models import Delivery, SuppressedAddress, digest_of
from notifications.smtp import Reply, SmtpPool, Verdict
from shared.database import Database, now
from shared.events import Language
from shared.logging import log
from shared.settings import Settings

BATCH = 200
ATTEMPTS = Counter("kommunbuss_deliveries", "Attempts to deliver, by what became of the delivery.", ["status"])
WAITED = Histogram(
    "kommunbuss_delivery_seconds",
    "From the delivery's row to the mail server's acceptance.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600),
)


@dataclass(frozen=True)
class Mailroom:
    """What sending takes."""

    smtp: SmtpPool
    contacts: Contacts
    sender: Sender
    lease_seconds: float
    retry_seconds: float


@asynccontextmanager
async def open_mailroom(settings: Settings, _: Database) -> AsyncIterator[Mailroom]:
    sender = Sender.parse(settings.mail_from)
    lease = settings.mail_lease_seconds
    async with httpx.AsyncClient(timeout=5) as client, SmtpPool(settings, sender) as smtp:
        yield Mailroom(smtp, Contacts(settings, client), sender, lease, settings.mail_retry_seconds)


async def send_due(database: Database, mailroom: Mailroom) -> int:
    if not await something_is_due(database):
        return 0
    async with database.transaction() as tx:
        deliveries = await claim_due(tx, BATCH, mailroom.lease_seconds)
    if deliveries:
        await _finish_when_stopped(_attempt(database, mailroom, deliveries), mailroom.smtp)
        mailroom.smtp.raise_if_away()
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


async def _attempt(database: Database, mailroom: Mailroom, deliveries: Sequence[Delivery]) -> None:
    """All of it within the lease: a sixth to look up, a third to begin, a sixth to connect, a third to send."""
    started = asyncio.get_running_loop().time()
    look_up_before, begin_before = started + mailroom.lease_seconds / 6, started + mailroom.lease_seconds / 3
    unwanted = await suppressed(database, {digest_of(d.recipient) for d in deliveries if d.contact_id is None})
    refused = await asyncio.gather(
        *(_deliver(database, mailroom, d, unwanted, look_up_before, begin_before) for d in deliveries)
    )
    async with database.transaction() as tx:
        await record(tx, deliveries, [address for address in refused if address is not None])
    _measure(deliveries)


async def _deliver(
    database: Database, mailroom: Mailroom, delivery: Delivery, unwanted: set[str], look_up_before: float,
    begin_before: float,
) -> SuppressedAddress | None:  # fmt: skip
    """One mail from look-up to reply, so that one whose address is slow to be had delays no other."""
    to = await _addressee(mailroom, delivery, look_up_before)
    if to is None:
        return None
    if delivery.contact_id is not None:
        unwanted = await suppressed(database, {digest_of(to.address)})
    return await _send(mailroom, delivery, to, unwanted, begin_before)


async def _addressee(mailroom: Mailroom, delivery: Delivery, before: float) -> Addressee | None:
    """Who the mail is for, or None when it is not to be sent now."""
    if delivery.lapses:
        log.warning("an earlier attempt may have reached its reader", delivery_id=str(delivery.id))
    if delivery.is_spent(now()):
        delivery.give_up()
        return None
    if delivery.contact_id is None:
        return Addressee(delivery.recipient, delivery.language or Language.SWEDISH)
    try:
        async with asyncio.timeout_at(before):
            contact = await mailroom.contacts.find(delivery.contact_id)
    except (ContactsAway, TimeoutError) as error:
        log.warning("a contact's address could not be looked up", delivery_id=str(delivery.id), exc_info=error)
        _retry(mailroom, delivery, "the contact's address could not be looked up")
        return None
    if contact is None:
        delivery.cancel("housing no longer has the contact")
        return None
    return Addressee(contact.email, contact.language, contact.name)


async def _send(
    mailroom: Mailroom, delivery: Delivery, to: Addressee, unwanted: set[str], begin_before: float
) -> SuppressedAddress | None:
    """Try to send the mail. Returns its address when that turns out not to exist."""
    if digest_of(to.address) in unwanted:
        delivery.suppress()
        return None
    try:
        mail = write(delivery, to, mailroom.sender)
    except ValueError:
        delivery.fail("the recipient is no e-mail address")
        return None
    except (KeyError, TemplateError) as error:
        log.error("a mail could not be written", delivery_id=str(delivery.id), exc_info=error)
        _retry(mailroom, delivery, "the mail could not be written")
        return None
    reply = await mailroom.smtp.send(mail, begin_before)
    _settle(mailroom, delivery, reply)
    if reply.verdict is Verdict.NO_SUCH_RECIPIENT:
        return SuppressedAddress(digest=digest_of(to.address), reason=reply.reason)
    return None


def _settle(mailroom: Mailroom, delivery: Delivery, reply: Reply) -> None:
    match reply.verdict:
        case Verdict.ACCEPTED:
            delivery.accept(now())
        case Verdict.TRY_LATER:
            _retry(mailroom, delivery, reply.reason)
        case Verdict.REFUSED | Verdict.NO_SUCH_RECIPIENT:
            delivery.fail(reply.reason)
        case Verdict.NOT_TRIED:
            delivery.give_back(now())
        case _:
            assert_never(reply.verdict)


def _retry(mailroom: Mailroom, delivery: Delivery, reason: str) -> None:
    jitter = random.random()  # noqa: S311  # it spreads retries and is no secret
    delivery.retry(reason, now(), mailroom.retry_seconds, jitter)


def _measure(deliveries: Sequence[Delivery]) -> None:
    for delivery in deliveries:
        ATTEMPTS.labels(delivery.status).inc()
        if delivery.accepted_at is not None:
            WAITED.observe((delivery.accepted_at - delivery.created_at).total_seconds())
