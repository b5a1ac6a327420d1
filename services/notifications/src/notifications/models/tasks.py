"""The tasks for staff."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col
from uuid_utils.compat import uuid7

from shared.clock import now
from shared.columns import UtcDateTime, text_enum
from shared.errors import Conflict, Forbidden, NotFound
from shared.staff import Person, person_id


class TaskStatus(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"


class NoSuchQueue(NotFound):
    """There is no such queue. `GET /queues` lists them."""

    sv = "Det finns ingen sådan kö. `GET /queues` visar dem som finns."


class NoSuchTask(NotFound):
    """There is no task with that id. It may be mistyped."""

    sv = "Det finns ingen uppgift med det id:t. Kontrollera att det är rätt skrivet."


class AlreadyClaimed(Conflict):
    """Somebody else has claimed this task. Choose another one, or ask them to release it."""

    sv = "Någon annan har redan tagit uppgiften. Välj en annan, eller be hen lämna tillbaka den."


class NotYours(Conflict):
    """You do not hold this task. Claim it first."""

    sv = "Du har inte uppgiften. Ta den först."


class AlreadyDone(Conflict):
    """The task is already done. Nothing more is needed."""

    sv = "Uppgiften är redan klar. Inget mer behöver göras."


class ConfidentialTask(Forbidden):
    """The case is confidential: the head of the unit claims its task, or assigns it to somebody."""

    sv = "Ärendet är sekretessmarkerat: enhetens chef tar uppgiften, eller tilldelar någon den."


class OnlyTheHead(Forbidden):
    """Tasks are assigned by the head of the unit. Claim it yourself instead."""

    sv = "Enhetens chef tilldelar uppgifter. Ta den själv i stället."


WAITING = sa.text("status <> 'done'")
WAITING_CASE = sa.text("status <> 'done' AND reference IS NOT NULL")
HELD = sa.text("status = 'claimed'")
DONE = sa.text("status = 'done'")
DONE_BY = sa.text("status = 'done' AND claimed_by IS NOT NULL")
AT_ONCE = date(1970, 1, 1)


class Task(SQLModel, table=True):
    """Something for staff to do. At most one person holds it; of a case, a queue has at most one that is not done."""

    __tablename__ = "staff_task"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "queue", name="uq_staff_task_event_queue"),
        sa.Index(
            "ix_staff_task_status", "queue", "status", "created_at", postgresql_where=WAITING, sqlite_where=WAITING
        ),
        sa.Index("ix_staff_task_done", "queue", "done_at", "id", postgresql_where=DONE, sqlite_where=DONE),
        sa.Index(
            "ix_staff_task_done_by",
            "claimed_by",
            "queue",
            "done_at",
            "id",
            postgresql_where=DONE_BY,
            sqlite_where=DONE_BY,
        ),
        sa.Index(
            "ix_staff_task_confidential",
            "about",
            "claimed_by",
            postgresql_where=sa.text("confidential"),
            sqlite_where=sa.text("confidential = 1"),
        ),
        sa.Index(
            "uq_staff_task_case",
            "about",
            "queue",
            unique=True,
            postgresql_where=WAITING_CASE,
            sqlite_where=WAITING_CASE,
        ),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    event_id: UUID
    last_event_id: UUID | None = Field(
        default=None, description="Of a case: the latest event that its tasks have seen. None of all else."
    )
    about: str = Field(index=True)
    queue: str
    title: str
    name: str | None = Field(default=None, description="What a case is called. Its titles begin with it.")
    reference: str | None = Field(default=None, description="Of a case.", index=True)
    kind: str | None = None
    due_on: date | None = None
    urgent: bool = False
    urgency: int = Field(default=0, description="Of a case: for how long it is urgent, as `Urgency` has it.")
    has_news: bool = Field(default=False, description="Something came in that nobody has acted on.")
    confidential: bool = False
    identified: bool | None = Field(
        default=None, description="Whether who sent it in has proved who they are; None where nobody can."
    )
    status: TaskStatus = Field(default=TaskStatus.OPEN, sa_type=text_enum(TaskStatus))
    claimed_by: str | None = None
    claimed_by_name: str | None = None
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_because: str | None = Field(default=None, description="Why there is nothing left to do, when nobody said so.")
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)

    @property
    def due(self) -> date:
        """Where it stands among others that are due: at once when it is urgent and has no day, else last.

        One that is confidential stands first, since its place, which is in the list's cursor too, would tell its day.
        """
        if self.confidential:
            return AT_ONCE
        return self.due_on or (AT_ONCE if self.urgent else date.max)

    @property
    def holder_id(self) -> UUID | None:
        """What events call the person who holds it."""
        return person_id(self.claimed_by) if self.claimed_by else None

    def claim(self, person: Person) -> bool:
        """Give the task to the person. False when they held it already."""
        if not self.is_open_to(person):
            raise ConfidentialTask
        return self._give(person.subject, person.name)

    def assign(self, head: Person, subject: str, name: str) -> bool:
        """Give the task, which nobody but the head may hold, to somebody. False when they held it already."""
        if not head.heads(self.queue):
            raise OnlyTheHead
        if self.status is TaskStatus.CLAIMED and self.claimed_by == head.subject:
            self.release(head)
        return self._give(subject, name)

    def is_open_to(self, person: Person) -> bool:
        """Whether the person may know more of it than the reference: always, unless it is confidential."""
        return not self.confidential or person.heads(self.queue) or self.claimed_by == person.subject

    def _give(self, subject: str, name: str) -> bool:
        if self.status is TaskStatus.DONE:
            raise AlreadyDone
        if self.status is TaskStatus.CLAIMED:
            if self.claimed_by != subject:
                raise AlreadyClaimed
            return False
        self.status = TaskStatus.CLAIMED
        self.claimed_by, self.claimed_by_name, self.claimed_at = subject, name, now()
        return True

    def release(self, person: Person) -> None:
        """Put the task back in its queue."""
        self._require_holder(person)
        self.status = TaskStatus.OPEN
        self.claimed_by = self.claimed_by_name = self.claimed_at = None

    def finish(self, person: Person) -> None:
        self._require_holder(person)
        self.status = TaskStatus.DONE
        self.done_at = now()

    def _require_holder(self, person: Person) -> None:
        if self.status is TaskStatus.DONE:
            raise AlreadyDone
        if self.status is not TaskStatus.CLAIMED or self.claimed_by != person.subject:
            raise NotYours


sa.Index(
    "ix_staff_task_waiting",
    col(Task.queue),
    col(Task.urgent).desc(),
    col(Task.has_news).desc(),
    col(Task.created_at),
    col(Task.id),
    postgresql_where=WAITING,
    sqlite_where=WAITING,
)

_AT_ONCE = sa.literal_column(f"'{AT_ONCE}'", sa.Date())
DUE = sa.case(
    (col(Task.confidential), _AT_ONCE),
    (col(Task.due_on).is_not(None), col(Task.due_on)),
    (col(Task.urgent), _AT_ONCE),
    else_=sa.literal_column("'9999-12-31'", sa.Date()),
).label("due")
"""`Task.due` of rows."""

sa.Index(
    "ix_staff_task_holder",
    col(Task.claimed_by),
    col(Task.queue),
    col(Task.has_news).desc(),
    col(Task.urgent).desc(),
    col(Task.created_at),
    col(Task.id),
    postgresql_where=HELD,
    sqlite_where=HELD,
)

STAFF_TASK: sa.Table = SQLModel.metadata.tables["staff_task"]
