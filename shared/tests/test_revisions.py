import logging
from collections.abc import AsyncIterator

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from shared.database import Database
from shared.settings import Settings
from web import Reading, Router, create_api

VERSION = sa.text("UPDATE alembic_version SET version_num = :to")


async def readiness(settings: Settings, database: Database, revision: str) -> int:
    app = create_api(settings, description="test")
    app.state.database.readers = database.readers
    async with database.transaction() as tx:
        await (await tx.connection()).execute(VERSION, {"to": revision})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app.state.internal), base_url="http://test") as client:
        return (await client.get("/health/ready")).status_code


router = Router()


@router.get("/broken/{what}")
async def broken(what: str, reading: Reading) -> None:
    await (await reading.connection()).execute(sa.text(BROKEN[what]))


BROKEN = {"column": "SELECT no_such_thing FROM outbox", "table": "SELECT 1 FROM no_such_thing"}


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_api(settings, router, description="test")
    yield app
    await app.state.database.close()


async def test_a_process_is_not_ready_before_the_tables_its_code_needs_are_there(settings, database):
    assert await readiness(settings, database, "0000") == 503


async def test_a_process_is_ready_on_tables_newer_than_its_code_so_that_one_can_roll_back(settings, database):
    assert await readiness(settings, database, "9999") == 200


@pytest.mark.parametrize("what", BROKEN)
async def test_a_column_without_a_migration_is_named_in_the_log(client, caplog, what):
    with caplog.at_level(logging.ERROR):
        answer = await client.get(f"/broken/{what}")

    assert answer.status_code == 503
    assert "no_such_thing" in caplog.messages[-1]
