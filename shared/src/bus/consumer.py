"""Consumers that lose nothing and repeat nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from typing import Annotated, Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError
from faststream import AckPolicy, Context
from faststream.kafka import KafkaBroker, KafkaRouter, Topic
from faststream.kafka.opentelemetry import KafkaTelemetryMiddleware
from faststream.kafka.prometheus import KafkaPrometheusMiddleware
from faststream.kafka.subscriber.usecase import BatchSubscriber
from faststream.security import BaseSecurity, SASLScram256, SASLScram512
from prometheus_client import REGISTRY, Gauge
from starlette.applications import Starlette

from bus.batches import BatchHandler, Handler
from bus.dead_letters import Record, purge_dead_letters
from bus.process import Liveness, create_process, measuring, running
from definitions.published import Published, watching
from shared.database import Database
from shared.dead_letters import replay_topic
from shared.settings import Settings

BATCH = 500
BATCH_TIMEOUT_MS = 10
ASKED_AGAIN_MS = 5_000
"""How often a consumer without records looks whether its group has refused it."""
LAG_SECONDS = 5
WATCH_SECONDS = 5
LAG = Gauge(
    "kommunbuss_consumer_lag", "Records not yet read, of each partition that is read here.", ["topic", "partition"]
)

Records = dict[TopicPartition, list[Record]]


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
        async def receive(records: list[Any], batches: Annotated[BatchHandler, Context("batches")]) -> None:
            await batches.receive(records, handle, group)

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


def create_consumer(settings: Settings, router: KafkaRouter, published: Sequence[Published[Any]] = ()) -> Starlette:
    """The process that reacts to events, by what is published. It ends at start when Kafka cannot be reached."""
    database = Database(settings)
    liveness = Liveness()

    @asynccontextmanager
    async def listening() -> AsyncIterator[None]:
        broker = _create_broker(settings, router)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(watching(database, published))
            broker.context.set_global("batches", BatchHandler(database, liveness))
            stack.push_async_callback(broker.stop)
            await broker.start()
            _wait_for_records(broker)
            loops = partial(_watch, broker, liveness), measuring(partial(_measure_lag, broker))
            await stack.enter_async_context(running(*loops))
            yield

    return create_process(settings, database, [], liveness=liveness, held=listening, purges=[purge_dead_letters])


def _create_broker(settings: Settings, router: KafkaRouter) -> KafkaBroker:
    broker = KafkaBroker(
        settings.kafka_bootstrap_servers,
        security=kafka_security(settings),
        consumer_only=True,
        middlewares=_middlewares(settings),
        logger=logging.getLogger("kommunbuss.consumer"),
        log_level=logging.DEBUG,
        graceful_timeout=15,
    )
    broker.include_router(router, prefix=settings.topic_prefix)
    for subscriber in broker.subscribers:
        if isinstance(subscriber, BatchSubscriber):
            subscriber.group_id = settings.on_kafka(subscriber.group_id or "")
    return broker


def _wait_for_records(broker: KafkaBroker) -> None:
    """Let each subscriber sleep until there is something for it: FastStream's own looks fifty times a second."""
    for subscriber in broker.subscribers:
        consumer = getattr(subscriber, "consumer", None)
        if consumer is not None:
            consumer.getmany = partial(records_of, consumer.getmany)


async def records_of(getmany: Callable[..., Awaitable[Records]], *, timeout_ms: int, max_records: int) -> Records:
    """The next records, as soon as there are any."""
    while not (records := await getmany(timeout_ms=ASKED_AGAIN_MS, max_records=max_records)):
        pass
    return records


def kafka_security(settings: Settings) -> BaseSecurity:
    """What `kafka_options` says, as FastStream takes it."""
    if settings.kafka_username is None or settings.kafka_password is None:
        return BaseSecurity(settings.kafka_tls)
    kind = SASLScram512 if settings.kafka_sasl_mechanism == "SCRAM-SHA-512" else SASLScram256
    return kind(settings.kafka_username, settings.kafka_password.get_secret_value(), settings.kafka_tls)


def _middlewares(settings: Settings) -> list[Any]:
    """Metrics, and spans with a link to every event of a batch where somebody reads them."""
    spans = [KafkaTelemetryMiddleware()] if settings.otel_exporter_otlp_endpoint else []
    return [KafkaPrometheusMiddleware(registry=REGISTRY), *spans]


async def _watch(broker: KafkaBroker, liveness: Liveness) -> None:
    """An idle consumer is alive; a busy one reports its own progress."""
    while True:
        if all(map(_is_idle, broker.subscribers)):
            liveness.progressed()
        await asyncio.sleep(WATCH_SECONDS)


def _is_idle(subscriber: Any) -> bool:
    """Whether its loop runs and waits for records. Fails, and with it liveness, when FastStream has renamed these."""
    return subscriber.lock.empty and not any(task.done() for task in subscriber.tasks)


async def _measure_lag(broker: KafkaBroker) -> None:
    consumers = filter(None, (getattr(subscriber, "consumer", None) for subscriber in broker.subscribers))
    await measure_lag(*consumers)


async def measure_lag(*consumers: AIOKafkaConsumer) -> None:
    """Export each assigned partition's lag, and none when Kafka does not say how far its partitions reach."""
    lags: dict[TopicPartition, int] = {}
    try:
        for consumer in consumers:
            lags |= await _lags(consumer)
    finally:
        LAG.clear()
        for partition, lag in lags.items():
            LAG.labels(*partition).set(lag)


async def _lags(consumer: AIOKafkaConsumer) -> dict[TopicPartition, int]:
    async with asyncio.timeout(LAG_SECONDS):
        ends = await consumer.end_offsets(list(consumer.assignment()))
    lags = {partition: await _lag(consumer, partition, end) for partition, end in ends.items()}
    return {partition: lag for partition, lag in lags.items() if lag is not None}


async def _lag(consumer: AIOKafkaConsumer, partition: TopicPartition, end: int) -> int | None:
    """How many records lie ahead. None when the position is unknown, as during a rebalance."""
    with suppress(IllegalStateError, TimeoutError):
        async with asyncio.timeout(0):
            position: int = await consumer.position(partition)
        if partition in consumer.assignment():
            # Whichever is newer: what Kafka has said now, or what came with the last records.
            return max(end, int(consumer.highwater(partition) or 0), position) - position
    return None
