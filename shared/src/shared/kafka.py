"""The Kafka edge: producers, topics, and consumers that lose nothing and repeat nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Annotated, Any
from zlib import crc32

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import IllegalStateError, TopicAlreadyExistsError, for_code
from faststream import AckPolicy, Context
from faststream.kafka import KafkaBroker, KafkaRouter, Topic
from faststream.kafka.opentelemetry import KafkaTelemetryMiddleware
from faststream.kafka.prometheus import KafkaPrometheusMiddleware
from prometheus_client import REGISTRY, Gauge
from starlette.applications import Starlette

from shared.database import Database
from shared.events import TOPICS
from shared.inlet import Handler, Inlet, Record, dead_letter_topic, replay_topic
from shared.settings import Settings
from shared.worker import Pulse, create_process, measure_often, running

BATCH = 500
BATCH_TIMEOUT_MS = 10
LAG = Gauge(
    "kommunbuss_consumer_lag", "Records not yet read, of each partition that is read here.", ["topic", "partition"]
)


LARGEST_RECORD = 1024 * 1024
ROOM_FOR_ORIGIN = 64 * 1024
"""What a dead letter may be larger than the record it was: its origin is in its headers."""


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
    hours = dict.fromkeys([*topics, *map(replay_topic, groups)], settings.topic_retention_hours)
    hours |= dict.fromkeys(map(dead_letter_topic, groups), settings.dead_letter_retention_days * 24)
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


def on_events(router: KafkaRouter, *topics: str, group: str) -> Callable[[Handler], Handler]:
    """Subscribe a handler of batches: it gets new events and one transaction, and need not catch anything."""

    def register(handle: Handler) -> Handler:
        @router.subscriber(
            *(Topic(name, declare=False) for name in (*topics, replay_topic(group))),
            group_id=group,
            batch=True,
            max_records=BATCH,
            batch_timeout_ms=BATCH_TIMEOUT_MS,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.NACK_ON_ERROR,
            session_timeout_ms=6_000,
            heartbeat_interval_ms=2_000,
            no_reply=True,
            parser=_parse,
            decoder=_records,
        )
        async def receive(records: list[Any], inlet: Annotated[Inlet, Context("inlet")]) -> None:
            await inlet.receive(records, handle, group)

        return handle

    return register


async def _parse(records: tuple[Record, ...], parse: Callable[[Any], Awaitable[Any]]) -> Any:
    """FastStream's own message, whose parser fails on a header that is not UTF-8 or has no value."""
    try:
        return await parse(records)
    except (UnicodeDecodeError, AttributeError):
        message = await parse(tuple(_without_headers(record) for record in records))
        message.raw_message = records
        return message


async def _records(message: Any) -> list[Record]:
    return list(message.raw_message)


def _without_headers(record: Record) -> Record:
    fields = {name: getattr(record, name) for name in record.__dataclass_fields__}
    return ConsumerRecord(**{**fields, "headers": ()})


def create_consumer(settings: Settings, router: KafkaRouter) -> Starlette:
    """The process that reacts to events. It ends at start when Kafka cannot be reached."""
    database = Database(settings)
    pulse = Pulse()

    @asynccontextmanager
    async def listening() -> AsyncIterator[None]:
        producer = create_producer(settings, LARGEST_RECORD + ROOM_FOR_ORIGIN)
        broker = KafkaBroker(
            settings.kafka_bootstrap_servers,
            middlewares=_middlewares(settings),
            logger=logging.getLogger("kommunbuss.consumer"),
            log_level=logging.DEBUG,
            graceful_timeout=15,
        )
        broker.include_router(router)
        broker.context.set_global("inlet", Inlet(database, producer, pulse))
        await producer.start()
        try:
            await broker.start()
            async with running(partial(_watch, broker, pulse), partial(measure_often, _measure_lag, broker)):
                yield
        finally:
            await broker.stop()
            await producer.stop()

    return create_process(settings, database, [], pulse=pulse, around=listening)


def _middlewares(settings: Settings) -> list[Any]:
    """Metrics, and spans with a link to every event of a batch where somebody reads them."""
    spans = [KafkaTelemetryMiddleware()] if settings.otel_exporter_otlp_endpoint else []
    return [KafkaPrometheusMiddleware(registry=REGISTRY), *spans]


async def _watch(broker: KafkaBroker, pulse: Pulse) -> None:
    """An idle consumer lives while its loops run; a busy one beats by itself."""
    while True:
        if all(not task.done() for subscriber in broker.subscribers for task in getattr(subscriber, "tasks", [])):
            idle = all(getattr(s.lock, "empty", True) for s in broker.subscribers)
            if idle:
                pulse.beat()
        await asyncio.sleep(5)


async def _measure_lag(broker: KafkaBroker) -> None:
    consumers = filter(None, (getattr(subscriber, "consumer", None) for subscriber in broker.subscribers))
    await measure_lag(*consumers)


async def measure_lag(*consumers: AIOKafkaConsumer) -> None:
    """Tell the lag of every partition whose position is known now, which in a rebalance it is not."""
    lags = {}
    for consumer in consumers:
        for partition in consumer.assignment():
            with suppress(IllegalStateError, TimeoutError):
                async with asyncio.timeout(0):
                    position = await consumer.position(partition)
                if partition in consumer.assignment():
                    lags[partition] = (consumer.highwater(partition) or position) - position
    LAG.clear()
    for partition, lag in lags.items():
        LAG.labels(*partition).set(max(lag, 0))
