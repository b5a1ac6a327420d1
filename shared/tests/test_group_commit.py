"""Submissions that come at the same time are saved by one commit, and each as if it were alone."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shared.clock import now
from shared.database import Database
from shared.group_commit import KeyTaken
from shared.tables import INBOX, KEPT_ANSWER, OUTBOX, InboxEvent

from .submissions import id_of, save_all, saved, submission


@contextmanager
def commits_counted(database: Database) -> Iterator[list[sa.Connection]]:
    counted: list[sa.Connection] = []

    def count(connection: sa.Connection, _: object, statement: str, *__: object) -> None:
        if "INSERT INTO outbox" in statement:  # one in each commit
            counted.append(connection)

    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", count)
    yield counted
    sa.event.remove(database.engine.sync_engine, "before_cursor_execute", count)


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


async def test_events_are_numbered_in_the_order_of_their_submissions(committing_database):
    submissions = [submission() for _ in range(30)]

    await save_all(committing_database, submissions)

    keys = [str(id_of(one)) for one in submissions]
    async with committing_database.reading() as session:
        query = sa.select(OUTBOX.c.key).where(OUTBOX.c.key.in_(keys)).order_by(OUTBOX.c.id)
        assert list((await (await session.connection()).execute(query)).scalars()) == keys
