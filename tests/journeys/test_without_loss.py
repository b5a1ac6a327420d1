"""Every accepted submission gets its task exactly once and its mail at least once, whatever goes away."""

import asyncio
import contextlib
import random
import re
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest
import sqlalchemy as sa

from deploy.submissions import complaint
from operations.migrations import engine_for
from shared.database import Database
from shared.dead_letters import DEAD_LETTER
from shared.settings import Settings
from testkit.waiting import until

KILLED = {
    "eservice-intake-relay": "kommunbuss_relay_events_total",
    "notifications-consumer": "kommunbuss_consumer_events_total",
    "notifications-mailer": "kommunbuss_deliveries_total",
}
PATIENCE_SECONDS = 60


async def submit(http: httpx.AsyncClient, system, recipient: str) -> str:
    response = await http.post(f"{system.apis.intake}/applications", json=complaint(recipient))
    return str(response.raise_for_status().json()["id"])


async def tasks_about(database: Database, ids: set[str]) -> Counter[str]:
    async with database.reading() as session:
        rows = await (await session.connection()).execute(sa.text("SELECT about FROM staff_task"))
        return Counter(about for about in rows.scalars() if about in ids)


async def until_all_arrived(system, accepted: dict[str, str]) -> Counter[str]:
    """Wait for every task and mail, then give the tasks of each submission, also when some do not come."""
    database = Database(system.settings("notifications"))
    tasks: Counter[str] = Counter()

    async def all_arrived() -> bool:
        tasks.clear()
        tasks.update(await tasks_about(database, set(accepted)))
        mailed = {recipient for recipient in accepted.values() if system.mailbox.mails[recipient]}
        return len(tasks) == len(accepted) == len(mailed)

    with contextlib.suppress(TimeoutError):
        await until(all_arrived, PATIENCE_SECONDS)
    await database.close()
    return tasks


def assert_nothing_lost_or_repeated(system, accepted: dict[str, str], tasks: Counter[str]) -> None:
    assert tasks == dict.fromkeys(accepted, 1)
    for recipient in accepted.values():
        message_ids = {mail["message-id"] for mail in system.mailbox.mails[recipient]}
        assert len(message_ids) == 1, "at least one mail, and a repeated one is the same mail"


@contextlib.asynccontextmanager
async def counting_dead_letters(settings: Settings) -> AsyncIterator[list[int]]:
    """How many records were set aside meanwhile."""
    before, counted = await _dead_letters(settings), list[int]()
    yield counted
    counted.append(await _dead_letters(settings) - before)


async def _dead_letters(settings: Settings) -> int:
    engine = engine_for(settings.database)
    async with engine.connect() as connection:
        count = (await connection.execute(sa.select(sa.func.count()).select_from(DEAD_LETTER))).scalar_one()
    await engine.dispose()
    return count


async def until_at_work(http: httpx.AsyncClient, system, name: str) -> None:
    """Wait until the process has done something since it started: to kill an idle one shows nothing."""
    has_worked = re.compile(rf"^{KILLED[name]}\S* [1-9]", re.MULTILINE)

    async def is_at_work() -> bool:
        with contextlib.suppress(httpx.TransportError):
            metrics = await http.get(f"http://127.0.0.1:{system.ports[name]}/metrics")
            return has_worked.search(metrics.text) is not None
        return False

    await until(is_at_work)


async def test_processes_killed_at_random_under_load_lose_nothing_and_repeat_no_task(system):
    accepted: dict[str, str] = {}
    killed: Counter[str] = Counter()
    chance = random.Random(7)
    # The consumer once: the embedded broker gives its partitions back after eleven seconds.
    rotation = chance.sample(sorted(KILLED), counts=[2, 1, 2], k=5)

    async def load() -> None:
        while killed.total() < len(rotation):
            recipient = f"load.{len(accepted)}@example.com"
            accepted[await submit(http, system, recipient)] = recipient
            await asyncio.sleep(0.06)

    async with httpx.AsyncClient() as http, asyncio.TaskGroup() as group:
        loading = group.create_task(load())
        for name in rotation:
            await until_at_work(http, system, name)
            await asyncio.sleep(chance.uniform(0, 0.3))
            assert not loading.done()
            await asyncio.to_thread(system.restart, name)
            killed[name] += 1
    tasks = await until_all_arrived(system, accepted)

    assert killed.keys() == KILLED.keys()
    assert_nothing_lost_or_repeated(system, accepted, tasks)


async def test_submissions_accepted_while_kafka_is_away_arrive_when_it_returns(system, kafka_paused):
    accepted: dict[str, str] = {}

    with kafka_paused():
        async with httpx.AsyncClient() as http:
            for number in range(40):
                recipient = f"kafka.{number}@example.com"
                accepted[await submit(http, system, recipient)] = recipient
        arrived_meanwhile = [recipient for recipient in accepted.values() if system.mailbox.mails[recipient]]
    tasks = await until_all_arrived(system, accepted)

    assert arrived_meanwhile == []
    assert_nothing_lost_or_repeated(system, accepted, tasks)


async def test_a_database_that_is_away_loses_and_sets_aside_nothing(system):
    accepted: dict[str, str] = {}
    log = system.folder / "notifications-consumer.log"
    logged_before = log.stat().st_size

    async with counting_dead_letters(system.settings("notifications")) as set_aside:
        async with database_away(system.settings("notifications").database), httpx.AsyncClient() as http:
            for number in range(40):
                recipient = f"database.{number}@example.com"
                accepted[await submit(http, system, recipient)] = recipient
            await until(lambda: b"cannot take a batch" in log.read_bytes()[logged_before:])
        tasks = await until_all_arrived(system, accepted)

    assert set_aside == [0]
    assert_nothing_lost_or_repeated(system, accepted, tasks)


@contextlib.asynccontextmanager
async def database_away(url: str) -> AsyncIterator[None]:
    """PostgreSQL lets nobody in and throws out who is there; SQLite is locked for longer than anybody waits."""
    if url.startswith("sqlite"):
        engine = engine_for(url)
        async with engine.connect() as connection:
            await connection.exec_driver_sql("BEGIN EXCLUSIVE")
            try:
                yield
            finally:
                await connection.rollback()
        await engine.dispose()
        return
    name = sa.make_url(url).database
    admin = engine_for(Settings(service="housing").database).execution_options(isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        await connection.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )
        try:
            yield
        finally:
            await connection.execute(sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
    await admin.dispose()


@pytest.mark.parametrize("name", KILLED)
def test_what_was_killed_runs_again(system, name):
    system.wait_until_ready(name)
