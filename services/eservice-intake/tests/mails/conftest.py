"""What notifications says of mails."""

from uuid import UUID

import pytest

from eservice_intake.subscribers import follow
from shared.events import MailDelivered, MailFailed


@pytest.fixture
def hear(database):
    """Notifications says what became of the mail that tells of an event."""

    async def said(receipt, event_id, outcome=MailDelivered, contact_id=None):
        event = outcome(about_id=UUID(receipt["id"]), told_event_id=event_id, contact_id=contact_id)
        async with database.transaction() as tx:
            await follow([event], tx)

    return said


@pytest.fixture
def fail(hear, published):
    """Notifications says that the latest mail of that kind, or the one that was sent by an event, did not come."""

    async def said(receipt, of, contact_id=None, sent=None):
        *_, latest = [one for one in await published.fetch() if isinstance(one, of)]
        await hear(receipt, (sent or latest).event_id, MailFailed, contact_id)

    return said
