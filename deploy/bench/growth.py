"""What it costs to take in an event when there are ten million others, beside ten thousand."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from deploy.bench.environment import Environment
from deploy.bench.figures import Figure
from deploy.bench.load import BATCH, events
from deploy.bench.tasks import SERVICE, fill
from notifications.subscribers import notify
from shared.database import Database
from shared.events import ApplicationSubmitted
from shared.settings import Settings

FEW, BATCHES, WARM_UP = 10_000, 12, 4
TakeIn = Callable[[Sequence[ApplicationSubmitted]], float]


def measure(environment: Environment, count: int) -> list[Figure]:
    """Each batch is taken in by both, in turn: what slows one slows both. The goal is PostgreSQL's."""
    size = max(count, FEW)
    with _consuming(environment, FEW) as by_few, _consuming(environment, size) as by_many:
        costs = [(by_few(some), by_many(some)) for some in events(BATCH * BATCHES)][WARM_UP:]
    few, many = zip(*costs, strict=True)
    name, beside = f"an event taken in, {size:,} before it", f"some {FEW:,} before it"
    return [Figure(name, "ms", many, beside, few, ratio_at_most=1.3 if environment.server else None)]


@contextmanager
def _consuming(environment: Environment, count: int) -> Iterator[TakeIn]:
    """What takes in a batch where so many events were before it. It says how many milliseconds each took."""
    with environment.fresh(SERVICE), asyncio.Runner() as runner:
        runner.run(fill(count))
        database = Database(Settings(service=SERVICE))

        async def take_in(some: Sequence[ApplicationSubmitted]) -> float:
            began = time.perf_counter()
            async with database.transaction() as tx:
                await notify(list(some), tx)
            return (time.perf_counter() - began) * 1000 / len(some)

        yield lambda some: runner.run(take_in(some))
        runner.run(database.close())
