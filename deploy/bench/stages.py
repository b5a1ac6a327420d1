"""How fast events leave and how fast they are taken in, beside the least that each takes."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import aiosqlite
import asyncpg
import sqlalchemy as sa
import uvloop
from aiokafka import AIOKafkaConsumer
from faststream.kafka import KafkaRouter
from uuid_utils.compat import uuid7

from bus.consumer import create_consumer, on_events
from bus.kafka import kafka_options, open_producer
from bus.process import Liveness
from bus.relay import Relay
from bus.worker import Worker
from deploy.bench.environment import RAW_TOPIC, Broken, Environment, within
from deploy.bench.figures import Figure
from deploy.bench.load import events, fill_outbox
from notifications.models.deliveries import DELIVERY
from notifications.models.tasks import STAFF_TASK
from notifications.subscribers import notify
from shared.database import Database, Session
from shared.events import AnyEvent
from shared.settings import Settings
from shared.tables import INBOX
from testkit.outbox import record_of

RAW_BATCH = 2_000
WARM_UP = 500
PATIENCE_SECONDS = 120
EVENT, ROW, NOW = "unnest($1::uuid[])", "unnest($2::uuid[])", "2026-11-23 08:00:00+00"
# What an event's inbox entry, mail, task and the event about the task are, by the bare driver.
INSERTS = (
    """INSERT INTO inbox ("group", event_id, handled_at) SELECT 'raw', {event}, '{now}'""",
    """INSERT INTO delivery (id, event_id, about, publisher, unit, contact_id, text_id, is_proof, template, context,
 priority, status, attempts, lapses, next_attempt_at, created_at, expires_at)
 SELECT {row}, {event}, CAST({event} AS text), 'eservice-intake', 'halsoskydd', {event}, {event}, false,
 'application_received', '{{"reference": "K7M4-P2XR"}}', 10, 'queued', 0, 0, '{now}', '{now}', '{now}'""",
    """INSERT INTO staff_task (id, event_id, last_event_id, about, queue, title, name, reference, kind, urgent, urgency,
 has_news, confidential, status, created_at)
 SELECT {row}, {event}, {event}, CAST({event} AS text), 'halsoskydd', 'K7M4-P2XR: Klagomål', 'K7M4-P2XR: Klagomål',
 'K7M4-P2XR', 'klagomal', false, 0, false, false, 'open', '{now}'""",
    """INSERT INTO outbox (event_id, topic, key, headers, value, created_at)
 SELECT {row}, 'raw.events', CAST({row} AS text), '{{"ce_type": "notifications.task-opened.v1"}}', {value}, '{now}'""",
)

_inbox, _delivery, _task, _outbox = (
    statement.format(row=ROW, event=EVENT, now=NOW, value="convert_to(repeat('x', 400), 'UTF8')")
    for statement in INSERTS
)
AT_ONCE = f"WITH i AS ({_inbox}), d AS ({_delivery}), t AS ({_task}) {_outbox}"

Insert = Callable[[Sequence[UUID]], Awaitable[None]]


async def work_off(kind: type[Worker], settings: Settings, count: int) -> float:
    """How many a second the worker does, once it is open, until nothing is left."""
    database = Database(settings)
    worker = kind(settings, database, Liveness())
    done = 0
    async with worker.opened(), within(PATIENCE_SECONDS, kind.__name__):
        began = time.perf_counter()
        while some := await worker.step():
            done += some
        seconds = time.perf_counter() - began
    await database.close()
    if done != count:
        raise Broken(f"{kind.__name__} did {done} of {count}")
    return count / seconds


def measure_relay(environment: Environment, runs: int, count: int) -> list[Figure]:
    relayed, raw = [], []
    for _ in range(runs):
        with environment.fresh("eservice-intake"):
            uvloop.run(_pipelined_sends(WARM_UP))
            raw.append(uvloop.run(_pipelined_sends(count)))
            uvloop.run(fill_outbox(count))
            relayed.append(uvloop.run(work_off(Relay, Settings(service="eservice-intake"), count)))
    return [Figure("relay", "events/s", relayed, "pipelined sends of the same rows", raw, ratio_at_least=0.6)]


async def _pipelined_sends(count: int) -> float:
    """The rows of an outbox, from memory, by the relay's own producer; nothing waits for them before the last."""
    settings = Settings(service="bench")
    records = [record_of(event) for batch in events(count) for event in batch]
    topic = settings.on_kafka(RAW_TOPIC)
    async with open_producer(settings) as producer:
        began = time.perf_counter()
        sends = [producer.send(topic, one.value, one.key, headers=one.headers) for one in records]
        futures = [await send for send in sends]
        await asyncio.gather(*futures)
        return count / (time.perf_counter() - began)


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


def measure_consumer(environment: Environment, runs: int, count: int) -> list[Figure]:
    handled, raw = [], []
    for _ in range(runs):
        raw.append(_taken_in(environment, _bare_loop, count))
        handled.append(_taken_in(environment, _consume, count))
    return [Figure("consumer", "events/s", handled, "getmany and one insert of all rows", raw)]


def _taken_in(environment: Environment, consume: Callable[[int], Coroutine[Any, Any, float]], count: int) -> float:
    with environment.fresh("notifications"):
        uvloop.run(_pipelined_sends(count))
        return uvloop.run(consume(count))


async def _consume(count: int) -> float:
    router, clock = KafkaRouter(), Clock(count)

    @on_events(router, RAW_TOPIC, group="notifications")
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
        connection = await session.connection()
        counts = [sa.select(sa.func.count()).select_from(table) for table in (INBOX, DELIVERY, STAFF_TASK)]
        found = [(await connection.execute(query)).scalar_one() for query in counts]
    await database.close()
    if found != 3 * [count]:
        raise Broken(f"{count} events made {found} rows in inbox, delivery and staff_task")


async def _bare_loop(count: int) -> float:
    settings, clock = Settings(service="notifications"), Clock(count)
    consumer = AIOKafkaConsumer(
        settings.on_kafka(RAW_TOPIC),
        **kafka_options(settings),
        group_id=settings.on_kafka("raw"),
        auto_offset_reset="earliest",
    )
    async with _bare_insert(settings.database) as insert, consumer, within(PATIENCE_SECONDS, "the bare loop"):
        while not clock.stopped.is_set():
            ids = await _event_ids(consumer)
            await insert(ids)
            clock.handled(len(ids))
    return clock.rate


async def _event_ids(consumer: AIOKafkaConsumer) -> list[UUID]:
    """Those of the next records, when there are some."""
    while not (batch := await consumer.getmany(timeout_ms=1000, max_records=RAW_BATCH)):
        pass
    return [UUID(dict(record.headers)["ce_id"].decode()) for records in batch.values() for record in records]


@asynccontextmanager
async def _bare_insert(url: str) -> AsyncIterator[Insert]:
    """An insert of the rows that a consumer makes for the events of these ids, and its commit."""
    if url.startswith("sqlite"):
        async with aiosqlite.connect(sa.make_url(url).database or "") as sqlite:
            await sqlite.execute("PRAGMA journal_mode=WAL")
            await sqlite.execute("PRAGMA synchronous=FULL")

            async def insert(ids: Sequence[UUID]) -> None:
                rows = [{"row": uuid7().hex, "event": event.hex} for event in ids]
                for statement in INSERTS:
                    await sqlite.executemany(
                        statement.format(row=":row", event=":event", now=NOW, value="zeroblob(400)"), rows
                    )
                await sqlite.commit()

            yield insert
        return
    postgres = await asyncpg.connect(url.replace("+asyncpg", ""))

    async def insert_at_once(ids: Sequence[UUID]) -> None:
        await postgres.execute(AT_ONCE, ids, [uuid7() for _ in ids])

    yield insert_at_once
    await postgres.close()
