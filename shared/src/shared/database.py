"""One transaction for rows and the events about them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

import sqlalchemy as sa
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_sessionmaker
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.bulk import Row, Rows, insert_all, insert_new
from shared.clock import now
from shared.cloudevents import outbox_row
from shared.engine import create_engine, outcome_of_commit
from shared.events import Event
from shared.group_commit import GroupCommit
from shared.notifier import Notifier
from shared.settings import Settings
from shared.tables import INBOX, OUTBOX, AuditEntry

E = TypeVar("E", bound=Event)
AUDITED = Counter("kommunbuss_audited", "What staff and operators did and looked up, as the audit has it.", ["action"])


class Session(AsyncSession):
    """A transaction. It remembers what it publishes until its rows are saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._published: list[Event] = []
        self.audited: list[str] = []
        self.wakes: set[str] = set()

    def publish(self, event: Event) -> None:
        """Save the event together with this transaction's rows; a relay sends it when they are committed."""
        self._published.append(event)
        self.wake("outbox")

    def audit(self, who: str, action: str, **details: Any) -> None:
        """Keep who did what, if this transaction is committed."""
        self.add(AuditEntry(who=who, action=action, details=details))
        self.audited.append(action)

    def wake(self, channel: str) -> None:
        """Wake the workers that wait on the channel, once this transaction is committed."""
        self.wakes.add(channel)

    async def save_published(self) -> None:
        """Flush the rows, then insert their events: one thing's events are numbered under its lock."""
        await self.flush()
        if self._published:
            rows = [outbox_row(event) for event in self._published]
            self._published.clear()
            await insert_all(await self.connection(), [Rows(OUTBOX, rows)])

    @property
    def published(self) -> Sequence[Event]:
        """The events that are saved together with the rows."""
        return tuple(self._published)

    async def undo(self) -> None:
        """Save nothing of what this transaction did."""
        self._published.clear()
        self.audited.clear()
        self.wakes.clear()
        await self.rollback()

    async def unhandled(self, events: Sequence[E]) -> list[E]:
        """Record the events in the inbox and return those that this group has not handled before."""
        by_id = {event.event_id: event for event in events}
        entry = {"group": self.info["group"], "handled_at": now()}
        # In one order everywhere, or two consumers of one event could wait for each other.
        rows = [{**entry, "event_id": event_id} for event_id in sorted(by_id, key=attrgetter("int"))]
        new = {row.event_id for row in await self.insert_new(INBOX, rows, INBOX.c.event_id)}
        return [event for event_id, event in by_id.items() if event_id in new]

    async def insert_new(
        self, table: sa.Table, rows: Sequence[Row], *returning: sa.Column[Any]
    ) -> Sequence[sa.Row[Any]]:
        """Insert the rows at once, without those whose key or unique columns are taken."""
        return await insert_new(await self.connection(), table, rows, *returning)


class Database:
    """The service's own database. `transaction` writes, `reading` reads. Nothing is opened before the first use."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.database
        self.info = {
            "group": settings.group,
            "municipality_name": settings.municipality_name,
        }
        self._pool_size = settings.database_pool

    @cached_property
    def engine(self) -> AsyncEngine:
        return create_engine(self.url, self._pool_size)

    @cached_property
    def _committing(self) -> AsyncEngine:
        """On PostgreSQL each of its statements commits by itself."""
        return self.engine.execution_options(isolation_level="AUTOCOMMIT") if self.is_postgres else self.engine

    @cached_property
    def sessions(self) -> async_sessionmaker[Session]:
        return async_sessionmaker(self.engine, class_=Session, expire_on_commit=False, info=self.info)

    @cached_property
    def readers(self) -> async_sessionmaker[Session]:
        """What only reads needs neither BEGIN nor ROLLBACK on PostgreSQL: each statement sees what is committed anyway.

        It would commit at once what it wrote, and so it never flushes.
        """
        engine = self._committing
        return async_sessionmaker(engine, class_=Session, expire_on_commit=False, autoflush=False, info=self.info)

    @cached_property
    def notifier(self) -> Notifier:
        return Notifier(self._committing)

    @cached_property
    def commits(self) -> GroupCommit:
        """Where submissions, which only insert, share a commit."""
        return GroupCommit(self.committing, self.reading, self.notifier)

    @property
    def is_postgres(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """Commit rows and events together when the block ends well, neither when it does not.

        Raises OutcomeUnknown when the database goes away while it commits.
        """
        async with self.sessions() as session:
            yield session
            await session.save_published()
            with outcome_of_commit():
                await session.commit()
        self.notifier.notify(session.wakes)
        for action in session.audited:
            AUDITED.labels(action).inc()

    @asynccontextmanager
    async def committing(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose work is committed when the block ends, but on PostgreSQL each statement by itself.

        One statement then needs neither BEGIN nor COMMIT. Raises OutcomeUnknown as `transaction` does.
        """
        async with self._committing.connect() as connection:
            with outcome_of_commit() if self.is_postgres else nullcontext():
                yield connection
            with outcome_of_commit():
                await connection.commit()

    @asynccontextmanager
    async def committing_session(self) -> AsyncIterator[Session]:
        """A session over `committing`, for one statement that writes."""
        async with self.committing() as connection, self.sessions(bind=connection) as session:
            yield session
            await session.commit()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        """A session that takes no write lock and keeps nothing."""
        async with self.readers() as session:
            await session.connection(execution_options={"reading": True})
            yield session

    async def close(self) -> None:
        await self.commits.close()
        await self.notifier.close()
        await self.engine.dispose()
