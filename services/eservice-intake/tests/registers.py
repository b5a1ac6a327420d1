"""A permit-guide that knows two companies, two properties and a water protection area."""

import asyncio

import httpx

from eservice_intake.lookups.registers import Registers

WITHIN = {"easting": 487_250, "northing": 6_990_400}
COMPANIES = {
    "5560160680": {"name": "Älgen AB", "deregistered_on": None},
    "5560004615": {"name": "Fjällgården AB", "deregistered_on": "2025-06-30"},
}
PROPERTIES = {
    "Odensala 1:23": {"easting": 483_900, "northing": 7_004_100},
    "Lockne-Byn 2:15": WITHIN,
}
AREA = {"kind": "water-protection", "id": "1", "name": "Lockne vattenskyddsområde"}
NOT_LOADED = httpx.Response(503, json={"code": "RegisterNotLoaded"})


class Known:
    """Answers as permit-guide does, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_away = self.is_slow = self.is_empty = False

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.is_away:
            raise httpx.ConnectError("nobody listens")
        if self.is_slow:
            await asyncio.Event().wait()
        return NOT_LOADED if self.is_empty else self._answer(request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        what, _, name = request.url.path.removeprefix("/lookups/").partition("/")
        if what == "areas":
            within = float(request.url.params["easting"]) == WITHIN["easting"]
            return httpx.Response(200, json={"areas": [AREA] if within else [], "not_loaded": []})
        found = {"company": COMPANIES, "property": PROPERTIES}[what].get(name)
        return httpx.Response(200, json=found) if found else httpx.Response(404, json={"code": "NotFound"})


def asking(known: Known, settings, milliseconds: int = 300) -> Registers:
    settings = settings.model_copy(update={"lookups_url": "http://permit-guide", "lookup_milliseconds": milliseconds})
    return Registers(settings, httpx.MockTransport(known))
