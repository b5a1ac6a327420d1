"""A process that repeats one step: claim under a lease, act with no transaction open, record what came of it."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import timedelta
from functools import partial
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import SQLModel
from starlette.applications import Starlette

import shared.http.idempotency  # noqa: F401  # its table is purged here
from shared.database import INBOX, OUTBOX, Database, now
from shared.http.observe import Check, configure_tracing, health_routes
from shared.logging import configure_logging, log
from shared.memory import settle
from shared.settings import Settings

R = TypeVar("R")
T = TypeVar("T")
Loop = Callable[[], Awaitable[None]]

LONGEST_SILENCE_SECONDS = 120
LONGEST_BACKOFF_SECONDS = 30
MEASURE_SECONDS = 10
PURGE_SECONDS = 3600
PURGED_AT_ONCE = 10_000


class Stuck(Exception):
    """The process has made no progress for two minutes."""


class Pulse:
    """Liveness is progress: the loop beats every time round."""

    def __init__(self) -> None:
        self._beat_at = time.monotonic()

    def pause(self) -> None:
        """Expect nothing until the next beat: to stand by is not to be stuck."""
        self._beat_at = float("inf")

    def beat(self) -> None:
        self._beat_at = time.monotonic()

    async def check(self) -> None:
        if time.monotonic() - self._beat_at > LONGEST_SILENCE_SECONDS:
            raise Stuck


class Backoff:
    """Waits longer after each failure, with full jitter, so that a recovering server is not stormed."""

    def __init__(self, first: float = 0.2, longest: float = LONGEST_BACKOFF_SECONDS) -> None:
        self._first = first
        self._longest = longest
        self._failures = 0

    def reset(self) -> None:
        self._failures = 0

    async def wait(self) -> None:
        ceiling = min(self._longest, self._first * 2**self._failures)
        self._failures = min(self._failures + 1, 20)
        await asyncio.sleep(random.uniform(ceiling / 2, ceiling))  # noqa: S311  # jitter is no secret


def create_worker(
    settings: Settings,
    step: Callable[[Database, R], Awaitable[int]],
    resource: Callable[[Settings, Database], AbstractAsyncContextManager[R]],
    *,
    rest_seconds: float,
    measure: Callable[[Database], Awaitable[None]],
    at_start: Check | None = None,
) -> Starlette:
    """An ASGI app that repeats `step`, which says how much it did, and rests when it did nothing.

    A failed step discards the resource, backs off and starts again with a new one. `at_start` raises to end the
    process before it begins, so that the orchestrator starts it again. `measure` tells in metrics what waits, also
    while the step fails. A process that stops cancels its step: one that must not be cut short shields what it has
    begun.
    """
    database = Database(settings)
    pulse = Pulse()

    async def work() -> None:
        backoff = Backoff()
        while True:
            try:
                pulse.pause()
                async with resource(settings, database) as held:
                    pulse.beat()
                    while True:
                        done = await step(database, held)
                        backoff.reset()
                        pulse.beat()
                        if not done:
                            await asyncio.sleep(rest_seconds)
            except Exception as error:  # noqa: BLE001  # the worker loop outlives whatever fails
                log.error("a step failed and will be tried again", step=step.__name__, exc_info=error)
                pulse.beat()
                await backoff.wait()

    loops: list[Loop] = [work, partial(measure_often, measure, database)]
    return create_process(settings, database, loops, pulse=pulse, at_start=at_start)


async def measure_often(measure: Callable[[T], Awaitable[None]], of: T) -> None:
    while True:
        try:
            await measure(of)
        except Exception as error:  # noqa: BLE001  # the worker loop outlives whatever fails
            log.warning("what waits could not be counted", exc_info=error)
        await asyncio.sleep(MEASURE_SECONDS)


def create_process(
    settings: Settings,
    database: Database,
    loops: Sequence[Loop],
    *,
    pulse: Pulse,
    at_start: Check | None = None,
    around: Callable[[], AbstractAsyncContextManager[None]] | None = None,
) -> Starlette:
    """An ASGI app with health and metrics around background loops, and hourly purging of what is past its keeping."""

    async def purge_hourly() -> None:
        while True:
            try:
                await purge(database, settings)
            except Exception as error:  # noqa: BLE001  # the worker loop outlives whatever fails
                log.error("what is past its keeping could not be deleted", exc_info=error)
            await asyncio.sleep(PURGE_SECONDS)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        configure_logging(settings.service, settings.log_level)
        try:
            if at_start is not None:
                await at_start()
            async with around() if around else nullcontext(), running(*loops, purge_hourly):
                settle()
                yield
        finally:
            await database.close()

    configure_tracing(settings)
    return Starlette(routes=health_routes(pulse.check, database.ping), lifespan=lifespan)


@asynccontextmanager
async def running(*loops: Loop) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(loop()) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def purge(database: Database, settings: Settings) -> None:
    """Delete published events, inbox entries and kept answers that are past their retention, some at a time."""
    answers = SQLModel.metadata.tables["idempotency_key"]
    # By age, not by when it was last published: a replay must not keep an event longer than readers remember it.
    published = OUTBOX.c.published_at.is_not(None)
    old = {
        OUTBOX: (OUTBOX.c.created_at < now() - timedelta(days=settings.outbox_retention_days)) & published,
        INBOX: INBOX.c.handled_at < now() - timedelta(days=settings.inbox_retention_days),
        answers: answers.c.created_at < now() - timedelta(hours=settings.idempotency_retention_hours),
    }
    for table, condition in old.items():
        key = sa.tuple_(*table.primary_key.columns)
        some = sa.select(*table.primary_key.columns).where(condition).limit(PURGED_AT_ONCE)
        deleted = PURGED_AT_ONCE
        while deleted == PURGED_AT_ONCE:
            async with database.transaction() as tx:
                result = await (await tx.connection()).execute(sa.delete(table).where(key.in_(some)))
            deleted = result.rowcount
