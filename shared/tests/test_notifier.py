"""How often others are told that something was committed for them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.notifier import Notifier


class Noted:
    """An engine that notes what is sent and how long is rested afterwards; to send takes as long as is said."""

    dialect = SimpleNamespace(name="postgresql")

    def __init__(self) -> None:
        self.notifier = Notifier(cast(AsyncEngine, self))
        self.takes = self.time = 0.0
        self.noted: list[Any] = []
        self.comes_meanwhile: list[set[str]] = []

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["Noted"]:
        yield self

    async def execute(self, statement: Any) -> None:
        self.noted.append(str(statement))
        self.time += self.takes

    async def rest(self, seconds: float) -> None:
        self.noted.append(seconds)
        while self.comes_meanwhile:
            self.notifier.notify(self.comes_meanwhile.pop())


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Noted:
    noted = Noted()
    monkeypatch.setattr("shared.notifier.time", SimpleNamespace(monotonic=lambda: noted.time))
    monkeypatch.setattr("shared.notifier.asyncio.sleep", noted.rest)
    return noted


@pytest.mark.parametrize(("takes", "rests"), [(0.0, 0.0), (0.0078125, 0.078125), (3, 0.1)])
async def test_nobody_is_told_anew_for_ten_times_as_long_as_it_took_and_at_most_a_tenth_of_a_second(
    engine, takes, rests
):
    engine.takes = takes

    engine.notifier.notify({"outbox"})
    await engine.notifier.close()

    assert engine.noted == ["NOTIFY outbox", rests]


async def test_what_comes_meanwhile_is_told_together(engine):
    engine.comes_meanwhile = [{"outbox"}, {"outbox"}, {"outbox"}]

    engine.notifier.notify({"outbox"})
    await engine.notifier.close()

    assert engine.noted == ["NOTIFY outbox", 0.0, "NOTIFY outbox", 0.0]
