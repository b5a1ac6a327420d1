"""What the pages ask of housing."""

from uuid import UUID

from portal.clients.base import Client, Read
from portal.clients.lists import Listed


class Position(Read):
    """SWEREF 99 TM, in metres."""

    easting: float
    northing: float


class HouseEntry(Read):
    """A published house."""

    id: UUID
    area: str
    house_type: str
    position: Position


class Housing(Client):
    service = "housing"

    async def houses(self, after: str | None = None, **filters: str) -> Listed[HouseEntry]:
        return await self.get("/houses", Listed[HouseEntry], {**filters, "after": after})
