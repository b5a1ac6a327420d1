"""A refusal of us waits and is counted; what cannot be sent ends, and its unit is told."""

import re
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from sqlmodel import select

from notifications import mails
from notifications.connection import MailServerAway, ehlo_name
from notifications.deliveries import any_due
from notifications.mails import Addressee, Sender
from notifications.models.deliveries import Delivery, DeliveryStatus, SuppressedAddress
from notifications.models.tasks import Task
from notifications.outcomes import Stage
from notifications.rules.notices import Priority
from notifications.transport import MailTransport, open_transport
from shared.database import Database
from shared.events import TaskOpened
from shared.settings import Settings

from .cases import NAME, received
from .deliveries import now_is, send_due
from .events import handle


def faults(stage: Stage) -> float:
    return REGISTRY.get_sample_value("kommunbuss_mail_faults_total", {"stage": stage}) or 0.0


async def tasks(database: Database) -> list[Task]:
    async with database.reading() as session:
        return list(await session.exec(select(Task)))


async def test_a_server_that_refuses_our_name_is_an_alarm_and_costs_no_mail(
    database: Database, transport: MailTransport, mail_server, queue
):
    mail_server.refuse_greeting = 2 * ["504 5.5.2 Helo command rejected: need fully-qualified hostname"]
    delivery, before = await queue(), faults(Stage.CONNECTION)

    with pytest.raises(MailServerAway, match=r"504 5\.5\.2"):
        await send_due(database, transport)

    after = await now_is(database, delivery)
    assert (after.status, after.attempts) == (DeliveryStatus.QUEUED, 0)
    assert faults(Stage.CONNECTION) == before + 1


@pytest.mark.parametrize(
    "answer", ["504 5.5.2 <x>: Helo command rejected", "550 Relaying denied", "554 5.7.1 Relay access denied"]
)
async def test_a_refusal_of_us_waits_and_is_counted(
    database: Database, transport: MailTransport, mail_server, queue, answer
):
    mail_server.refuse_recipient = [answer]
    delivery, before = await queue(), faults(Stage.RECIPIENT)

    await send_due(database, transport)

    assert (await now_is(database, delivery)).status is DeliveryStatus.RETRY_WAIT
    assert faults(Stage.RECIPIENT) == before + 1


async def test_a_fault_of_the_text_is_not_blamed_on_the_address(
    database: Database, transport: MailTransport, mail_server, queue
):
    delivery, before = await queue(template="registration_confirmed"), faults(Stage.TEXT)

    await send_due(database, transport)

    after = await now_is(database, delivery)
    assert (after.status, after.last_error) == (DeliveryStatus.RETRY_WAIT, "the mail could not be written")
    assert faults(Stage.TEXT) == before + 1


def test_a_date_that_is_not_one_is_not_a_fault_of_the_address():
    broken = Delivery(
        event_id=uuid4(),
        about="x",
        publisher="housing",
        unit="x",
        contact_id=uuid4(),
        priority=1,
        template="registration_confirmed",
        context={"title": "x", "seats": "1", "place": "x", "starts_at": "tomorrow"},
    )
    sender = Sender.parse("no-reply@kommun.example", "kontakt@kommun.example", "https://kommun.example")

    with pytest.raises(ValueError, match="tomorrow"):
        mails.write(broken, Addressee("anna@example.se", "sv"), sender)


async def test_we_greet_the_server_by_a_full_name_or_an_address(mail_server, transport, database, queue):
    await queue()

    await send_due(database, transport)

    [name] = mail_server.names
    assert re.fullmatch(r"\[.+\]|[^. ]+(\.[^. ]+)+", name)


async def test_the_name_we_greet_by_is_a_setting(database: Database, mail_settings, mail_server, queue, contacts):
    await queue()
    settings = mail_settings.model_copy(update={"mail_ehlo_name": "mailer.kommun.example"})

    async with open_transport(settings) as transport:
        object.__setattr__(transport, "contacts", contacts)
        await send_due(database, transport)

    assert mail_server.names == ["mailer.kommun.example"]


@pytest.mark.parametrize("name", ["a1b2c3d4e5f6", "localhost", "1.0.0.127.in-addr.arpa"])
def test_a_host_without_a_full_name_is_known_by_its_address(mail_settings: Settings, monkeypatch, name):
    monkeypatch.setattr("socket.getfqdn", lambda: name)

    assert ehlo_name(mail_settings) == "[127.0.0.1]"


async def test_of_a_mail_that_is_refused_for_what_it_says_the_unit_is_told(
    database: Database, transport: MailTransport, mail_server, queue, published
):
    mail_server.refuse_content = ["554 5.6.0 Spam"]
    delivery = await queue()

    await send_due(database, transport)

    [task] = await tasks(database)
    assert (await now_is(database, delivery)).status is DeliveryStatus.FAILED
    assert (task.queue, task.about, task.urgent) == ("livsmedel", delivery.about, False)
    assert task.title == "K7M4-P2XR: ett mejl kom inte fram"
    assert [type(event) for event in await published.fetch()] == [TaskOpened]


async def test_of_an_address_that_the_server_cannot_take_the_unit_is_told(
    database: Database, transport: MailTransport, mail_server, queue
):
    mail_server.knows_utf8 = False
    delivery = await queue("åsa@example.se", about=str(uuid4()))

    await send_due(database, transport)

    after = await now_is(database, delivery)
    assert (after.status, after.last_error) == (DeliveryStatus.FAILED, "the mail server cannot take such an address")
    assert len(await tasks(database)) == 1


async def test_of_a_statutory_mail_that_fails_the_unit_is_told_at_once_and_of_others_not(
    database: Database, transport: MailTransport, mail_server, queue
):
    mail_server.refuse_recipient = 2 * ["550 5.1.1 unknown"]
    statutory = await queue(priority=Priority.STATUTORY)
    await queue("bo@example.se", about=str(uuid4()))

    await send_due(database, transport)

    assert [(task.about, task.urgent) for task in await tasks(database)] == [(statutory.about, True)]


async def test_a_statutory_mail_to_an_address_that_takes_none_is_told_too(
    database: Database, transport: MailTransport, mail_server, queue
):
    async with database.transaction() as tx:
        tx.add(SuppressedAddress(digest=transport.digest_of("anna@example.se"), reason="550 5.1.1"))
    await queue(priority=Priority.STATUTORY)

    await send_due(database, transport)

    assert len(await tasks(database)) == 1


async def test_a_mail_of_a_priority_that_we_do_not_know_is_sent(
    database: Database, transport: MailTransport, mail_server, queue
):
    for priority in (0, 3, 9):
        await queue(priority=priority)

        assert await any_due(database)
        await send_due(database, transport)
        assert not await any_due(database)

    assert len(mail_server.accepted) == 3


async def test_a_case_is_worked_on_beside_the_task_of_a_mail_that_did_not_arrive(
    database: Database, transport: MailTransport, mail_server, queue
):
    case = received()
    mail_server.refuse_content = ["554 5.6.0 Spam"]
    await queue(about=case.subject)
    await send_due(database, transport)

    await handle(database, case)

    assert {task.title for task in await tasks(database)} == {NAME, "K7M4-P2XR: ett mejl kom inte fram"}
