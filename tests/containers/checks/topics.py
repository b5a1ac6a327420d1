"""Topics, the partitions that consumers share, and what Kafka keeps."""

import asyncio
import logging
from collections import Counter
from contextlib import AbstractAsyncContextManager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import KafkaError

from bus.kafka import kafka_options, open_admin
from shared.events import TOPICS, topic_of
from shared.settings import Settings
from tests.containers.checks.machine import (
    address_of,
    require,
    until,
)

PARTITIONS = 6
GROUP = "notifications"
READ = [topic for topic in TOPICS if topic != topic_of(GROUP)]
"""What the group reads: everything but its own."""
CONSUMERS = 3


async def require_topics() -> None:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it says ten times a second that there is no such topic
    producer = AIOKafkaProducer(**kafka_options(on_kafka()), metadata_max_age_ms=500)
    async with producer, admin() as client:
        try:
            async with asyncio.timeout(3):
                await producer.send_and_wait("no-such-topic", b"")
        except (KafkaError, TimeoutError):
            pass
        topics = {topic["topic"]: len(topic["partitions"]) for topic in await client.describe_topics()}
    require("no-such-topic" not in topics, "Kafka made a topic that nobody asked for")
    require(all(topics.get(topic) == PARTITIONS for topic in TOPICS), f"not {PARTITIONS} partitions each: {topics}")


async def require_shared_partitions() -> None:
    shared: dict[str, list[tuple[str, int]]] = {}

    async def settled() -> bool:
        nonlocal shared
        shared = await partitions_by_member(GROUP)
        return len(shared) == CONSUMERS and all(shared.values())

    await until(settled, lambda: f"not {CONSUMERS} members with partitions: {shared}")
    held = Counter(partition for partitions in shared.values() for partition in partitions)
    expected = {(topic, number) for topic in READ for number in range(PARTITIONS)}
    require(expected <= held.keys() and set(held.values()) == {1}, f"not each partition held once: {held}")
    print(f"  partitions by member: {sorted(len(partitions) for partitions in shared.values())}")


async def partitions_by_member(group: str) -> dict[str, list[tuple[str, int]]]:
    async with admin() as client:
        [description] = await client.describe_consumer_groups([group])
    [(_, _, _, _, _, members, *_)] = description.groups
    return {
        member[0]: [
            (topic, number)
            for topic, numbers in ConsumerProtocolMemberAssignment.decode(member[4]).assignment
            for number in numbers
        ]
        for member in members
        if member[4]
    }


async def reached() -> Counter[str]:
    """How far the topics go, and how far notifications has read them."""
    partitions = [TopicPartition(topic, number) for topic in READ for number in range(PARTITIONS)]
    async with AIOKafkaConsumer(**kafka_options(on_kafka())) as consumer, admin() as client:
        ends = await consumer.end_offsets(partitions)
        read = await client.list_consumer_group_offsets(GROUP, partitions=partitions)
    far = Counter[str]()
    for partition in partitions:
        far[partition.topic] += ends[partition]
        far[f"{GROUP} in {partition.topic}"] += max(0, read[partition].offset)
    return far


def require_kept(before: Counter[str], after: Counter[str]) -> None:
    require(all(before.values()), f"Kafka had nothing to keep: {before}")
    lost = {what: f"{far}, then {after[what]}" for what, far in before.items() if after[what] < far}
    require(not lost, f"Kafka did not keep its data: {lost}")


def on_kafka() -> Settings:
    return Settings(service="checks", mode="embedded", kafka_bootstrap_servers=address_of("kafka"))


def admin() -> AbstractAsyncContextManager[AIOKafkaAdminClient]:
    return open_admin(on_kafka())
