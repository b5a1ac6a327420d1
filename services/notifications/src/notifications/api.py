"""What staff see and do: their queues, their tasks, and what became of the mails."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Query
from sqlmodel import Field, SQLModel, col, select

from notifications.models import (
    DONE,
    WAITING,
    AlreadyClaimed,
    AlreadyDone,
    Delivery,
    DeliveryStatus,
    NoSuchQueue,
    NoSuchTask,
    NotYours,
    Task,
    TaskStatus,
)
from notifications.rules import QUEUES
from shared.database import Session
from shared.pagination import Page, Paging, page_of
from shared.staff import ADMINISTRATOR
from web import Person, Reading, RequireRole, Router, Transaction, refusals

caseworker = RequireRole("caseworker", ADMINISTRATOR)
Caseworker = Annotated[Person, Depends(caseworker)]

router = Router(tags=["Queues and mails"])


MOST_COUNTED = 1000
IN_WORK = (TaskStatus.OPEN, TaskStatus.CLAIMED)
ABOUT = "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b"


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


class TaskFilter(Paging):
    status: TaskStatus | None = None
    about: UUID | None = None


class TaskOut(SQLModel):
    id: UUID
    event_id: UUID
    about: str = Field(description="The id of the thing.", schema_extra={"examples": [ABOUT]})
    queue: str = Field(schema_extra={"examples": ["boende"]})
    title: str = Field(schema_extra={"examples": ["Granska hus i Lockne inför publicering"]})
    urgent: bool
    identified: bool | None = Field(description="Of an application: whether who sent it in is known. None of all else.")
    status: TaskStatus
    claimed_by: str | None
    claimed_by_name: str | None
    claimed_at: datetime | None
    done_at: datetime | None
    created_at: datetime


class DeliveryFilter(Paging):
    status: DeliveryStatus | None = None
    about: UUID | None = None
    event_id: UUID | None = None


class DeliveryOut(SQLModel):
    id: UUID
    event_id: UUID
    about: str = Field(description="The id of the thing.", schema_extra={"examples": [ABOUT]})
    publisher: str = Field(description="The service that knows the contact.", schema_extra={"examples": ["housing"]})
    contact_id: UUID
    template: str = Field(schema_extra={"examples": ["house_received"]})
    status: DeliveryStatus
    attempts: int
    lapses: int
    next_attempt_at: datetime
    last_error: str | None
    created_at: datetime
    accepted_at: datetime | None


@router.get("/queues", response_model=Page[Queue], operation_id="list_queues")
async def list_queues(person: Caseworker, session: Reading) -> Page[Queue]:
    """The queues of your units, and how much waits in each. An administrator sees every queue."""
    seen = [name for name in QUEUES if person.sees_all or name in person.units]
    if not seen:
        return Page(items=[], next=None)
    rows = await (await session.connection()).execute(sa.union_all(*map(_waiting_in, seen)))
    waiting = {row.queue: row for row in rows}
    return Page(items=[_queue(waiting[name]) for name in seen], next=None)


@router.get(
    "/queues/{queue}/tasks",
    response_model=Page[TaskOut],
    operation_id="list_tasks",
    responses=refusals(NoSuchQueue),
)
async def list_tasks(
    queue: str, wanted: Annotated[TaskFilter, Query()], person: Caseworker, session: Reading
) -> Page[TaskOut]:
    """A queue's tasks. Those not done, the urgent ones first, then the oldest; with `status=done` the newest."""
    if queue not in QUEUES:
        raise NoSuchQueue
    person.require_unit(queue)
    is_done = wanted.status is TaskStatus.DONE
    tasks = select(Task).where(Task.queue == queue, DONE if is_done else WAITING)
    if wanted.status is not None:
        tasks = tasks.where(Task.status == wanted.status)
    if wanted.about is not None:
        tasks = tasks.where(Task.about == str(wanted.about))
    newest = col(Task.done_at).desc(), col(Task.id).desc()
    most_urgent = col(Task.urgent).desc(), col(Task.created_at).asc(), col(Task.id).asc()
    return await page_of(session, tasks, wanted, newest if is_done else most_urgent, TaskOut.model_validate)


@router.post(
    "/tasks/{task_id}/claim",
    response_model=TaskOut,
    operation_id="claim_task",
    responses=refusals(NoSuchTask, AlreadyClaimed, AlreadyDone),
)
async def claim(task_id: UUID, person: Caseworker, tx: Transaction) -> Task:
    """Take a task. Nobody else can take it meanwhile."""
    task = await _task(tx, task_id, person)
    task.claim(person)
    _audit(tx, person, "claim task", task)
    return task


@router.post(
    "/tasks/{task_id}/release",
    response_model=TaskOut,
    operation_id="release_task",
    responses=refusals(NoSuchTask, NotYours, AlreadyDone),
)
async def release(task_id: UUID, person: Caseworker, tx: Transaction) -> Task:
    """Give a task back to its queue."""
    task = await _task(tx, task_id, person)
    task.release(person)
    _audit(tx, person, "release task", task)
    return task


@router.post(
    "/tasks/{task_id}/done",
    response_model=TaskOut,
    operation_id="finish_task",
    responses=refusals(NoSuchTask, NotYours, AlreadyDone),
)
async def finish(task_id: UUID, person: Caseworker, tx: Transaction) -> Task:
    """Finish a task. It stays done."""
    task = await _task(tx, task_id, person)
    task.finish(person)
    _audit(tx, person, "finish task", task)
    return task


@router.get("/deliveries", response_model=Page[DeliveryOut], operation_id="list_deliveries")
async def list_deliveries(
    wanted: Annotated[DeliveryFilter, Query()], person: Caseworker, session: Reading
) -> Page[DeliveryOut]:
    """Your units' mails and what became of them, the newest first. They name contacts by id, never by address."""
    deliveries = select(Delivery)
    if not person.sees_all:
        deliveries = deliveries.where(col(Delivery.unit).in_(person.units))
    if wanted.status is not None:
        deliveries = deliveries.where(Delivery.status == wanted.status)
    if wanted.about is not None:
        deliveries = deliveries.where(Delivery.about == str(wanted.about))
    if wanted.event_id is not None:
        deliveries = deliveries.where(Delivery.event_id == wanted.event_id)
    newest = col(Delivery.created_at).desc(), col(Delivery.id).desc()
    return await page_of(session, deliveries, wanted, newest, DeliveryOut.model_validate)


async def _task(tx: Session, task_id: UUID, person: Person) -> Task:
    task = await tx.get(Task, task_id, with_for_update=True)
    if task is None:
        raise NoSuchTask
    person.require_unit(task.queue)
    return task


def _audit(tx: Session, person: Person, action: str, task: Task) -> None:
    tx.audit(person.subject, action, task=str(task.id), queue=task.queue, about=task.about)


def _waiting_in(queue: str) -> sa.Select[str, int, int, datetime, datetime]:
    """What waits in a queue, read along an index and no further than is counted."""
    open_, claimed = ((col(Task.queue) == queue, WAITING, col(Task.status) == status) for status in IN_WORK)
    return sa.select(
        sa.literal(queue).label("queue"),
        _counted(*open_).label("open"),
        _counted(*claimed).label("claimed"),
        _oldest(*open_).label("open_since"),
        _oldest(*claimed).label("claimed_since"),
    )


def _counted(*which: sa.ColumnExpressionArgument[bool]) -> sa.ScalarSelect[int]:
    first = sa.select(sa.literal(1)).select_from(Task).where(*which).limit(MOST_COUNTED + 1)
    return sa.select(sa.func.count()).select_from(first.subquery()).scalar_subquery()


def _oldest(*which: sa.ColumnExpressionArgument[bool]) -> sa.ScalarSelect[datetime]:
    return sa.select(sa.func.min(Task.created_at)).where(*which).scalar_subquery()


def _queue(row: sa.Row[str, int, int, datetime, datetime]) -> Queue:
    oldest = [at for at in (row.open_since, row.claimed_since) if at is not None]
    return Queue(
        queue=row.queue,
        title=QUEUES[row.queue],
        open=_count(row.open),
        claimed=_count(row.claimed),
        oldest_at=min(oldest, default=None),
    )


def _count(counted: int) -> Count:
    return Count(count=min(counted, MOST_COUNTED), more=counted > MOST_COUNTED)
