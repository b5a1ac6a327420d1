"""Events of a test's own in an outbox, numbered within their key, and what arrives of them on Kafka."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple
from uuid import uuid4

import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer

from bus.kafka import kafka_options
from bus.relay import create_relay
from shared.bulk import Row
from shared.clock import now
from shared.cloudevents import outbox_row, record_headers
from shared.database import Database
from shared.events import Event
from shared.settings import Settings
from shared.tables import OUTBOX
from testkit.waiting import until


def row(topic: str, key: str, number: int, size: int = 0) -> Row:
    """An event as it waits in the outbox; `size` is what it holds besides its number, in bytes."""
    event_id = uuid4()
    value = json.dumps({"number": number, "padding": "x" * size}).encode()
    headers = {"ce_id": str(event_id), "ce_type": "test", "ce_subject": key}
    return {"event_id": event_id, "topic": topic, "key": key, "headers": headers, "value": value, "created_at": now()}


class Record(NamedTuple):
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


def record_of(event: Event) -> Record:
    """The event's record, as a relay sends it."""
    row = outbox_row(event)
    headers = record_headers(row["headers"], row["key"], row["value"], "2380")
    return Record(row["key"].encode(), row["value"], headers)


async def put(database: Database, *rows: Row) -> None:
    """Commit the events, and wake whoever waits for them."""
    async with database.transaction() as tx:
        await (await tx.connection()).execute(OUTBOX.insert(), rows)
        tx.wake("outbox")


async def empty(database: Database) -> None:
    async with database.transaction() as tx:
        await (await tx.connection()).execute(OUTBOX.delete())


async def waiting(database: Database) -> list[tuple[str, int]]:
    """The key and number of each event that is to be published, without what is parked."""
    query = sa.select(OUTBOX.c.key, OUTBOX.c.value).where(OUTBOX.c.published_at.is_(None)).order_by(OUTBOX.c.id)
    query = query.where(OUTBOX.c.parked_error.is_(None))
    async with database.reading() as session:
        rows = await (await session.connection()).execute(query)
        return [(key, number_in(value)) for key, value in rows]


async def until_published(database: Database, seconds: float = 30) -> None:
    """Wait until nothing waits. Raises TimeoutError after those seconds."""
    unpublished = sa.select(sa.func.count()).where(OUTBOX.c.published_at.is_(None))

    async def is_empty() -> bool:
        async with database.reading() as session:
            return not (await (await session.connection()).execute(unpublished)).scalar_one()

    await until(is_empty, seconds)


@asynccontextmanager
async def relaying(settings: Settings) -> AsyncIterator[None]:
    app = create_relay(settings)
    async with app.router.lifespan_context(app):
        yield


async def arrived(settings: Settings, topic: str) -> dict[str, list[int]]:
    """The numbers of each key, in the order in which they arrived first."""
    consumer = AIOKafkaConsumer(topic, **kafka_options(settings), auto_offset_reset="earliest")
    numbers: dict[str, list[int]] = defaultdict(list)
    async with consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    numbers[(record.key or b"").decode()].append(number_in(record.value or b""))
    return {key: _first(some) for key, some in numbers.items()}


def _first(numbers: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(numbers))


def number_in(value: bytes) -> int:
    return int(json.loads(value)["number"])
