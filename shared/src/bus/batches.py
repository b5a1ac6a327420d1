"""What a consumer does with a batch: one transaction, poison set aside, a database that is away waited out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.errors import KafkaError
from prometheus_client import Counter
from pydantic import ValidationError

from bus.kafka import dead_letter_topic
from bus.process import Backoff, Liveness
from shared.clock import now
from shared.database import Database, Session
from shared.engine import is_retryable
from shared.events import EVENT_CLASSES, AnyEvent, read_event
from shared.logging import log
from shared.settings import Settings

ATTEMPTS_ALONE = 3
HANDLED = Counter("kommunbuss_consumer_events", "Events handled.")
SET_ASIDE = Counter("kommunbuss_dead_letters", "Records written to the dead-letter topic.")

Handler = Callable[[list[AnyEvent], Session], Awaitable[None]]
Record: TypeAlias = "ConsumerRecord[bytes | None, bytes | None]"


class Undecodable(Exception):
    """The record is not an event we know."""


def decode(record: Record) -> AnyEvent:
    """The event a record carries. Raises Undecodable with a reason that quotes no data."""
    kind = _text(record, "ce_type")
    if kind and kind not in EVENT_CLASSES:
        raise Undecodable(f"unknown type {kind[:100]!r}")
    try:
        return read_event(record.value or b"")
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'value'}: {e['type']}" for e in error.errors(include_input=False)
        )
        raise Undecodable(problems) from None


def _text(record: Record, header: str) -> str:
    """A header as text; Kafka allows one without a value."""
    return next((value or b"" for name, value in record.headers if name == header), b"").decode(errors="replace")


def is_infrastructure(error: BaseException) -> bool:
    """Whether the record is innocent: the database or the network is away, read-only, busy or not yet migrated."""
    return is_retryable(error) or isinstance(error, KafkaError)


def _require_infrastructure(error: Exception, records: int) -> None:
    """Raise the error when a record is to blame."""
    if not is_infrastructure(error):
        raise error
    log.warning("the database cannot take a batch; waiting", records=records, exc_info=error)


class BatchHandler:
    """Handles batches: one transaction each, poison set aside, a database that is away waited out."""

    def __init__(self, settings: Settings, database: Database, producer: AIOKafkaProducer, liveness: Liveness) -> None:
        self._settings = settings
        self._database = database
        self._producer = producer
        self._liveness = liveness

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
        except Exception as error:
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
            except Exception as again:
                error = again
        return await self._set_aside(record, group, error, attempts=ATTEMPTS_ALONE)

    async def _transact(self, events: list[AnyEvent], handle: Handler, group: str) -> None:
        backoff = Backoff()
        while True:
            self._liveness.progressed()
            try:
                return await self._commit(events, handle, group)
            except Exception as error:
                _require_infrastructure(error, len(events))
                await backoff.wait()

    async def _commit(self, events: list[AnyEvent], handle: Handler, group: str) -> None:
        async with self._database.transaction() as tx:
            tx.info["group"] = group
            await handle(events, tx)
        HANDLED.inc(len(events))

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
        topic = self._settings.on_kafka(dead_letter_topic(group))
        backoff = Backoff()
        while True:
            self._liveness.progressed()
            try:
                await self._producer.send_and_wait(topic, record.value, record.key, headers=headers)
                break
            except (KafkaError, OSError) as failure:
                log.warning("the dead-letter topic cannot take a record; waiting", exc_info=failure)
                await backoff.wait()
        SET_ASIDE.inc()
        origin = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
        event = {"event_id": _text(record, "ce_id"), "trace": _text(record, "traceparent")}
        log.error("a record was set aside", reason=reason, **origin, **event)
