"""The version before goes on with the tables that a newer one left."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from alembic import command

from deploy.submissions import Apis, house
from housing.api import router
from operations.migrations import configuration, engine_for, migrate
from shared.revisions import migrations_of, needed
from shared.settings import Settings
from testkit.databases import own_databases
from web import create_api

HEAD = """
import sqlalchemy as sa
from alembic import op

from operations.indexes import add_index

revision, down_revision = "{}", "{}"


def upgrade():
"""
BARNS = """
    op.add_column("house", sa.Column("barns", sa.Integer(), nullable=False, server_default="0"))
    op.create_table("barn", sa.Column("house_id", sa.Uuid(), sa.ForeignKey("house.id"), primary_key=True))
    op.create_index("ix_house_barns", "house", ["area"])  # as an attempt that was given up leaves one
"""
THEIR_INDEX = """
    add_index("ix_house_barns", "house", ["barns"])
"""
AT = "http://test"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A housing of its own, whose tables a newer version has changed."""
    folder, url = tmp_path_factory.mktemp("newer"), "sqlite:///{data_dir}/{service}.db"
    with contextlib.ExitStack() as stack:
        if os.environ.get("DATABASE_URL"):
            url = stack.enter_context(own_databases(os.environ["DATABASE_URL"], f"kommunbuss_newer_{os.getpid()}_"))
        settings = Settings(service="housing", data_dir=folder, database_url=url)
        migrate_further(settings, folder)
        yield settings


def migrate_further(settings: Settings, folder: Path) -> None:
    (folder / "9998_add_barns.py").write_text(HEAD.format("9998", needed("housing")) + BARNS, "utf-8")
    (folder / "9999_index_barns.py").write_text(HEAD.format("9999", "9998") + THEIR_INDEX, "utf-8")
    config = configuration(settings)
    config.set_main_option("version_locations", f"{migrations_of('housing')}\n{folder}")
    command.upgrade(config, "head")


async def test_an_index_is_made_anew_after_an_attempt_that_was_given_up(settings):
    engine = engine_for(settings.database)
    async with engine.connect() as connection:
        indexes = await connection.run_sync(lambda sync: sa.inspect(sync).get_indexes("house"))
    await engine.dispose()

    assert {index["name"]: index["column_names"] for index in indexes}["ix_house_barns"] == ["barns"]


async def test_the_version_before_is_ready_and_takes_submissions_on_the_tables_of_a_newer_one(settings):
    was_migrated = await asyncio.to_thread(migrate, settings)
    app = create_api(settings, router, description="test")
    inside, outside = httpx.ASGITransport(app.state.internal), httpx.ASGITransport(app)

    async with httpx.AsyncClient(transport=inside) as http:
        ready = await http.get(f"{AT}/health/ready")
    async with httpx.AsyncClient(transport=outside) as http:
        sent = await house(http, Apis(AT, AT, AT, AT, AT), {})
        taken = await http.post(sent.url, json=sent.form)
    await app.state.database.close()

    assert (was_migrated, ready.status_code, taken.status_code) == (False, 200, 201)
