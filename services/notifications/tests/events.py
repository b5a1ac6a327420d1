"""Events as the consumer handles them, for tests."""

from notifications.subscribers import notify
from shared.database import Database
from shared.events import AnyEvent
from shared.tables import INBOX


async def handle(database: Database, *events: AnyEvent) -> None:
    async with database.transaction() as tx:
        await notify(list(events), tx)


async def handle_anew(database: Database, *events: AnyEvent) -> None:
    """After the inbox has forgotten everything."""
    async with database.transaction() as tx:
        await (await tx.connection()).execute(INBOX.delete())
    await handle(database, *events)
