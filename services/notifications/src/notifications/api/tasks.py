"""Staff take the tasks of their queues."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Query
from sqlmodel import Field, SQLModel, col, select

from notifications.api.queues import Caseworker, caseworker
from notifications.models.tasks import (
    DONE,
    HELD,
    WAITING,
    AlreadyClaimed,
    AlreadyDone,
    ConfidentialTask,
    NoSuchQueue,
    NoSuchTask,
    NotYours,
    OnlyTheHead,
    Task,
    TaskStatus,
)
from notifications.rules.routing import queues
from shared.database import Session
from shared.events import TaskClaimed, TaskDone, TaskReleased
from shared.fields import Line
from shared.pagination import Order, Page, Paging, page_of
from web import Person, Reading, Router, Transaction, refusals

router = Router(tags=["Queues and mails"], dependencies=[Depends(caseworker)])

ABOUT = "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b"


class TaskFilter(Paging):
    status: TaskStatus | None = None
    about: UUID | None = None
    reference: Line | None = Field(
        None, max_length=40, description="Of a case.", schema_extra={"examples": ["K7MP-2XWB"]}
    )
    mine: bool = Field(False, description="Only those that the caller holds, what has news first.")
    claimed_by: Line | None = Field(None, max_length=255, description="Only those that this person holds.")


class AssignmentForm(SQLModel):
    """Who shall hold the task."""

    model_config = {"extra": "forbid"}

    subject: Line = Field(
        max_length=255,
        description="Of the person's token, as `claimed_by` has it.",
        schema_extra={"examples": ["a1b2"]},
    )
    name: Line = Field(max_length=120, schema_extra={"examples": ["Anna Ek"]})


class TaskOut(SQLModel):
    """A task. One that is confidential tells its reference alone, unless the reader holds it or heads the unit."""

    id: UUID
    event_id: UUID
    about: str = Field(description="The id of the thing.", schema_extra={"examples": [ABOUT]})
    queue: str = Field(schema_extra={"examples": ["boende"]})
    title: str = Field(schema_extra={"examples": ["Granska hus i Lockne inför publicering"]})
    reference: str | None = Field(description="Of a case.", schema_extra={"examples": ["K7MP-2XWB"]})
    kind: str | None = Field(description="Of a case.", schema_extra={"examples": ["ansokan"]})
    due_on: date | None = Field(description="The day something must be done, or is waited for.")
    urgent: bool
    has_news: bool = Field(description="Something came in that nobody has acted on.")
    confidential: bool
    identified: bool | None = Field(description="Of an application: whether who sent it in is known. None of all else.")
    status: TaskStatus
    claimed_by: str | None
    claimed_by_name: str | None
    claimed_at: datetime | None
    done_at: datetime | None
    done_because: str | None = Field(
        description="Why nothing is left to do, when it was not the holder who said so.",
        schema_extra={"examples": ["Flyttat till Miljöskydd"]},
    )
    created_at: datetime


@router.get(
    "/queues/{queue}/tasks",
    response_model=Page[TaskOut],
    operation_id="list_tasks",
    responses=refusals(NoSuchQueue),
)
async def list_tasks(
    queue: str, wanted: Annotated[TaskFilter, Query()], person: Caseworker, session: Reading
) -> Page[TaskOut]:
    """A queue's tasks. Those not done, the urgent ones first, then those with news, then the oldest.

    With `status=done` the newest first, and with `mine` what has news before what is urgent.
    """
    if queue not in queues():
        raise NoSuchQueue
    person.require_unit(queue)
    tasks = select(Task).where(Task.queue == queue, *_wanted(wanted, person))
    return await page_of(session, tasks, wanted, _order(wanted), lambda task: shown(task, person))


@router.post(
    "/tasks/{task_id}/claim",
    response_model=TaskOut,
    operation_id="claim_task",
    responses=refusals(NoSuchTask, ConfidentialTask, AlreadyClaimed, AlreadyDone),
)
async def claim(task_id: UUID, person: Caseworker, tx: Transaction) -> Task:
    """Take a task. Nobody else can take it meanwhile."""
    task = await _task(tx, task_id, person)
    if task.claim(person):
        tx.publish(_claimed(task))
    _audit(tx, person, "claim task", task)
    return task


@router.post(
    "/tasks/{task_id}/assignment",
    response_model=TaskOut,
    operation_id="assign_task",
    responses=refusals(NoSuchTask, OnlyTheHead, AlreadyClaimed, AlreadyDone),
)
async def assign(task_id: UUID, form: AssignmentForm, person: Caseworker, tx: Transaction) -> Task:
    """Give a task to somebody. The head of the unit does so; who gets it handles the case, also a confidential one."""
    task = await _task(tx, task_id, person)
    if task.assign(person, form.subject, form.name):
        tx.publish(_claimed(task))
    _audit(tx, person, "assign task", task)
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
    tx.publish(TaskReleased(**_facts(task), holder_id=person.id))
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
    tx.publish(TaskDone(**_facts(task), holder_id=person.id))
    _audit(tx, person, "finish task", task)
    return task


def shown(task: Task, person: Person) -> TaskOut:
    """The task as the person may see it."""
    seen = TaskOut.model_validate(task)
    if not task.is_open_to(person):
        seen.kind = seen.due_on = seen.identified = seen.done_because = None
    return seen


def _claimed(task: Task) -> TaskClaimed:
    assert task.holder_id is not None
    return TaskClaimed(**_facts(task), holder_id=task.holder_id, confidential=task.confidential)


def _wanted(wanted: TaskFilter, person: Person) -> Iterator[sa.ColumnElement[bool] | sa.TextClause]:
    of_a_holder = wanted.mine or wanted.claimed_by is not None
    yield DONE if wanted.status is TaskStatus.DONE else HELD if of_a_holder else WAITING
    if wanted.status is not None:
        yield col(Task.status) == wanted.status
    if wanted.about is not None:
        yield col(Task.about) == str(wanted.about)
    if wanted.reference is not None:
        yield col(Task.reference) == wanted.reference.upper()
    if wanted.claimed_by is not None:
        yield col(Task.claimed_by) == wanted.claimed_by
    if wanted.mine:
        yield col(Task.claimed_by) == person.subject


def _order(wanted: TaskFilter) -> Sequence[Order]:
    if wanted.status is TaskStatus.DONE:
        return col(Task.done_at).desc(), col(Task.id).desc()
    urgent, news = col(Task.urgent).desc(), col(Task.has_news).desc()
    first = (news, urgent) if wanted.mine else (urgent, news)
    return *first, col(Task.created_at).asc(), col(Task.id).asc()


async def _task(tx: Session, task_id: UUID, person: Person) -> Task:
    task = await tx.get(Task, task_id, with_for_update=True)
    if task is None:
        raise NoSuchTask
    person.require_unit(task.queue)
    return task


def _audit(tx: Session, person: Person, action: str, task: Task) -> None:
    tx.audit(person.subject, action, task=str(task.id), queue=task.queue, about=task.about)


def _facts(task: Task) -> dict[str, Any]:
    return {"task_id": task.id, "about_id": UUID(task.about), "queue": task.queue}
