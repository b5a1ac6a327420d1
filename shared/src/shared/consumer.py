"""Consumers that lose nothing and repeat nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Annotated, Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.errors import IllegalStateError
from faststream import AckPolicy, Context
from faststream.kafka import KafkaBroker, KafkaRouter, Topic
from faststream.kafka.opentelemetry import KafkaTelemetryMiddleware
from faststream.kafka.prometheus import KafkaPrometheusMiddleware
from faststream.kafka.subscriber.usecase import BatchSubscriber
from prometheus_client import REGISTRY, Gauge
from starlette.applications import Starlette

from shared.batches import BatchHandler, Handler, Record
from shared.database import Database
from shared.kafka import LARGEST_RECORD, ROOM_FOR_ORIGIN, create_producer, replay_topic
from shared.process import Liveness, create_process, measuring, running
from shared.settings import Settings

BATCH = 500
BATCH_TIMEOUT_MS = 10
WATCH_SECONDS = 5
LAG = Gauge(
    "kommunbuss_consumer_lag", "Records not yet read, of each partition that is read here.", ["topic", "partition"]
)


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


def create_consumer(settings: Settings, router: KafkaRouter) -> Starlette:
    """The process that reacts to events. It ends at start when Kafka cannot be reached."""
    database = Database(settings)
    liveness = Liveness()

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
        broker.include_router(router, prefix=settings.topic_prefix)
        for subscriber in broker.subscribers:
            if isinstance(subscriber, BatchSubscriber):
                subscriber.group_id = settings.on_kafka(subscriber.group_id or "")
        broker.context.set_global("batches", BatchHandler(settings, database, producer, liveness))
        await producer.start()
        try:
            await broker.start()
            async with running(partial(_watch, broker, liveness), measuring(partial(_measure_lag, broker))):
                yield
        finally:
            await broker.stop()
            await producer.stop()

    return create_process(settings, database, [], liveness=liveness, held=listening)


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
    """Export each assigned partition's lag; during a rebalance some positions are unknown."""
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
