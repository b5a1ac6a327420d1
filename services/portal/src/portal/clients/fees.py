"""What the pages ask of eservice-intake about fees."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import httpx2

from portal.clients.base import Client, Read
from portal.clients.lists import Listed


class Calculation(Read):
    amount: int | None
    lines: Sequence[str]


class Estimate(Read):
    kind: str
    notices: Sequence[str]
    calculation: Calculation | None


class Fee(Read):
    id: str
    about: str
    calculation: Calculation
    controlled_on: date | None
    risk_class: str | None
    amount: int | None
    reason: str | None
    approved_by_name: str | None
    delegation: str | None
    approved_at: datetime | None
    export_number: int | None


class Risk(Read):
    risk_class: str
    text: str


class FeesOfCase(Read):
    computed: Calculation | None
    fees: Sequence[Fee]
    risk: Risk | None

    @property
    def waits(self) -> Calculation | None:
        """What was sent in costs, while that is not approved."""
        return None if any(one.about == "application" for one in self.fees) else self.computed


class Export(Read):
    number: int
    unit: str
    since: date
    until: date
    fees: int
    total: int
    exported_at: datetime
    exported_by_name: str


class Fees(Client):
    service = "eservice-intake"

    async def estimate(self, eservice: str, answers: Mapping[str, Any]) -> Estimate:
        return await self.post("/eservices/{eservice_id}/fee", Estimate, {"answers": answers}, eservice_id=eservice)

    async def exports(self, after: str = "") -> Listed[Export]:
        return await self.get("/fee-exports", Listed[Export], params={"after": after})

    async def export(self, form: Mapping[str, Any], key: str) -> Export:
        return await self.post("/fee-exports", Export, dict(form), key=key)

    async def export_file(self, number: str, kind: str) -> httpx2.Response:
        return await self.file("/fee-exports/{number}", params={"format": kind}, number=number)
