"""What the pages ask of notifications."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.clients.base import Client, Read
from portal.clients.lists import Listed

AT_ONCE = date.min


class Count(Read):
    """How many there are: at least as many when there are `more`."""

    count: int
    more: bool


class Queue(Read):
    """A queue of one of the person's units, with what waits in it."""

    queue: str
    title: str
    open: Count
    claimed: Count
    oldest_at: datetime | None

    @property
    def waiting(self) -> Count:
        return Count(count=self.open.count + self.claimed.count, more=self.open.more or self.claimed.more)


class Counts(Read):
    """How many tasks each view has."""

    unassigned: Count
    mine: Count
    waiting: Count
    late: Count
    done_today: Count


class Task(Read):
    """Something to do in a queue."""

    id: UUID
    queue: str
    title: str
    reference: str | None
    due_on: date | None
    urgent: bool
    has_news: bool
    confidential: bool
    status: str
    claimed_by: str | None
    claimed_by_name: str | None
    claimed_at: datetime | None
    done_because: str | None
    created_at: datetime

    @property
    def place(self) -> tuple[date, datetime, UUID]:
        """Where it stands in the list."""
        return self.due_on or (AT_ONCE if self.urgent else date.max), self.created_at, self.id


class MailPreview(Read):
    subject: str
    text: str


class Notifications(Client):
    service = "notifications"

    async def queues(self) -> Listed[Queue]:
        return await self.get("/queues", Listed[Queue])

    async def tasks(self, **wanted: object) -> Listed[Task]:
        return await self.get("/tasks", Listed[Task], wanted)

    async def tasks_with(self, ids: Sequence[UUID]) -> list[Task]:
        """Those tasks, whatever became of them."""
        return (await self.get("/tasks", Listed[Task], {"id": list(map(str, ids)), "limit": 100})).items

    async def counts(self, queue: str) -> Counts:
        return await self.get("/tasks/counts", Counts, {"queue": queue})

    async def claim(self, task: UUID) -> Task:
        return await self.post("/tasks/{task_id}/claim", Task, task_id=str(task))

    async def release(self, task: UUID) -> Task:
        return await self.post("/tasks/{task_id}/release", Task, task_id=str(task))

    async def finish(self, task: UUID) -> Task:
        return await self.post("/tasks/{task_id}/done", Task, task_id=str(task))

    async def tasks_of_case(self, queue: str, reference: str) -> Listed[Task]:
        """What is to be done about the case."""
        return await self.get("/queues/{queue}/tasks", Listed[Task], {"reference": reference}, queue=queue)

    async def preview_mail(self, form: Mapping[str, Any]) -> MailPreview:
        """A mail as it would be sent."""
        return await self.post("/mails/preview", MailPreview, dict(form))
