"""What those who wait for a commit are told when it, or the database, fails."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, ProgrammingError

from shared.database import Database
from shared.engine import OutcomeUnknown

from .submissions import save_all, saved, submission


@contextmanager
def breaking_off(database: Database) -> Iterator[None]:
    """Let the database go away when it should say that it has committed."""

    def break_off(*_: object) -> None:
        raise OperationalError("COMMIT", {}, OSError("away"), connection_invalidated=True)

    name = "after_cursor_execute" if database.is_postgres else "commit"
    sa.event.listen(database.engine.sync_engine, name, break_off)
    yield
    sa.event.remove(database.engine.sync_engine, name, break_off)


async def terminate(database: Database, pid: int) -> None:
    """End a connection of the database, from another."""
    connection = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    await connection.execute("SELECT pg_terminate_backend($1)", pid)
    await connection.close()


async def until_it_commits(database: Database) -> None:
    """Return when what was to be saved is being saved, so that what comes then is another commit's."""
    await asyncio.sleep(0)
    while database.commits._waiting:
        await asyncio.sleep(0)


async def test_a_handler_that_gives_up_takes_nobody_with_it(committing_database):
    gives_up, stays = submission(), submission()
    giving_up = asyncio.ensure_future(committing_database.commits.save(gives_up))
    staying = asyncio.ensure_future(committing_database.commits.save(stays))
    await asyncio.sleep(0)

    giving_up.cancel()

    async with asyncio.timeout(10):
        await staying
    assert await saved(committing_database, stays) == [(True, True)]


async def test_a_writer_that_failed_writes_the_next(committing_database, monkeypatch):
    def fail() -> None:
        raise OperationalError("BEGIN", {}, OSError("away"))

    with monkeypatch.context() as broken:
        broken.setattr(committing_database.commits, "_committing", fail)
        outcomes = await save_all(committing_database, [submission(), submission()])
    after = submission()
    await committing_database.commits.save(after)

    assert [type(outcome) for outcome in outcomes] == [OperationalError, OperationalError]
    assert await saved(committing_database, after) == [(True, True)]


async def test_while_no_database_answers_everybody_is_told_at_once(committing_database, monkeypatch):
    attempts = 0

    def refuse() -> None:
        nonlocal attempts
        attempts += 1
        raise ConnectionRefusedError

    monkeypatch.setattr(committing_database.commits, "_committing", refuse)

    outcomes = await save_all(committing_database, [submission() for _ in range(50)])

    assert {type(outcome) for outcome in outcomes} == {ConnectionRefusedError}
    assert attempts == 1


async def test_a_look_up_of_keys_that_fails_stops_nobody_else(committing_database, monkeypatch):
    def fail() -> None:
        raise ConnectionRefusedError

    taken = submission(key=uuid4().hex)
    await committing_database.commits.save(taken)
    monkeypatch.setattr(committing_database.commits, "_reading", fail)
    again, later = submission(key=taken.key), submission()
    first = asyncio.ensure_future(committing_database.commits.save(again))
    await until_it_commits(committing_database)

    async with asyncio.timeout(10):
        outcomes = await asyncio.gather(first, committing_database.commits.save(later), return_exceptions=True)

    assert isinstance(outcomes[0], ConnectionRefusedError)
    assert outcomes[1] is None


async def test_when_the_database_goes_away_during_the_commit_nobody_is_told_that_it_failed(committing_database):
    with breaking_off(committing_database), pytest.raises(OutcomeUnknown):
        await committing_database.commits.save(submission())


async def test_when_the_database_answers_that_it_cannot_nobody_is_told_that_it_may_have(committing_database):
    async with committing_database.engine.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE inbox RENAME TO elsewhere"))
    try:
        with pytest.raises((OperationalError, ProgrammingError)):
            await committing_database.commits.save(submission())
    finally:
        async with committing_database.engine.begin() as connection:
            await connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO inbox"))


@pytest.mark.postgres
async def test_a_connection_that_ended_while_nobody_used_it_costs_nobody_an_answer(committing_database):
    await committing_database.commits.save(submission())
    await committing_database.notifier.close()
    async with committing_database.engine.connect() as unused:
        connection = (await unused.get_raw_connection()).driver_connection
    closed = asyncio.Event()
    connection.add_termination_listener(lambda _: closed.set())
    pid = connection.get_server_pid()
    await terminate(committing_database, pid)
    await closed.wait()

    one = submission()
    await committing_database.commits.save(one)

    assert await saved(committing_database, one) == [(True, True)]
