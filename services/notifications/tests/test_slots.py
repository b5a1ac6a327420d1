"""Each free connection takes what is due, and what came of a mail is recorded before its connection takes another."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from notifications import transport as transports
from notifications.dispatch import Dispatch
from notifications.mails import Mail, write
from notifications.models.deliveries import DeliveryStatus
from notifications.rules.notices import Priority
from notifications.transport import MailTransport, open_transport
from shared.database import Database
from shared.settings import Settings
from testkit.waiting import until

from .deliveries import mail_until_stopped, now_is, send_due
from .outages import Outages


async def stopped(mailing: asyncio.Future[None]) -> None:
    mailing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await mailing


async def test_one_slow_mailbox_slows_nobody_and_what_comes_meanwhile_is_sent(
    committing: Database, mail_settings: Settings, mail_server, commit, contacts
):
    mail_server.slow_mailboxes = {"slow@example.se"}
    await commit("slow@example.se")
    early = [await commit(f"early{i}@example.se") for i in range(20)]

    async with open_transport(mail_settings.model_copy(update={"mail_seconds": 60})) as opened:
        mailing = asyncio.ensure_future(mail_until_stopped(committing, replace(opened, contacts=contacts)))
        await until(lambda: len(mail_server.accepted) == len(early))
        late = [await commit(f"late{i}@example.se") for i in range(20)]
        await until(lambda: len(mail_server.accepted) == len(early + late))
        accepted = [await now_is(committing, one) for one in early]
        mail_server.slow.set()
        await stopped(mailing)

    assert {one.status for one in accepted} == {DeliveryStatus.ACCEPTED}
    assert len(mail_server.accepted) == 41


async def test_connections_do_not_wait_until_all_mails_are_written(
    committing: Database, transport: MailTransport, mail_server, commit, monkeypatch
):
    queued = [await commit(f"a{i}@example.se") for i in range(100)]
    begun: list[int] = []

    def note_and_write(*arguments: Any) -> Mail:
        begun.append(len(mail_server.attempts))
        return write(*arguments)

    monkeypatch.setattr(transports, "write", note_and_write)
    await send_due(committing, transport)

    assert len(begun) == len(queued)
    assert begun[-1] > 0


async def test_while_nothing_can_be_recorded_each_connection_hands_over_one_mail(
    committing: Database, transport: MailTransport, mail_server, commit
):
    queued = [await commit(f"a{i}@example.se") for i in range(20)]
    outage = Outages(committing, transactions=range(2, 10))

    async with Dispatch(outage, transport) as dispatch:
        await dispatch.start_due()
        await until(lambda: outage.begun["transaction"] > 5)
        during = len(mail_server.attempts)
        await dispatch.finished()

    assert during == 2  # connections
    assert len(mail_server.accepted) == 20
    assert {(await now_is(committing, one)).attempts for one in queued} == {1}


async def test_that_a_statutory_mail_is_about_to_be_handed_over_is_noted_before(
    committing: Database, transport: MailTransport, mail_server, commit
):
    mail_server.answers.clear()
    statutory, receipt = await commit(priority=Priority.STATUTORY), await commit("bo@example.se")

    async with Dispatch(committing, transport) as dispatch:
        await dispatch.start_due()
        await until(lambda: len(mail_server.attempts) == 2)
        noted = [(await now_is(committing, one)).handed_over_at is not None for one in (statutory, receipt)]
        mail_server.answers.set()
        await dispatch.finished()

    assert noted == [True, False]
    assert (await now_is(committing, statutory)).status is DeliveryStatus.ACCEPTED


async def test_a_statutory_mail_that_cannot_be_noted_is_not_handed_over(
    committing: Database, transport: MailTransport, mail_server, commit
):
    await commit(priority=Priority.STATUTORY)
    outage = Outages(committing, transactions=range(2, 7))

    async with Dispatch(outage, transport) as dispatch:
        await dispatch.start_due()
        await until(lambda: outage.begun["transaction"] > 4)
        during = len(mail_server.attempts)
        await dispatch.finished()

    assert (during, len(mail_server.accepted)) == (0, 1)
