"""What the pages ask of eservice-intake."""

from portal.clients.base import Client, Read
from portal.clients.lists import Listed


class EserviceEntry(Read):
    """An e-service in the list."""

    id: str
    title: str
    summary: str
    minutes: int
    unit_label: str
    login: str


class Intake(Client):
    service = "eservice-intake"

    async def eservices(self) -> Listed[EserviceEntry]:
        return await self.get("/eservices", Listed[EserviceEntry])
