"""Sends what the outbox holds, in order, at least once. One relay per database is active; a second stands by."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError
from prometheus_client import Counter, Gauge
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.applications import Starlette

from shared.clock import now
from shared.columns import UtcDateTime
from shared.kafka import create_producer, require_kafka
from shared.locks import sole_holder
from shared.logging import log
from shared.settings import Settings
from shared.tables import OUTBOX
from shared.worker import Worker, create_worker

BATCH = 1000
LONGEST_RUN = 20_000
SETTLING_SECONDS = 5.0
FULL_LOOK_SECONDS = 30.0
SENT = Counter("kommunbuss_relay_events", "Events acknowledged by Kafka.")
PENDING = Gauge("kommunbuss_outbox_pending", "Events that wait to be published.")
OLDEST = Gauge("kommunbuss_outbox_oldest_seconds", "How long the oldest of them has waited.")
PARKED = Gauge("kommunbuss_outbox_parked", "Events that Kafka can never take. Later events of the same key wait.")
ACTIVE = Gauge("kommunbuss_relay_active", "1 in the relay that publishes, 0 in one that stands by.")

_parked_keys = sa.select(OUTBOX.c.key).where(OUTBOX.c.parked_error.is_not(None), OUTBOX.c.published_at.is_(None))
_pending = (
    sa.select(OUTBOX.c.id, OUTBOX.c.topic, OUTBOX.c.key, OUTBOX.c.headers, OUTBOX.c.value)
    .where(OUTBOX.c.id > sa.bindparam("after"), OUTBOX.c.published_at.is_(None), OUTBOX.c.key.not_in(_parked_keys))
    .order_by(OUTBOX.c.id)
    .limit(BATCH)
)
_publishable = OUTBOX.c.parked_error.is_(None)
_waiting = sa.select(
    sa.func.count().filter(_publishable),
    sa.func.min(OUTBOX.c.created_at).filter(_publishable),
    sa.func.count().filter(~_publishable),
).where(OUTBOX.c.published_at.is_(None))
_park = OUTBOX.update().where(OUTBOX.c.id == sa.bindparam("id_")).values(parked_error=sa.bindparam("error"))
_at = sa.bindparam("at", type_=UtcDateTime())
# One array parameter: rendering five hundred bound ids takes four times as long.
_mark_postgres = sa.text("UPDATE outbox SET published_at = :at WHERE id = ANY(:ids)").bindparams(_at)
_mark_sqlite = sa.text(
    "UPDATE outbox SET published_at = :at WHERE id IN (SELECT value FROM json_each(:ids))"
).bindparams(_at)


class Sent(NamedTuple):
    """An event on its way to Kafka."""

    id: int
    event_id: str
    key: str
    future: asyncio.Future[Any]


@dataclass
class Acknowledged:
    """What came of a batch: which rows Kafka has, which it can never take, and what else went wrong."""

    published: list[int] = field(default_factory=list)
    parked: dict[int, str] = field(default_factory=dict)
    failure: BaseException | None = None


class Floor:
    """The id that looks begin after: dead index entries, which an old snapshot keeps, make those from the start slow.

    It lags behind what was published by some seconds, since ids are taken before they are committed; and every half
    a minute a look begins at the start, for what was committed later still.
    """

    def __init__(self) -> None:
        self._highest = self._settled = self._floor = 0
        self._settles_at = self._full_look_at = 0.0

    def published(self, row_id: int) -> None:
        self._highest = max(self._highest, row_id)

    def at(self, moment: float) -> int:
        """Where a look begins that is made at this moment of the monotonic clock."""
        if moment >= self._settles_at:
            self._floor, self._settled = self._settled, self._highest
            self._settles_at = moment + SETTLING_SECONDS
        if moment >= self._full_look_at:
            self._full_look_at = moment + FULL_LOOK_SECONDS
            return 0
        return self._floor


class Outbox:
    """The outbox as the active relay reads and marks it, over the connection that holds its lock."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        postgres = connection.dialect.name == "postgresql"
        self._ids: Callable[[list[int]], Any] = list if postgres else json.dumps
        self._mark = _mark_postgres if postgres else _mark_sqlite

    async def pending(self, after: int) -> Sequence[Any]:
        await self._connection.execution_options(reading=True)
        async with self._connection.begin():
            return (await self._connection.execute(_pending, {"after": after})).all()

    async def mark(self, acknowledged: Acknowledged) -> None:
        if not acknowledged.published and not acknowledged.parked:
            return
        await self._connection.execution_options(reading=False)
        async with self._connection.begin():
            ids = self._ids(acknowledged.published)
            await self._connection.execute(self._mark, {"ids": ids, "at": now()})
            if acknowledged.parked:
                values = [{"id_": row_id, "error": error} for row_id, error in acknowledged.parked.items()]
                await self._connection.execute(_park, values)


class Relay(Worker):
    """Publishes a service's events."""

    channel = "outbox"
    _outbox: Outbox
    _producer: AIOKafkaProducer

    async def require(self) -> None:
        await require_kafka(self.settings)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Wait until this relay is the active one, then start a producer.

        A failed step comes back here: an idempotent producer does not recover (aiokafka issue 1017).
        """
        ACTIVE.set(0)
        async with sole_holder(self.database, "relay") as connection:
            self._outbox = Outbox(connection)
            self._floor = Floor()
            self._producer = create_producer(self.settings)
            await self._producer.start()
            ACTIVE.set(1)
            try:
                yield
            finally:
                ACTIVE.set(0)
                await self._producer.stop()

    async def step(self) -> int:
        """Send what is pending, a batch in flight while the one before is marked and the one after is read.

        What Kafka has acknowledged is marked, whatever fails after it. Raises the first failure that is not one
        event's own.
        """
        sent, acknowledged = 0, Acknowledged()
        self._parked_keys: set[str] = set()
        rows = await self._outbox.pending(after=self._floor.at(time.monotonic()))
        try:
            while rows:
                batch = await self._send(rows)
                await self._outbox.mark(acknowledged)
                acknowledged = Acknowledged()
                following = await self._outbox.pending(after=rows[-1].id) if sent < LONGEST_RUN else []
                await self._acknowledge(batch, acknowledged)
                if acknowledged.failure is not None:
                    raise acknowledged.failure
                sent += len(rows)
                self._floor.published(rows[-1].id)
                rows = following
        finally:
            await self._outbox.mark(acknowledged)
        return sent

    async def _send(self, rows: Sequence[Any]) -> list[Sent]:
        batch = []
        for row in rows:
            if row.key in self._parked_keys:
                continue
            topic = self.settings.on_kafka(row.topic)
            headers = [(name, text.encode()) for name, text in row.headers.items()]
            try:
                future = await self._producer.send(topic, row.value, row.key.encode(), headers=headers)
            except MessageSizeTooLargeError as error:
                future = asyncio.get_running_loop().create_future()
                future.set_exception(error)
                self._parked_keys.add(row.key)
            batch.append(Sent(row.id, row.headers["ce_id"], row.key, future))
        return batch

    async def _acknowledge(self, batch: list[Sent], acknowledged: Acknowledged) -> None:
        """Note what came of the batch. To wait for Kafka is not to be stuck: an idempotent send never gives up."""
        self.liveness.pause()
        results = await asyncio.gather(*(sent.future for sent in batch), return_exceptions=True)
        self.liveness.progressed()
        for sent, result in zip(batch, results, strict=True):
            if isinstance(result, MessageSizeTooLargeError):
                log.error("an event can never be sent; it and later events of its key wait", event_id=sent.event_id)
                acknowledged.parked[sent.id] = str(result)
                self._parked_keys.add(sent.key)
            elif isinstance(result, BaseException):
                acknowledged.failure = acknowledged.failure or result
            else:
                acknowledged.published.append(sent.id)
        SENT.inc(len(acknowledged.published))

    async def measure(self) -> None:
        async with self.database.reading() as session:
            pending, oldest, parked = (await (await session.connection()).execute(_waiting)).one()
        PENDING.set(pending)
        OLDEST.set((now() - oldest).total_seconds() if oldest else 0)
        PARKED.set(parked)


def create_relay(settings: Settings) -> Starlette:
    """The process that publishes a service's events. It ends at start when Kafka cannot be reached."""
    return create_worker(settings, Relay)
