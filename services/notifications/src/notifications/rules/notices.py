"""What an event can ask for: a mail, a task, a change of a case's task."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum
from uuid import UUID

from notifications.models.deliveries import STATUTORY


class Priority(IntEnum):
    """Mails somebody waits for at the screen go first, then those that the law asks for."""

    RECEIPT = 1
    STATUTORY = STATUTORY
    NEWS = 5

    @property
    def keep_trying(self) -> timedelta:
        """How long it is tried to deliver it: a mailbox may be full over a holiday, and news grow old."""
        return timedelta(days=7 if self is Priority.STATUTORY else 3)


class Urgency(IntEnum):
    """For how long a case's task is urgent. What settles a lasting urgency takes the passing ones with it."""

    NONE = 0
    UNTIL_ACTED_ON = 1
    UNTIL_SETTLED = 2
    UNTIL_DONE = 3


@dataclass(frozen=True)
class Email:
    """A mail to a contact of the event's publisher.

    `text_id` is the thing whose words the publisher tells when it is sent, `enclosure_id` the one that it encloses as a
    document. What becomes of one that `is_proof` is told to the others.
    """

    to: UUID
    template: str
    context: Mapping[str, str] = field(default_factory=dict)
    text_id: UUID | None = None
    priority: Priority = Priority.RECEIPT
    enclosure_id: UUID | None = None
    is_proof: bool = False


@dataclass(frozen=True)
class StaffTask:
    """Something for the unit's staff to do. Its title is Swedish, since staff read Swedish."""

    title: str
    urgent: bool = False
    identified: bool | None = None


@dataclass(frozen=True)
class CaseTask:
    """What becomes of a case's task in the queue of its unit. What is None stays as it is.

    `opens`: when the queue has none that waits, one is made. `state` ends the title, after the `name` of the case.
    """

    state: str | None = None
    opens: bool = False
    due_on: date | None = None
    urgency: Urgency = Urgency.NONE
    calms: Urgency = Urgency.NONE
    """What is not urgent any longer: that, and what is urgent for a shorter time."""
    has_news: bool | None = None
    confidential: bool | None = None
    name: str | None = None
    identified: bool | None = None
    clears_due: bool = False
    leaves: str | None = None
    """Why the tasks in other queues are done: the case has gone from there."""
    closes: str | None = None
    """Why the tasks are done."""


Notice = Email | StaffTask | CaseTask
