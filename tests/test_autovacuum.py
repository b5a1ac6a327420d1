"""A migration and an autovacuum want the same table: the autovacuum makes way before the migration gives up."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.ext.asyncio import AsyncConnection

from operations.migrations import configuration, engine_for, migrate
from shared.revisions import migrations_of, needed
from shared.settings import Settings
from testkit.databases import own_databases
from testkit.waiting import until

pytestmark = pytest.mark.postgres

BARNS = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9999", "{}"


def upgrade():
    op.add_column("cow", sa.Column("barn", sa.Integer()))
"""
COWS = (
    "CREATE TABLE cow (id integer, filler text) WITH (fillfactor = 10)",
    """ALTER TABLE cow SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
     autovacuum_vacuum_cost_delay = 20, autovacuum_vacuum_cost_limit = 1)""",
    "INSERT INTO cow SELECT number, repeat('x', 800) FROM generate_series(1, 4000) number",
    "DELETE FROM cow WHERE id % 2 = 0",
)
"""A page each and 20 ms for a page: an autovacuum has them for more than a minute, and hears soon that it should go."""
AUTOVACUUM_HAS_COWS = sa.text("""
    SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE relation = 'cow'::regclass AND granted AND backend_type = 'autovacuum worker'
""")


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A housing of its own."""
    with own_databases(os.environ["DATABASE_URL"], f"kommunbuss_vacuum_{os.getpid()}_") as url:
        settings = Settings(service="housing", data_dir=tmp_path, database_url=url)
        migrate(settings)
        yield settings


@pytest.fixture
async def connection(settings: Settings) -> AsyncIterator[AsyncConnection]:
    """One to a server that looks every second for what there is to vacuum."""
    engine = engine_for(settings.database).execution_options(isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await run(connection, "ALTER SYSTEM SET autovacuum_naptime = 1", "SELECT pg_reload_conf()")
        yield connection
        await run(connection, "ALTER SYSTEM RESET autovacuum_naptime", "SELECT pg_reload_conf()")
    await engine.dispose()


async def run(connection: AsyncConnection, *statements: str) -> None:
    for statement in statements:
        await connection.execute(sa.text(statement))


async def test_an_autovacuum_makes_way_for_a_migration(connection, settings, tmp_path):
    (tmp_path / "9999_add_barns.py").write_text(BARNS.format(needed("housing")), "utf-8")
    config = configuration(settings)
    config.set_main_option("version_locations", f"{migrations_of('housing')}\n{tmp_path}")
    await run(connection, *COWS)
    await until(lambda: connection.scalar(AUTOVACUUM_HAS_COWS))

    await asyncio.to_thread(command.upgrade, config, "head")

    await connection.execute(sa.text("SELECT barn FROM cow"))
