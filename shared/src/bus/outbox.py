"""The outbox as its relay reads and marks it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.clock import now
from shared.tables import OUTBOX

BATCH = 1000
FLOOR_SECONDS = 0.2
FULL_LOOK_SECONDS = 30.0
MOST_COUNTED = 10_000
"""Of a million that wait it is enough to know that there are many: to count them all takes as long as to send some."""

_parked_keys = sa.select(OUTBOX.c.key).where(OUTBOX.c.parked_error.is_not(None), OUTBOX.c.published_at.is_(None))
# One array parameter for many ids: rendering five hundred bound ones takes four times as long.
_ids_postgres = sa.select(sa.func.unnest(sa.bindparam("ids", type_=pg.ARRAY(sa.BigInteger))))
_ids_sqlite: sa.Select[Any] = sa.select(sa.column("value")).select_from(
    sa.func.json_each(sa.bindparam("ids", type_=sa.Text))
)
_has_parked = sa.select(_parked_keys.exists())
_transactions = sa.text(
    "SELECT pg_snapshot_xmin(now)::text::bigint AS oldest, pg_snapshot_xmax(now)::text::bigint AS next "
    "FROM pg_current_snapshot() AS now"
)
_unpublished = sa.select(OUTBOX.c.created_at).where(OUTBOX.c.published_at.is_(None)).limit(MOST_COUNTED)
_first = _unpublished.where(OUTBOX.c.parked_error.is_(None)).order_by(OUTBOX.c.id).subquery()
_parked = _unpublished.where(OUTBOX.c.parked_error.is_not(None)).subquery()
waiting = sa.select(
    sa.func.count(),
    sa.func.min(_first.c.created_at),
    sa.select(sa.func.count()).select_from(_parked).scalar_subquery(),
).select_from(_first)
"""How many events wait, since when the oldest does, and how many are parked; of each kind MOST_COUNTED are counted."""
_park = OUTBOX.update().where(OUTBOX.c.id == sa.bindparam("id_")).values(parked_error=sa.bindparam("error"))


def _pending(ids: Any) -> sa.Select[Any]:
    """The lowest ids that wait, after the floor, without those in flight and what waits behind a parked event."""
    return (
        sa.select(OUTBOX.c.id, OUTBOX.c.topic, OUTBOX.c.key, OUTBOX.c.headers, OUTBOX.c.value)
        .where(OUTBOX.c.published_at.is_(None), OUTBOX.c.id > sa.bindparam("floor"))
        .where(OUTBOX.c.id.not_in(ids), OUTBOX.c.key.not_in(_parked_keys))
        .order_by(OUTBOX.c.id)
        .limit(BATCH)
    )


@dataclass
class Acknowledged:
    """What came of a batch: which rows Kafka has, which it can never take, and what else went wrong."""

    published: list[int] = field(default_factory=list)
    parked: dict[int, str] = field(default_factory=dict)
    failure: BaseException | None = None

    def raise_failure(self) -> None:
        if self.failure is not None:
            raise self.failure


class Horizon(NamedTuple):
    """What a look may not see: whether anything is parked, the oldest transaction under way and the next one's id."""

    has_parked: bool
    oldest: int
    next: int


class Floor:
    """The id that looks begin after: dead index entries, which an old snapshot keeps, make looks from the start slow.

    Ids are taken before they are committed, and what is committed late must be sent before later events of its key. So
    the floor moves along ids without a gap, of which none can be missing. It moves past a gap when nothing below waits
    and every transaction that ran as it was seen has ended, and not while anything is parked. Every half minute a look
    begins at the start all the same, for what was made pending again by hand.
    """

    def __init__(self) -> None:
        self.id = 0
        self._seen = self._highest = 0
        self._settling = self._next = 0
        self._moves_at = self._full_look_at = 0.0

    def is_due(self, moment: float) -> bool:
        """Whether a gap may be passed after the look that is made at this moment of the monotonic clock."""
        return moment >= self._moves_at and self._seen > self.id

    def begin(self, moment: float) -> int:
        """The id that a look begins after."""
        if moment < self._full_look_at:
            return self.id
        self._full_look_at = moment + FULL_LOOK_SECONDS
        return 0

    def looked(self, moment: float, unpublished: Sequence[int], horizon: Horizon | None) -> None:
        """Note the ids of what is in flight and what the look found. The horizon is from before it, if it was due."""
        self._highest = max([self._highest, *unpublished])
        seen = min(unpublished, default=self._highest + 1) - 1
        if horizon is not None:
            self._moves_at = moment + FLOOR_SECONDS
            self._pass_gap(horizon, seen)
        self._seen = seen
        for row_id in unpublished:
            self.id += row_id == self.id + 1

    def _pass_gap(self, horizon: Horizon, seen: int) -> None:
        if horizon.has_parked or horizon.oldest < self._next:
            return
        if self._settling <= seen:
            self.id = max(self.id, self._settling)
        self._settling, self._next = self._seen, horizon.next


class Outbox:
    """The outbox as the active relay reads and marks it, over the connection that holds its lock."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._is_postgres = connection.dialect.name == "postgresql"
        self._array: Callable[[Sequence[int]], Any] = list if self._is_postgres else json.dumps
        ids = _ids_postgres if self._is_postgres else _ids_sqlite
        self._pending = _pending(ids)
        self._mark = OUTBOX.update().where(OUTBOX.c.id.in_(ids)).values(published_at=sa.bindparam("at"))

    async def horizon(self) -> Horizon:
        """SQLite lets one write at a time, so nothing is committed late."""
        await self._connection.execution_options(reading=True)
        async with self._connection.begin():
            has_parked = (await self._connection.execute(_has_parked)).scalar_one()
            if not self._is_postgres:
                return Horizon(has_parked, 0, 0)
            return Horizon(has_parked, *(await self._connection.execute(_transactions)).one())

    async def pending(self, floor: int, in_flight: Sequence[int]) -> Sequence[Any]:
        await self._connection.execution_options(reading=True)
        async with self._connection.begin():
            values = {"floor": floor, "ids": self._array(in_flight)}
            rows: Sequence[Any] = (await self._connection.execute(self._pending, values)).all()
            return rows

    async def mark(self, acknowledged: Acknowledged) -> None:
        if not acknowledged.published and not acknowledged.parked:
            return
        await self._connection.execution_options(reading=False)
        async with self._connection.begin():
            ids = self._array(acknowledged.published)
            await self._connection.execute(self._mark, {"ids": ids, "at": now()})
            if acknowledged.parked:
                values = [{"id_": row_id, "error": error} for row_id, error in acknowledged.parked.items()]
                await self._connection.execute(_park, values)
