"""Sends what the outbox holds, in order, at least once. One relay per database is active; a second stands by."""

import asyncio
import fcntl
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.applications import Starlette

from shared.database import OUTBOX, Database, now
from shared.kafka import create_producer, require_kafka
from shared.logging import log
from shared.settings import Settings
from shared.worker import create_worker

BATCH = 500
STANDBY_SECONDS = 1.0
SENT = Counter("kommunbuss_relay_events", "Events acknowledged by Kafka.")
PARKED = Counter("kommunbuss_relay_parked_events", "Events that Kafka can never take.")

_parked_keys = sa.select(OUTBOX.c.key).where(OUTBOX.c.parked_error.is_not(None), OUTBOX.c.published_at.is_(None))
_pending = (
    sa.select(OUTBOX.c.id, OUTBOX.c.topic, OUTBOX.c.key, OUTBOX.c.headers, OUTBOX.c.value)
    .where(OUTBOX.c.published_at.is_(None), OUTBOX.c.key.not_in(_parked_keys))
    .order_by(OUTBOX.c.id)
    .limit(BATCH)
)


class Outlet:
    """The active relay's hold: the connection that has the lock, reads and marks; and the producer."""

    def __init__(self, connection: AsyncConnection, producer: AIOKafkaProducer) -> None:
        self._connection = connection
        self.producer = producer

    async def pending(self) -> Sequence[Any]:
        await self._connection.execution_options(reading=True)
        async with self._connection.begin():
            return (await self._connection.execute(_pending)).all()

    async def mark(self, published: list[int], parked: dict[int, str]) -> None:
        await self._connection.execution_options(reading=False)
        async with self._connection.begin():
            await self._connection.execute(OUTBOX.update().where(OUTBOX.c.id.in_(published)).values(published_at=now()))
            for row_id, error in parked.items():
                await self._connection.execute(OUTBOX.update().where(OUTBOX.c.id == row_id).values(parked_error=error))


def create_relay(settings: Settings) -> Starlette:
    """The process that publishes a service's events. It ends at start when Kafka cannot be reached."""

    async def kafka_is_there() -> None:
        await require_kafka(settings)

    return create_worker(
        settings,
        publish_pending,
        open_outlet,
        rest_seconds=settings.relay_poll_seconds,
        at_start=kafka_is_there,
    )


async def publish_pending(_: Database, outlet: Outlet) -> int:
    """Send up to a batch of pending events, all in flight at once, and mark what Kafka acknowledged.

    Raises the first failure that is not one event's own; the caller then starts over with a new producer, since
    an idempotent one does not recover (aiokafka issue 1017).
    """
    rows = await outlet.pending()
    if not rows:
        return 0
    sent: list[tuple[int, asyncio.Future[Any]]] = []
    parked: dict[int, str] = {}
    parked_keys: set[str] = set()
    for row in rows:
        if row.key in parked_keys:
            continue
        headers = [(name, text.encode()) for name, text in row.headers.items()]
        try:
            future = await outlet.producer.send(row.topic, row.value, row.key.encode(), headers=headers)
            sent.append((row.id, future))
        except MessageSizeTooLargeError as error:
            parked[row.id] = str(error)
            parked_keys.add(row.key)
    results = await asyncio.gather(*(future for _, future in sent), return_exceptions=True)
    published, failure = [], None
    for (row_id, _future), result in zip(sent, results, strict=True):
        if isinstance(result, MessageSizeTooLargeError):
            parked[row_id] = str(result)
        elif isinstance(result, BaseException):
            failure = failure or result
        else:
            published.append(row_id)
    await outlet.mark(published, parked)
    SENT.inc(len(published))
    PARKED.inc(len(parked))
    for row_id in parked:
        log.error("an event can never be sent and is parked; later events of its key wait", outbox_id=row_id)
    if failure is not None:
        raise failure
    return len(rows)


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
