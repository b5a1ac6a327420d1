import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from operations.console import ALL_SERVICES
from shared.migrations import engine_for, metadata_of
from shared.settings import Settings


@pytest.mark.parametrize("service", ALL_SERVICES)
async def test_the_migrations_make_the_tables_the_code_describes(service):
    engine = engine_for(Settings(service=service).database)

    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata_of(service)))

    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()

    assert found == []
