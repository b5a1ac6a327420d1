"""For tests that really commit: what they look at, how they meet, and how they leave things as they were."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from shared.database import Database
from shared.events import AnyEvent, read_event
from shared.tables import OUTBOX
from testkit.waiting import until

T = TypeVar("T")

_WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@contextmanager
def executed(database: Database) -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def events_about(database: Database, thing_id: UUID | str) -> list[AnyEvent]:
    """The thing's events, oldest first."""
    query = sa.select(OUTBOX.c.value).where(OUTBOX.c.key == str(thing_id)).order_by(OUTBOX.c.id)
    async with database.reading() as session:
        return [read_event(value) for value in (await (await session.connection()).execute(query)).scalars()]


async def delete(database: Database, *things: sa.Delete) -> None:
    async with database.transaction() as tx:
        for rows in things:
            await (await tx.connection()).execute(rows)


async def until_waiting(database: Database, count: int) -> None:
    """Wait until so many transactions wait for a lock. PostgreSQL only."""

    async def wait() -> bool:
        async with database.reading() as session:
            waiting = await (await session.connection()).execute(_WAITING)
            return bool(waiting.scalar_one() == count)

    await until(wait)


async def meeting_at(database: Database, row: sa.Select[Any], *changes: Coroutine[Any, Any, T]) -> list[T]:
    """Let the changes of the row begin at once and go on when all of them have come to it. PostgreSQL only."""
    async with database.transaction() as tx:
        await (await tx.connection()).execute(row.with_for_update())
        begun = [asyncio.ensure_future(change) for change in changes]
        await until_waiting(database, len(begun))
    return await asyncio.gather(*begun)
