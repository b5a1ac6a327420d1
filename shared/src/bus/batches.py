"""What a consumer does with a batch: one transaction, poison set aside, a database that is away waited out."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from prometheus_client import Counter
from pydantic import ValidationError

from bus.dead_letters import Record, header, keep, wire_name
from bus.process import Backoff, Liveness
from shared.database import Database, Session
from shared.engine import is_retryable
from shared.events import EVENT_CLASSES, AnyEvent, read_event
from shared.logging import log

ATTEMPTS_ALONE = 3
HANDLED = Counter("kommunbuss_consumer_events", "Events handled.")
SET_ASIDE = Counter("kommunbuss_dead_letters", "Records that were set aside.")

Handler = Callable[[list[AnyEvent], Session], Awaitable[None]]
FIELDS = {name for event in EVENT_CLASSES.values() for name in event.model_fields}


class Undecodable(Exception):
    """The record is not an event we know."""


def decode(record: Record) -> AnyEvent:
    """The event a record carries. Raises Undecodable with a reason that quotes no data."""
    kind = header(record, "ce_type")
    if kind and kind not in EVENT_CLASSES:
        raise Undecodable(f"unknown type {wire_name(record) or ''}".rstrip())
    try:
        return read_event(record.value or b"")
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        raise Undecodable("; ".join(f"{_place(one['loc'])}: {one['type']}" for one in found)) from None


def _place(loc: tuple[int | str, ...]) -> str:
    """A field by the names that we have given: a record may name one as it likes."""
    named = (str(part) if isinstance(part, int) or part in FIELDS else "?" for part in loc if part not in EVENT_CLASSES)
    return ".".join(named) or "value"


def is_infrastructure(error: BaseException) -> bool:
    """Whether the record is innocent: the database or the network is away, read-only, busy or not yet migrated."""
    return is_retryable(error)


def _require_infrastructure(error: Exception, records: int) -> None:
    """Raise the error when a record is to blame."""
    if not is_infrastructure(error):
        raise error
    log.warning("the database cannot take a batch; waiting", records=records, exc_info=error)


class BatchHandler:
    """Handles batches: one transaction each, poison set aside, a database that is away waited out."""

    def __init__(self, database: Database, liveness: Liveness) -> None:
        self._database = database
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
            await self._act([event for _, event in batch], handle, group)
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
                return await self._act([event], handle, group)
            except Exception as again:
                error = again
        return await self._set_aside(record, group, error, attempts=ATTEMPTS_ALONE)

    async def _act(self, events: list[AnyEvent], handle: Handler, group: str) -> None:
        await self._transact(partial(handle, events), group, len(events))
        HANDLED.inc(len(events))

    async def _transact(self, act: Callable[[Session], Awaitable[None]], group: str, records: int) -> None:
        backoff = Backoff()
        while True:
            self._liveness.progressed()
            try:
                return await self._commit(act, group)
            except Exception as error:
                _require_infrastructure(error, records)
                await backoff.wait()

    async def _commit(self, act: Callable[[Session], Awaitable[None]], group: str) -> None:
        async with self._database.transaction() as tx:
            tx.info["group"] = group
            await act(tx)

    async def _set_aside(self, record: Record, group: str, error: Exception, attempts: int) -> None:
        """Keep the record in the database, with where it came from, before its batch is done."""
        reason = str(error) if isinstance(error, Undecodable) else type(error).__name__
        await self._transact(partial(keep, record=record, reason=reason, attempts=attempts), group, records=1)
        SET_ASIDE.inc()
        origin = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
        event = {"event_id": header(record, "ce_id"), "trace": header(record, "traceparent")}
        log.error("a record was set aside", reason=reason, **origin, **event)
