"""A relay that finds nothing waits to be woken. Here it would look unasked once a minute only."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from bus.kafka import create_topics
from shared.database import Database
from shared.group_commit import Inserts
from shared.settings import Settings
from testkit.consuming import house_listed
from testkit.outbox import empty, relaying, until_published
from testkit.waiting import until


@pytest.fixture
def settings() -> Settings:
    return Settings(service="housing", poll_seconds=60)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    await create_topics(settings, [])
    database = Database(settings)
    await empty(database)
    yield database
    await database.close()


async def publish(database: Database) -> None:
    async with database.transaction() as tx:
        tx.publish(house_listed())


async def submit(database: Database) -> None:
    inserts = Inserts()
    inserts.publish(house_listed())
    await database.commits.save(inserts)


@pytest.mark.parametrize("commit", [publish, submit])
async def test_an_idle_relay_sends_at_once_what_is_committed(settings, database, commit):
    async with relaying(settings):
        for _ in range(3):
            await commit(database)
            await until_published(database, seconds=10)


@pytest.mark.postgres
async def test_a_relay_whose_wake_ups_were_cut_off_listens_again_and_looks(settings, database):
    async with relaying(settings):
        await publish(database)
        await until_published(database, seconds=10)
        await until(lambda: end_listeners(database))

        for _ in range(2):
            await publish(database)
            await until_published(database, seconds=10)


async def end_listeners(database: Database) -> int:
    """End the connections that listen, and say how many there were."""
    listening = "query ILIKE 'LISTEN%' AND datname = current_database()"
    async with database.transaction() as tx:
        query = sa.text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {listening}")
        return len((await (await tx.connection()).execute(query)).all())
