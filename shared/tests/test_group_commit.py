import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from shared.clock import now
from shared.database import Database
from shared.engine import OutcomeUnknown
from shared.events import HouseListed
from shared.group_commit import Inserts, KeyTaken
from shared.tables import INBOX, KEPT_ANSWER, OUTBOX, InboxEvent


def submission(row_id: UUID | None = None, key: str | None = None) -> Inserts:
    """A row of the inbox, an event about it, and an answer kept under the key."""
    inserts = Inserts(municipality="2380")
    row = inserts.insert(InboxEvent, group="test", event_id=row_id or uuid4(), handled_at=now())
    inserts.publish(HouseListed(house_id=row.event_id, owner_contact_id=uuid4()))
    if key is not None:
        inserts.answer = {
            "key": key,
            "fingerprint": "same",
            "status": 201,
            "headers": {},
            "body": b"{}",
            "created_at": now(),
        }
    return inserts


def id_of(inserts: Inserts) -> UUID:
    [row] = inserts.rows[INBOX]
    return row["event_id"]


async def saved(database: Database, *submissions: Inserts) -> list[tuple[bool, bool]]:
    """Of each submission, whether its row is saved and whether its event is."""
    async with database.reading() as session:
        connection = await session.connection()
        rows = set((await connection.execute(sa.select(INBOX.c.event_id))).scalars())
        keys = set((await connection.execute(sa.select(OUTBOX.c.key))).scalars())
    return [(id_of(one) in rows, str(id_of(one)) in keys) for one in submissions]


@contextmanager
def commits_counted(database: Database) -> Iterator[list[sa.Connection]]:
    counted: list[sa.Connection] = []

    def count(connection: sa.Connection, _: object, statement: str, *__: object) -> None:
        if "INSERT INTO outbox" in statement:  # one in each commit
            counted.append(connection)

    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", count)
    yield counted
    sa.event.remove(database.engine.sync_engine, "before_cursor_execute", count)


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


async def save_all(database: Database, submissions: list[Inserts]) -> list[BaseException | None]:
    return await asyncio.gather(*(database.commits.save(one) for one in submissions), return_exceptions=True)


async def test_submissions_at_the_same_time_share_a_commit(committing_database):
    submissions = [submission() for _ in range(50)]

    with commits_counted(committing_database) as commits:
        outcomes = await save_all(committing_database, submissions)

    assert outcomes == [None] * 50
    assert len(commits) <= 2
    assert await saved(committing_database, *submissions) == [(True, True)] * 50


async def test_whoever_has_come_when_a_commit_begins_is_in_it(committing_database):
    async def come_after(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        await committing_database.commits.save(submission())

    with commits_counted(committing_database) as commits:
        await asyncio.gather(*map(come_after, range(5)))

    assert len(commits) == 1


async def test_a_submission_is_told_of_its_commit_and_not_before(committing_database):
    one = submission()
    async with committing_database.transaction() as tx:
        await (await tx.connection()).execute(sa.text("DELETE FROM inbox WHERE 1 = 0"))
        if committing_database.is_postgres:
            await (await tx.connection()).execute(sa.text("LOCK TABLE outbox IN EXCLUSIVE MODE"))
        saving = asyncio.ensure_future(committing_database.commits.save(one))
        await asyncio.wait([saving], timeout=0.3)
        told_early = saving.done()
    await saving

    assert not told_early
    assert await saved(committing_database, one) == [(True, True)]


@pytest.mark.parametrize("position", [0, 7, 19])
async def test_a_row_that_the_database_refuses_fails_alone(committing_database, position):
    taken = submission()
    await committing_database.commits.save(taken)
    submissions = [submission() for _ in range(20)]
    submissions[position] = submission(id_of(taken))

    outcomes = await save_all(committing_database, submissions)

    refused = [number for number, outcome in enumerate(outcomes) if outcome is not None]
    assert refused == [position]
    assert isinstance(outcomes[position], IntegrityError)
    del submissions[position]
    assert await saved(committing_database, *submissions) == [(True, True)] * 19


async def test_nothing_of_a_refused_submission_is_saved(committing_database):
    row_id = uuid4()
    refused = submission(key=uuid4().hex)
    refused.insert(InboxEvent, group="test", event_id=row_id, handled_at=now())
    refused.insert(InboxEvent, group="test", event_id=row_id, handled_at=now())

    with pytest.raises(IntegrityError):
        await committing_database.commits.save(refused)

    async with committing_database.reading() as session:
        connection = await session.connection()
        rows = (await connection.execute(sa.select(INBOX).where(INBOX.c.event_id == row_id))).all()
        events = (
            await connection.execute(sa.select(OUTBOX).where(OUTBOX.c.key.in_([e["key"] for e in refused.events])))
        ).all()
        kept = sa.select(KEPT_ANSWER).where(KEPT_ANSWER.c.key == refused.answer["key"])
        answers = (await connection.execute(kept)).all()
    assert (rows, events, answers) == ([], [], [])


async def test_a_submission_whose_key_is_taken_is_not_saved_and_the_others_are(committing_database):
    first = submission(key=uuid4().hex)
    await committing_database.commits.save(first)
    again, other = submission(key=first.answer["key"]), submission(key=uuid4().hex)

    outcomes = await save_all(committing_database, [again, other])

    assert isinstance(outcomes[0], KeyTaken)
    assert outcomes[1] is None
    assert await saved(committing_database, again, other) == [(False, False), (True, True)]


async def test_of_two_submissions_with_one_key_in_one_commit_the_first_is_saved(committing_database):
    key = uuid4().hex
    first, second = submission(key=key), submission(key=key)

    outcomes = await save_all(committing_database, [first, second])

    assert outcomes[0] is None
    assert isinstance(outcomes[1], KeyTaken)
    assert await saved(committing_database, first, second) == [(True, True), (False, False)]


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


async def test_events_are_numbered_in_the_order_of_their_submissions(committing_database):
    submissions = [submission() for _ in range(30)]

    await save_all(committing_database, submissions)

    keys = [str(id_of(one)) for one in submissions]
    async with committing_database.reading() as session:
        query = sa.select(OUTBOX.c.key).where(OUTBOX.c.key.in_(keys)).order_by(OUTBOX.c.id)
        assert list((await (await session.connection()).execute(query)).scalars()) == keys


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
