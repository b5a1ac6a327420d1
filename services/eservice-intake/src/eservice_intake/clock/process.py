"""The process that does what has become due. Several may run: a row is done by one of them."""

import time
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from prometheus_client import Counter, Gauge
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.applications import Starlette

from bus.process import Liveness, Purge
from bus.worker import Worker, create_worker
from definitions.published import Published, refresh
from eservice_intake.clock.due import Due, moment_of
from shared.clock import now
from shared.database import Database
from shared.engine import OutcomeUnknown
from shared.logging import log
from shared.settings import Settings

AT_ONCE = 100
LONGEST_REST_SECONDS = 60
SQLITE_REST_SECONDS = 1
"""Nothing can wake it there."""
PUT_OFF_SECONDS = 600
MOST_PUT_OFF = 1_000
MOST_COUNTED = 10_000

DONE = Counter("kommunbuss_clock_done", "What became due and was done.", ["what"])
FAILED = Counter("kommunbuss_clock_failed", "Attempts at what is due that failed; it is tried again.", ["what"])
DUE = Gauge("kommunbuss_clock_due", "What is due and not yet done; 10,000 may be more.", ["what"])
LATE = Gauge("kommunbuss_clock_late_seconds", "For how long the first of it has been due.", ["what"])
LOOKED_AT = Gauge("kommunbuss_clock_looked_at_seconds", "When it last looked for what is due, in Unix time.")


class Clock(Worker):
    """Looks for what is due, does it row by row, and rests until more is."""

    channel = "clock"

    def __init__(
        self,
        settings: Settings,
        database: Database,
        liveness: Liveness,
        dues: Sequence[Due[Any]],
        published: Sequence[Published[Any]] = (),
    ) -> None:
        super().__init__(settings, database, liveness)
        self.dues, self.published = dues, published
        self._put_off: dict[tuple[str, UUID], float] = {}
        for due in dues:
            DONE.labels(due.what)  # `increase()` misses a counter's first sample
            FAILED.labels(due.what)

    async def step(self) -> int:
        if self.published:
            await refresh(self.database, self.published)
        return await self.do_due(now())

    async def do_due(self, at: datetime) -> int:
        """Do some of what is due by then, and say how much."""
        self._put_off = {row: until for row, until in self._put_off.items() if until > time.monotonic()}
        firsts = dict(zip(self.dues, await self._firsts(), strict=True))
        done = sum([await self._do_some(due, at) for due, first in firsts.items() if first and first <= at])
        self._rest_until([first for first in firsts.values() if first and first > at], at)
        LOOKED_AT.set(at.timestamp())
        return done

    async def is_behind(self, at: datetime) -> bool:
        """Whether something is due by then and not done, as when somebody else works with it just now."""
        return any(first is not None and first <= at for first in await self._firsts())

    async def measure(self) -> None:
        at = now()
        counted = [sa.select(due.when).where(due.is_due(at)).limit(MOST_COUNTED).subquery() for due in self.dues]
        counts = await self._read([sa.select(sa.func.count()).select_from(some) for some in counted])
        for due, count in zip(self.dues, counts, strict=True):
            DUE.labels(due.what).set(count)
        for due, first in zip(self.dues, await self._firsts(), strict=True):
            LATE.labels(due.what).set(max(0, (at - first).total_seconds()) if first else 0)

    async def _firsts(self) -> list[datetime | None]:
        """When the first of each is due, past or to come."""
        days = await self._read([sa.select(sa.func.min(due.when)).where(due.when.is_not(None)) for due in self.dues])
        return [None if day is None else moment_of(day) for day in days]

    async def _read(self, queries: Sequence[sa.Select[Any]]) -> Sequence[Any]:
        """One value for each, read at once: a clock at rest asks one question a minute."""
        async with self.database.reading() as session:
            one = sa.select(*(query.scalar_subquery() for query in queries))
            return (await (await session.connection()).execute(one)).one()

    def _rest_until(self, moments: Collection[datetime], at: datetime) -> None:
        longest = LONGEST_REST_SECONDS if self.database.is_postgres else SQLITE_REST_SECONDS
        self.rest_seconds = min([longest, *((moment - at).total_seconds() for moment in moments)])

    async def _do_some(self, due: Due[Any], at: datetime) -> int:
        put_off = [row_id for what, row_id in self._put_off if what == due.what]
        if len(put_off) >= MOST_PUT_OFF:
            return 0
        async with self.database.reading() as session:
            ids = (await (await session.connection()).execute(due.first_ids(at, put_off, AT_ONCE))).scalars().all()
        return sum([await self._do(due, row_id, at) for row_id in ids])

    async def _do(self, due: Due[Any], row_id: UUID, at: datetime) -> bool:
        self.liveness.progressed()
        try:
            async with self.database.transaction() as tx:
                done = await due.do(tx, row_id, at)
        except Exception as error:
            if _is_away(error):
                raise
            self._put_off[due.what, row_id] = time.monotonic() + PUT_OFF_SECONDS
            FAILED.labels(due.what).inc()
            log.error("what is due failed and will be tried again", what=due.what, id=str(row_id), exc_info=error)
            return False
        DONE.labels(due.what).inc(done)
        return done


def create_clock(
    settings: Settings, dues: Sequence[Due[Any]], purges: Collection[Purge], published: Sequence[Published[Any]]
) -> Starlette:
    """The process that does what becomes due, by what is published, and every hour deletes what has lapsed."""
    return create_worker(settings, partial(Clock, dues=dues, published=published), *purges)


def _is_away(error: Exception) -> bool:
    """Whether the database is: then nothing else that is due can be done either."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, OutcomeUnknown | PoolTimeout | ConnectionError)
