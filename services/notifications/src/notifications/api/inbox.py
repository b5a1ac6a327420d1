"""Staff see the tasks of all their queues as one list."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Query
from sqlmodel import Field, SQLModel, col, select

from notifications.api.queues import Caseworker, Count, caseworker, count, counted
from notifications.api.tasks import TaskOut, shown
from notifications.models.tasks import DONE, DUE, HELD, WAITING, Task, TaskStatus
from notifications.rules.routing import queues
from shared.clock import SWEDEN, day_in_sweden, now
from shared.fields import Line
from shared.pagination import Order, Page, Paging, page_of
from web import Person, Reading, Router

router = Router(tags=["Queues and mails"], dependencies=[Depends(caseworker)])

Condition = sa.ColumnExpressionArgument[bool]


class View(StrEnum):
    """Which tasks are wanted: those that nobody holds, one's own, all not done, late ones, those done today."""

    UNASSIGNED = "unassigned"
    MINE = "mine"
    WAITING = "waiting"
    LATE = "late"
    DONE_TODAY = "done_today"


class InboxFilter(Paging):
    view: View = View.WAITING
    queue: Line | None = Field(None, max_length=40, schema_extra={"examples": ["boende"]})
    status: TaskStatus | None = None
    urgent: bool = Field(False, description="Only those that are urgent.")
    has_news: bool = Field(False, description="Only those where something came in that nobody has acted on.")
    text: Line | None = Field(
        None,
        max_length=100,
        description="In the title, which begins with a case's reference.",
        schema_extra={"examples": ["K7MP-2XWB"]},
    )
    id: list[UUID] = Field([], max_length=100, description="Only these, whatever their status and whoever holds them.")


class Counts(SQLModel):
    """How many tasks each view has."""

    unassigned: Count
    mine: Count
    waiting: Count
    late: Count
    done_today: Count


@router.get("/tasks", response_model=Page[TaskOut], operation_id="list_own_tasks")
async def list_own_tasks(
    wanted: Annotated[InboxFilter, Query()], person: Caseworker, session: Reading
) -> Page[TaskOut]:
    """The tasks of all your units, by the day they are due. Confidential ones and urgent ones with no day come first.

    With `view=done_today` what was done last comes first. What waits in your units is sorted for each page: it is what
    people have left to do, and little beside what is done.
    """
    tasks = select(Task).where(*_of_units(person, wanted.queue), *_wanted(wanted, person))
    return await page_of(session, tasks, wanted, _order(wanted.view), lambda task: shown(task, person))


@router.get("/tasks/counts", response_model=Counts, operation_id="count_tasks")
async def count_tasks(
    person: Caseworker,
    session: Reading,
    queue: Annotated[Line | None, Query(max_length=40, description="Only of this queue.", examples=["boende"])] = None,
) -> Counts:
    """How many tasks each view of `GET /tasks` has."""
    units = list(_of_units(person, queue))
    columns = (counted(*units, *_in_view(view, person)).label(view) for view in View)
    row = (await (await session.connection()).execute(sa.select(*columns))).one()
    return Counts(**{view: count(row._mapping[view]) for view in View})


def _of_units(person: Person, queue: str | None) -> Iterator[Condition]:
    # Named also to who sees them all: what was done is in an index of each queue.
    yield col(Task.queue).in_(sorted(queues() if person.sees_all else person.units))
    if queue is not None:
        yield col(Task.queue) == queue


def _wanted(wanted: InboxFilter, person: Person) -> Iterator[Condition]:
    if wanted.id:
        yield col(Task.id).in_(wanted.id)
    else:
        yield from _in_view(wanted.view, person)
    if wanted.status is not None:
        yield col(Task.status) == wanted.status
    if wanted.urgent:
        yield col(Task.urgent)
    if wanted.has_news:
        yield col(Task.has_news)
    if wanted.text is not None:
        yield col(Task.title).icontains(wanted.text, autoescape=True)


def _in_view(view: View, person: Person) -> Iterator[Condition]:
    yield HELD if view is View.MINE else DONE if view is View.DONE_TODAY else WAITING
    match view:
        case View.UNASSIGNED:
            yield col(Task.status) == TaskStatus.OPEN
        case View.MINE:
            yield col(Task.claimed_by) == person.subject
        case View.LATE:
            yield col(Task.due_on) < day_in_sweden(now())
            yield _is_open_to(person)
        case View.DONE_TODAY:
            yield col(Task.done_at) >= _midnight()


def _is_open_to(person: Person) -> sa.ColumnElement[bool]:
    """What `Task.is_open_to` says, of rows: nobody else learns what day something confidential is due."""
    headed = [unit for unit in sorted(person.units) if person.heads(unit)]
    return ~col(Task.confidential) | (col(Task.claimed_by) == person.subject) | col(Task.queue).in_(headed)


def _midnight() -> datetime:
    return datetime.combine(day_in_sweden(now()), time.min, SWEDEN).astimezone(UTC)


def _order(view: View) -> Sequence[Order]:
    if view is View.DONE_TODAY:
        return col(Task.done_at).desc(), col(Task.id).desc()
    return DUE.asc(), col(Task.created_at).asc(), col(Task.id).asc()
