"""What the pages ask of recruitment."""

from datetime import datetime
from uuid import UUID

from portal.clients.base import Client, Read
from portal.clients.lists import Listed


class EventEntry(Read):
    """An event to come."""

    id: UUID
    title: str
    starts_at: datetime
    place: str
    seats_left: int


class Recruitment(Client):
    service = "recruitment"

    async def events(self, after: str | None = None) -> Listed[EventEntry]:
        return await self.get("/events", Listed[EventEntry], {"after": after})
