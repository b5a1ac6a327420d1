"""What the service keeps of what staff do goes by itself, though no process of its own works in the background."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from shared.clock import now
from shared.database import Database
from shared.tables import KEPT_ANSWER
from testkit.waiting import until


@pytest.fixture
def purged_once(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set when what is repeated hourly has been done the first time."""
    done = asyncio.Event()

    async def once(action: Callable[[], Awaitable[None]], _seconds: float, _complaint: str) -> None:
        await action()
        done.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("bus.process.repeat", once)
    return done


async def keep(database: Database, key: str, at: datetime) -> None:
    async with database.transaction() as tx:
        row = {"key": key, "fingerprint": "", "status": 201, "headers": {}, "body": b"", "created_at": at}
        await (await tx.connection()).execute(KEPT_ANSWER.insert().values(row))


async def test_an_answer_to_an_idempotency_key_is_forgotten_after_its_hours(
    app: FastAPI, database: Database, purged_once: asyncio.Event
):
    kept_for = timedelta(hours=app.state.settings.idempotency_retention_hours)
    await keep(database, "new", now() - kept_for + timedelta(minutes=5))
    await keep(database, "old", now() - kept_for - timedelta(minutes=5))

    async with app.state.beside(database):
        await until(purged_once.is_set, seconds=10)

    async with database.reading() as session:
        left = (await (await session.connection()).execute(sa.select(KEPT_ANSWER.c.key))).scalars().all()
    assert left == ["new"]
