"""What became of a mail that proves something is told to the others, once, by ids alone."""

from uuid import uuid4

import pytest

from notifications.deliveries import claim_due
from notifications.models.deliveries import DeliveryStatus
from notifications.outcomes import Outcome, Verdict
from notifications.transport import MailTransport
from shared.clock import now
from shared.database import Database
from shared.events import MailDelivered, MailFailed

from .deliveries import claim_and_record, let_pass, now_is, recorded, send_due


async def test_that_the_server_took_a_mail_that_is_proof_is_told(
    database: Database, transport: MailTransport, mail_server, queue, published
):
    delivery = await queue(about=str(uuid4()), is_proof=True)

    await send_due(database, transport)

    [event] = await published.fetch()
    assert (type(event), str(event.about_id), event.told_event_id) == (MailDelivered, delivery.about, delivery.event_id)


async def test_no_other_mail_is_told_of(database: Database, transport: MailTransport, mail_server, queue, published):
    await queue(about=str(uuid4()))

    await send_due(database, transport)

    assert await published.fetch() == []


async def test_a_mail_that_is_tried_again_is_told_of_when_it_has_ended(
    database: Database, transport: MailTransport, mail_server, queue, published
):
    mail_server.refuse_content = ["451 4.3.0 Later"]
    delivery = await queue(about=str(uuid4()), is_proof=True)

    await send_due(database, transport)
    meanwhile = list(await published.fetch())
    await let_pass(database, delivery, next_attempt_at=now())
    await send_due(database, transport)

    assert (meanwhile, [type(event) for event in await published.fetch()]) == ([], [MailDelivered])


async def test_a_refused_mail_has_failed(database: Database, transport: MailTransport, mail_server, queue, published):
    mail_server.refuse_content = ["554 5.6.0 No"]
    await queue(about=str(uuid4()), is_proof=True)

    await send_due(database, transport)

    assert [type(event) for event in await published.fetch()] == [MailFailed]


@pytest.mark.parametrize(
    ("verdict", "lapses"),
    [(Verdict.REFUSED, 0), (Verdict.SUPPRESSED, 0), (Verdict.SPENT, 0), (Verdict.SPENT, 1), (Verdict.GONE, 0)],
)
async def test_whatever_ends_unsent_or_unknown_has_failed(database: Database, queue, published, verdict, lapses):
    await queue(about=str(uuid4()), is_proof=True, lapses=lapses)

    await claim_and_record(database, Outcome(verdict))

    assert [type(event) for event in await published.fetch()] == [MailFailed]


async def test_a_mailer_whose_lease_has_gone_tells_nothing(database: Database, queue, published):
    delivery = await queue(about=str(uuid4()), is_proof=True)
    async with database.transaction() as tx:
        [claimed] = await claim_due(tx, 1, lease_seconds=60)
    await let_pass(database, delivery, lease_token=uuid4())

    await recorded(database, claimed, Outcome(Verdict.REFUSED, "550"))

    assert await published.fetch() == []
    assert (await now_is(database, delivery)).status is DeliveryStatus.SENDING
