"""A mailer claims the mails that are due under a lease, and records in it what became of them."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from notifications import recorder
from notifications.deliveries import MOST_COUNTED, claim_due, waiting
from notifications.dispatch import Dispatch
from notifications.models.deliveries import DELIVERY, DeliveryStatus
from notifications.outcomes import Outcome, Verdict
from notifications.recording import record
from notifications.transport import MailTransport
from shared.clock import now
from shared.database import Database
from testkit.committed import executed
from testkit.waiting import until

from .deliveries import let_pass, now_is, queueing, recorded, send_due
from .outages import Outages


async def test_the_most_urgent_mails_are_claimed_first(database: Database, queue):
    news = await queue(priority=5)
    receipt = await queue(priority=1)

    async with database.transaction() as tx:
        first = await claim_due(tx, 1, lease_seconds=60)
        second = await claim_due(tx, 1, lease_seconds=60)

    assert [first[0].id, second[0].id] == [receipt.id, news.id]


async def test_a_delivery_past_its_time_is_not_sent(database: Database, transport: MailTransport, mail_server, queue):
    old = await queue(expires_at=now() - timedelta(seconds=1))
    doubtful = await queue("bo@example.se", expires_at=now() - timedelta(seconds=1), lapses=1)

    await send_due(database, transport)

    assert (await now_is(database, old)).status is DeliveryStatus.EXPIRED
    assert (await now_is(database, doubtful)).status is DeliveryStatus.UNKNOWN
    assert mail_server.attempts == []


async def test_two_mailers_never_claim_the_same_delivery(committing: Database, contacts):
    queue = queueing(committing, contacts)
    queued = [await queue(f"a{i}@example.se") for i in range(40)]

    async def claim() -> list[UUID]:
        async with committing.transaction() as tx:
            return [delivery.id for delivery in await claim_due(tx, 20, lease_seconds=60)]

    first, second = await asyncio.gather(claim(), claim())

    assert (len(first), len(second)) == (20, 20)
    assert {*first, *second} == {delivery.id for delivery in queued}


@pytest.mark.postgres
async def test_a_mailer_does_not_wait_for_what_another_is_claiming(committing: Database, contacts):
    queue = queueing(committing, contacts)
    queued = [await queue(f"a{i}@example.se") for i in range(4)]

    async with committing.transaction() as first, committing.transaction() as second:
        async with asyncio.timeout(10):
            claimed = [*await claim_due(first, 2, lease_seconds=60), *await claim_due(second, 2, lease_seconds=60)]

    assert {delivery.id for delivery in claimed} == {delivery.id for delivery in queued}


async def test_a_lapsed_lease_is_claimed_again_with_the_same_message_id(
    database: Database, transport: MailTransport, mail_server, queue
):
    delivery = await queue()
    async with database.transaction() as tx:
        [killed] = await claim_due(tx, 10, lease_seconds=60)
    held = await send_due(database, transport)
    await let_pass(database, delivery, next_attempt_at=now())

    await send_due(database, transport)

    after = await now_is(database, delivery)
    assert (held, killed.status) == (0, DeliveryStatus.SENDING)
    assert (after.status, after.attempts, after.lapses) == (DeliveryStatus.ACCEPTED, 2, 1)
    assert mail_server.accepted[0]["Message-ID"] == f"<{delivery.id}@kommunbuss.example>"


async def test_what_a_mailer_without_its_lease_records_is_ignored(
    database: Database, transport: MailTransport, mail_server, queue
):
    delivery = await queue()
    async with database.transaction() as tx:
        late = await claim_due(tx, 10, lease_seconds=0)
    await send_due(database, transport)

    await recorded(database, late[0], Outcome(Verdict.REFUSED, "550"))

    assert (await now_is(database, delivery)).status is DeliveryStatus.ACCEPTED


@pytest.mark.postgres
async def test_what_came_of_mails_takes_one_statement(committing: Database, commit, monkeypatch):
    for address in ("anna@example.se", "bo@example.se"):
        await commit(address)
    async with committing.transaction() as tx:
        claimed = await claim_due(tx, 10, lease_seconds=60)
    outcomes = [(delivery, Outcome(Verdict.SENT)) for delivery in claimed]
    for delivery, outcome in outcomes:
        delivery.take(outcome, now(), first_wait=30, jitter=1)

    with monkeypatch.context() as without, executed(committing) as statements:
        without.setattr(committing, "transaction", None)
        held = await record(committing, outcomes)

    assert held == {delivery.id for delivery in claimed}
    assert len(statements) == 1
    assert {(await now_is(committing, delivery)).status for delivery in claimed} == {DeliveryStatus.ACCEPTED}


async def test_while_the_database_is_away_recording_waits_so_that_no_mail_is_doubled(
    database: Database, transport: MailTransport, mail_server, queue
):
    delivery = await queue()

    await send_due(Outages(database, transactions={2, 3, 4}), transport)  # the first claims
    await send_due(database, transport)

    after = await now_is(database, delivery)
    assert (after.status, after.lapses) == (DeliveryStatus.ACCEPTED, 0)
    assert len(mail_server.accepted) == 1


async def test_a_mailer_that_ends_does_not_wait_for_ever_for_a_database_that_is_away(
    committing: Database, transport: MailTransport, mail_server, commit, monkeypatch
):
    monkeypatch.setattr(recorder, "PATIENCE_SECONDS", 0.1)
    delivery = await commit()

    async with asyncio.timeout(30), Dispatch(Outages(committing, transactions=range(2, 99)), transport) as dispatch:
        await dispatch.start_due()
        await until(lambda: mail_server.accepted)

    assert (await now_is(committing, delivery)).status is DeliveryStatus.SENDING


async def test_what_waits_is_what_was_never_put_off(database: Database, queue):
    started = now() - timedelta(hours=1)
    await queue(created_at=started)
    await queue(status=DeliveryStatus.SENDING, next_attempt_at=now() - timedelta(minutes=1))
    long_ago = now() - timedelta(days=2)
    for status in (DeliveryStatus.RETRY_WAIT, DeliveryStatus.SENDING, DeliveryStatus.QUEUED):
        await queue(status=status, last_error="452 the mailbox is full", created_at=long_ago)
    await queue(status=DeliveryStatus.ACCEPTED, created_at=long_ago)
    await queue(next_attempt_at=now() + timedelta(hours=1), created_at=long_ago)

    count, oldest = await waiting(database)

    assert (count, oldest) == (2, started)


async def test_of_very_many_that_wait_only_the_first_are_counted(database: Database, queue):
    oldest = await queue(created_at=now() - timedelta(hours=1), next_attempt_at=now() - timedelta(hours=1))
    other = {**oldest.model_dump(), "created_at": now(), "next_attempt_at": now()}
    others = [{**other, "id": uuid7(), "event_id": uuid7()} for _ in range(MOST_COUNTED)]
    async with database.transaction() as tx:
        await (await tx.connection()).execute(DELIVERY.insert(), others)

    assert await waiting(database) == (MOST_COUNTED, oldest.created_at)
