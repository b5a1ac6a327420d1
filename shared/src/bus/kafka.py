"""Clients of Kafka, and the topics they use."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from zlib import crc32

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from shared.dead_letters import replay_topic
from shared.events import TOPICS
from shared.settings import Settings

P = TypeVar("P")

LARGEST_RECORD = 1024 * 1024
ROOM_AROUND = 128 * 1024
"""What the largest record may take on Kafka besides what is counted."""
CLOSE_SECONDS = 5


def kafka_options(settings: Settings) -> dict[str, Any]:
    """Where and as whom every client of Kafka connects: the arguments of aiokafka's producer, consumer and admin."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap_servers,
        "security_protocol": settings.kafka_security_protocol.value,
        "ssl_context": settings.kafka_tls,
    }
    if settings.kafka_password is not None:
        options |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_username,
            "sasl_plain_password": settings.kafka_password.get_secret_value(),
        }
    return options


@asynccontextmanager
async def open_producer(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    """A producer that is told of every record whether Kafka has it, and so as many replicas as the topic demands.

    Closing waits for what is under way, but some seconds only: Kafka may be away.
    """
    producer = AIOKafkaProducer(
        **kafka_options(settings),
        acks="all",
        enable_idempotence=settings.kafka_idempotence,
        partitioner=_partition,
        max_batch_size=LARGEST_RECORD,
        max_request_size=LARGEST_RECORD,
        request_timeout_ms=10_000,
    )
    try:
        await producer.start()
        yield producer
    finally:
        await asyncio.wait([asyncio.ensure_future(producer.stop())], timeout=CLOSE_SECONDS)


def partition_of(key: bytes, partitions: Sequence[P]) -> P:
    """CRC-32, as librdkafka's `consistent`: aiokafka's murmur2 in Python costs a quarter of a send."""
    return partitions[crc32(key) % len(partitions)]


def _partition(key: bytes | None, partitions: Sequence[int], available: Sequence[int]) -> int:
    return partition_of(key or b"", partitions)


@asynccontextmanager
async def open_admin(settings: Settings, **options: Any) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client that asks about topics and makes them. Raises KafkaConnectionError when no broker answers."""
    admin = AIOKafkaAdminClient(**kafka_options(settings), **options)
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


async def require_kafka(settings: Settings) -> None:
    """Raise KafkaConnectionError when no broker answers, or none lets this process in."""
    async with open_admin(settings, request_timeout_ms=5_000):
        pass


def wanted_topics(settings: Settings, groups: Sequence[str], topics: Sequence[str] = TOPICS) -> list[NewTopic]:
    """The topics as they should be, and the groups' own."""
    return [
        NewTopic(
            settings.on_kafka(name),
            settings.topic_partitions,
            settings.replicas,
            topic_configs={
                "retention.ms": str(settings.topic_retention_hours * 3_600_000),
                "max.message.bytes": str(LARGEST_RECORD + ROOM_AROUND),
                "min.insync.replicas": str(settings.min_insync_replicas),
            },
        )
        for name in sorted([*topics, *map(replay_topic, groups)])
    ]


async def create_topics(settings: Settings, groups: Sequence[str], topics: Sequence[str] = TOPICS) -> list[str]:
    """Make the topics, and the groups' own, that are not there yet, and say which were made."""
    async with open_admin(settings) as admin:
        there = set(await admin.list_topics())
        missing = [topic for topic in wanted_topics(settings, groups, topics) if topic.name not in there]
        response = await admin.create_topics(missing)
    for name, code, *details in response.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(": ".join([f"{name} could not be made", *filter(None, details)]))
    return [topic.name for topic in missing]
