"""A lock that one process per database holds while it lives."""

import asyncio
import fcntl
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import Database

STANDBY_SECONDS = 1.0


@asynccontextmanager
async def sole_holder(database: Database, name: str) -> AsyncIterator[AsyncConnection]:
    """Wait for the lock of that name, and hold it with a connection. It goes with its process or connection."""
    lock = _postgres_lock if database.is_postgres else _file_lock
    async with database.engine.connect() as connection, lock(database, connection, name):
        yield connection


@asynccontextmanager
async def _file_lock(database: Database, _: AsyncConnection, name: str) -> AsyncIterator[None]:
    with Path(f"{sa.make_url(database.url).database}.{name}-lock").open("w") as file:
        while not _lock_file(file.fileno()):
            await asyncio.sleep(STANDBY_SECONDS)
        yield


@asynccontextmanager
async def _postgres_lock(_: Database, connection: AsyncConnection, name: str) -> AsyncIterator[None]:
    await connection.execution_options(isolation_level="AUTOCOMMIT")
    while not await _lock_postgres(connection, name):
        await asyncio.sleep(STANDBY_SECONDS)
    try:
        yield
    finally:
        # The lock goes with the session; a pooled connection would keep it.
        await connection.invalidate()


async def _lock_postgres(connection: AsyncConnection, name: str) -> bool:
    key = int.from_bytes(hashlib.sha256(f"kommunbuss-{name}".encode()).digest()[:8], signed=True)
    async with connection.begin():
        result = await connection.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": key})
        return bool(result.scalar())


def _lock_file(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
