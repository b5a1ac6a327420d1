"""What a mail needs is looked up at its publisher when it is sent: the address, the words, what it encloses."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

import pytest
from prometheus_client import REGISTRY
from uuid_utils.compat import uuid7

from notifications import dispatch
from notifications import transport as transports
from notifications.contacts import NobodyAnswers
from notifications.models.deliveries import Delivery, DeliveryStatus
from notifications.transport import MailTransport, open_transport
from shared.contacts import MOST_IDS, Enclosure, Found
from shared.database import Database
from shared.events import Language
from shared.settings import Settings

from .deliveries import HOUSING, now_is, queueing, send_due


def attempts_put_off() -> float:
    return REGISTRY.get_sample_value("kommunbuss_deliveries_total", {"status": "retry_wait"}) or 0.0


def times_away() -> float:
    return REGISTRY.get_sample_value("kommunbuss_contacts_away_total", {"publisher": "housing"}) or 0.0


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
    contacts.away["housing"] = NobodyAnswers("ConnectError")
    before = attempts_put_off(), times_away()

    await send_due(database, replace(transport, retry_seconds=3000))
    meanwhile = await now_is(database, waits)
    del contacts.away["housing"]
    await send_due(database, transport)

    assert (meanwhile.status, meanwhile.attempts) == (DeliveryStatus.RETRY_WAIT, 0)
    assert meanwhile.last_error == "the publisher is away"
    assert (attempts_put_off(), times_away()) == (before[0], before[1] + 1)
    assert (await now_is(database, goes)).status is DeliveryStatus.ACCEPTED
    assert (await now_is(database, waits)).status is DeliveryStatus.ACCEPTED


async def test_a_publisher_that_does_not_answer_in_time_is_asked_again_later(
    database: Database, transport: MailTransport, mail_server, queue, monkeypatch
):
    monkeypatch.setattr(transports, "LOOK_UP_SECONDS", 0.1)
    delivery = await queue()

    async def look_up(publisher: str, deliveries: Sequence[Delivery]) -> Found:
        await asyncio.Event().wait()

    await send_due(database, replace(transport, contacts=SimpleNamespace(look_up=look_up)))

    after = await now_is(database, delivery)
    assert (after.status, after.last_error) == (DeliveryStatus.RETRY_WAIT, "the contact could not be looked up")


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
    async with open_transport(mail_settings) as transport:
        await send_due(committing, replace(transport, contacts=counted))

    assert sorted(asked) == [("eservice-intake", 10), ("housing", 10)]
    assert len(mail_server.accepted) == 20


def test_a_batch_never_asks_for_more_ids_than_are_answered():
    assert 2 * dispatch.MOST <= MOST_IDS


async def test_a_mail_goes_with_what_it_encloses(
    database: Database, transport: MailTransport, mail_server, queue, contacts
):
    contacts.enclosure = Enclosure(text="Hej", name="a.pdf", media_type="application/pdf", content=b"JVBERg==")
    await queue(enclosure_id=uuid7())

    await send_due(database, transport)

    [mail] = mail_server.accepted
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "application/pdf"]


@pytest.mark.parametrize(
    ("away", "attempts", "error"),
    [
        (TimeoutError(), 1, "what it encloses could not be looked up"),
        (NobodyAnswers("ConnectError"), 0, "the publisher is away"),
    ],
)
async def test_a_mail_waits_for_what_it_encloses(
    database: Database, transport: MailTransport, mail_server, queue, contacts, away, attempts, error
):
    contacts.enclosing = away
    delivery = await queue(enclosure_id=uuid7())

    await send_due(database, transport)

    after = await now_is(database, delivery)
    assert (after.status, mail_server.accepted) == (DeliveryStatus.RETRY_WAIT, [])
    assert (after.attempts, after.last_error) == (attempts, error)
