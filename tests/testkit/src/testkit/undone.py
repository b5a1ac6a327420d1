"""What a test does to a database is undone."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection, async_sessionmaker

from shared.database import Database, Session
from shared.group_commit import GroupCommit


@contextlib.asynccontextmanager
async def _savepoint(connection: AsyncConnection) -> AsyncIterator[AsyncConnection]:
    async with connection.begin_nested():
        yield connection


@contextlib.asynccontextmanager
async def rolled_back(database: Database) -> AsyncIterator[Database]:
    """Let every transaction be a savepoint in one that is undone."""
    kept = database.sessions, database.readers, database.commits
    async with database.engine.connect() as connection:
        outer = await connection.begin()
        sessions = partial(
            async_sessionmaker,
            connection,
            class_=Session,
            expire_on_commit=False,
            info=database.info,
            join_transaction_mode="create_savepoint",
        )
        database.sessions, database.readers = sessions(), sessions(autoflush=False)
        database.committing = committing = partial(_savepoint, connection)  # type: ignore[method-assign]  # for the test alone
        database.commits = GroupCommit(committing, database.reading, database.notifier)
        try:
            yield database
        finally:
            del database.committing
            database.sessions, database.readers, database.commits = kept
            await outer.rollback()
