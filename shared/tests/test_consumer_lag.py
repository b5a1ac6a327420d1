"""How far a consumer lags behind is measured, and nothing is told that is not known."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from bus.consumer import LAG, measure_lag
from bus.kafka import kafka_options
from shared.settings import Settings
from testkit.consuming import house_listed, send
from testkit.waiting import until


@asynccontextmanager
async def reading(settings: Settings, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of the whole topic, without a group: to join one takes seconds."""
    consumer = AIOKafkaConsumer(**kafka_options(settings), auto_offset_reset="earliest")
    consumer.assign([TopicPartition(topic, number) for number in range(settings.topic_partitions)])
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


def lag_of(topic: str) -> list[float]:
    (family,) = LAG.collect()
    return [sample.value for sample in family.samples if sample.labels["topic"] == topic]


async def test_what_is_not_yet_read_is_measured(settings, topic, producer):
    async with reading(settings, topic) as consumer:
        await send(producer, topic, house_listed(), house_listed(), house_listed())
        await consumer.getone()

        async def both_others_wait() -> bool:
            await measure_lag(consumer)
            return sum(lag_of(topic)) == 2

        await until(both_others_wait)
        await consumer.getone()
        await consumer.getone()
        await measure_lag(consumer)

    assert lag_of(topic) == [0] * settings.topic_partitions


async def test_while_kafka_is_away_no_lag_is_told(settings, topic, way_to_kafka, producer, monkeypatch):
    monkeypatch.setattr("bus.consumer.LAG_SECONDS", 0.2)
    async with reading(settings, topic) as consumer:
        await send(producer, topic, house_listed())
        await consumer.getone()
        await measure_lag(consumer)
        told = lag_of(topic)

        with way_to_kafka.held(), pytest.raises(TimeoutError):
            await measure_lag(consumer)

        assert told
        assert lag_of(topic) == []


async def test_partitions_that_go_away_while_they_are_measured_are_left_out(settings, topic, producer, monkeypatch):
    async with reading(settings, topic) as consumer:
        await send(producer, topic, house_listed())
        await consumer.getone()
        await measure_lag(consumer)
        assert lag_of(topic)
        position_of = consumer.position

        async def lose_all(partition: TopicPartition) -> int:
            position = await position_of(partition)
            consumer.unsubscribe()
            return position

        monkeypatch.setattr(consumer, "position", lose_all)
        await measure_lag(consumer)

    assert lag_of(topic) == []


async def test_a_position_that_is_not_known_is_not_waited_for(settings, topic, monkeypatch):
    async with reading(settings, topic) as consumer, asyncio.timeout(10):
        monkeypatch.setattr(consumer, "position", lambda _: asyncio.Event().wait())

        await measure_lag(consumer)

    assert lag_of(topic) == []
