"""Errands for a clock, which are in no service: a table of their own, and what is done with them."""

from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from bus.process import Liveness
from eservice_intake.app import settings
from eservice_intake.clock.due import Due
from eservice_intake.clock.process import Clock
from shared.columns import UtcDateTime
from shared.database import Database

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


@asynccontextmanager
async def with_errands():
    """A database with a table of errands, which goes after the test."""
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
