import asyncio

import pytest

from bus.locks import sole_holder
from shared.database import Database

MEET_SECONDS = 0.5  # two who hold it at once meet in far less


@pytest.fixture
def both(monkeypatch) -> asyncio.Barrier:
    monkeypatch.setattr("bus.locks.STANDBY_SECONDS", 0.02)
    return asyncio.Barrier(2)


async def holder(database: Database, name: str, both: asyncio.Barrier) -> bool:
    """Whether the other held it too before this one let go."""
    async with sole_holder(database, name):
        try:
            async with asyncio.timeout(MEET_SECONDS):
                await both.wait()
        except TimeoutError:
            return False
    return True


async def test_a_lock_has_one_holder_at_a_time(committing_database, both):
    names = ("publishing", "publishing")

    assert await asyncio.gather(*(holder(committing_database, name, both) for name in names)) == [False, False]


async def test_locks_of_two_names_are_held_at_once(committing_database, both):
    names = ("publishing", "cleaning")

    assert await asyncio.gather(*(holder(committing_database, name, both) for name in names)) == [True, True]
