"""A lease holds while its mailer lives, ends soon after it, and keeps two mailers apart by the database's clock."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from notifications import deliveries
from notifications.deliveries import claim_due, renew
from notifications.dispatch import Dispatch
from notifications.models.deliveries import DeliveryStatus
from notifications.outcomes import Outcome, Verdict
from notifications.rules.notices import Priority
from notifications.transport import MailTransport
from shared.clock import now
from shared.database import Database
from shared.settings import Settings
from testkit.waiting import until

from .deliveries import claim_and_record, let_pass, now_is, send_due


def lost() -> float:
    return REGISTRY.get_sample_value("kommunbuss_mail_leases_lost_total") or 0.0


def test_a_killed_mailers_mails_go_on_within_ten_seconds():
    settings = Settings(service="notifications")

    assert settings.mail_lease_seconds + settings.poll_seconds < 10


async def test_the_lease_of_what_is_under_way_is_renewed(
    committing: Database, transport: MailTransport, mail_server, commit
):
    mail_server.answers.clear()
    delivery = await commit()

    async with Dispatch(committing, transport) as dispatch:
        await dispatch.start_due()
        await until(lambda: mail_server.attempts)
        await let_pass(committing, delivery, next_attempt_at=now())
        await dispatch.renew()
        during = await now_is(committing, delivery)
        mail_server.answers.set()
        await dispatch.finished()

    assert during.next_attempt_at > now() + timedelta(seconds=1)
    assert (await now_is(committing, delivery)).lapses == 0


async def test_a_lease_that_another_mailer_has_is_not_renewed(database: Database, queue):
    delivery = await queue()
    async with database.transaction() as tx:
        [claimed] = await claim_due(tx, 1, lease_seconds=60)
    await let_pass(database, delivery, lease_token=uuid4())

    async with database.transaction() as tx:
        assert await renew(tx, [claimed], 60) == set()


async def test_a_lost_lease_is_seen_counted_and_changes_nothing(
    committing: Database, transport: MailTransport, mail_server, commit
):
    mail_server.answers.clear()
    delivery, before = await commit(), lost()

    async with Dispatch(committing, transport) as dispatch:
        await dispatch.start_due()
        await until(lambda: mail_server.attempts)
        await let_pass(committing, delivery, lease_token=uuid4())
        mail_server.answers.set()
        await dispatch.finished()

    assert (await now_is(committing, delivery)).status is DeliveryStatus.SENDING
    assert lost() == before + 1


async def test_a_mail_whose_lease_ended_before_it_was_handed_over_is_not(
    committing: Database, transport: MailTransport, mail_server, commit
):
    delivery = await commit()

    async with Dispatch(committing, transport) as dispatch:
        await dispatch.start_due()
        dispatch._ours_until[delivery.id] = 0
        await dispatch.finished()

    assert mail_server.attempts == []
    assert (await now_is(committing, delivery)).status is DeliveryStatus.QUEUED


async def test_a_mailer_that_claims_what_it_has_under_way_sends_it_once(
    committing: Database, transport: MailTransport, mail_server, commit
):
    mail_server.answers.clear()
    delivery = await commit()

    async with Dispatch(committing, transport) as dispatch:
        await dispatch.start_due()
        await until(lambda: mail_server.attempts)
        await let_pass(committing, delivery, next_attempt_at=now())
        again = await dispatch.start_due()
        mail_server.answers.set()
        await dispatch.finished()

    assert (again, len(mail_server.accepted)) == (0, 1)
    assert (await now_is(committing, delivery)).status is DeliveryStatus.ACCEPTED


@pytest.mark.postgres
async def test_leases_are_by_the_database_servers_clock(database: Database, queue, monkeypatch):
    await queue(next_attempt_at=now())
    monkeypatch.setattr(deliveries, "now", lambda: now() - timedelta(hours=1))

    async with database.transaction() as tx:
        [claimed] = await claim_due(tx, 1, lease_seconds=60)
    async with database.transaction() as tx:
        server = (await (await tx.connection()).execute(sa.select(sa.func.statement_timestamp()))).scalar_one()
        await renew(tx, [claimed], 60)

    after = (await now_is(database, claimed)).next_attempt_at
    assert timedelta(seconds=50) < after - server < timedelta(seconds=70)
    assert timedelta(seconds=50) < claimed.next_attempt_at - server < timedelta(seconds=70)


@pytest.mark.parametrize(
    ("priority", "handed_over_at", "status"),
    [
        (Priority.RECEIPT, None, DeliveryStatus.UNKNOWN),
        (Priority.STATUTORY, None, DeliveryStatus.EXPIRED),
        (Priority.STATUTORY, now(), DeliveryStatus.UNKNOWN),
    ],
)
async def test_a_statutory_mail_may_only_have_arrived_when_that_was_noted(
    database: Database, queue, priority, handed_over_at, status
):
    delivery = await queue(priority=priority, lapses=1, handed_over_at=handed_over_at)

    await claim_and_record(database, Outcome(Verdict.SPENT))

    assert (await now_is(database, delivery)).status is status


async def test_what_a_killed_mailer_had_is_sent_with_the_same_message_id(
    database: Database, transport: MailTransport, mail_server, queue
):
    delivery = await queue()
    async with database.transaction() as tx:
        await claim_due(tx, 1, lease_seconds=0)

    await send_due(database, transport)

    assert [mail["Message-ID"] for mail in mail_server.accepted] == [f"<{delivery.id}@kommunbuss.example>"]
