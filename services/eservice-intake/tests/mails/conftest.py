"""What notifications says of mails."""

from uuid import UUID

import pytest

from eservice_intake.subscribers import follow
from shared.events import MailFailed


@pytest.fixture
def fail(database, published):
    """Notifications says that the latest mail of that kind, or the one that was sent by an event, did not come."""

    async def said(receipt, of, contact_id=None, sent=None):
        *_, latest = [one for one in await published.fetch() if isinstance(one, of)]
        event = MailFailed(about_id=UUID(receipt["id"]), told_event_id=(sent or latest).event_id, contact_id=contact_id)
        async with database.transaction() as tx:
            await follow([event], tx)

    return said
