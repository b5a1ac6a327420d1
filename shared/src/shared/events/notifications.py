from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.base import Code, ContactId, Event


class TaskEvent(Event):
    """Something happened to a task of the staff."""

    service: ClassVar[str] = "notifications"
    about: ClassVar[str] = "task_id"

    task_id: UUID
    about_id: UUID = Field(description="What the task is about: of a case's task, the case's `application_id`.")
    queue: Code


class TaskOpened(TaskEvent):
    """There is something for the staff of a unit to do."""

    type: Literal["notifications.task-opened.v1"] = "notifications.task-opened.v1"


class TaskClaimed(TaskEvent):
    """Somebody holds the task. Who, only those can tell who know the person's subject: see `shared.staff`."""

    type: Literal["notifications.task-claimed.v1"] = "notifications.task-claimed.v1"
    holder_id: UUID
    confidential: bool = Field(False, description="Whether it was, and the head of the unit has said who holds it.")


class TaskReleased(TaskEvent):
    """The task is back in its queue, and whoever held it does not any longer."""

    type: Literal["notifications.task-released.v1"] = "notifications.task-released.v1"
    holder_id: UUID


class MailEvent(Event):
    """What became of a mail that proves something: that somebody was told, asked or served."""

    service: ClassVar[str] = "notifications"
    about: ClassVar[str] = "about_id"

    about_id: UUID = Field(description="What the mail is about: the case's `application_id`.")
    told_event_id: UUID = Field(description="The event that the mail tells of.")
    contact_id: ContactId | None = Field(default=None, description="Who it was to.")


class MailDelivered(MailEvent):
    """The recipient's mail server has taken the mail."""

    type: Literal["notifications.mail-delivered.v1"] = "notifications.mail-delivered.v1"


class MailFailed(MailEvent):
    """The mail is not known to have arrived, and is not sent again."""

    type: Literal["notifications.mail-failed.v1"] = "notifications.mail-failed.v1"


class TaskDone(TaskEvent):
    """Nothing is left to do. `holder_id` is None when nobody had claimed it."""

    type: Literal["notifications.task-done.v1"] = "notifications.task-done.v1"
    holder_id: UUID | None = None
