"""What must be there before the services start: databases, topics, and what the embedded broker has forgotten."""

import asyncio
import sys

from bus.kafka import create_topics
from operations.console import FAILURES, explanation, opened
from operations.databases import bring_up_to_date
from operations.migrations import WITH_DATABASE
from shared.dead_letters import READERS
from shared.events import SERVICES, topic_of
from shared.settings import Settings
from shared.tables import OUTBOX


def prepare(broker_forgets: bool) -> None:
    """Make databases and topics ready. Ends the process with one line when that cannot be done."""
    try:
        for service in WITH_DATABASE:
            bring_up_to_date(service)
        if broker_forgets:
            asyncio.run(_publish_journals_again())
    except FAILURES as error:
        sys.exit(explanation(error))
    make_topics()


def make_topics() -> None:
    """Ends the process with one line when that cannot be done."""
    try:
        asyncio.run(create_topics(Settings(service="kommunbuss"), READERS))
    except FAILURES as error:
        sys.exit(explanation(error))


async def _publish_journals_again() -> None:
    for service in SERVICES:
        await publish_journal_again(service)


async def publish_journal_again(service: str) -> None:
    """The embedded broker keeps nothing when it stops; consumers drop what they have handled.

    What was parked and discarded stays so, and a dead letter is handed out again only when somebody asks for it.
    """
    own = OUTBOX.update().where(OUTBOX.c.topic == topic_of(service), OUTBOX.c.parked_error.is_(None))
    async with opened(service) as database, database.transaction() as tx:
        await (await tx.connection()).execute(own.values(published_at=None))
