"""The events that a test has published."""

from uuid import UUID

import sqlalchemy as sa

from shared.database import Database
from shared.events import AnyEvent, read_event
from shared.tables import OUTBOX


class Published(list[AnyEvent]):
    """The events the test published, oldest first; `await published.fetch()` reads them."""

    def __init__(self, database: Database, after: int) -> None:
        super().__init__()
        self._database = database
        self._after = after

    async def fetch(self) -> "Published":
        self[:] = await self._read()
        return self

    async def about(self, thing_id: UUID | str) -> list[AnyEvent]:
        """Those with that key."""
        return await self._read(OUTBOX.c.key == str(thing_id))

    async def _read(self, *only: sa.ColumnElement[bool]) -> list[AnyEvent]:
        query = sa.select(OUTBOX.c.value).where(OUTBOX.c.id > self._after, *only).order_by(OUTBOX.c.id)
        async with self._database.reading() as session:
            rows = await (await session.connection()).execute(query)
        return [read_event(value) for value in rows.scalars()]
