"""Open data at eservice-intake: figures of each e-service, of quarters that are over."""

from collections.abc import Sequence
from datetime import date

import httpx2

from portal.clients.base import Client, Read


class Figures(Read):
    """An e-service in a quarter. None is not shown."""

    title: str
    applications: int | None
    decided: int | None
    median_days: float | None
    mean_rating: float | None


class Quarter(Read):
    quarter: date | None
    quarters: Sequence[date]
    items: Sequence[Figures]


class OpenData(Client):
    service = "eservice-intake"

    async def figures(self, quarter: date | None) -> Quarter:
        return await self.get("/open-data/eservices", Quarter, {"quarter": quarter and quarter.isoformat()})

    async def figures_file(self, quarter: date | None, kind: str) -> httpx2.Response:
        params = {"quarter": quarter and quarter.isoformat(), "format": kind}
        return await self.file("/open-data/eservices", params=params)

    async def catalogue(self) -> httpx2.Response:
        return await self.file("/open-data")
