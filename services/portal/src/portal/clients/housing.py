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
