"""What becomes of a batch, without a broker around it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaTimeoutError
from sqlalchemy.exc import IntegrityError, OperationalError

from bus.batches import BatchHandler, is_infrastructure
from bus.process import Liveness
from shared.cloudevents import outbox_row
from shared.database import Database, Session
from shared.events import AnyEvent, HouseListed
from shared.tables import INBOX
from testkit.undone import rolled_back
from testkit.waiting import until

GROUP = "readers"
Headers = list[tuple[str, bytes]]


class Kafka:
    """Stands in for a producer: what is sent waits to be acknowledged."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.headers: list[dict[str, bytes]] = []
        self.refusals: list[Exception] = []
        self.acknowledges = asyncio.Event()

    async def send(self, topic: str, value: bytes, key: bytes, headers: Headers) -> "asyncio.Future[None]":
        if self.refusals:
            raise self.refusals.pop()
        self.sent.append(value)
        self.headers.append(dict(headers))
        return asyncio.ensure_future(self._acknowledged())

    async def send_and_wait(self, topic: str, value: bytes, key: bytes, headers: Headers) -> None:
        await (await self.send(topic, value, key, headers))

    async def _acknowledged(self) -> None:
        await self.acknowledges.wait()


@dataclass
class Handler:
    """Handles events but for those it is told to fail on, and remembers what it was given."""

    failing: dict[UUID, Exception] = field(default_factory=dict)
    batches: list[list[UUID]] = field(default_factory=list)

    async def __call__(self, events: list[AnyEvent], tx: Session) -> None:
        self.batches.append([event.event_id for event in events])
        for event in await tx.unhandled(events):
            if event.event_id in self.failing:
                raise self.failing[event.event_id]


@pytest.fixture
async def database(settings) -> AsyncIterator[Database]:
    database = Database(settings)
    async with rolled_back(database):
        yield database
    await database.close()


@pytest.fixture
def kafka() -> Kafka:
    kafka = Kafka()
    kafka.acknowledges.set()
    return kafka


@pytest.fixture
def batches(settings, database: Database, kafka: Kafka) -> BatchHandler:
    producer: Any = kafka
    return BatchHandler(settings, database, producer, Liveness())


def record(event: HouseListed, offset: int = 0) -> "ConsumerRecord[bytes, bytes]":
    row = outbox_row(event, "2380")
    headers = [(name, text.encode()) for name, text in row["headers"].items()]
    return ConsumerRecord("housing.events", 0, offset, 0, 0, row["key"].encode(), row["value"], None, 0, 0, headers)


def records(count: int) -> tuple[list[UUID], list["ConsumerRecord[bytes, bytes]"]]:
    events = [HouseListed(house_id=uuid4(), owner_contact_id=uuid4()) for _ in range(count)]
    return [event.event_id for event in events], [record(event, offset) for offset, event in enumerate(events)]


async def handled(database: Database) -> set[UUID]:
    async with database.reading() as session:
        query = sa.select(INBOX.c.event_id).where(INBOX.c.group == GROUP)
        return set((await (await session.connection()).execute(query)).scalars())


async def test_a_batch_is_handled_in_one_transaction(batches, database):
    ids, batch = records(500)
    handler = Handler()

    await batches.receive(batch, handler, GROUP)

    assert handler.batches == [ids]
    assert await handled(database) == set(ids)


@pytest.mark.parametrize("position", [0, 250, 499])
async def test_one_bad_record_of_500_costs_some_twenty_transactions(batches, database, kafka, position):
    ids, batch = records(500)
    handler = Handler(failing={ids[position]: ValueError("cannot be handled")})

    await batches.receive(batch, handler, GROUP)

    assert len(handler.batches) <= 21
    assert await handled(database) == set(ids) - {ids[position]}
    assert kafka.sent == [batch[position].value]


async def test_a_record_that_fails_is_tried_three_times_alone_before_it_is_set_aside(batches, kafka):
    ids, batch = records(2)
    handler = Handler(failing={ids[0]: ValueError("cannot be handled")})

    await batches.receive(batch, handler, GROUP)

    [about] = kafka.headers
    assert handler.batches.count([ids[0]]) == 3
    assert kafka.sent == [batch[0].value]
    assert about["ce_id"] == str(ids[0]).encode()
    assert (about["dead-letter-error"], about["dead-letter-attempts"]) == (b"ValueError", b"3")


async def test_a_batch_is_done_when_kafka_has_its_dead_letters_and_not_before(batches, kafka):
    _, [unreadable] = records(1)
    unreadable = record_with(unreadable, value=b"not JSON")
    kafka.acknowledges.clear()

    receiving = asyncio.ensure_future(batches.receive([unreadable], Handler(), GROUP))
    await until(lambda: kafka.sent)
    for _ in range(10):
        await asyncio.sleep(0)
    done_before = receiving.done()
    kafka.acknowledges.set()
    await receiving

    assert not done_before
    assert kafka.sent == [b"not JSON"]


async def test_a_dead_letter_that_kafka_does_not_take_is_sent_again(batches, kafka):
    _, [unreadable] = records(1)
    kafka.refusals = [KafkaTimeoutError(), KafkaTimeoutError()]

    await batches.receive([record_with(unreadable, value=b"not JSON")], Handler(), GROUP)

    assert kafka.sent == [b"not JSON"]


async def test_a_database_that_is_away_is_waited_out_and_nothing_is_set_aside(batches, database, kafka):
    ids, batch = records(20)
    away = OperationalError("INSERT", {}, ConnectionResetError("gone"))
    handler = Handler(failing={ids[7]: away})

    receiving = asyncio.ensure_future(batches.receive(batch, handler, GROUP))
    await until(lambda: len(handler.batches) > 1)
    handler.failing.clear()
    await receiving

    assert all(tried == ids for tried in handler.batches), "the batch is not taken apart"
    assert await handled(database) == set(ids)
    assert kafka.sent == []


async def test_a_batch_that_was_handled_before_is_handled_no_more(batches, database):
    ids, batch = records(3)
    poison = Handler(failing={event_id: ValueError("handled twice") for event_id in ids})
    await batches.receive(batch, Handler(), GROUP)

    await batches.receive(batch, poison, GROUP)

    assert poison.batches == [ids]


def record_with(original: "ConsumerRecord[bytes, bytes]", **changes: object) -> "ConsumerRecord[bytes, bytes]":
    fields = {name: getattr(original, name) for name in original.__dataclass_fields__}
    return ConsumerRecord(**{**fields, **changes})


class _Refused(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "innocent"),
    [
        ("25006", True),
        ("57P01", True),
        ("42P01", True),
        ("40001", True),
        ("53300", True),
        ("22021", False),
        ("23505", False),
    ],
)
def test_only_refused_data_counts_against_a_record(sqlstate, innocent):
    error = OperationalError("INSERT", {}, _Refused(sqlstate))

    assert is_infrastructure(error) is innocent


def test_a_refused_row_counts_against_a_record_whatever_its_code():
    assert not is_infrastructure(IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed")))
