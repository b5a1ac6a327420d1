"""Every accepted submission gets its task exactly once and its mail at least once, whatever goes away."""

import asyncio
import contextlib
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import psutil
import pytest
import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer

from shared.database import Database
from shared.inlet import dead_letter_topic
from shared.migrations import engine_for
from shared.settings import Settings

KILLED = ("eservice-intake-relay", "notifications-consumer", "notifications-mailer")
PATIENCE_SECONDS = 60


def complaint(recipient: str) -> dict[str, object]:
    answers = {
        "nuisance": "buller", "place": "Storgatan 12", "description": "Fläkten brummar varje natt.",
        "frequency": "ofta", "contacted_responsible": False, "anonymous": False, "complainant_email": recipient,
    }  # fmt: skip
    return {"eservice": "klagomal-olagenhet", "language": "sv", "answers": answers}


async def submit(http: httpx.AsyncClient, system, recipient: str) -> str:
    response = await http.post(f"{system.apis.intake}/applications", json=complaint(recipient))
    return str(response.raise_for_status().json()["id"])


async def tasks_about(database: Database, ids: set[str]) -> Counter[str]:
    async with database.reading() as session:
        rows = await (await session.connection()).execute(sa.text("SELECT about FROM staff_task"))
        return Counter(about for about in rows.scalars() if about in ids)


async def until_all_arrived(system, accepted: dict[str, str]) -> Counter[str]:
    """Wait for every task and mail, then give the tasks of each submission."""
    database = Database(system.settings("notifications"))
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                tasks = await tasks_about(database, set(accepted))
                mailed = {recipient for recipient in accepted.values() if system.mailbox.mails[recipient]}
                if len(tasks) == len(accepted) == len(mailed):
                    return tasks
                await asyncio.sleep(0.2)
    except TimeoutError:
        return tasks
    finally:
        await database.close()


def assert_nothing_lost_or_repeated(system, accepted: dict[str, str], tasks: Counter[str]) -> None:
    assert tasks == dict.fromkeys(accepted, 1)
    for recipient in accepted.values():
        message_ids = {mail["message-id"] for mail in system.mailbox.mails[recipient]}
        assert len(message_ids) == 1, "at least one mail, and a repeated one is the same mail"


@contextlib.asynccontextmanager
async def counting_dead_letters(group: str = "notifications") -> AsyncIterator[list[int]]:
    """How many records were set aside meanwhile."""
    servers = Settings(service="tests").kafka_bootstrap_servers
    consumer = AIOKafkaConsumer(dead_letter_topic(group), bootstrap_servers=servers)
    await consumer.start()
    try:
        before = sum((await consumer.end_offsets(consumer.assignment())).values())
        counted: list[int] = []
        yield counted
        counted.append(sum((await consumer.end_offsets(consumer.assignment())).values()) - before)
    finally:
        await consumer.stop()


async def test_processes_killed_at_random_under_load_lose_nothing_and_repeat_no_task(system):
    accepted: dict[str, str] = {}
    chance = random.Random(7)

    async def load() -> None:
        async with httpx.AsyncClient() as http:
            for number in range(400):
                recipient = f"load.{number}@example.com"
                accepted[await submit(http, system, recipient)] = recipient
                await asyncio.sleep(0.015)

    loading = asyncio.ensure_future(load())
    while not loading.done():
        await asyncio.sleep(chance.uniform(0.3, 1.5))
        await asyncio.to_thread(system.restart, chance.choice(KILLED))
    await loading
    tasks = await until_all_arrived(system, accepted)

    assert len(accepted) == 400
    assert_nothing_lost_or_repeated(system, accepted, tasks)


async def test_submissions_accepted_while_kafka_is_away_arrive_when_it_returns(system):
    accepted: dict[str, str] = {}

    with kafka_paused():
        async with httpx.AsyncClient() as http:
            for number in range(40):
                recipient = f"kafka.{number}@example.com"
                accepted[await submit(http, system, recipient)] = recipient
        await asyncio.sleep(5)
        arrived_meanwhile = [recipient for recipient in accepted.values() if system.mailbox.mails[recipient]]
    tasks = await until_all_arrived(system, accepted)

    assert arrived_meanwhile == []
    assert_nothing_lost_or_repeated(system, accepted, tasks)


@contextlib.contextmanager
def kafka_paused():
    """Stop the broker's process in its tracks, and let it go on."""
    port = int(Settings(service="tests").kafka_bootstrap_servers.rsplit(":", 1)[1])
    [pid] = {c.pid for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.laddr.port == port}
    broker = psutil.Process(pid)
    broker.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        broker.send_signal(signal.SIGCONT)


async def test_a_database_that_is_away_ten_seconds_loses_and_sets_aside_nothing(system):
    accepted: dict[str, str] = {}

    async with counting_dead_letters() as set_aside:
        async with database_away(system.settings("notifications").database), httpx.AsyncClient() as http:
            for number in range(40):
                recipient = f"database.{number}@example.com"
                accepted[await submit(http, system, recipient)] = recipient
            await asyncio.sleep(10)
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
            yield
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
        yield
        await connection.execute(sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
    await admin.dispose()


@pytest.mark.parametrize("name", KILLED)
def test_what_was_killed_runs_again(system, name):
    system.wait_until_ready(name)
