"""Sends what the outbox holds, in order, at least once. One relay per database is active; a second stands by."""

import asyncio
import fcntl
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError
from prometheus_client import Counter, Gauge
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.applications import Starlette

from shared.database import OUTBOX, Database, UtcDateTime, now
from shared.kafka import create_producer, require_kafka
from shared.logging import log
from shared.settings import Settings
from shared.worker import create_worker

BATCH = 1000
LONGEST_RUN = 20_000
STANDBY_SECONDS = 1.0
SENT = Counter("kommunbuss_relay_events", "Events acknowledged by Kafka.")
PENDING = Gauge("kommunbuss_outbox_pending", "Events that wait to be published.")
OLDEST = Gauge("kommunbuss_outbox_oldest_seconds", "How long the oldest of them has waited.")
PARKED = Gauge("kommunbuss_outbox_parked", "Events that Kafka can never take. Later events of the same key wait.")

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


class Outlet:
    """The active relay's hold: the connection that has the lock, reads and marks; and the producer."""

    def __init__(self, connection: AsyncConnection, producer: AIOKafkaProducer) -> None:
        self._connection = connection
        self.producer = producer
        self.parked_keys: set[str] = set()
        # One array parameter: rendering five hundred bound ids takes four times as long.
        postgres = connection.dialect.name == "postgresql"
        self._ids = list if postgres else json.dumps
        self._mark = _mark_where("ANY(:ids)" if postgres else "(SELECT value FROM json_each(:ids))", postgres)

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


def _mark_where(ids: str, postgres: bool) -> sa.TextClause:
    operator = "=" if postgres else "IN"
    statement = sa.text(f"UPDATE outbox SET published_at = :at WHERE id {operator} {ids}")  # noqa: S608  # two constants
    return statement.bindparams(sa.bindparam("at", type_=UtcDateTime()))


def create_relay(settings: Settings) -> Starlette:
    """The process that publishes a service's events. It ends at start when Kafka cannot be reached."""

    async def kafka_is_there() -> None:
        await require_kafka(settings)

    return create_worker(
        settings,
        publish_pending,
        open_outlet,
        measure=measure_outbox,
        rest_seconds=settings.relay_poll_seconds,
        at_start=kafka_is_there,
    )


async def measure_outbox(database: Database) -> None:
    async with database.reading() as session:
        pending, oldest, parked = (await (await session.connection()).execute(_waiting)).one()
    PENDING.set(pending)
    OLDEST.set((now() - oldest).total_seconds() if oldest else 0)
    PARKED.set(parked)


async def publish_pending(_: Database, outlet: Outlet) -> int:
    """Send what is pending, a batch in flight while the one before is marked and the one after is read.

    Raises the first failure that is not one event's own; the caller then starts over with a new producer, since
    an idempotent one does not recover (aiokafka issue 1017).
    """
    sent = 0
    outlet.parked_keys.clear()
    acknowledged = Acknowledged()
    rows = await outlet.pending(after=0)
    while rows:
        batch = await _send(outlet, rows)
        await outlet.mark(acknowledged)
        following = await outlet.pending(after=rows[-1].id) if sent < LONGEST_RUN else []
        acknowledged = await _acknowledgements(outlet, batch)
        if acknowledged.failure is not None:
            break
        sent += len(rows)
        rows = following
    await outlet.mark(acknowledged)
    if acknowledged.failure is not None:
        raise acknowledged.failure
    return sent


async def _send(outlet: Outlet, rows: Sequence[Any]) -> list[Sent]:
    batch = []
    for row in rows:
        if row.key in outlet.parked_keys:
            continue
        headers = [(name, text.encode()) for name, text in row.headers.items()]
        try:
            future = await outlet.producer.send(row.topic, row.value, row.key.encode(), headers=headers)
        except MessageSizeTooLargeError as error:
            future = asyncio.get_running_loop().create_future()
            future.set_exception(error)
            outlet.parked_keys.add(row.key)
        batch.append(Sent(row.id, row.headers["ce_id"], row.key, future))
    return batch


async def _acknowledgements(outlet: Outlet, batch: list[Sent]) -> Acknowledged:
    results = await asyncio.gather(*(sent.future for sent in batch), return_exceptions=True)
    acknowledged = Acknowledged()
    for sent, result in zip(batch, results, strict=True):
        if isinstance(result, MessageSizeTooLargeError):
            log.error("an event can never be sent; it and later events of its key wait", event_id=sent.event_id)
            acknowledged.parked[sent.id] = str(result)
            outlet.parked_keys.add(sent.key)
        elif isinstance(result, BaseException):
            acknowledged.failure = acknowledged.failure or result
        else:
            acknowledged.published.append(sent.id)
    SENT.inc(len(acknowledged.published))
    return acknowledged


@asynccontextmanager
async def open_outlet(settings: Settings, database: Database) -> AsyncIterator[Outlet]:
    """Wait until this relay is the active one, then start a producer."""
    async with database.engine.connect() as connection, _only_one(connection, database):
        producer = create_producer(settings)
        await producer.start()
        try:
            yield Outlet(connection, producer)
        finally:
            await producer.stop()


@asynccontextmanager
async def _only_one(connection: AsyncConnection, database: Database) -> AsyncIterator[None]:
    if database.is_postgres:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        while not await _lock_postgres(connection):
            await asyncio.sleep(STANDBY_SECONDS)
        try:
            # A mark lost in a crash only sends an event twice.
            async with connection.begin():
                await connection.execute(sa.text("SET synchronous_commit TO off"))
            yield
        finally:
            # The lock goes with the session; a pooled connection would keep it.
            await connection.invalidate()
        return
    path = Path(f"{sa.make_url(database.url).database}.relay-lock")
    with path.open("w") as file:
        while not _lock_file(file.fileno()):
            await asyncio.sleep(STANDBY_SECONDS)
        yield


async def _lock_postgres(connection: AsyncConnection) -> bool:
    key = int.from_bytes(hashlib.sha256(b"kommunbuss-relay").digest()[:8], signed=True)
    async with connection.begin():
        result = await connection.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": key})
        return bool(result.scalar())


def _lock_file(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
