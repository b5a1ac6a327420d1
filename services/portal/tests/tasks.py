"""Tasks in the inbox, as notifications keeps them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import col

from notifications.models.tasks import Task, TaskStatus
from shared.clock import day_in_sweden, now
from shared.database import Database, Session
from tests.system import System

TODAY = day_in_sweden(now())
DAY = timedelta(days=1)
HELD = "E8QS-4PZT", "Ansökan om serveringstillstånd, komplettering begärd"
HELD_ID, DONE_ID = UUID(int=5), UUID(int=7)


def case(reference: str, name: str, **values: object) -> Task:
    """The task of a case, which nobody holds unless it says so."""
    about, title = str(uuid4()), f"{reference}: {name}"
    known = {"queue": "avlopp", "name": name, "reference": reference}
    return Task(**{"event_id": uuid4(), "about": about, "title": title, **known, **values})


def held_by(person: str) -> dict[str, object]:
    return {"status": TaskStatus.CLAIMED, "claimed_by": person, "claimed_by_name": person.title(), "claimed_at": now()}


@asynccontextmanager
async def _changing(system: System) -> AsyncIterator[Session]:
    database = Database(system.settings("notifications"))
    async with database.transaction() as tx:
        yield tx
    await database.close()


async def put(system: System, *tasks: Task) -> list[UUID]:
    """Put tasks where notifications has them; their ids."""
    ids = [task.id for task in tasks]
    async with _changing(system) as tx:
        tx.add_all(tasks)
    return ids


async def clear(system: System, queue: str) -> None:
    async with _changing(system) as tx:
        await (await tx.connection()).execute(sa.delete(Task).where(col(Task.queue) == queue))


def a_days_work() -> list[Task]:
    """What a clerk of several units may have before them."""
    later, tomorrow = TODAY + 9 * DAY, TODAY + DAY
    return [
        case("A2KD-7NQX", "Ansökan om enskilt avlopp", due_on=TODAY - 2 * DAY),
        case("B4MP-2XWB", "Anmälan om värmepump", due_on=TODAY, has_news=True, **held_by("maja berg")),
        case("C7TR-9HVC", "Klagomål om olägenhet", queue="halsoskydd", due_on=tomorrow, urgent=True),
        case("D3FG-6KLM", "Registrering av livsmedelsverksamhet", queue="livsmedel", due_on=later),
        case(*HELD, id=HELD_ID, queue="tillstand", due_on=later, **held_by("karl åberg")),
        case("F5VB-3JHN", "sekretessmarkerat", queue="avlopp", confidential=True),
        case("G6XC-8WDR", "Ansökan om kompostering", queue="avfall", id=DONE_ID, status=TaskStatus.DONE, done_at=now()),
    ]
