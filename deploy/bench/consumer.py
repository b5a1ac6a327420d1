"""How fast the consumer turns events into inbox, mail and task, beside a bare loop that inserts the same rows."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from faststream.kafka import KafkaRouter

from deploy.bench.figures import Figure
from deploy.bench.own_topics import NAME, PREFILLED
from deploy.bench.place import Place
from deploy.bench.processes import Broken, within
from deploy.bench.rows import same_rows
from deploy.bench.submissions import events
from notifications.models import DELIVERY, STAFF_TASK
from notifications.subscribers import notify
from shared.cloudevents import outbox_row
from shared.consumer import create_consumer, on_events
from shared.database import Database, Session
from shared.events import AnyEvent
from shared.kafka import create_producer, create_topics
from shared.settings import Settings
from shared.tables import INBOX

BATCH = 500
PATIENCE_SECONDS = 120


class Clock:
    """Runs from the end of the first batch to the end of the last, so that joining the group does not count."""

    def __init__(self, expected: int) -> None:
        self._left = expected
        self._counted = 0
        self._began = self._ended = 0.0
        self.stopped = asyncio.Event()

    def handled(self, records: int) -> None:
        self._ended = time.perf_counter()
        if not self._began:
            self._began = self._ended
        else:
            self._counted += records
        self._left -= records
        if self._left <= 0:
            self.stopped.set()

    @property
    def rate(self) -> float:
        return self._counted / (self._ended - self._began)


def measure(place: Place, runs: int, count: int) -> list[Figure]:
    groups = [f"{NAME}.{number}" for number in range(runs)]
    asyncio.run(create_topics(Settings(service="notifications"), groups, []))
    uvloop.run(_prefill(count))
    handled, raw = [], []
    for group in groups:
        with place.fresh():
            raw.append(uvloop.run(raw_loop(f"{group}.raw", count)))
        with place.fresh():
            handled.append(uvloop.run(consume(group, count)))
    limit = "getmany and multi-row inserts"
    return [Figure("consumer", "events/s", handled, limit, raw, at_least=8_000, raw_share=0.4)]


async def _prefill(count: int) -> None:
    settings = Settings(service="notifications")
    async with create_producer(settings) as producer:
        for batch in events(count):
            await _send(producer, [outbox_row(event, settings.municipality_code) for event in batch])


async def _send(producer: AIOKafkaProducer, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        headers = [(name, text.encode()) for name, text in row["headers"].items()]
        await producer.send(PREFILLED, row["value"], row["key"].encode(), headers=headers)
    await producer.flush()


async def consume(group: str, count: int) -> float:
    router, clock = KafkaRouter(), Clock(count)

    @on_events(router, PREFILLED, group=group)
    async def handle(events: list[AnyEvent], tx: Session) -> None:
        await notify(events, tx)
        sa.event.listen(tx.sync_session, "after_commit", lambda _: clock.handled(len(events)), once=True)

    settings = Settings(service="notifications")
    app = create_consumer(settings, router)
    async with app.router.lifespan_context(app), within(PATIENCE_SECONDS, "the consumer"):
        await clock.stopped.wait()
    await _require_all(settings, count)
    return clock.rate


async def _require_all(settings: Settings, count: int) -> None:
    database = Database(settings)
    async with database.reading() as session:
        for table in (INBOX, DELIVERY, STAFF_TASK):
            rows = await (await session.connection()).execute(sa.select(sa.func.count()).select_from(table))
            if (found := rows.scalar_one()) != count:
                raise Broken(f"{count} events made {found} rows in {table.name}")
    await database.close()


async def raw_loop(group: str, count: int) -> float:
    settings, clock = Settings(service="notifications"), Clock(count)
    consumer = AIOKafkaConsumer(
        PREFILLED, bootstrap_servers=settings.kafka_bootstrap_servers, group_id=group, auto_offset_reset="earliest"
    )
    async with same_rows(settings.database) as insert, consumer, within(PATIENCE_SECONDS, "the bare loop"):
        while not clock.stopped.is_set():
            records = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
            ids = [UUID(dict(record.headers)["ce_id"].decode()) for some in records.values() for record in some]
            if ids:
                await insert(ids)
                clock.handled(len(ids))
    return clock.rate
