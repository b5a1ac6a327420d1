import asyncio
from functools import partial

import pytest

from bus.process import Backoff, Liveness, Stuck, repeat, running
from testkit.waiting import until


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any silence at all is too long."""
    monkeypatch.setattr("bus.process.LONGEST_SILENCE_SECONDS", -1)


async def test_a_process_that_has_made_progress_is_alive():
    liveness = Liveness()

    liveness.progressed()

    await liveness.check()


async def test_a_process_that_has_been_silent_for_too_long_is_stuck(impatient):
    liveness = Liveness()

    with pytest.raises(Stuck):
        await liveness.check()


async def test_a_process_that_stands_by_is_not_stuck(impatient):
    liveness = Liveness()

    liveness.pause()

    await liveness.check()


async def test_after_standing_by_silence_counts_again(impatient):
    liveness = Liveness()
    liveness.pause()

    liveness.progressed()

    with pytest.raises(Stuck):
        await liveness.check()


async def test_waits_double_from_half_to_all_of_the_time_until_the_longest(monkeypatch):
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", note)
    backoff = Backoff(first=1, longest=5)
    for _ in range(4):
        await backoff.wait()
    backoff.reset()
    await backoff.wait()

    for waited, longest in zip(waits, [1, 2, 4, 5, 1], strict=True):
        assert longest / 2 <= waited <= longest


async def test_what_is_repeated_goes_on_after_a_failure_and_stops_with_its_process():
    tried: list[int] = []

    async def fail() -> None:
        tried.append(1)
        raise AssertionError

    async with running(partial(repeat, fail, 0, "it failed")):
        await until(lambda: len(tried) > 2)
    stopped_at = len(tried)
    await asyncio.sleep(0)

    assert len(tried) == stopped_at
