"""An address that does not exist gets no mail, and is kept as a digest that needs a key."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from bus.process import Liveness
from notifications.mailer import Mailer
from notifications.models.deliveries import DeliveryStatus, SuppressedAddress
from notifications.suppression import AddressDigest, AddressKeyMissing
from notifications.transport import MailTransport
from shared.clock import now
from shared.database import Database
from shared.settings import Settings

from .deliveries import HOUSING, now_is, send_due
from .outages import Outages


async def test_an_address_that_does_not_exist_fails_and_gets_no_more_mail(
    database: Database, transport: MailTransport, mail_server, queue
):
    mail_server.refuse_recipient = ["550 5.1.1 unknown"]
    first = await queue("Anna@example.se")
    await send_due(database, transport)
    second = await queue("anna@example.se")

    await send_due(database, transport)

    assert (await now_is(database, first)).status is DeliveryStatus.FAILED
    assert (await now_is(database, first)).last_error == "550 5.1.1"
    assert (await now_is(database, second)).status is DeliveryStatus.SUPPRESSED
    assert mail_server.attempts == []


async def test_a_refusal_of_the_content_does_not_suppress_the_address(
    database: Database, transport: MailTransport, mail_server, queue
):
    mail_server.refuse_content = ["554 5.6.0 Spam"]
    first = await queue()
    await send_due(database, transport)
    second = await queue()

    await send_due(database, transport)

    assert (await now_is(database, first)).status is DeliveryStatus.FAILED
    assert (await now_is(database, second)).status is DeliveryStatus.ACCEPTED


async def test_a_suppressed_address_gets_no_mail(database: Database, transport: MailTransport, mail_server, queue):
    async with database.transaction() as tx:
        tx.add(SuppressedAddress(digest=transport.digest_of("anna@example.se"), reason="550 5.1.1"))
    unwanted, other = await queue("Anna@example.se"), await queue("bo@example.se")

    await send_due(database, transport)

    assert (await now_is(database, unwanted)).status is DeliveryStatus.SUPPRESSED
    assert (await now_is(database, other)).status is DeliveryStatus.ACCEPTED
    assert mail_server.recipients == ["bo@example.se"]


async def test_an_address_gets_mail_again_after_90_days_and_none_again_if_it_is_still_missing(
    database: Database, transport: MailTransport, mail_server, queue
):
    old = SuppressedAddress(
        digest=transport.digest_of("anna@example.se"), reason="550 5.1.1", suppressed_at=now() - timedelta(days=91)
    )
    async with database.transaction() as tx:
        tx.add(old)
    tried = await queue()
    mail_server.refuse_recipient = ["550 5.1.1 unknown"]

    await send_due(database, transport)
    not_tried = await queue()
    await send_due(database, transport)

    assert (await now_is(database, tried)).status is DeliveryStatus.FAILED
    assert (await now_is(database, not_tried)).status is DeliveryStatus.SUPPRESSED


async def test_when_suppression_cannot_be_read_the_mails_are_given_back_and_the_others_recorded(
    database: Database, transport: MailTransport, mail_server, queue
):
    both = [await queue("owner@example.se", **HOUSING), await queue()]
    away = Outages(database, readings={2})  # the first asks whether anything is due

    with pytest.raises(ConnectionRefusedError):
        await send_due(away, transport)

    after = [await now_is(database, delivery) for delivery in both]
    assert {(delivery.status, delivery.attempts) for delivery in after} == {
        (DeliveryStatus.QUEUED, 0),
        (DeliveryStatus.ACCEPTED, 1),
    }
    assert len(mail_server.accepted) == 1


async def test_the_addresses_of_a_batch_are_checked_with_one_question(
    database: Database, transport: MailTransport, mail_server, queue
):
    for _ in range(20):
        await queue("owner@example.se", **HOUSING)
    counted = Outages(database)

    await send_due(counted, transport)

    assert len(mail_server.accepted) == 20
    assert counted.begun["reading"] == 2


@pytest.mark.parametrize(("key", "is_same"), [("a key of the tests", True), ("a key of another system", False)])
def test_whoever_has_the_digests_cannot_try_addresses_without_the_key(mail_settings: Settings, key, is_same):
    ours = AddressDigest(mail_settings)("anna@example.se")

    tried = AddressDigest(mail_settings.model_copy(update={"address_key": SecretStr(key)}))(" Anna@Example.se")

    assert (tried == ours) is is_same


async def test_a_mailer_without_a_key_for_addresses_says_so_and_does_not_begin(database: Database):
    mailer = Mailer(Settings(service="notifications"), database, Liveness())

    with pytest.raises(AddressKeyMissing, match="ADDRESS_KEY is not set: write 16 characters or more"):
        await mailer.require()
