import asyncio

import pytest

from bus import locks
from bus.locks import sole_holder
from testkit.waiting import until


@pytest.fixture
def tries(monkeypatch) -> list[str]:
    """A name for each time that a lock has been tried."""
    made: list[str] = []

    def count(name: str) -> None:
        real = getattr(locks, name)
        monkeypatch.setattr(locks, name, lambda *arguments: made.append(name) or real(*arguments))

    count("_lock_file")
    count("_lock_postgres")
    monkeypatch.setattr(locks, "STANDBY_SECONDS", 0.02)
    return made


async def test_a_lock_has_one_holder_at_a_time(committing_database, tries):
    held: list[str] = []

    async def hold() -> None:
        async with sole_holder(committing_database, "publishing"):
            held.append("publishing")

    async with sole_holder(committing_database, "publishing"):
        second = asyncio.create_task(hold())
        await until(lambda: held or len(tries) >= 3)
        assert held == [], "the second has tried twice"
    await second

    assert held == ["publishing"]


async def test_locks_of_two_names_are_held_at_once(committing_database):
    async with sole_holder(committing_database, "publishing"), sole_holder(committing_database, "cleaning"):
        pass
