"""The clock does what has become due: row by row and once, whenever it looks and however many clocks there are."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from eservice_intake.clock import process
from eservice_intake.clock.due import Due, moment_of

from .errands import (
    A_DAY,
    AFTER_ANOTHER,
    BY_DAY,
    BY_MOMENT,
    ERRAND,
    NOON,
    TODAY,
    Errand,
    clock,
    everything_done,
    has,
    times_done,
    with_errands,
)


@pytest.fixture
async def database():
    async with with_errands() as database:
        yield database


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
async def test_what_somebody_works_with_is_left_for_the_next_time_and_the_clock_knows_that_it_is_behind(database):
    [held, free] = await has(database, Errand(due_on=TODAY), Errand(due_on=TODAY))
    of_this_test = clock(database, BY_DAY)
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.select(ERRAND).where(ERRAND.c.id == held).with_for_update())
        await of_this_test.do_due(NOON)
        was_behind = await of_this_test.is_behind(NOON)
    times = await times_done(database)
    await of_this_test.do_due(NOON)

    assert (times, was_behind) == ({held: 0, free: 1}, True)
    assert not await of_this_test.is_behind(NOON)


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


async def test_it_tells_when_it_looked(database):
    await clock(database, BY_DAY).do_due(NOON)

    assert REGISTRY.get_sample_value("kommunbuss_clock_looked_at_seconds") == NOON.timestamp()
