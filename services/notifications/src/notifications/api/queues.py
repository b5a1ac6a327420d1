"""Staff see how much waits in their queues."""

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends
from sqlmodel import Field, SQLModel, col

from notifications.models.tasks import WAITING, Task, TaskStatus
from notifications.rules.routing import queues
from shared.pagination import Page
from shared.staff import ADMINISTRATOR, CASEWORKER, REGISTRATOR, UNIT_HEAD
from web import Person, Reading, RequireRole, Router

caseworker = RequireRole(CASEWORKER, UNIT_HEAD, REGISTRATOR, ADMINISTRATOR)
Caseworker = Annotated[Person, Depends(caseworker)]

router = Router(tags=["Queues and mails"], dependencies=[Depends(caseworker)])

MOST_COUNTED = 1000
IN_WORK = (TaskStatus.OPEN, TaskStatus.CLAIMED)


class Count(SQLModel):
    """How many there are, counted up to 1,000."""

    count: int = Field(ge=0, le=MOST_COUNTED, schema_extra={"examples": [17]})
    more: bool = Field(
        description="Whether there are more than `count`: show “1000+”.", schema_extra={"examples": [False]}
    )


class Queue(SQLModel):
    queue: str = Field(schema_extra={"examples": ["boende"]})
    title: str = Field(schema_extra={"examples": ["Boende"]})
    open: Count
    claimed: Count
    oldest_at: datetime | None = Field(description="Since when the oldest task that is not done waits.")


@router.get("/queues", response_model=Page[Queue], operation_id="list_queues")
async def list_queues(person: Caseworker, session: Reading) -> Page[Queue]:
    """The queues of your units, and how much waits in each. An administrator sees every queue."""
    seen = [name for name in queues() if person.sees_all or name in person.units]
    if not seen:
        return Page(items=[], next=None)
    rows = await (await session.connection()).execute(sa.union_all(*map(_waiting_in, seen)))
    waiting = {row.queue: row for row in rows}
    return Page(items=[_queue(waiting[name]) for name in seen], next=None)


def _waiting_in(queue: str) -> sa.Select[str, int, int, datetime, datetime]:
    """What waits in a queue, read along an index and no further than is counted."""
    open_, claimed = ((col(Task.queue) == queue, WAITING, col(Task.status) == status) for status in IN_WORK)
    return sa.select(
        sa.literal(queue).label("queue"),
        counted(*open_).label("open"),
        counted(*claimed).label("claimed"),
        _oldest(*open_).label("open_since"),
        _oldest(*claimed).label("claimed_since"),
    )


def counted(*which: sa.ColumnExpressionArgument[bool]) -> sa.ScalarSelect[int]:
    """How many there are, looked for no further than is counted."""
    first = sa.select(sa.literal(1)).select_from(Task).where(*which).limit(MOST_COUNTED + 1)
    return sa.select(sa.func.count()).select_from(first.subquery()).scalar_subquery()


def _oldest(*which: sa.ColumnExpressionArgument[bool]) -> sa.ScalarSelect[datetime]:
    return sa.select(sa.func.min(Task.created_at)).where(*which).scalar_subquery()


def _queue(row: sa.Row[str, int, int, datetime, datetime]) -> Queue:
    oldest = [at for at in (row.open_since, row.claimed_since) if at is not None]
    return Queue(
        queue=row.queue,
        title=queues()[row.queue].sv,
        open=count(row.open),
        claimed=count(row.claimed),
        oldest_at=min(oldest, default=None),
    )


def count(found: int) -> Count:
    return Count(count=min(found, MOST_COUNTED), more=found > MOST_COUNTED)
