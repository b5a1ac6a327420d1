"""A process that repeats one step, and waits to be woken when there is nothing to do."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import ClassVar

from starlette.applications import Starlette

from bus.process import Backoff, Liveness, Loop, Purge, create_process, measuring
from bus.wakeups import WakeUps
from shared.database import Database
from shared.logging import log
from shared.settings import Settings


class Worker:
    """What a process does, over and over. Subclass it, and give the class to `create_worker`."""

    channel: ClassVar[str]
    """What wakes it: others notify this channel when they have committed something for it to do."""
    wake: Callable[[], None]
    """Have it look again without a rest. There while it is open."""
    rest_seconds: float | None = None
    """How long it rests when nothing wakes it; None: as long as the settings say."""

    def __init__(self, settings: Settings, database: Database, liveness: Liveness) -> None:
        self.settings = settings
        self.database = database
        self.liveness = liveness

    async def require(self) -> None:
        """Raise when the process cannot begin. It then ends, and the orchestrator starts it again."""

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Hold what the steps need: connections, a lock. After a failed step it is closed and opened anew."""
        yield

    async def step(self) -> int:
        """Do some of the work and say how much: 0 when there was nothing to do.

        A process that stops cancels its step: one that must not be cut short shields what it has begun.
        """
        raise NotImplementedError

    async def measure(self) -> None:
        """Tell in metrics what waits. Called every ten seconds, also while the steps fail."""


def create_worker(
    settings: Settings, kind: Callable[[Settings, Database, Liveness], Worker], *purges: Purge
) -> Starlette:
    """An ASGI app that repeats the worker's step; a failed one is logged, waited out and tried again.

    It purges hourly, as every background process does, and what the service gives it besides.
    """
    database = Database(settings)
    liveness = Liveness()
    worker = kind(settings, database, liveness)
    loops: list[Loop] = [partial(_work, worker, liveness), measuring(worker.measure)]
    return create_process(settings, database, loops, liveness=liveness, require=worker.require, purges=purges)


async def _work(worker: Worker, liveness: Liveness) -> None:
    backoff = Backoff()
    while True:
        try:
            await _repeat(worker, liveness, backoff)
        except Exception as error:
            log.error("a step failed and will be tried again", worker=worker.channel, exc_info=error)
            liveness.progressed()
            await backoff.wait()


async def _repeat(worker: Worker, liveness: Liveness, backoff: Backoff) -> None:
    liveness.pause()
    wake_ups = WakeUps(worker.database.engine, worker.channel, worker.settings.poll_seconds)
    worker.wake = wake_ups.wake
    async with worker.opened(), wake_ups:
        while True:
            liveness.progressed()
            await wake_ups.listen()
            done = await worker.step()
            backoff.reset()
            await wake_ups.wait(unless=done, at_most=worker.rest_seconds)
