import asyncio
import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from operations.migrations import engine_for
from shared.settings import Settings
from testkit.commands import kommunbuss


@pytest.fixture(scope="module", autouse=True)
def own_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Databases and topics that only this module uses; on PostgreSQL the command itself makes the databases."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATA_DIR", str(tmp_path_factory.mktemp("cli")))
        patch.setenv("TOPIC_PREFIX", "operations.")
        if server := os.environ.get("DATABASE_URL"):
            patch.setenv("DATABASE_URL", f"{server.rsplit('/', 1)[0]}/kommunbuss_cli_{os.getpid()}_{{service}}")
        assert kommunbuss("migrate", "housing", "notifications").exit_code == 0
        yield
        if server:
            asyncio.run(drop("housing", "notifications"))


async def drop(*services: str) -> None:
    engine = engine_for(
        Settings(service="postgres", database_url=os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/postgres").database
    )
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for service in services:
            name = sa.make_url(Settings(service=service).database).database
            await connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await engine.dispose()
