"""The mailer sends what waits, and a mail that fails waits its turn and stops no other."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from notifications import transport as transports
from notifications.mails import Addressee, Mail, Sender, write
from notifications.models.deliveries import Delivery, DeliveryStatus
from notifications.rules.notices import Priority
from notifications.smtp import MailServerAway
from notifications.transport import MailTransport, open_transport
from shared.database import Database
from shared.settings import Settings
from testkit.waiting import until

from .deliveries import mail_until_stopped, now_is, queueing, send_due, send_until_accepted


async def test_a_queued_mail_is_accepted(database: Database, transport: MailTransport, mail_server, queue):
    delivery = await queue()

    done = await send_due(database, transport)

    after = await now_is(database, delivery)
    assert (done, await send_due(database, transport)) == (1, 0)
    assert (after.status, after.attempts, after.lease_token) == (DeliveryStatus.ACCEPTED, 1, None)
    assert after.accepted_at is not None
    assert mail_server.recipients == ["anna@example.se"]
    assert mail_server.accepted[0]["Message-ID"] == f"<{delivery.id}@kommunbuss.example>"


async def test_a_batch_is_sent_over_the_pools_connections(
    database: Database, transport: MailTransport, mail_server, queue
):
    addresses = [f"a{i}@example.se" for i in range(20)]
    for address in addresses:
        await queue(address)

    await send_due(database, transport)

    assert sorted(mail_server.recipients) == sorted(addresses)
    assert mail_server.connections == 2


async def test_news_are_sent_also_when_nothing_urgent_waits(
    database: Database, transport: MailTransport, mail_server, queue
):
    await queue(priority=Priority.NEWS)

    await send_due(database, transport)

    assert mail_server.recipients == ["anna@example.se"]


async def test_a_temporary_refusal_is_tried_again_with_the_same_message_id(
    database: Database, transport: MailTransport, mail_server, queue
):
    mail_server.refuse_content = ["451 4.3.0 Later", "452 4.2.2 Later"]
    delivery = await queue()

    await send_until_accepted(database, transport, delivery)

    after = await now_is(database, delivery)
    assert (after.status, after.attempts, after.last_error) == (DeliveryStatus.ACCEPTED, 3, None)
    assert len({mail["Message-ID"] for mail in mail_server.attempts}) == 1
    assert len(mail_server.attempts) == 3


async def test_a_failed_attempt_waits_its_turn(database: Database, transport: MailTransport, mail_server, queue):
    mail_server.refuse_content = ["451 4.3.0 anna@example.se, later"]
    delivery = await queue()

    await send_due(database, replace(transport, retry_seconds=3000))

    after = await now_is(database, delivery)
    assert (after.status, after.last_error) == (DeliveryStatus.RETRY_WAIT, "451 4.3.0")
    assert await send_due(database, transport) == 0


async def test_a_refusal_of_our_sender_loses_nothing(database: Database, transport: MailTransport, mail_server, queue):
    mail_server.refuse_sender = ["550 5.7.1 Who are you?"]
    delivery = await queue()

    await send_until_accepted(database, transport, delivery)

    assert (await now_is(database, delivery)).status is DeliveryStatus.ACCEPTED


async def test_while_the_server_is_away_nothing_is_lost_or_counted(
    database: Database, transport: MailTransport, mail_server, mail_settings: Settings, queue, contacts
):
    await mail_server.stop()
    delivery = await queue()
    for _ in range(3):
        with pytest.raises(MailServerAway):
            await send_due(database, transport)
    meanwhile = await now_is(database, delivery)

    await mail_server.start()
    async with open_transport(mail_settings) as anew:
        await send_due(database, replace(anew, contacts=contacts))

    assert (meanwhile.status, meanwhile.attempts) == (DeliveryStatus.QUEUED, 0)
    assert (await now_is(database, delivery)).status is DeliveryStatus.ACCEPTED


async def test_a_mail_that_cannot_be_written_waits_for_its_template(
    database: Database, transport: MailTransport, mail_server, queue
):
    delivery = await queue(template="not_there_yet")

    await send_due(database, transport)

    after = await now_is(database, delivery)
    assert (after.status, after.last_error) == (DeliveryStatus.RETRY_WAIT, "the mail could not be written")


async def test_a_contact_whose_address_cannot_be_one_fails(
    database: Database, transport: MailTransport, mail_server, queue
):
    delivery = await queue("not an address")

    await send_due(database, transport)

    assert (await now_is(database, delivery)).status is DeliveryStatus.FAILED


async def test_a_delivery_that_fails_unexpectedly_waits_and_repeats_no_other(
    database: Database, transport: MailTransport, mail_server, queue, monkeypatch, caplog: pytest.LogCaptureFixture
):
    waits, goes = await queue("olle@example.se"), await queue()

    def broken(delivery: Delivery, to: Addressee, sender: Sender, enclosure: None) -> Mail:
        if delivery.id == waits.id:
            raise RuntimeError(to.address)
        return write(delivery, to, sender)

    monkeypatch.setattr(transports, "write", broken)
    await send_due(database, replace(transport, retry_seconds=3000))
    await send_due(database, replace(transport, retry_seconds=3000))

    after = await now_is(database, waits)
    assert (after.status, after.last_error) == (DeliveryStatus.RETRY_WAIT, "it failed unexpectedly")
    assert (await now_is(database, goes)).status is DeliveryStatus.ACCEPTED
    assert mail_server.recipients == ["anna@example.se"]
    assert str(waits.event_id) in caplog.text
    assert "olle@example.se" not in caplog.text


async def test_a_stopped_mailer_finishes_the_mails_under_way_and_gives_back_the_rest(
    committing: Database, transport: MailTransport, mail_server, commit
):
    queued = [await commit(f"a{i}@example.se") for i in range(30)]
    mail_server.answers.clear()

    mailing = asyncio.ensure_future(mail_until_stopped(committing, transport))
    await until(lambda: len(mail_server.attempts) == 2)
    mailing.cancel()
    for _ in range(10):
        await asyncio.sleep(0)
    mail_server.answers.set()
    with pytest.raises(asyncio.CancelledError):
        await mailing

    after = [await now_is(committing, delivery) for delivery in queued]
    assert Counter((delivery.status, delivery.attempts) for delivery in after) == {
        (DeliveryStatus.ACCEPTED, 1): 2,
        (DeliveryStatus.QUEUED, 0): 28,
    }
    assert len(mail_server.accepted) == 2


async def test_no_transaction_is_open_while_a_mail_is_sent(
    committing: Database, mail_settings: Settings, mail_server, contacts
):
    await queueing(committing, contacts)()
    mail_server.answers.clear()

    async with open_transport(mail_settings) as transport:
        sending = asyncio.ensure_future(send_due(committing, replace(transport, contacts=contacts)))
        await until(lambda: mail_server.attempts)
        open_connections = committing.engine.pool.checkedout()
        mail_server.answers.set()
        await sending

    assert open_connections == 0
