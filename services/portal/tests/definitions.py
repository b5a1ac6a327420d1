"""Definitions that somebody has changed over the API, so that a page finds a version in a state."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2

from shared.clock import now
from tests.system import System

ALMA, OLLE = "alma sund", "olle ström"
NAME = "makerspace-intresse"
DEFINITIONS, VERSIONS = "/handlaggare/definitioner", "/handlaggare/versioner/eservice-intake"
KIND = f"{DEFINITIONS}/eservice-intake/eservice"
GUIDE, SHORTAGES = "tillstandsguide", "bristyrken"
BASES: dict[str, Callable[[System], str]] = {
    "eservice": lambda system: f"{system.apis.intake}/eservice-intake",
    "guide": lambda system: f"{system.apis.permit_guide}/permit-guide",
    "shortage-list": lambda system: f"{system.apis.recruitment}/recruitment",
}


class Editor:
    """An administrator who works over the API."""

    def __init__(self, system: System, subject: str, name: str = NAME, kind: str = "eservice") -> None:
        self.base = BASES[kind](system)
        self.headers = system.token("administrator", subject=subject)
        self.kind, self.name = kind, name

    async def holding(self) -> dict[str, Any]:
        listed = await self._ask("GET", f"/definitions/{self.kind}/{self.name}")
        return await self._ask(
            "GET", f"/definition-versions/{next(one['id'] for one in listed['items'] if one['holds'])}"
        )

    async def writes(self, label: str, note: str = "Tydligare.", place: str = "fields.0") -> str:
        """The id of a version with another text there: the label of the first question."""
        holding = await self.holding()
        form = {"texts": [{"place": place, "language": "sv", "text": label}], "note": note}
        return str((await self._ask("POST", f"/definition-versions/{holding['id']}/texts", form))["id"])

    async def uploads(self, source: str, note: str = "Ny.") -> str:
        """The id of the version that is written so."""
        return str((await self._ask("POST", f"/definitions/{self.kind}", {"source": source, "note": note}))["id"])

    async def approves(self, version: str) -> str:
        await self._ask("POST", f"/definition-versions/{version}/approval")
        return version

    async def publishes_later(self, version: str) -> str:
        later = {"effective_at": (now() + timedelta(days=400)).isoformat()}
        await self._ask("POST", f"/definition-versions/{version}/publication", later)
        return version

    async def publishes(self, version: str, within: timedelta | None = None) -> str:
        """It holds at once; or within some time, when the earlier one is no longer taken either."""
        times = dict.fromkeys(("effective_at", "earlier_close_at"), (now() + within).isoformat()) if within else {}
        published = await self._ask("POST", f"/definition-versions/{version}/publication", times)
        return str(published["version"])

    async def withdraws(self, version: str) -> str:
        await self._ask("POST", f"/definition-versions/{version}/withdrawal")
        return version

    async def _ask(self, method: str, path: str, form: dict[str, Any] | None = None) -> Any:
        async with httpx2.AsyncClient(timeout=30, verify=False) as http:
            answer = await http.request(method, self.base + path, json=form, headers=self.headers)
        return answer.raise_for_status().json()
