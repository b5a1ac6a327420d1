"""What a relay does when Kafka or its database fails: nothing is lost, and no event overtakes one of its key."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.producer.message_accumulator import BatchBuilder

from bus.kafka import open_admin, open_producer, partition_of
from bus.process import Liveness, Stuck
from bus.relay import Relay
from shared.database import Database
from shared.settings import Settings
from testkit.outbox import arrived, empty, put, relaying, row, until_published, waiting
from testkit.waiting import until

PARTITIONS = Settings(service="housing").topic_partitions


@pytest.fixture
def settings() -> Settings:
    return Settings(service="housing", poll_seconds=0.02)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The relay's own database, empty: a relay sends whatever waits."""
    database = Database(settings)
    await empty(database)
    yield database
    await database.close()


@pytest.fixture
def relay(settings: Settings, database: Database) -> Relay:
    return Relay(settings, database, Liveness())


class FailingProducer:
    """A producer that answers what is for some key's partition with a failure, or does not take it."""

    def __init__(self, producer: AIOKafkaProducer, fails: str = "", refuses: str = "") -> None:
        self.create_batch, self.partitions_for = producer.create_batch, producer.partitions_for
        self._producer = producer
        self._fails, self._refuses = fails, refuses

    async def send_batch(self, records: BatchBuilder, topic: str, *, partition: int) -> "asyncio.Future[Any]":
        if self._refuses and partition == await partition_in(self._producer, topic, self._refuses):
            raise KafkaError("not taken")
        if not self._fails or partition != await partition_in(self._producer, topic, self._fails):
            return await self._producer.send_batch(records, topic, partition=partition)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        answer.set_exception(KafkaError("not written"))
        return answer


async def partition_in(producer: AIOKafkaProducer, topic: str, key: str) -> int:
    return partition_of(key.encode(), sorted(await producer.partitions_for(topic)))


@pytest.fixture
def producers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[AIOKafkaProducer]]:
    """Let the relay's first producer fail, and count all that it opens."""

    def failing(**failures: str) -> list[AIOKafkaProducer]:
        opened: list[AIOKafkaProducer] = []

        @asynccontextmanager
        async def open_failing(settings: Settings) -> AsyncIterator[Any]:
            async with open_producer(settings) as producer:
                opened.append(producer)
                yield FailingProducer(producer, **failures) if len(opened) == 1 else producer

        monkeypatch.setattr("bus.relay.open_producer", open_failing)
        return opened

    return failing


def keys(count: int) -> list[str]:
    """Keys of different partitions, as long as there are as many."""
    by_partition: dict[int, str] = {}
    while len(by_partition) < min(count, PARTITIONS):
        key = str(uuid4())
        by_partition.setdefault(partition_of(key.encode(), range(PARTITIONS)), key)
    return [*by_partition.values(), *(str(uuid4()) for _ in range(count - PARTITIONS))]


async def test_a_producer_that_has_failed_is_replaced_and_what_it_failed_is_sent(settings, database, topic, producers):
    good, bad = keys(2)
    opened = producers(fails=bad)
    await put(database, *(row(topic, key, number) for number in range(3) for key in (good, bad)))

    async with relaying(settings):
        await until_published(database, seconds=10)

    assert len(opened) == 2
    assert await arrived(settings, topic) == {good: [0, 1, 2], bad: [0, 1, 2]}


@pytest.mark.parametrize("failure", ["fails", "refuses"])
async def test_what_kafka_has_acknowledged_is_marked_whatever_fails_beside_it(
    relay, database, topic, producers, failure
):
    before, bad, after = keys(3)
    producers(**{failure: bad})
    await put(database, row(topic, before, 0), row(topic, bad, 0), row(topic, after, 0))

    async with relay.opened():
        with pytest.raises(KafkaError):
            await relay.step()

    left = await waiting(database)
    assert (bad, 0) in left
    assert (before, 0) not in left


@pytest.mark.parametrize("failure", ["fails", "refuses"])
async def test_what_kafka_has_acknowledged_is_marked_when_the_next_batch_fails(
    relay, database, topic, producers, failure
):
    good, bad = keys(2)
    producers(**{failure: bad})
    await put(database, row(topic, good, 0, size=900_000), row(topic, bad, 0, size=900_000))

    async with relay.opened():
        with pytest.raises(KafkaError):
            await relay.step()

    assert await waiting(database) == [(bad, 0)]


@pytest.mark.apache_kafka
@pytest.mark.parametrize(
    ("largest", "sizes"),
    [
        pytest.param(300_000, (350_000, 10), id="they go in one request"),
        pytest.param(500_000, (900_000, 300_000), id="they do not fit into one"),
    ],
)
async def test_no_event_overtakes_an_earlier_one_of_its_key_that_kafka_does_not_take(
    settings, relay, database, largest, sizes
):
    key, topic = str(uuid4()), f"narrow-{uuid4().hex[:8]}.events"
    async with open_admin(settings) as admin:
        await admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"max.message.bytes": str(largest)})])
    await put(database, *(row(topic, key, number, size) for number, size in enumerate(sizes)))

    async with relay.opened():
        with pytest.raises(MessageSizeTooLargeError):
            await relay.step()
    unsent = await waiting(database)
    async with open_admin(settings) as admin:
        wider = ConfigResource(ConfigResourceType.TOPIC, topic, {"max.message.bytes": "1200000"})
        await admin.alter_configs([wider])
    async with relaying(settings):
        await until_published(database)

    assert unsent == [(key, 0), (key, 1)], "and neither is parked: the topic is at fault"
    assert await arrived(settings, topic) == {key: [0, 1]}


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take any silence for being stuck, but for one that is announced."""
    monkeypatch.setattr("bus.process.LONGEST_SILENCE_SECONDS", 0)


async def waits_for_kafka(liveness: Liveness) -> bool:
    """Whether no progress is expected of it: everything else would be a silence of more than no seconds."""
    try:
        await liveness.check()
    except Stuck:
        return False
    return True


async def end_holder_of_the_lock(database: Database) -> None:
    query = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = "
    async with database.transaction() as tx:
        await (await tx.connection()).execute(
            sa.text(query + "(SELECT oid FROM pg_database WHERE datname = current_database())")
        )


@pytest.mark.usefixtures("no_patience")
@pytest.mark.parametrize("lost", ["what is asked", "what is answered"])
async def test_a_connection_that_breaks_amid_a_batch_loses_nothing_and_each_keys_order_holds(
    settings, database, topic, way_to_kafka, lost
):
    things = keys(10)
    relay = Relay(settings, database, Liveness())

    async with relay.opened():
        await put(database, *(row(topic, key, 0) for key in things))
        await relay.step()
        for number in (1, 2, 3):
            await put(database, *(row(topic, key, number) for key in things))
            sending = asyncio.ensure_future(relay.step())
            way_to_kafka.hold() if lost == "what is asked" else way_to_kafka.hold_answers()
            await until(lambda: waits_for_kafka(relay.liveness))
            way_to_kafka.cut()
            way_to_kafka.go_on()
            await sending

    assert await arrived(settings, topic) == {key: [0, 1, 2, 3] for key in things}


@pytest.mark.usefixtures("no_patience")
@pytest.mark.postgres
async def test_a_relay_that_loses_its_lock_amid_a_batch_is_succeeded_and_each_keys_order_holds(
    settings, database, topic, way_to_kafka
):
    things = keys(10)
    old = Relay(settings, database, Liveness())

    async with old.opened():
        await put(database, *(row(topic, key, 0) for key in things))
        await old.step()
        way_to_kafka.hold()
        await put(database, *(row(topic, key, number) for number in (1, 2) for key in things))
        amid_a_batch = asyncio.ensure_future(old.step())
        await until(lambda: waits_for_kafka(old.liveness))
        await end_holder_of_the_lock(database)
        way_to_kafka.go_on()
        async with relaying(settings):
            await put(database, *(row(topic, key, 3) for key in things))
            await until_published(database)
        await amid_a_batch
        with pytest.raises(sa.exc.DBAPIError):
            await old.step()

    assert await arrived(settings, topic) == {key: [0, 1, 2, 3] for key in things}


@pytest.mark.usefixtures("no_patience")
async def test_a_relay_is_alive_while_kafka_is_away_and_sends_when_it_returns(settings, database, topic, way_to_kafka):
    key = str(uuid4())
    relay = Relay(settings, database, Liveness())

    async with relay.opened():
        await put(database, row(topic, key, 0))
        await relay.step()
        way_to_kafka.hold()
        await put(database, row(topic, key, 1))
        sending = asyncio.ensure_future(relay.step())
        await until(lambda: waits_for_kafka(relay.liveness), seconds=10)
        way_to_kafka.go_on()
        await sending

    assert await arrived(settings, topic) == {key: [0, 1]}


@pytest.mark.usefixtures("no_patience")
async def test_a_relay_that_is_told_to_stop_does_so_in_time_while_kafka_is_away(
    settings, database, topic, way_to_kafka, monkeypatch
):
    monkeypatch.setattr("bus.kafka.CLOSE_SECONDS", 0.2)
    key = str(uuid4())
    relay, stack = Relay(settings, database, Liveness()), AsyncExitStack()

    await stack.enter_async_context(relay.opened())
    await put(database, row(topic, key, 0))
    await relay.step()
    way_to_kafka.hold()
    await put(database, row(topic, key, 1))
    sending = asyncio.ensure_future(relay.step())
    await until(lambda: waits_for_kafka(relay.liveness))
    sending.cancel()
    async with asyncio.timeout(5):
        await stack.aclose()

    way_to_kafka.go_on()
    await asyncio.gather(*producers_being_closed())


def producers_being_closed() -> list["asyncio.Task[Any]"]:
    """They end when Kafka is back; in a process that ends nobody waits for that."""
    return [task for task in asyncio.all_tasks() if task.get_coro().__qualname__ == "AIOKafkaProducer.stop"]
