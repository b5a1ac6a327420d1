"""What the service keeps: the mails to send, the tasks for staff, and the addresses that take no mail."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col
from uuid_utils.compat import uuid7

from shared.clock import now
from shared.columns import UtcDateTime, text_enum
from shared.errors import Conflict, NotFound
from shared.staff import Person

KEEP_TRYING = timedelta(hours=72)
KEEP_SUPPRESSED = timedelta(days=90)
LONGEST_WAIT_SECONDS = 3600
MOST_LAPSES = 10
MAILS = "delivery"
"""What wakes the mailer."""


class DeliveryStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    RETRY_WAIT = "retry_wait"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


RELAYED = sa.text("text_id IS NOT NULL")
DUE = sa.text("status IN ('queued', 'retry_wait', 'sending')")
TROUBLE = sa.text("status NOT IN ('queued', 'sending', 'accepted')")


class Delivery(SQLModel, table=True):
    """One mail to one contact, whose address only the publisher of the event knows, as it does the words in the mail.

    `next_attempt_at` is when it may be claimed; while it is being sent, that is when its lease lapses.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "contact_id", name="uq_delivery_event_contact"),
        sa.Index("ix_delivery_due", "priority", "next_attempt_at", postgresql_where=DUE, sqlite_where=DUE),
        sa.Index("ix_delivery_created_at", "created_at", "id"),
        sa.Index(
            "ix_delivery_relayed",
            "contact_id",
            "next_attempt_at",
            postgresql_where=RELAYED,
            sqlite_where=RELAYED,
        ),
        sa.Index("ix_delivery_trouble", "status", "created_at", "id", postgresql_where=TROUBLE, sqlite_where=TROUBLE),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    event_id: UUID
    about: str = Field(index=True)
    publisher: str
    unit: str
    contact_id: UUID
    text_id: UUID | None = Field(default=None, description="The thing whose words, as somebody wrote them, go into it.")
    enclosure_id: UUID | None = Field(default=None, description="The thing that it encloses as a document.")
    template: str
    context: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    priority: int
    status: DeliveryStatus = Field(default=DeliveryStatus.QUEUED, sa_type=text_enum(DeliveryStatus))
    attempts: int = 0
    lapses: int = Field(default=0, description="Attempts whose process died before it recorded what came of them.")
    lease_token: UUID | None = None
    next_attempt_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    last_error: str | None = None
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime = Field(default_factory=lambda: now() + KEEP_TRYING, sa_type=UtcDateTime)

    def is_spent(self, at: datetime) -> bool:
        """Whether it is too late to send it, or it has taken its mailer with it too often."""
        return at >= self.expires_at or self.lapses >= MOST_LAPSES

    def accept(self, at: datetime) -> None:
        self.status = DeliveryStatus.ACCEPTED
        self.accepted_at = at
        self.last_error = None

    def retry(self, error: str, at: datetime, first_wait: float, jitter: float) -> None:
        """Wait up to twice as long as the last time; `jitter`, from 0 to 1, says how much of that."""
        ceiling = min(LONGEST_WAIT_SECONDS, first_wait * 2 ** min(self.attempts - 1, 20))
        self.status = DeliveryStatus.RETRY_WAIT
        self.next_attempt_at = at + timedelta(seconds=ceiling * jitter)
        self.last_error = error
        if self.next_attempt_at >= self.expires_at:
            self.give_up()

    def give_back(self, at: datetime) -> None:
        """Undo the claim: nothing was tried."""
        self.status = DeliveryStatus.QUEUED
        self.attempts -= 1
        self.next_attempt_at = at

    def give_up(self) -> None:
        """End unsent. When nobody saw how an attempt ended, say so: the mail may have arrived."""
        self.status = DeliveryStatus.UNKNOWN if self.lapses else DeliveryStatus.EXPIRED

    def fail(self, error: str) -> None:
        self.status = DeliveryStatus.FAILED
        self.last_error = error

    def suppress(self) -> None:
        self.status = DeliveryStatus.SUPPRESSED

    def cancel(self, reason: str) -> None:
        self.status = DeliveryStatus.CANCELLED
        self.last_error = reason


class SuppressedAddress(SQLModel, table=True):
    """An address a mail server has said does not exist, known by its AddressDigest."""

    __tablename__ = "suppressed_address"

    digest: str = Field(primary_key=True)
    reason: str
    suppressed_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


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


WAITING = sa.text("status <> 'done'")
DONE = sa.text("status = 'done'")


class Task(SQLModel, table=True):
    """Something for staff to do. At most one person holds it."""

    __tablename__ = "staff_task"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "queue", name="uq_staff_task_event_queue"),
        sa.Index(
            "ix_staff_task_status", "queue", "status", "created_at", postgresql_where=WAITING, sqlite_where=WAITING
        ),
        sa.Index("ix_staff_task_done", "queue", "done_at", "id", postgresql_where=DONE, sqlite_where=DONE),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    event_id: UUID
    about: str = Field(index=True)
    queue: str
    title: str
    urgent: bool = False
    identified: bool | None = Field(
        default=None, description="Whether who sent it in has proved who they are; None where nobody can."
    )
    status: TaskStatus = Field(default=TaskStatus.OPEN, sa_type=text_enum(TaskStatus))
    claimed_by: str | None = None
    claimed_by_name: str | None = None
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)

    def claim(self, person: Person) -> None:
        """Give the task to the person, who may already hold it."""
        if self.status is TaskStatus.DONE:
            raise AlreadyDone
        if self.status is TaskStatus.CLAIMED and self.claimed_by != person.subject:
            raise AlreadyClaimed
        self.status = TaskStatus.CLAIMED
        self.claimed_by, self.claimed_by_name = person.subject, person.name
        self.claimed_at = self.claimed_at or now()

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
    col(Task.created_at),
    col(Task.id),
    postgresql_where=WAITING,
    sqlite_where=WAITING,
)

DELIVERY: sa.Table = SQLModel.metadata.tables["delivery"]
STAFF_TASK: sa.Table = SQLModel.metadata.tables["staff_task"]
SUPPRESSED_ADDRESS: sa.Table = SQLModel.metadata.tables["suppressed_address"]
