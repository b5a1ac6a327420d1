"""A case as its events tell of it, and the tasks that they make, for tests."""

from datetime import date

import httpx
from sqlmodel import select
from uuid_utils.compat import uuid7

from notifications.models.tasks import Task
from shared.database import Database
from shared.events import ApplicationSubmitted, CaseMoved, Language

REFERENCE = "K7M4-P2XR"
NAME = "K7M4-P2XR: Enskilt avlopp"
DUE = date(2030, 3, 15)


def received(**values: object) -> ApplicationSubmitted:
    about = {"application_id": uuid7(), "eservice": "enskilt-avlopp", "kind": "ansokan", "unit": "avlopp", **values}
    return ApplicationSubmitted(
        reference=REFERENCE, title={Language.SWEDISH: "Enskilt avlopp"}, language=Language.SWEDISH, **about
    )


def facts(case: ApplicationSubmitted, **values: object) -> dict[str, object]:
    """What every event about the case says. It has no applicant to write to."""
    names = ("application_id", "reference", "eservice", "kind", "unit", "language")
    return {**{name: getattr(case, name) for name in names}, **values}


def moved(case: ApplicationSubmitted, to: str = "miljoskydd", of: str = "avlopp") -> CaseMoved:
    return CaseMoved(**facts(case, unit=to), from_unit=of)


async def tasks_of(database: Database, case: ApplicationSubmitted) -> list[Task]:
    async with database.reading() as session:
        query = select(Task).where(Task.about == str(case.application_id)).order_by(Task.id)
        return list(await session.exec(query))


async def task_of(database: Database, case: ApplicationSubmitted) -> Task:
    [task] = await tasks_of(database, case)
    return task


async def claim(client: httpx.AsyncClient, headers: dict[str, str], task: Task) -> None:
    response = await client.post(f"/tasks/{task.id}/claim", headers=headers)
    assert response.status_code == 200, response.text
