import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlmodel import delete, select
from uuid_utils.compat import uuid7

from bus.process import Liveness
from notifications import mailer
from notifications.contacts import ContactsAway
from notifications.deliveries import MOST_COUNTED, claim_due, record, waiting
from notifications.mailer import Mailer, MailTransport, open_transport, send_due
from notifications.mails import Addressee, Mail, Sender, write
from notifications.models.deliveries import DELIVERY, Delivery, DeliveryStatus, SuppressedAddress
from notifications.rules.notices import Priority
from notifications.smtp import MailServerAway
from notifications.suppression import AddressDigest, AddressKeyMissing
from shared.clock import now
from shared.contacts import MOST_IDS, Enclosure, Found
from shared.database import Database, Session
from shared.events import Language
from shared.settings import Settings
from testkit.waiting import until

Queue = Callable[..., Awaitable[Delivery]]
HOUSING = {"publisher": "housing", "unit": "boende", "template": "interest_relayed"}


@pytest.fixture
def queue(database: Database, contacts) -> Queue:
    return queueing(database, contacts)


def queueing(database: Database, contacts) -> Queue:
    """Queues a mail to somebody: `await queue("anna@example.se", priority=5)`."""

    async def queue(address: str = "anna@example.se", **values: object) -> Delivery:
        given = {
            "publisher": "eservice-intake",
            "unit": "livsmedel",
            "template": "application_received",
            "priority": 1,
            **values,
        }
        if given["publisher"] == "housing":
            given["text_id"] = uuid7()
        context = {"reference": "K7M4-P2XR", "kind": "ansokan", "title": "Strandskydd", "received_on": "2026-11-23"}
        context |= {"due_on": "2027-02-23", "earliest_start_on": ""}
        delivery = Delivery(event_id=uuid7(), about="x", contact_id=contacts.id_of(address), context=context, **given)
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


async def send_until_accepted(database: Database, transport: MailTransport, delivery: Delivery) -> None:
    async def is_accepted() -> bool:
        await send_due(database, transport)
        return (await now_is(database, delivery)).status is DeliveryStatus.ACCEPTED

    await until(is_accepted)


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
    async with open_transport(mail_settings, database) as anew:
        await send_due(database, replace(anew, contacts=contacts))

    assert (meanwhile.status, meanwhile.attempts) == (DeliveryStatus.QUEUED, 0)
    assert (await now_is(database, delivery)).status is DeliveryStatus.ACCEPTED


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

    late[0].fail("451")
    async with database.transaction() as tx:
        await record(tx, late, [])

    assert (await now_is(database, delivery)).status is DeliveryStatus.ACCEPTED


async def test_a_delivery_past_its_time_is_not_sent(database: Database, transport: MailTransport, mail_server, queue):
    old = await queue(expires_at=now() - timedelta(seconds=1))
    doubtful = await queue("bo@example.se", expires_at=now() - timedelta(seconds=1), lapses=1)

    await send_due(database, transport)

    assert (await now_is(database, old)).status is DeliveryStatus.EXPIRED
    assert (await now_is(database, doubtful)).status is DeliveryStatus.UNKNOWN
    assert mail_server.attempts == []


async def test_the_most_urgent_mails_are_claimed_first(database: Database, queue):
    news = await queue(priority=5)
    receipt = await queue(priority=1)

    async with database.transaction() as tx:
        first = await claim_due(tx, 1, lease_seconds=60)
        second = await claim_due(tx, 1, lease_seconds=60)

    assert [first[0].id, second[0].id] == [receipt.id, news.id]


async def test_address_language_and_words_are_those_of_the_moment_the_mail_is_sent(
    database: Database, transport: MailTransport, mail_server, contacts, queue
):
    delivery = await queue("old@example.se", **HOUSING)
    contacts.addresses[delivery.contact_id] = "owner@example.se"
    contacts.language = Language.ENGLISH
    contacts.words["message"] = "Is there a road?"

    await send_due(database, transport)

    [mail] = mail_server.accepted
    assert mail_server.recipients == ["owner@example.se"]
    assert mail.get_content().startswith("Hello,")
    assert "> Is there a road?" in mail.get_content()


async def test_what_was_looked_up_is_kept_nowhere(
    database: Database, transport: MailTransport, mail_server, contacts, queue
):
    contacts.words["message"] = "Finns det väg?"
    delivery = await queue("owner@example.se", **HOUSING)

    await send_due(database, transport)

    after = await now_is(database, delivery)
    assert after.status is DeliveryStatus.ACCEPTED
    for word in ("owner@", "Finns det väg?"):
        assert word not in after.model_dump_json()


@pytest.mark.parametrize(("erased", "reason"), [("contact_id", "contact"), ("text_id", "text")])
async def test_a_contact_or_a_text_that_is_gone_cancels_the_mail(
    database: Database, transport: MailTransport, mail_server, contacts, queue, erased, reason
):
    delivery, other = await queue(**HOUSING), await queue("bo@example.se", **HOUSING)
    contacts.erased.add(getattr(delivery, erased))

    await send_due(database, transport)

    after = await now_is(database, delivery)
    assert (after.status, after.last_error) == (DeliveryStatus.CANCELLED, f"housing no longer has the {reason}")
    assert (await now_is(database, other)).status is DeliveryStatus.ACCEPTED
    assert mail_server.recipients == ["bo@example.se"]


async def test_while_a_publisher_is_away_its_mails_wait_and_the_others_go(
    database: Database, transport: MailTransport, mail_server, contacts, queue
):
    waits, goes = await queue(**HOUSING), await queue()
    contacts.away["housing"] = ContactsAway("ConnectError")

    await send_due(database, replace(transport, retry_seconds=3000))
    meanwhile = await now_is(database, waits)
    del contacts.away["housing"]
    await let_pass(database, waits, next_attempt_at=now())
    await send_due(database, transport)

    assert (meanwhile.status, meanwhile.attempts) == (DeliveryStatus.RETRY_WAIT, 1)
    assert meanwhile.last_error == "the contact could not be looked up"
    assert (await now_is(database, goes)).status is DeliveryStatus.ACCEPTED
    assert (await now_is(database, waits)).status is DeliveryStatus.ACCEPTED


async def test_a_look_up_ends_before_the_lease_does(database: Database, transport: MailTransport, mail_server, queue):
    delivery = await queue()

    async def look_up(publisher: str, deliveries: Sequence[Delivery]) -> Found:
        await asyncio.Event().wait()

    await send_due(database, replace(transport, contacts=SimpleNamespace(look_up=look_up), lease_seconds=0.3))

    after = await now_is(database, delivery)
    assert (after.status, after.last_error) == (DeliveryStatus.RETRY_WAIT, "the contact could not be looked up")


def test_a_batch_never_asks_for_more_ids_than_are_answered():
    assert 2 * mailer.BATCH <= MOST_IDS


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


async def test_a_stopped_mailer_finishes_the_mails_under_way_and_gives_back_the_rest(
    database: Database, transport: MailTransport, mail_server, queue
):
    queued = [await queue(f"a{i}@example.se") for i in range(30)]
    mail_server.answers.clear()

    step = asyncio.ensure_future(send_due(database, transport))
    await until(lambda: len(mail_server.attempts) == 2)
    step.cancel()
    for _ in range(10):
        await asyncio.sleep(0)
    mail_server.answers.set()
    with pytest.raises(asyncio.CancelledError):
        await step

    after = [await now_is(database, delivery) for delivery in queued]
    assert Counter((delivery.status, delivery.attempts) for delivery in after) == {
        (DeliveryStatus.ACCEPTED, 1): 2,
        (DeliveryStatus.QUEUED, 0): 28,
    }
    assert len(mail_server.accepted) == 2


async def test_a_delivery_that_fails_unexpectedly_waits_and_repeats_no_other(
    database: Database, transport: MailTransport, mail_server, queue, monkeypatch, caplog: pytest.LogCaptureFixture
):
    waits, goes = await queue("olle@example.se"), await queue()

    def broken(delivery: Delivery, to: Addressee, sender: Sender, enclosure: None) -> Mail:
        if delivery.id == waits.id:
            raise RuntimeError(to.address)
        return write(delivery, to, sender)

    monkeypatch.setattr(mailer, "write", broken)
    await send_due(database, replace(transport, retry_seconds=3000))
    await send_due(database, replace(transport, retry_seconds=3000))

    after = await now_is(database, waits)
    assert (after.status, after.last_error) == (DeliveryStatus.RETRY_WAIT, "it failed unexpectedly")
    assert (await now_is(database, goes)).status is DeliveryStatus.ACCEPTED
    assert mail_server.recipients == ["anna@example.se"]
    assert str(waits.event_id) in caplog.text
    assert "olle@example.se" not in caplog.text


async def test_a_look_up_that_fails_unexpectedly_gives_its_mails_back_and_stops_no_others(
    database: Database, transport: MailTransport, mail_server, contacts, queue
):
    waits, goes = await queue(**HOUSING), await queue()
    contacts.away["housing"] = RuntimeError("olle@example.se")

    with pytest.raises(RuntimeError):
        await send_due(database, transport)

    after = await now_is(database, waits)
    assert (after.status, after.attempts) == (DeliveryStatus.QUEUED, 0)
    assert (await now_is(database, goes)).status is DeliveryStatus.ACCEPTED


class Outages:
    """The database, but for the transactions and readings at which it is away, counted from 1."""

    def __init__(self, database: Database, *, transactions: Container[int] = (), readings: Container[int] = ()) -> None:
        self._database = database
        self._away = {"transaction": transactions, "reading": readings}
        self.begun: Counter[str] = Counter()

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        return self._begin("transaction")

    def reading(self) -> AbstractAsyncContextManager[Session]:
        return self._begin("reading")

    def _begin(self, kind: str) -> AbstractAsyncContextManager[Session]:
        self.begun[kind] += 1
        if self.begun[kind] in self._away[kind]:
            raise ConnectionRefusedError
        begin: Callable[[], AbstractAsyncContextManager[Session]] = getattr(self._database, kind)
        return begin()


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


async def test_a_suppressed_address_gets_no_mail(database: Database, transport: MailTransport, mail_server, queue):
    async with database.transaction() as tx:
        tx.add(SuppressedAddress(digest=transport.digest_of("anna@example.se"), reason="550 5.1.1"))
    unwanted, other = await queue("Anna@example.se"), await queue("bo@example.se")

    await send_due(database, transport)

    assert (await now_is(database, unwanted)).status is DeliveryStatus.SUPPRESSED
    assert (await now_is(database, other)).status is DeliveryStatus.ACCEPTED
    assert mail_server.recipients == ["bo@example.se"]


async def test_while_the_database_is_away_recording_waits_so_that_no_mail_is_doubled(
    database: Database, transport: MailTransport, mail_server, queue
):
    delivery = await queue()

    await send_due(Outages(database, transactions={2, 3, 4}), transport)  # the first claims
    await send_due(database, transport)

    after = await now_is(database, delivery)
    assert (after.status, after.lapses) == (DeliveryStatus.ACCEPTED, 0)
    assert len(mail_server.accepted) == 1


async def test_recording_gives_up_when_the_lease_has_ended(
    database: Database, transport: MailTransport, mail_server, queue
):
    delivery = await queue()

    with pytest.raises(ConnectionRefusedError):
        async with asyncio.timeout(10):
            await send_due(Outages(database, transactions=range(2, 12)), replace(transport, lease_seconds=0.3))

    assert (await now_is(database, delivery)).status is DeliveryStatus.SENDING


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


@pytest.fixture
async def committing(app: FastAPI) -> AsyncIterator[Database]:
    """The database with real commits, cleaned afterwards."""
    database: Database = app.state.database
    yield database
    async with database.transaction() as tx:
        for table in (Delivery, SuppressedAddress):
            await tx.exec(delete(table))


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


async def test_a_batch_asks_each_publisher_once(committing: Database, mail_settings: Settings, mail_server, contacts):
    queue = queueing(committing, contacts)
    for number in range(10):
        await queue(f"a{number}@example.se")
        await queue(f"b{number}@example.se", **HOUSING)
    asked = []

    async def look_up(publisher: str, deliveries: Sequence[Delivery]) -> Found:
        asked.append((publisher, len(deliveries)))
        return await contacts.look_up(publisher, deliveries)

    counted = SimpleNamespace(look_up=look_up, enclosure_of=contacts.enclosure_of)
    async with open_transport(mail_settings, committing) as transport:
        await send_due(committing, replace(transport, contacts=counted))

    assert sorted(asked) == [("eservice-intake", 10), ("housing", 10)]
    assert len(mail_server.accepted) == 20


async def test_no_transaction_is_open_while_a_mail_is_sent(
    committing: Database, mail_settings: Settings, mail_server, contacts
):
    await queueing(committing, contacts)()
    mail_server.answers.clear()

    async with open_transport(mail_settings, committing) as transport:
        sending = asyncio.ensure_future(send_due(committing, replace(transport, contacts=contacts)))
        await until(lambda: mail_server.attempts)
        open_connections = committing.engine.pool.checkedout()
        mail_server.answers.set()
        await sending

    assert open_connections == 0


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


@pytest.mark.parametrize(("key", "is_same"), [("a key of the tests", True), ("a key of another system", False)])
def test_whoever_has_the_digests_cannot_try_addresses_without_the_key(mail_settings: Settings, key, is_same):
    ours = AddressDigest(mail_settings)("anna@example.se")

    tried = AddressDigest(mail_settings.model_copy(update={"address_key": SecretStr(key)}))(" Anna@Example.se")

    assert (tried == ours) is is_same


async def test_a_mailer_without_a_key_for_addresses_says_so_and_does_not_begin(database: Database):
    mailer = Mailer(Settings(service="notifications"), database, Liveness())

    with pytest.raises(AddressKeyMissing, match="ADDRESS_KEY is not set: write 16 characters or more"):
        await mailer.require()


async def test_of_very_many_that_wait_only_the_first_are_counted(database: Database, queue):
    oldest = await queue(created_at=now() - timedelta(hours=1), next_attempt_at=now() - timedelta(hours=1))
    other = {**oldest.model_dump(), "created_at": now(), "next_attempt_at": now()}
    others = [{**other, "id": uuid7(), "event_id": uuid7()} for _ in range(MOST_COUNTED)]
    async with database.transaction() as tx:
        await (await tx.connection()).execute(DELIVERY.insert(), others)

    assert await waiting(database) == (MOST_COUNTED, oldest.created_at)


async def test_a_mail_goes_with_what_it_encloses(
    database: Database, transport: MailTransport, mail_server, queue, contacts
):
    contacts.enclosure = Enclosure(text="Hej", name="a.pdf", media_type="application/pdf", content=b"JVBERg==")
    await queue(enclosure_id=uuid7())

    await send_due(database, transport)

    [mail] = mail_server.accepted
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "application/pdf"]


async def test_a_mail_waits_for_what_it_encloses(
    database: Database, transport: MailTransport, mail_server, queue, contacts
):
    contacts.enclosure_is_late = True
    delivery = await queue(enclosure_id=uuid7())

    await send_due(database, transport)

    after = await now_is(database, delivery)
    assert (after.status, mail_server.accepted) == (DeliveryStatus.RETRY_WAIT, [])
    assert after.last_error == "what it encloses could not be looked up"
