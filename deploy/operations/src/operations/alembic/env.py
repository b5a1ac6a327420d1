"""Alembic's environment, one for every service: the service comes with the configuration."""

import asyncio

from alembic import context
from sqlalchemy.engine import Connection

from operations.migrations import engine_for, metadata_of

service: str = context.config.attributes["service"]


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=metadata_of(service), compare_type=True, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    engine = engine_for(context.config.attributes["url"])
    try:
        async with engine.begin() as connection:
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


asyncio.run(main())
