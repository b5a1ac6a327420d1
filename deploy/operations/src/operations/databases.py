import asyncio
from typing import Annotated

import sqlalchemy as sa
import typer
from asyncpg.exceptions import PostgresError
from sqlalchemy.exc import DBAPIError

from operations.console import NO_DATABASE, NOT_ALLOWED, Failed, console, some_of, sqlstate
from operations.migrations import WITH_DATABASE, engine_for, migrate
from shared.settings import Settings


def with_database(services: list[str] | None) -> list[str]:
    return some_of(WITH_DATABASE, services)


Databases = Annotated[
    list[str] | None, typer.Argument(callback=with_database, metavar="[SERVICE]...", help="All of them by default.")
]


def migrate_services(services: Databases = None) -> None:
    """Bring the databases to the newest revision; make them first where they are missing. Safe to run again."""
    for service in services or []:
        found = "up to date" if bring_up_to_date(service) else "newer than this program, and left as it is"
        console().print(f"{service}: {found}")


def bring_up_to_date(service: str) -> bool:
    """Make the database if it is missing, and migrate it. False when it is newer than this program."""
    settings = Settings(service=service)
    asyncio.run(make_database(settings.database))
    return migrate(settings)


async def make_database(url: str) -> None:
    """Make a PostgreSQL database that is not there. Raises Failed when this user may not."""
    if url.startswith("sqlite") or await _exists(url):
        return
    target = sa.make_url(url)
    name = engine_for(url).dialect.identifier_preparer.quote(target.database or "")
    engine = engine_for(target.set(database="postgres").render_as_string(hide_password=False))
    try:
        async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            await connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except (DBAPIError, PostgresError) as error:
        if sqlstate(error) != NOT_ALLOWED:
            raise
        raise Failed(
            f"The database {target.database} is not there, and {target.username} may not make it. "
            f"As a superuser: CREATE DATABASE {name} OWNER {target.username};"
        ) from error
    finally:
        await engine.dispose()


async def _exists(url: str) -> bool:
    engine = engine_for(url)
    try:
        async with engine.connect():
            return True
    except (DBAPIError, PostgresError) as error:
        if sqlstate(error) == NO_DATABASE:
            return False
        raise
    finally:
        await engine.dispose()
