from importlib import import_module
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from operations.migrations import WITH_DATABASE, engine_for, metadata_of, package_of
from shared.settings import Settings

WITHOUT_TIME = frozenset({"Feedback.id"})
"""When it was given would say whose it is."""


@pytest.mark.parametrize("service", WITH_DATABASE)
async def test_the_migrations_make_the_tables_the_code_describes(service):
    engine = engine_for(Settings(service=service).database)

    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata_of(service)))

    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()

    assert found == []


@pytest.mark.parametrize("service", WITH_DATABASE)
def test_keys_are_ordered_by_time_so_that_new_rows_lie_beside_each_other(service):
    import_module(f"{package_of(service)}.models")
    drawn = {
        f"{mapper.class_.__name__}.{name}": field.default_factory().version
        for mapper in SQLModel._sa_registry.mappers
        for name, field in mapper.class_.model_fields.items()
        if field.annotation is UUID and field.default_factory and mapper.local_table.columns[name].primary_key
    }

    assert {version for name, version in drawn.items() if name not in WITHOUT_TIME} == {7}, drawn
