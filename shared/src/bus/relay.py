"""Sends what the outbox holds, in order, at least once. One relay per database is active; a second stands by."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder
from prometheus_client import Counter, Gauge
from starlette.applications import Starlette

from bus.kafka import LARGEST_RECORD, open_producer, partition_of, require_kafka
from bus.outbox import LowWatermark, Outbox, Pending, sole_outbox, waiting
from bus.process import Purge
from bus.worker import Worker, create_worker
from shared.clock import now
from shared.logging import log
from shared.settings import Settings

LONGEST_RUN = 20_000
SENT = Counter("kommunbuss_relay_events", "Events acknowledged by Kafka.")
PENDING = Gauge("kommunbuss_outbox_pending", "Events that wait to be published; 10,000 may be more.")
OLDEST = Gauge("kommunbuss_outbox_oldest_seconds", "How long the oldest of them has waited.")
PARKED = Gauge(
    "kommunbuss_outbox_parked",
    "Events that Kafka can never take; 10,000 may be more. Later events of the same key wait.",
)
ACTIVE = Gauge("kommunbuss_relay_active", "1 in the relay that publishes, 0 in one that stands by.")


class Place(NamedTuple):
    topic: str
    partition: int


@dataclass
class Share:
    """What of a batch is for one partition."""

    records: BatchBuilder
    ids: list[int] = field(default_factory=list)


@dataclass
class Batch:
    """Events on their way to Kafka: the first of some rows, what answers are to come, and why no more was taken.

    A partition's share is one request, which Kafka writes whole or not at all: no event gets past an earlier one of its
    key that failed.
    """

    create: Callable[[], BatchBuilder]
    municipality: str
    shares: dict[Place, Share] = field(default_factory=dict)
    answers: dict[asyncio.Future[Any], list[int]] = field(default_factory=dict)
    rest: Sequence[Pending] = ()
    refusal: BaseException | None = None

    @property
    def ids(self) -> list[int]:
        return [row_id for share in self.shares.values() for row_id in share.ids]

    def add(self, row: Pending, partitions: Sequence[Place]) -> bool:
        """Take the row, unless its partition's share is full."""
        key = row.key.encode()
        place = partition_of(key, partitions)
        share = self.shares.get(place) or self.shares.setdefault(place, Share(self.create()))
        headers = row.headers_in(self.municipality)
        if share.records.append(timestamp=None, key=key, value=row.value, headers=headers) is None:
            return False
        share.ids.append(row.id)
        return True


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
            self._outbox = await stack.enter_async_context(sole_outbox(self.database))
            self._watermark = LowWatermark()
            self._producer = await stack.enter_async_context(open_producer(self.settings))
            stack.enter_context(ACTIVE.track_inprogress())
            yield

    async def step(self) -> int:
        """Send what is pending: a batch is made, sent and the next one read while the one before is marked.

        What Kafka has acknowledged is marked, whatever fails beside it. Raises the first failure that is not one
        event's own.
        """
        sent, published, failure = 0, list[int](), None
        rows = await self._look(in_flight=[])
        while rows and failure is None:
            marking = asyncio.ensure_future(self._outbox.mark(published))
            try:
                await asyncio.sleep(0)  # lets it begin: to make a batch is to wait for nothing
                batch = await self._send(rows)
                sent += len(batch.ids)
                rows = batch.rest or await self._look(in_flight=[*published, *batch.ids], sent=sent)
            finally:
                await marking
            published, failure = await self._acknowledge(batch)
        await self._outbox.mark(published)
        if failure is not None:
            raise failure
        return sent

    async def _look(self, in_flight: Sequence[int], sent: int = 0) -> Sequence[Pending]:
        """Read what waits from the watermark, not from what was read last: something earlier may be committed now."""
        if sent >= LONGEST_RUN:
            return []
        moment = time.monotonic()
        horizon = await self._outbox.horizon() if self._watermark.is_due(moment) else None
        start = self._watermark.begin(moment)
        ids = [row_id for row_id in in_flight if row_id > start]
        rows = await self._outbox.pending(start, ids)
        self._watermark.looked(moment, [*ids, *(row.id for row in rows)], horizon)
        return rows

    async def _send(self, rows: Sequence[Pending]) -> Batch:
        """Hand the rows over to Kafka, up to the first that does not fit or that it refuses for reasons of its own."""
        batch = Batch(self._producer.create_batch, self.settings.municipality_code)
        try:
            partitions = {name: await self._partitions(name) for name in {row.topic for row in rows}}
            batch.rest = await self._fill(batch, rows, partitions)
            for (topic, partition), share in batch.shares.items():
                answer = await self._producer.send_batch(share.records, topic, partition=partition)
                batch.answers[answer] = share.ids
        except KafkaError as error:
            batch.refusal = error
        return batch

    async def _partitions(self, name: str) -> Sequence[Place]:
        topic = self.settings.on_kafka(name)
        return [Place(topic, partition) for partition in sorted(await self._producer.partitions_for(topic))]

    async def _fill(
        self, batch: Batch, rows: Sequence[Pending], partitions: Mapping[str, Sequence[Place]]
    ) -> Sequence[Pending]:
        """Fill the batch with the first of the rows, and return those to send after it."""
        for number, row in enumerate(rows):
            if row.size > LARGEST_RECORD:
                await self._park(row)
                return [later for later in rows[number:] if later.key != row.key]
            if not batch.add(row, partitions[row.topic]):
                return rows[number:]
        return []

    async def _park(self, row: Pending) -> None:
        headers = {name: text.decode() for name, text in row.headers_in(self.settings.municipality_code)}
        log.error("an event can never be sent; it and later events of its key wait", event_id=headers.get("ce_id"))
        await self._outbox.park(row.id, f"{row.size} bytes; Kafka takes {LARGEST_RECORD}", headers)
        self._watermark = LowWatermark()

    async def _acknowledge(self, batch: Batch) -> tuple[list[int], BaseException | None]:
        """What of the batch Kafka has, and what failed. To wait is not to be stuck: idempotent sends never give up."""
        self.liveness.pause()
        await asyncio.gather(*batch.answers, return_exceptions=True)
        self.liveness.progressed()
        published = [row_id for answer, ids in batch.answers.items() if answer.exception() is None for row_id in ids]
        SENT.inc(len(published))
        failures = filter(None, (answer.exception() for answer in batch.answers))
        return published, next(failures, batch.refusal)

    async def measure(self) -> None:
        async with self.database.reading() as session:
            pending, oldest, parked = (await (await session.connection()).execute(waiting)).one()
        PENDING.set(pending)
        OLDEST.set((now() - oldest).total_seconds() if oldest else 0)
        PARKED.set(parked)


def create_relay(settings: Settings, *purges: Purge) -> Starlette:
    """The process that publishes a service's events, and purges. It ends at start when Kafka cannot be reached."""
    return create_worker(settings, Relay, *purges)
