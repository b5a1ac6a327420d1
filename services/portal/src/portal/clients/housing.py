"""What the pages ask of housing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.clients.base import Client, Read
from portal.clients.lists import Listed


class Position(Read):
    """SWEREF 99 TM, in metres."""

    easting: float
    northing: float


class Range(Read):
    """A class that a value is in, told instead of the value. `below` is None when it has no end."""

    at_least: int
    below: int | None


class House(Read):
    """A published house. What is None is not known."""

    id: UUID
    area: str
    house_type: str
    condition: str
    offer: str
    price_idea: int | None
    rooms: int | None
    heating: str | None
    water: str | None
    sewage: str | None
    electricity: bool | None
    fibre: bool | None
    winter_road: bool | None
    years_empty: int | None
    description: str | None
    year_built: Range | None
    living_area_m2: Range | None
    lot_area_m2: Range | None
    distance_to_school_km: int | None
    distance_to_shop_km: int | None
    distance_to_bus_km: int | None
    position: Position
    published_at: datetime


class HouseSent(Read):
    """A house as it was sent in, published or not."""

    id: UUID
    area: str
    house_type: str
    status: str
    property_designation: str
    received_at: datetime
    published_at: datetime | None
    declined_at: datetime | None
    decline_reason: str | None


class HouseToReview(HouseSent):
    """With what only officers see, and as everybody sees it or would."""

    position: Position
    year_built: int | None
    living_area_m2: int | None
    lot_area_m2: int | None
    public: House


class Housing(Client):
    service = "housing"

    async def houses(self, after: str | None = None, **filters: str) -> Listed[House]:
        return await self.get("/houses", Listed[House], {**filters, "after": after})

    async def house(self, house_id: UUID) -> House:
        return await self.get("/houses/{house_id}", House, house_id=str(house_id))

    async def offer(self, form: Mapping[str, Any], key: str) -> None:
        """An owner offers a house, which is shown when staff have published it."""
        await self.post("/houses", Read, form, key=key)

    async def ask_owner(self, house_id: UUID, form: Mapping[str, Any], key: str) -> None:
        """A seeker's message, which is passed on."""
        await self.post("/houses/{house_id}/interests", Read, form, key=key, house_id=str(house_id))

    async def sent_in(self, status: str, after: str | None = None) -> Listed[HouseSent]:
        """Every house of the status, the oldest first."""
        return await self.get("/staff/houses", Listed[HouseSent], {"status": status, "after": after})

    async def to_review(self, house_id: UUID) -> HouseToReview:
        return await self.get("/staff/houses/{house_id}", HouseToReview, house_id=str(house_id))

    async def publish(self, house_id: UUID) -> None:
        await self.post("/houses/{house_id}/publication", Read, house_id=str(house_id))

    async def decline(self, house_id: UUID, form: Mapping[str, Any], key: str) -> Read:
        """Whether it waits or is published: nobody sees it any longer."""
        return await self.post("/houses/{house_id}/refusal", Read, form, key=key, house_id=str(house_id))
