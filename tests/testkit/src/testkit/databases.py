"""Databases of a run's own on a PostgreSQL server."""

import asyncio
import contextlib
from collections.abc import Iterator

import sqlalchemy as sa

from operations.migrations import WITH_DATABASE, engine_for
from shared.settings import Settings


@contextlib.contextmanager
def own_databases(url: str, prefix: str) -> Iterator[str]:
    """A database per service on the server, dropped afterwards; yields the URL with `{service}` in it."""
    names = [prefix + service.replace("-", "_") for service in WITH_DATABASE]
    any_database = sa.make_url(Settings(service=WITH_DATABASE[0], database_url=url).database)
    admin = any_database.set(database="postgres").render_as_string(hide_password=False)

    async def run(statement: str) -> None:
        engine = engine_for(admin).execution_options(isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            for name in names:
                await connection.execute(sa.text(statement.format(name=name)))
        await engine.dispose()

    asyncio.run(run('CREATE DATABASE "{name}"'))
    try:
        yield f"{url.rsplit('/', 1)[0]}/{prefix}{{service}}"
    finally:
        asyncio.run(run('DROP DATABASE "{name}" WITH (FORCE)'))
