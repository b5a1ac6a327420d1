"""What a relay does when Kafka takes some of what it sends and not the rest: no event overtakes one of its key."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.producer.message_accumulator import BatchBuilder

from bus.kafka import open_admin, open_producer, partition_of
from shared.settings import Settings
from testkit.outbox import arrived, put, relaying, row, until_published, waiting

from .keys import keys


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
