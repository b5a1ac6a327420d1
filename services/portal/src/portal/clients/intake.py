"""What the pages ask of eservice-intake."""

from datetime import date

from portal.clients.base import Client, Read
from portal.clients.lists import Listed


class Week(Read):
    begins_on: date
    received: int
    settled: int


class EserviceTime(Read):
    title: str
    decided: int
    median_days: float


class Age(Read):
    """`below_days` is None when the class has no end."""

    at_least_days: int
    below_days: int | None
    open: int


class UnitChoice(Read):
    id: str
    label: str


class Statistics(Read):
    """Cases in numbers. A median is None when nothing was decided."""

    from_on: date
    to_on: date
    open: int
    overdue: int
    received: int
    settled: int
    median_days: float | None
    median_days_before: float | None
    weeks: list[Week]
    eservices: list[EserviceTime]
    ages: list[Age]
    units: list[UnitChoice]


class Comment(Read):
    """What somebody wrote when their case was over. Nobody knows who."""

    title: str
    given_in: date
    rating: int
    succeeded: bool
    comment: str


class Intake(Client):
    service = "eservice-intake"

    async def statistics(self, weeks: int, unit: str = "") -> Statistics:
        return await self.get("/statistics", Statistics, {"weeks": weeks, "unit": unit})

    async def comments(self, after: str = "") -> Listed[Comment]:
        return await self.get("/feedback", Listed[Comment], {"after": after})
