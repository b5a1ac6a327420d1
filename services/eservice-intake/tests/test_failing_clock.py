"""What cannot be done when it is due, or is late, and what the clock tells of it."""

from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from eservice_intake.clock import process
from eservice_intake.clock.due import Due
from shared.engine import OutcomeUnknown

from .errands import A_DAY, NOON, TODAY, Errand, clock, everything_done, fail, has, run, times_done, with_errands


@pytest.fixture
async def database():
    async with with_errands() as database:
        yield database


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


async def test_it_tells_what_is_overdue_and_for_how_long(database):
    await has(database, Errand(due_at=process.now() - timedelta(hours=1)), Errand(due_at=process.now() - A_DAY))

    await clock(database, Due("overdue errand", Errand, "due_at", run)).measure()

    about = {"what": "overdue errand"}
    assert REGISTRY.get_sample_value("kommunbuss_clock_due", about) == 2
    assert REGISTRY.get_sample_value("kommunbuss_clock_late_seconds", about) == pytest.approx(86_400, abs=60)
