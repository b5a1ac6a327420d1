"""What the pages ask of notifications."""

from datetime import datetime

from portal.clients.base import Client, Read
from portal.clients.lists import Listed


class Queue(Read):
    """A queue of one of the person's units, with what waits in it."""

    queue: str
    title: str
    open: int
    claimed: int
    oldest_at: datetime | None


class Notifications(Client):
    service = "notifications"

    async def queues(self) -> Listed[Queue]:
        return await self.get("/queues", Listed[Queue])
