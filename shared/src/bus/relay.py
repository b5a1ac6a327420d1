"""Sends what the outbox holds, in order, at least once. One relay per database is active; a second stands by."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from prometheus_client import Counter, Gauge
from starlette.applications import Starlette

from bus.kafka import LARGEST_RECORD, open_producer, require_kafka
from bus.locks import sole_holder
from bus.outbox import Acknowledged, Floor, Outbox, waiting
from bus.worker import Worker, create_worker
from shared.clock import now
from shared.logging import log
from shared.settings import Settings

LONGEST_RUN = 20_000
BYTES_BESIDES = 350
"""What a record has besides its value and its headers' texts, at most: key, headers' names, numbers."""
SENT = Counter("kommunbuss_relay_events", "Events acknowledged by Kafka.")
PENDING = Gauge("kommunbuss_outbox_pending", "Events that wait to be published; 10,000 may be more.")
OLDEST = Gauge("kommunbuss_outbox_oldest_seconds", "How long the oldest of them has waited.")
PARKED = Gauge(
    "kommunbuss_outbox_parked",
    "Events that Kafka can never take; 10,000 may be more. Later events of the same key wait.",
)
ACTIVE = Gauge("kommunbuss_relay_active", "1 in the relay that publishes, 0 in one that stands by.")


@dataclass
class Batch:
    """What was handed over to Kafka: each row's id and answer to come; what is too large; why no more was taken."""

    sent: list[int] = field(default_factory=list)
    answers: list[asyncio.Future[Any]] = field(default_factory=list)
    too_large: dict[int, str] = field(default_factory=dict)
    refusal: KafkaError | None = None


def fitting(rows: Sequence[Any]) -> Sequence[Any]:
    """The first rows that fit into one request together.

    A partition's share of them is then written whole or not at all: no event gets past an earlier one that failed.
    """
    room = LARGEST_RECORD
    for number, row in enumerate(rows):
        room -= len(row.value) + sum(map(len, row.headers.values())) + BYTES_BESIDES
        if room < 0 and number:
            return rows[:number]
    return rows


class Relay(Worker):
    """Publishes a service's events."""

    channel = "outbox"
    _outbox: Outbox
    _producer: AIOKafkaProducer

    async def require(self) -> None:
        await require_kafka(self.settings)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Wait until this relay is the active one, then start a producer.

        A failed step comes back here: an idempotent producer does not recover (aiokafka issue 1017).
        """
        async with AsyncExitStack() as stack:
            self._outbox = Outbox(await stack.enter_async_context(sole_holder(self.database, "relay")))
            self._floor = Floor()
            self._producer = await stack.enter_async_context(open_producer(self.settings))
            stack.enter_context(ACTIVE.track_inprogress())
            yield

    async def step(self) -> int:
        """Send what is pending, a batch in flight while the one before is marked and the one after is read.

        What Kafka has acknowledged is marked, whatever fails after it. Raises the first failure that is not one
        event's own.
        """
        sent, acknowledged = 0, Acknowledged()
        self._parked_keys: set[str] = set()
        rows = await self._look(in_flight=[])
        try:
            while rows:
                batch = await self._send(rows)
                await self._outbox.mark(acknowledged)
                acknowledged = Acknowledged()
                sent += len(rows)
                following = await self._look(in_flight=rows) if sent < LONGEST_RUN else []
                await self._acknowledge(batch, acknowledged)
                acknowledged.raise_failure()
                rows = following
        finally:
            await self._outbox.mark(acknowledged)
        return sent

    async def _look(self, in_flight: Sequence[Any]) -> Sequence[Any]:
        """Read what waits, from the floor, not from what was read last: something earlier may be committed by now."""
        moment = time.monotonic()
        horizon = await self._outbox.horizon() if self._floor.is_due(moment) else None
        start = self._floor.begin(moment)
        ids = [row.id for row in in_flight if row.id > start]
        rows = fitting(await self._outbox.pending(start, ids))
        self._floor.looked(moment, [*ids, *(row.id for row in rows)], horizon)
        return rows

    async def _send(self, rows: Sequence[Any]) -> Batch:
        """Hand the rows to the producer, up to the first that it refuses for a reason that is not the row's own."""
        batch = Batch()
        for row in rows:
            if row.key in self._parked_keys:
                continue
            try:
                batch.answers.append(await self._hand_over(row))
                batch.sent.append(row.id)
            except MessageSizeTooLargeError as error:
                log.error(
                    "an event can never be sent; it and later events of its key wait", event_id=row.headers["ce_id"]
                )
                batch.too_large[row.id] = str(error)
                self._parked_keys.add(row.key)
            except KafkaError as error:
                batch.refusal = error
                break
        return batch

    async def _hand_over(self, row: Any) -> asyncio.Future[Any]:
        topic = self.settings.on_kafka(row.topic)
        headers = [(name, text.encode()) for name, text in row.headers.items()]
        answer: asyncio.Future[Any] = await self._producer.send(topic, row.value, row.key.encode(), headers=headers)
        return answer

    async def _acknowledge(self, batch: Batch, acknowledged: Acknowledged) -> None:
        """Note what came of the batch. To wait for Kafka is not to be stuck: an idempotent send never gives up."""
        self.liveness.pause()
        results = await asyncio.gather(*batch.answers, return_exceptions=True)
        self.liveness.progressed()
        failures = [result for result in results if isinstance(result, BaseException)]
        acknowledged.failure = next(iter(failures), batch.refusal)
        acknowledged.parked = batch.too_large
        acknowledged.published = [
            row_id for row_id, result in zip(batch.sent, results, strict=True) if not isinstance(result, BaseException)
        ]
        SENT.inc(len(acknowledged.published))
        if batch.too_large:
            self._floor = Floor()

    async def measure(self) -> None:
        async with self.database.reading() as session:
            pending, oldest, parked = (await (await session.connection()).execute(waiting)).one()
        PENDING.set(pending)
        OLDEST.set((now() - oldest).total_seconds() if oldest else 0)
        PARKED.set(parked)


def create_relay(settings: Settings) -> Starlette:
    """The process that publishes a service's events. It ends at start when Kafka cannot be reached."""
    return create_worker(settings, Relay)
