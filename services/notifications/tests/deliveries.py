"""Mails that wait to be sent, and what became of them, for tests."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlmodel import select
from uuid_utils.compat import uuid7

from notifications.deliveries import claim_due
from notifications.dispatch import Dispatch
from notifications.models.deliveries import DELIVERY, Delivery, DeliveryStatus
from notifications.outcomes import Outcome
from notifications.recording import record
from notifications.transport import MailTransport
from shared.clock import now
from shared.database import Database
from testkit.waiting import until

Queue = Callable[..., Awaitable[Delivery]]
HOUSING = {"publisher": "housing", "unit": "boende", "template": "interest_relayed"}


def queueing(database: Database, contacts) -> Queue:
    """Queues a mail to somebody: `await queue("anna@example.se", priority=5)`."""

    async def queue(address: str = "anna@example.se", **values: object) -> Delivery:
        given = {
            "publisher": "eservice-intake",
            "unit": "livsmedel",
            "template": "application_received",
            "priority": 1,
            "about": str(uuid7()),
            "text_id": uuid7(),
            **values,
        }
        context = {"reference": "K7M4-P2XR", "kind": "ansokan", "title": "Strandskydd", "received_on": "2026-11-23"}
        context |= {"due_on": "2027-02-23", "earliest_start_on": ""}
        delivery = Delivery(event_id=uuid7(), contact_id=contacts.id_of(address), context=context, **given)
        async with database.transaction() as tx:
            tx.add(delivery)
        return delivery

    return queue


async def now_is(database: Database, delivery: Delivery) -> Delivery:
    async with database.reading() as session:
        return (await session.exec(select(Delivery).where(Delivery.id == delivery.id))).one()


async def let_pass(database: Database, delivery: Delivery, **values: object) -> None:
    async with database.transaction() as tx:
        await (await tx.connection()).execute(DELIVERY.update().where(DELIVERY.c.id == delivery.id).values(**values))


async def send_due(database: Database, transport: MailTransport) -> int:
    """Send what is due once, and say how many mails were."""
    async with Dispatch(database, transport) as dispatch:
        taken = await dispatch.start_due()
        await dispatch.finished()
        dispatch.raise_if_stopped()
        return taken


async def mail_until_stopped(database: Database, transport: MailTransport) -> None:
    async with Dispatch(database, transport) as dispatch:
        while True:
            await dispatch.start_due()
            await asyncio.sleep(0.02)


async def claim_and_record(database: Database, outcome: Outcome) -> None:
    async with database.transaction() as tx:
        [claimed] = await claim_due(tx, 1, lease_seconds=60)
    await recorded(database, claimed, outcome)


async def recorded(database: Database, claimed: Delivery, outcome: Outcome) -> None:
    claimed.take(outcome, now(), first_wait=30, jitter=1)
    await record(database, [(claimed, outcome)])


async def send_until_accepted(database: Database, transport: MailTransport, delivery: Delivery) -> None:
    async def is_accepted() -> bool:
        await send_due(database, transport)
        return (await now_is(database, delivery)).status is DeliveryStatus.ACCEPTED

    await until(is_accepted)
