"""Cases in the running system, for staff's pages."""

from typing import Any

import httpx

from deploy.casework import Applicant, Clerk, send_in
from tests.system import System

CLERK, HEAD = "maja berg", "karl åberg"
COMPLAINT = {
    "nuisance": "buller",
    "place": "Storgatan 1, Östersund",
    "description": "Fläkten på taket låter hela natten.",
    "frequency": "ofta",
    "contacted_responsible": False,
    "anonymous": False,
    "complainant_email": "anna@exempel.se",
}
NO_ACTION = {
    "outcome": "no_action",
    "reasons": "Bullret ligger under riktvärdena.\n\nInga skäl att ingripa finns.",
    "legal_basis": ["26 kap. 9 § miljöbalken"],
}
WANTED = {"wanted": "Skriv vilka tider det låter, dag för dag, under en vecka.", "due_on": "2030-03-15"}


class Desk:
    """Somebody of the staff who works over the API, so that a page finds a case in a state."""

    def __init__(self, system: System, subject: str = "siv falk") -> None:
        self.system = system
        self.headers = system.token("caseworker", "unit-head", subject=subject)
        self.receipts: dict[str, dict[str, Any]] = {}

    async def receives(self, language: str = "sv", **answers: Any) -> str:
        """A case that has come in; its reference. What is None is left out."""
        given = {name: value for name, value in {**COMPLAINT, **answers}.items() if value is not None}
        async with httpx.AsyncClient(timeout=30, verify=False) as http:
            applicant = await send_in(http, self.system.apis, "klagomal-olagenhet", given, language=language)
        self.receipts[applicant.reference] = applicant.receipt
        return applicant.reference

    async def hears(self, reference: str, text: str) -> None:
        """The applicant answers what they were asked for."""
        async with httpx.AsyncClient(timeout=30, verify=False) as http:
            applicant = Applicant(http, self.system.apis, self.receipts[reference])
            await applicant.do("supplements", {"text": text, "attachments": []})

    async def takes(self, reference: str, step: str, form: dict[str, Any] | None = None) -> dict[str, Any]:
        async with httpx.AsyncClient(timeout=30, verify=False) as http:
            return await Clerk(http, self.system.apis, self.headers).take(reference, step, form)

    async def reads(self, reference: str) -> dict[str, Any]:
        async with httpx.AsyncClient(timeout=30, verify=False) as http:
            return await Clerk(http, self.system.apis, self.headers).read(reference)
