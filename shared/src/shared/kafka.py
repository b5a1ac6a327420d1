"""The Kafka edge: producers, topics, and consumers that lose nothing and repeat nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeAlias
from zlib import crc32

from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from faststream import AckPolicy, Context
from faststream.kafka import KafkaBroker, KafkaRouter, Topic
from faststream.kafka.opentelemetry import KafkaTelemetryMiddleware
from faststream.kafka.prometheus import KafkaPrometheusMiddleware
from prometheus_client import REGISTRY, Counter
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.applications import Starlette

from shared.database import Database, Session, now
from shared.events import EVENT_CLASSES, TOPICS, AnyEvent, read_event
from shared.logging import log
from shared.settings import Settings
from shared.worker import Backoff, Pulse, create_process

BATCH = 500
BATCH_TIMEOUT_MS = 10
ATTEMPTS_ALONE = 3
HANDLED = Counter("kommunbuss_consumer_events", "Events handled.")
SET_ASIDE = Counter("kommunbuss_dead_letters", "Records written to the dead-letter topic.")

Handler = Callable[[list[AnyEvent], Session], Awaitable[None]]
Record: TypeAlias = "ConsumerRecord[bytes | None, bytes | None]"


class Undecodable(Exception):
    """The record is no event we know."""


def dead_letter_topic(group: str) -> str:
    return f"{group}.dead-letter"


def replay_topic(group: str) -> str:
    """Where one group's dead letters are replayed, so that no other group sees them again."""
    return f"{group}.replay"


def create_producer(settings: Settings) -> AIOKafkaProducer:
    """A producer that is told of every record whether all replicas have it."""
    return AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        acks="all",
        enable_idempotence=settings.kafka_idempotence,
        partitioner=_partition,
        linger_ms=2,
        max_batch_size=256 * 1024,
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
    names = [*topics, *map(dead_letter_topic, groups), *map(replay_topic, groups)]
    retention = {"retention.ms": str(settings.topic_retention_hours * 3_600_000)}
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers)
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        missing = [name for name in names if name not in existing]
        response = await admin.create_topics(
            [
                NewTopic(name, settings.topic_partitions, settings.topic_replication, topic_configs=retention)
                for name in missing
            ]
        )
    finally:
        await admin.close()
    for name, code, *_ in response.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(f"{name} could not be made")
    return missing


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
    """FastStream's own message, whose parser would fail on a header that is not UTF-8."""
    message = await parse(records) if all(map(_has_text_headers, records)) else None
    if message is None:
        message = await parse(tuple(_without_headers(record) for record in records))
        message.raw_message = records
    return message


async def _records(message: Any) -> list[Record]:
    return list(message.raw_message)


def _has_text_headers(record: Record) -> bool:
    try:
        for _, value in record.headers:
            value.decode()
    except (UnicodeDecodeError, AttributeError):
        return False
    return True


def _without_headers(record: Record) -> Record:
    fields = {name: getattr(record, name) for name in record.__dataclass_fields__}
    return ConsumerRecord(**{**fields, "headers": ()})


def decode(record: Record) -> AnyEvent:
    """The event a record carries. Raises Undecodable with a reason that quotes no data."""
    headers = dict(record.headers)
    kind = headers.get("ce_type", b"").decode(errors="replace")
    if kind and kind not in EVENT_CLASSES:
        raise Undecodable(f"unknown type {kind[:100]!r}")
    try:
        return read_event(record.value or b"")
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'value'}: {e['type']}" for e in error.errors(include_input=False)
        )
        raise Undecodable(problems) from None


def is_infrastructure(error: BaseException) -> bool:
    """Whether the record is innocent: the database or the network is away, read-only, busy or not yet migrated.

    A database error counts against the record only when the data itself was refused: SQLSTATE class 22 or 23.
    """
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        refused = type(error).__name__ in ("DataError", "IntegrityError") or state[:2] in ("22", "23")
        return error.connection_invalidated or not refused
    return isinstance(error, OSError | TimeoutError | PoolTimeout | KafkaError)


class Inlet:
    """Handles batches: one transaction each, poison set aside, a database that is away waited out."""

    def __init__(self, database: Database, producer: AIOKafkaProducer, pulse: Pulse) -> None:
        self._database = database
        self._producer = producer
        self._pulse = pulse

    async def receive(self, records: list[Record], handle: Handler, group: str) -> None:
        """Return when every record is handled or set aside; only then may its offset be committed."""
        batch: list[tuple[Record, AnyEvent]] = []
        for record in records:
            try:
                batch.append((record, decode(record)))
            except Undecodable as error:
                await self._set_aside(record, group, error, attempts=1)
        if batch:
            await self._handle(batch, handle, group)

    async def _handle(self, batch: list[tuple[Record, AnyEvent]], handle: Handler, group: str) -> None:
        try:
            await self._transact([event for _, event in batch], handle, group)
        except Exception as error:  # noqa: BLE001  # whatever the handler raises, its record is set aside
            if len(batch) == 1:
                await self._handle_alone(*batch[0], handle, group, error)
                return
            middle = len(batch) // 2  # in halves: one bad record of 500 costs some 18 transactions
            await self._handle(batch[:middle], handle, group)
            await self._handle(batch[middle:], handle, group)

    async def _handle_alone(
        self, record: Record, event: AnyEvent, handle: Handler, group: str, error: Exception
    ) -> None:
        for attempt in range(1, ATTEMPTS_ALONE):
            await asyncio.sleep(0.05 * 2**attempt)
            try:
                return await self._transact([event], handle, group)
            except Exception as again:  # noqa: BLE001  # as above
                error = again
        return await self._set_aside(record, group, error, attempts=ATTEMPTS_ALONE)

    async def _transact(self, events: list[AnyEvent], handle: Handler, group: str) -> None:
        backoff = Backoff()
        while True:
            self._pulse.beat()
            try:
                async with self._database.transaction() as tx:
                    tx.info["group"] = group
                    await handle(events, tx)
                HANDLED.inc(len(events))
                return
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                log.warning("the database cannot take a batch; waiting", records=len(events), exc_info=error)
                await backoff.wait()

    async def _set_aside(self, record: Record, group: str, error: Exception, attempts: int) -> None:
        """Write the record, byte for byte, to the dead-letter topic and wait until Kafka has it."""
        reason = str(error) if isinstance(error, Undecodable) else type(error).__name__
        about = {
            "dead-letter-topic": record.topic,
            "dead-letter-partition": str(record.partition),
            "dead-letter-offset": str(record.offset),
            "dead-letter-error": reason,
            "dead-letter-attempts": str(attempts),
            "dead-letter-at": now().isoformat(),
        }
        headers = [*record.headers, *((name, text.encode()) for name, text in about.items())]
        backoff = Backoff()
        while True:
            self._pulse.beat()
            try:
                await self._producer.send_and_wait(dead_letter_topic(group), record.value, record.key, headers=headers)
                break
            except (KafkaError, OSError) as failure:
                log.warning("the dead-letter topic cannot take a record; waiting", exc_info=failure)
                await backoff.wait()
        SET_ASIDE.inc()
        event_id = dict(record.headers).get("ce_id", b"").decode(errors="replace")
        log.error("a record was set aside", event_id=event_id, reason=reason, topic=record.topic,
                  partition=record.partition, offset=record.offset)  # fmt: skip


def create_consumer(settings: Settings, router: KafkaRouter) -> Starlette:
    """The process that reacts to events. It ends at start when Kafka cannot be reached."""
    database = Database(settings)
    pulse = Pulse()

    @asynccontextmanager
    async def listening() -> AsyncIterator[None]:
        producer = create_producer(settings)
        broker = KafkaBroker(
            settings.kafka_bootstrap_servers,
            middlewares=[KafkaPrometheusMiddleware(registry=REGISTRY), KafkaTelemetryMiddleware()],
            logger=logging.getLogger("kommunbuss.consumer"),
            log_level=logging.DEBUG,
            graceful_timeout=15,
        )
        broker.include_router(router)
        broker.context.set_global("inlet", Inlet(database, producer, pulse))
        await producer.start()
        try:
            await broker.start()
            watch = asyncio.ensure_future(_watch(broker, pulse))
            try:
                yield
            finally:
                watch.cancel()
        finally:
            await broker.stop()
            await producer.stop()

    return create_process(settings, database, [], pulse=pulse, around=listening)


async def _watch(broker: KafkaBroker, pulse: Pulse) -> None:
    """An idle consumer lives while its loops run; a busy one beats by itself."""
    while True:
        if all(not task.done() for subscriber in broker.subscribers for task in getattr(subscriber, "tasks", [])):
            idle = all(getattr(s.lock, "empty", True) for s in broker.subscribers)
            if idle:
                pulse.beat()
        await asyncio.sleep(5)
