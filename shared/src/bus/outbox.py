"""The outbox as its relay reads and marks it."""

import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa
from pydantic_core import from_json
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import AsyncConnection

from bus.locks import sole_holder
from shared.clock import now
from shared.cloudevents import record_headers
from shared.database import Database
from shared.tables import OUTBOX

BATCH = 2000
WATERMARK_SECONDS = 0.2
FULL_LOOK_SECONDS = 30.0
MADE_HEADERS = 1000
"""Bytes. What is made of an event is half as long."""
MOST_COUNTED = 10_000
"""Of a million that wait it is enough to know that there are many: to count them all takes as long as to send some."""

# In the order of an index, lest the planner searches all that waits for what is parked.
_parked_keys = (
    sa.select(OUTBOX.c.key)
    .where(OUTBOX.c.parked_error.is_not(None), OUTBOX.c.published_at.is_(None))
    .order_by(OUTBOX.c.key)
)
_one_parked = _parked_keys.limit(1)
# One array parameter for many ids: rendering five hundred bound ones takes four times as long.
_ids = sa.bindparam("ids", type_=pg.ARRAY(sa.BigInteger))
_ids_postgres = sa.select(sa.func.unnest(_ids))
_ids_sqlite: sa.Select[Any] = sa.select(sa.column("value")).select_from(
    sa.func.json_each(sa.bindparam("ids", type_=sa.Text))
)
_transactions = sa.text(
    "SELECT pg_snapshot_xmin(now)::text::bigint AS oldest, pg_snapshot_xmax(now)::text::bigint AS next "
    "FROM pg_current_snapshot() AS now"
)
_headers = sa.cast(OUTBOX.c.headers, sa.Text).label("headers")
_unpublished = sa.select(OUTBOX.c.created_at).where(OUTBOX.c.published_at.is_(None)).limit(MOST_COUNTED)
_first = _unpublished.where(OUTBOX.c.parked_error.is_(None)).order_by(OUTBOX.c.id).subquery()
_parked = _unpublished.where(OUTBOX.c.parked_error.is_not(None)).subquery()
waiting = sa.select(
    sa.func.count(),
    sa.func.min(_first.c.created_at),
    sa.select(sa.func.count()).select_from(_parked).scalar_subquery(),
).select_from(_first)
"""How many events wait, since when the oldest does, and how many are parked; of each kind MOST_COUNTED are counted."""


def _pending(ids: Any) -> sa.Select[Any]:
    """The lowest ids that wait, after the watermark, without those in flight and what waits behind a parked event."""
    return (
        sa.select(OUTBOX.c.id, OUTBOX.c.topic, OUTBOX.c.key, _headers, OUTBOX.c.value)
        .where(OUTBOX.c.published_at.is_(None), OUTBOX.c.id > sa.bindparam("watermark"))
        .where(OUTBOX.c.id.not_in(ids), OUTBOX.c.key.not_in(_parked_keys))
        .order_by(OUTBOX.c.id)
        .limit(BATCH)
    )


class Pending(NamedTuple):
    """An event that waits, with the headers that are kept as JSON. A Row's columns by name took a third of a send."""

    id: int
    topic: str
    key: str
    headers: str
    value: bytes

    @property
    def size(self) -> int:
        """How many bytes its record has at most: headers are shorter on the wire."""
        return len(self.key) + len(self.headers) + len(self.value) + MADE_HEADERS

    def headers_in(self, municipality: str) -> list[tuple[str, bytes]]:
        """Its record's headers, in an event of that municipality."""
        return record_headers(from_json(self.headers), self.key, self.value, municipality)


class Horizon(NamedTuple):
    """What a look may not see: whether anything is parked, the oldest transaction under way and the next one's id."""

    has_parked: bool
    oldest: int
    next: int


class LowWatermark:
    """The id that looks begin after: dead index entries, which an old snapshot keeps, make looks from the start slow.

    An id is taken before it is committed. One that is missing may still come, and must be sent before later events of
    its key. So the low watermark moves along ids that follow each other, and passes a gap in three looks:

    1. Nothing up to some id waits any more: it is noted. By the next such look whoever took an id below has a number.
    2. It becomes the goal. Transactions that may fill the gap have lower numbers than the next one to begin.
    3. All of those have ended, this look found nothing up to the goal, and nothing is parked: it is the goal.

    Every half minute a look begins at the start all the same, for what was made pending again by hand.
    """

    def __init__(self) -> None:
        self.id = 0
        self._highest = 0
        self._noted = 0
        self._goal = self._goal_after = 0
        self._next_try_at = self._next_full_look_at = 0.0

    def is_due(self, moment: float) -> bool:
        """Whether to try to pass a gap by the look that is made at this moment of the monotonic clock."""
        return moment >= self._next_try_at and self._highest > self.id

    def begin(self, moment: float) -> int:
        """The id that a look begins after."""
        if moment < self._next_full_look_at:
            return self.id
        self._next_full_look_at = moment + FULL_LOOK_SECONDS
        return 0

    def looked(self, moment: float, unpublished: Collection[int], horizon: Horizon | None) -> None:
        """Note the ids of what is in flight and what the look found. The horizon is from before it, if it was due."""
        self._highest = max(self._highest, *unpublished, 0)
        if horizon is not None:
            self._next_try_at = moment + WATERMARK_SECONDS
            self._pass_gap(horizon, done_to=min(unpublished, default=self._highest + 1) - 1)
        for row_id in sorted(unpublished):
            if row_id == self.id + 1:
                self.id = row_id

    def _pass_gap(self, horizon: Horizon, done_to: int) -> None:
        if horizon.has_parked or horizon.oldest < self._goal_after:
            return
        if self._goal <= done_to:
            self.id = max(self.id, self._goal)
        self._goal, self._goal_after = self._noted, horizon.next
        self._noted = done_to


class Outbox:
    """The outbox as the active relay reads and marks it, over two connections, so that one need not wait for the other.

    It is read over the connection that holds the relay's lock: who has lost the lock reads nothing more.
    """

    def __init__(self, database: Database, reading: AsyncConnection, marking: AsyncConnection) -> None:
        self._database = database
        self._reading, self._marking = reading, marking
        self._is_postgres = database.is_postgres
        self._array: Callable[[Sequence[int]], Any] = list if self._is_postgres else json.dumps
        self._pending = _pending(_ids_postgres if self._is_postgres else _ids_sqlite)
        chosen = OUTBOX.c.id == sa.any_(_ids) if self._is_postgres else OUTBOX.c.id.in_(_ids_sqlite)
        self._mark = OUTBOX.update().where(chosen).values(published_at=sa.bindparam("at"))

    async def prepare(self) -> None:
        await self._reading.execution_options(reading=True)
        if self._is_postgres:
            # By old statistics the planner would read and sort all that waits, at every look.
            await self._set(self._reading, "enable_sort")
            # A mark lost in a crash only sends an event twice.
            await self._set(self._marking, "synchronous_commit")

    async def _set(self, connection: AsyncConnection, setting: str) -> None:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        async with connection.begin():
            await connection.execute(sa.text(f"SET {setting} TO off"))

    async def horizon(self) -> Horizon:
        """SQLite lets one write at a time, so nothing is committed late."""
        async with self._reading.begin():
            has_parked = (await self._reading.execute(_one_parked)).first() is not None
            if not self._is_postgres:
                return Horizon(has_parked, 0, 0)
            return Horizon(has_parked, *(await self._reading.execute(_transactions)).one())

    async def pending(self, watermark: int, in_flight: Sequence[int]) -> Sequence[Pending]:
        async with self._reading.begin():
            values = {"watermark": watermark, "ids": self._array(in_flight)}
            return list(map(Pending._make, await self._reading.execute(self._pending, values)))

    async def mark(self, published: Sequence[int]) -> None:
        """Note that Kafka has these."""
        if not published:
            return
        async with self._marking.begin():
            await self._marking.execute(self._mark, {"ids": self._array(published), "at": now()})

    async def park(self, row_id: int, error: str, headers: Mapping[str, str]) -> None:
        """Note that Kafka can never take this one, and what it is: later events of its key wait."""
        async with self._database.transaction() as tx:
            change = OUTBOX.update().where(OUTBOX.c.id == row_id).values(parked_error=error, headers=headers)
            await (await tx.connection()).execute(change)


@asynccontextmanager
async def sole_outbox(database: Database) -> AsyncIterator[Outbox]:
    """Wait until this process is the one that publishes what the database's outbox holds."""
    async with sole_holder(database, "relay") as reading, database.engine.connect() as marking:
        outbox = Outbox(database, reading, marking)
        await outbox.prepare()
        yield outbox
