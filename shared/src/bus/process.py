"""What every background process has: health, metrics, loops that outlive their failures, and hourly purging."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial

from starlette.applications import Starlette

from bus.retention import purge
from shared.database import Database
from shared.logging import configure_logging, log
from shared.observability import Check, configure_tracing, freeze_gc, health_routes
from shared.revisions import require_ready
from shared.settings import Settings

Loop = Callable[[], Awaitable[None]]
Purge = Callable[[Database, Settings], Awaitable[None]]

LONGEST_SILENCE_SECONDS = 120
LONGEST_BACKOFF_SECONDS = 30
MEASURE_SECONDS = 10
PURGE_SECONDS = 3600


class Stuck(Exception):
    """The process has made no progress for two minutes."""


class Liveness:
    """Liveness is progress: a process that has made none for two minutes should be restarted."""

    def __init__(self) -> None:
        self._progressed_at = time.monotonic()

    def pause(self) -> None:
        """Expect nothing until the next progress: to stand by is not to be stuck."""
        self._progressed_at = float("inf")

    def progressed(self) -> None:
        self._progressed_at = time.monotonic()

    async def check(self) -> None:
        if time.monotonic() - self._progressed_at > LONGEST_SILENCE_SECONDS:
            raise Stuck


class Backoff:
    """Waits longer after each failure, from half to all of it at random: a recovering server is not stormed."""

    def __init__(self, first: float = 0.2, longest: float = LONGEST_BACKOFF_SECONDS) -> None:
        self._first = first
        self._longest = longest
        self._failures = 0

    def reset(self) -> None:
        self._failures = 0

    async def wait(self) -> None:
        ceiling = min(self._longest, self._first * 2**self._failures)
        self._failures = min(self._failures + 1, 20)
        await asyncio.sleep(random.uniform(ceiling / 2, ceiling))


async def nothing() -> None:
    """What a process that may always begin requires."""


def create_process(
    settings: Settings,
    database: Database,
    loops: Sequence[Loop],
    liveness: Liveness,
    require: Check = nothing,
    held: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
    purges: Sequence[Purge] = (),
) -> Starlette:
    """An ASGI app with health and metrics around background loops, and hourly purging.

    `require` raises to end the process before it begins; `held` is held open while the loops run; `purges` are what
    the service deletes besides what all do.
    """
    purging = [_hourly(each, database, settings) for each in (purge, *purges)]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        configure_logging(settings.service, settings.log_level)
        try:
            await require()
            async with held(), running(*loops, *purging):
                freeze_gc()
                yield
        finally:
            await database.close()

    configure_tracing(settings)
    routes = health_routes(liveness.check, partial(require_ready, database, settings.service))
    return Starlette(routes=routes, lifespan=lifespan)


@asynccontextmanager
async def running(*loops: Loop) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(loop()) for loop in loops]
    for task in tasks:
        task.add_done_callback(_complain)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _complain(task: asyncio.Future[None]) -> None:
    """A loop has no end of its own: say what ended it."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a loop of the process ended", exc_info=error)


async def repeat(action: Loop, seconds: float, complaint: str) -> None:
    """Do it for ever, with a pause between. What it raises is logged with the complaint."""
    while True:
        try:
            await action()
        except Exception as error:
            log.error(complaint, exc_info=error)
        await asyncio.sleep(seconds)


def _hourly(purge: Purge, database: Database, settings: Settings) -> Loop:
    return partial(repeat, partial(purge, database, settings), PURGE_SECONDS, "purging failed")


def purging(settings: Settings, purge: Purge) -> Callable[[Database], AbstractAsyncContextManager[None]]:
    """What an API holds open whose service has no background process: it purges hourly."""
    return lambda database: running(_hourly(purge, database, settings))


def measuring(measure: Loop) -> Loop:
    return partial(repeat, measure, MEASURE_SECONDS, "measuring the backlog failed")
