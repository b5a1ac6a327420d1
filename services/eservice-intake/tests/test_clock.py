"""The clock does what has become due: row by row and once, whenever it looks and however many clocks there are."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from bus.process import Liveness
from eservice_intake.app import settings
from eservice_intake.clock import process
from eservice_intake.clock.due import Due, moment_of
from eservice_intake.clock.process import Clock
from shared.columns import UtcDateTime
from shared.database import Database
from shared.engine import OutcomeUnknown

TODAY = date(2026, 11, 26)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
A_DAY = timedelta(1)


class Errand(SQLModel, table=True):
    """Something to do on a day, and something at a moment."""

    __tablename__ = "test_clock_errand"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    due_on: date | None = Field(default=None, index=True)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    after_id: UUID | None = Field(default=None, foreign_key="test_clock_errand.id")
    is_open: bool = True
    times_done: int = 0


ERRAND = sa.inspect(Errand).local_table
SQLModel.metadata.remove(ERRAND)  # what compares tables with migrations has nothing to do with it


@pytest.fixture
async def database():
    """One with a table of errands, which goes after the test."""
    database = Database(settings)
    async with database.engine.begin() as connection:
        await connection.run_sync(ERRAND.create)
    yield database
    async with database.engine.begin() as connection:
        await connection.run_sync(ERRAND.drop)
    await database.close()


async def run(tx, errand, at):
    errand.times_done += 1
    errand.due_on = None
    errand.due_at = None


async def fail(tx, errand, at):
    errand.times_done += 1
    raise ValueError("it cannot be done")


BY_DAY = Due("errand", Errand, "due_on", run)
BY_MOMENT = Due("errand", Errand, "due_at", run)
AFTER_ANOTHER = Due("errand after another", Errand, "due_on", run, first="after_id")


def clock(database, *dues):
    return Clock(settings, database, Liveness(), dues)


async def has(database, *errands):
    async with database.transaction() as tx:
        tx.add_all(errands)
    return [errand.id for errand in errands]


async def times_done(database):
    async with database.reading() as session:
        rows = await (await session.connection()).execute(sa.select(ERRAND.c.id, ERRAND.c.times_done))
        return {row.id: row.times_done for row in rows}


async def everything_done(clock, at):
    done = [await clock.do_due(at)]
    while done[-1]:
        done.append(await clock.do_due(at))
    return sum(done)


@pytest.mark.parametrize(
    ("at", "done"),
    [
        (datetime(2026, 11, 26, 5, 59, tzinfo=UTC), 0),  # a minute to seven in Sweden
        (datetime(2026, 11, 26, 6, 0, tzinfo=UTC), 1),
        (datetime(2026, 11, 27, 0, 0, tzinfo=UTC), 1),
    ],
)
async def test_what_is_due_on_a_day_is_done_in_the_morning_of_that_day_in_sweden(database, at, done):
    yesterdays, todays = await has(database, Errand(due_on=TODAY - A_DAY), Errand(due_on=TODAY))

    await clock(database, BY_DAY).do_due(at)

    assert await times_done(database) == {yesterdays: 1, todays: done}


def test_mornings_are_those_in_sweden_also_when_the_hour_has_been_moved(database):
    assert moment_of(date(2026, 7, 1)).astimezone(UTC).hour == 5
    assert moment_of(date(2026, 12, 1)).astimezone(UTC).hour == 6


async def test_what_is_due_at_a_moment_is_done_then(database):
    await has(database, Errand(due_at=NOON))

    early = await clock(database, BY_MOMENT).do_due(NOON - timedelta(seconds=1))
    in_time = await clock(database, BY_MOMENT).do_due(NOON)

    assert (early, in_time) == (0, 1)


async def test_a_clock_that_was_down_for_a_week_does_what_it_missed_once(database):
    await has(database, *(Errand(due_on=TODAY - days * A_DAY) for days in range(8)))

    done = await everything_done(clock(database, BY_DAY), NOON)

    assert done == 8
    assert set((await times_done(database)).values()) == {1}


async def test_what_has_no_day_is_left_alone(database):
    await has(database, Errand())

    assert await clock(database, BY_DAY).do_due(NOON) == 0


async def test_more_than_is_done_at_once_is_done_the_next_times(database, monkeypatch):
    monkeypatch.setattr(process, "AT_ONCE", 2)
    await has(database, *(Errand(due_on=TODAY) for _ in range(5)))
    one = clock(database, BY_DAY)

    assert [await one.do_due(NOON) for _ in range(4)] == [2, 2, 1, 0]


async def test_two_clocks_do_each_thing_once(database):
    await has(database, *(Errand(due_on=TODAY) for _ in range(20)))

    done = await asyncio.gather(*(everything_done(clock(database, BY_DAY), NOON) for _ in range(2)))

    assert sum(done) == 20
    assert set((await times_done(database)).values()) == {1}


@pytest.mark.postgres
async def test_what_somebody_works_with_is_left_for_the_next_time(database):
    [held, free] = await has(database, Errand(due_on=TODAY), Errand(due_on=TODAY))
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.select(ERRAND).where(ERRAND.c.id == held).with_for_update())
        await clock(database, BY_DAY).do_due(NOON)

    assert await times_done(database) == {held: 0, free: 1}


@pytest.mark.postgres
async def test_what_comes_first_is_locked_first_and_is_not_waited_for(database):
    [first] = await has(database, Errand())
    [one] = await has(database, Errand(due_on=TODAY, after_id=first))
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.select(ERRAND).where(ERRAND.c.id == first).with_for_update())
        await clock(database, AFTER_ANOTHER).do_due(NOON)
        is_free = sa.select(ERRAND.c.times_done).where(ERRAND.c.id == one).with_for_update(nowait=True)
        times = (await (await tx.connection()).execute(is_free)).scalar()
    await clock(database, AFTER_ANOTHER).do_due(NOON)

    assert (times, await times_done(database)) == (0, {first: 0, one: 1})


async def test_what_fails_leaves_no_trace_keeps_nothing_else_waiting_and_is_put_off(database):
    async def fail_some(tx, errand, at):
        await (run if errand.is_open else fail)(tx, errand, at)

    [bad, good] = await has(database, Errand(due_on=TODAY - A_DAY, is_open=False), Errand(due_on=TODAY))
    one = clock(database, Due("errand that fails", Errand, "due_on", fail_some))

    assert [await one.do_due(NOON) for _ in range(2)] == [1, 0]
    assert await times_done(database) == {bad: 0, good: 1}
    assert REGISTRY.get_sample_value("kommunbuss_clock_failed_total", {"what": "errand that fails"}) == 1


async def test_what_failed_is_tried_again_later(database, monkeypatch):
    monkeypatch.setattr(process, "PUT_OFF_SECONDS", 0)
    tried = []

    async def fail_once(tx, errand, at):
        tried.append(errand.id)
        await (run if len(tried) > 1 else fail)(tx, errand, at)

    await has(database, Errand(due_on=TODAY))
    one = clock(database, Due("errand", Errand, "due_on", fail_once))

    assert [await one.do_due(NOON) for _ in range(2)] == [0, 1]


async def test_when_the_database_is_away_nothing_is_blamed_for_it(database):
    async def lose(tx, errand, at):
        raise OutcomeUnknown

    await has(database, Errand(due_on=TODAY))

    with pytest.raises(OutcomeUnknown):
        await clock(database, Due("errand", Errand, "due_on", lose)).do_due(NOON)


async def test_what_would_be_done_for_ever_is_undone(database):
    async def forget(tx, errand, at):
        errand.times_done += 1

    [errand] = await has(database, Errand(due_on=TODAY))

    assert await everything_done(clock(database, Due("errand", Errand, "due_on", forget)), NOON) == 0
    assert await times_done(database) == {errand: 0}


async def test_what_comes_every_week_is_done_for_each_that_was_missed(database):
    async def come_again(tx, errand, at):
        errand.times_done += 1
        errand.due_on += timedelta(weeks=1)

    [errand] = await has(database, Errand(due_on=TODAY - timedelta(weeks=2)))

    assert await everything_done(clock(database, Due("errand", Errand, "due_on", come_again)), NOON) == 3
    assert await times_done(database) == {errand: 3}


@pytest.mark.parametrize("flushed", [False, True])
async def test_what_is_deleted_when_it_is_due_is_done(database, flushed):
    async def remove(tx, errand, at):
        await tx.delete(errand)
        if flushed:
            await tx.flush()

    await has(database, Errand(due_on=TODAY))

    assert await everything_done(clock(database, Due("errand", Errand, "due_on", remove)), NOON) == 1
    assert await times_done(database) == {}


async def test_it_rests_until_the_next_is_due_and_no_longer_than_a_minute(database):
    longest = 60 if database.is_postgres else 1
    await has(database, Errand(due_at=NOON + timedelta(hours=1)))
    one = clock(database, BY_DAY, BY_MOMENT)

    await one.do_due(NOON)
    far = one.rest_seconds
    await one.do_due(NOON + timedelta(minutes=59, seconds=59.5))

    assert (far, one.rest_seconds) == (longest, 0.5)


async def test_it_tells_what_is_overdue_and_for_how_long(database):
    await has(database, Errand(due_at=process.now() - timedelta(hours=1)), Errand(due_at=process.now() - A_DAY))

    await clock(database, Due("overdue errand", Errand, "due_at", run)).measure()

    about = {"what": "overdue errand"}
    assert REGISTRY.get_sample_value("kommunbuss_clock_due", about) == 2
    assert REGISTRY.get_sample_value("kommunbuss_clock_late_seconds", about) == pytest.approx(86_400, abs=60)


async def test_it_tells_when_it_looked(database):
    await clock(database, BY_DAY).do_due(NOON)

    assert REGISTRY.get_sample_value("kommunbuss_clock_looked_at_seconds") == NOON.timestamp()
