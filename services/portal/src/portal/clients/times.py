"""eservice-intake, for those who book a time with staff, and for the staff."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.clients.base import Client, Read, Refused
from portal.clients.cases import Done
from portal.clients.lists import Listed

MOST = 100


class FreeTime(Read):
    id: str
    starts_at: datetime
    ends_at: datetime
    place: str


class OwnTime(FreeTime):
    host_name: str
    reference: str
    eservice: str


class StaffTime(FreeTime):
    """A time as staff see it, with the case that it is booked for, if they may open it."""

    host_name: str
    unit: str
    is_closed: bool
    is_booked: bool
    reference: str | None


class Opened(Read):
    items: Sequence[FreeTime]


class Times(Client):
    service = "eservice-intake"

    async def free(self, eservice: str) -> Sequence[FreeTime]:
        """The next hundred: whoever wants a later one comes again."""
        return (await self.get("/slots", Listed[FreeTime], {"eservice": eservice, "limit": MOST})).items

    async def own(self, reference: str, secret: str) -> OwnTime | None:
        try:
            return await self.opened("/applications/{reference}/booking", OwnTime, secret, reference=reference)
        except Refused as refused:
            if refused.code == "NothingBooked":
                return None
            raise

    async def book(self, reference: str, secret: str, slot_id: str) -> None:
        form = {"slot_id": slot_id}
        await self.post("/applications/{reference}/booking", Done, form, secret=secret, reference=reference)

    async def cancel(self, reference: str, secret: str) -> None:
        await self.post("/applications/{reference}/booking/cancellation", Done, secret=secret, reference=reference)

    async def by_link(self, slot_id: str, secret: str) -> OwnTime:
        return await self.opened("/slots/{slot_id}", OwnTime, secret, slot_id=slot_id)

    async def move_by_link(self, slot_id: str, secret: str, wanted: str) -> None:
        await self.post("/slots/{slot_id}/move", Done, {"slot_id": wanted}, secret=secret, slot_id=slot_id)

    async def cancel_by_link(self, slot_id: str, secret: str) -> None:
        await self.post("/slots/{slot_id}/cancellation", Done, secret=secret, slot_id=slot_id)

    async def of_units(self, after: str) -> Listed[StaffTime]:
        """Those to come with one's units."""
        return await self.get("/slots/opened", Listed[StaffTime], {"after": after})

    async def open(self, form: Mapping[str, Any], key: str) -> int:
        """How many there are because of it."""
        return len((await self.post("/slots", Opened, form, key=key)).items)

    async def close(self, slot_id: UUID) -> None:
        await self.post("/slots/{slot_id}/closure", Done, slot_id=str(slot_id))
