"""What wakes a worker. On SQLite nothing does, and it looks twenty times a second."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from bus.wakeups import WakeUps
from shared.database import Database
from shared.group_commit import Inserts
from testkit.committed import until_waiting
from testkit.consuming import house_listed

NEVER = 3600
"""How long a poll takes here: what returns before was woken."""

pytestmark = pytest.mark.postgres


@pytest.fixture
async def wake_ups(committing_database: Database) -> AsyncIterator[WakeUps]:
    async with WakeUps(committing_database.engine, "outbox", NEVER) as wake_ups:
        await wake_ups.listen()
        yield wake_ups


async def is_woken(wake_ups: WakeUps, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            await wake_ups.wait(unless=0)
    except TimeoutError:
        return False
    return True


async def publish(database: Database) -> None:
    async with database.transaction() as tx:
        tx.publish(house_listed())


async def test_a_transaction_that_published_wakes_the_relay_once_it_is_committed(committing_database, wake_ups):
    async with committing_database.transaction() as tx:
        await (await tx.connection()).execute(sa.text("LOCK TABLE outbox IN EXCLUSIVE MODE"))
        publishing = asyncio.ensure_future(publish(committing_database))
        await until_waiting(committing_database, 1)
        early = await is_woken(wake_ups, within=0.5)
    await publishing

    assert not early
    assert await is_woken(wake_ups, within=10)


async def test_submissions_wake_the_relay_once_they_are_committed(committing_database, wake_ups):
    submission = Inserts()
    submission.publish(house_listed())

    await committing_database.commits.save(submission)

    assert await is_woken(wake_ups, within=10)


async def test_what_was_committed_before_somebody_waits_wakes_them_too(committing_database, wake_ups):
    await publish(committing_database)
    await committing_database.notifier.close()

    assert await is_woken(wake_ups, within=10)


async def test_a_transaction_that_published_nothing_wakes_nobody(committing_database, wake_ups):
    async with committing_database.transaction() as tx:
        await tx.connection()

    assert not await is_woken(wake_ups, within=0.2)


async def test_a_listener_whose_connection_broke_looks_at_once_and_listens_again(committing_database, wake_ups):
    wake_ups._connection.terminate()
    looks = await is_woken(wake_ups, within=10)

    await wake_ups.listen()
    await publish(committing_database)

    assert looks
    assert await is_woken(wake_ups, within=10)
