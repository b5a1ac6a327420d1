"""The events that a test has published."""

from uuid import UUID

import sqlalchemy as sa

from shared.database import Database
from shared.events import AnyEvent, read_event
from shared.tables import OUTBOX
from testkit.committed import events_about


class Published(list[AnyEvent]):
    """The events the test published, oldest first; `await published.fetch()` reads them."""

    def __init__(self, database: Database, after: int) -> None:
        super().__init__()
        self._database = database
        self._after = after

    async def fetch(self) -> "Published":
        query = sa.select(OUTBOX.c.value).where(OUTBOX.c.id > self._after).order_by(OUTBOX.c.id)
        async with self._database.reading() as session:
            rows = await (await session.connection()).execute(query)
        self[:] = [read_event(value) for value in rows.scalars()]
        return self

    async def about(self, thing_id: UUID | str) -> list[AnyEvent]:
        """Those about one thing."""
        return await events_about(self._database, thing_id)
