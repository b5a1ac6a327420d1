"""Alembic's environment, one for every service: the service comes with the configuration."""

import asyncio

import sqlalchemy as sa
from alembic import context
from sqlalchemy.engine import Connection

from operations.migrations import engine_for, metadata_of
from shared.revisions import needed

service: str = context.config.attributes["service"]
LONGEST_WAIT = sa.text("SET lock_timeout = '1200ms'")
"""Whoever waits for a table makes everybody else wait behind. An autovacuum makes way after one second."""


def migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(LONGEST_WAIT)
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata_of(service),
        compare_type=True,
        render_as_batch=True,
        transaction_per_migration=True,
    )
    found = context.get_context().get_current_revision() or ""
    connection.rollback()  # or alembic would take part in a transaction that is not its own, and commit nothing
    if found > needed(service):
        context.config.attributes["is_newer"] = True
        return
    with context.begin_transaction():
        context.run_migrations()


def write() -> None:
    """Write the SQL that PostgreSQL would be given, and ask no database."""
    context.configure(dialect_name="postgresql", literal_binds=True, transaction_per_migration=True)
    context.execute(LONGEST_WAIT)
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    engine = engine_for(context.config.attributes["url"])
    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


if context.is_offline_mode():
    write()
else:
    asyncio.run(main())
