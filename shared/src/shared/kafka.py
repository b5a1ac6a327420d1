"""Producers and topics."""

from collections.abc import Sequence
from zlib import crc32

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from shared.events import TOPICS
from shared.settings import Settings

LARGEST_RECORD = 1024 * 1024
ROOM_FOR_ORIGIN = 64 * 1024
"""What a dead letter may be larger than the record it was: its origin is in its headers."""


def dead_letter_topic(group: str) -> str:
    return f"{group}.dead-letter"


def replay_topic(group: str) -> str:
    """Where one group's dead letters are replayed, so that no other group sees them again."""
    return f"{group}.replay"


def create_producer(settings: Settings, largest: int = LARGEST_RECORD) -> AIOKafkaProducer:
    """A producer that is told of every record whether all replicas have it. `largest` is in bytes."""
    return AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        acks="all",
        enable_idempotence=settings.kafka_idempotence,
        partitioner=_partition,
        linger_ms=2,
        max_batch_size=256 * 1024,
        max_request_size=largest,
        request_timeout_ms=10_000,
    )


def _partition(key: bytes | None, partitions: list[int], available: list[int]) -> int:
    """CRC-32, as librdkafka's `consistent`: aiokafka's murmur2 in Python costs a quarter of a send."""
    return partitions[crc32(key or b"") % len(partitions)]


async def require_kafka(settings: Settings) -> None:
    """Raise KafkaConnectionError when no broker answers."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers, request_timeout_ms=5_000)
    try:
        await admin.start()
    finally:
        await admin.close()


async def create_topics(settings: Settings, groups: Sequence[str], topics: Sequence[str] = TOPICS) -> list[str]:
    """Make the topics, and the groups' own, that are not there yet, and say which were made."""
    published = map(settings.on_kafka, [*topics, *map(replay_topic, groups)])
    set_aside = map(settings.on_kafka, map(dead_letter_topic, groups))
    hours = dict.fromkeys(published, settings.topic_retention_hours)
    hours |= dict.fromkeys(set_aside, settings.dead_letter_retention_days * 24)
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers)
    await admin.start()
    try:
        missing = sorted(hours.keys() - set(await admin.list_topics()))
        response = await admin.create_topics([_new_topic(name, hours[name], settings) for name in missing])
    finally:
        await admin.close()
    for name, code, *_ in response.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(f"{name} could not be made")
    return missing


def _new_topic(name: str, hours: int, settings: Settings) -> NewTopic:
    configs = {
        "retention.ms": str(hours * 3_600_000),
        "max.message.bytes": str(LARGEST_RECORD + 2 * ROOM_FOR_ORIGIN),
    }
    return NewTopic(name, settings.topic_partitions, settings.topic_replication, topic_configs=configs)
