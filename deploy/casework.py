"""What a clerk, an applicant and the clock do with a case of a running system, over its API."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from deploy.submissions import Apis
from eservice_intake.clock.process import Clock
from shared.clock import SWEDEN

Headers = dict[str, str]
LONGEST_SECONDS = 120
APPROVAL = {
    "outcome": "approved",
    "reasons": "Lokalen och rutinerna uppfyller kraven.",
    "legal_basis": ["förordning (EG) nr 852/2004 art. 6.2"],
}


@dataclass(frozen=True)
class Clerk:
    """A member of staff with a terminal."""

    http: httpx.AsyncClient
    apis: Apis
    headers: Headers

    async def read(self, reference: str) -> dict[str, Any]:
        answer = await self.http.get(f"{self.apis.intake}/cases/{reference}", headers=self.headers)
        return _told(answer)

    async def take(self, reference: str, step: str, form: dict[str, Any] | None = None) -> dict[str, Any]:
        """Take a step with the case as it is now. Raises httpx.HTTPStatusError when it is refused."""
        version = (await self.read(reference))["version"]
        url = f"{self.apis.intake}/cases/{reference}/{step}"
        return _told(await self.http.post(url, json=form, headers={**self.headers, "If-Match": f'"{version}"'}))

    async def task(self, queue: str, case_id: str) -> dict[str, Any] | None:
        """The task about the case, if there is one that is not done."""
        url = f"{self.apis.notifications}/queues/{queue}/tasks"
        tasks = _told(await self.http.get(url, params={"about": case_id}, headers=self.headers))["items"]
        return next((task for task in tasks if task["status"] != "done"), None)

    async def claim(self, task: dict[str, Any]) -> None:
        _told(await self.http.post(f"{self.apis.notifications}/tasks/{task['id']}/claim", headers=self.headers))


@dataclass(frozen=True)
class Applicant:
    """Somebody who has sent in an application, and holds its receipt."""

    http: httpx.AsyncClient
    apis: Apis
    receipt: dict[str, Any]

    @property
    def reference(self) -> str:
        return str(self.receipt["reference"])

    async def look(self, part: str = "") -> dict[str, Any]:
        """The status, or a part of it such as `/decision`."""
        return _told(await self.http.get(self._url(part), headers=self._headers))

    async def paper(self, part: str) -> bytes:
        answer = await self.http.get(self._url(part), headers=self._headers)
        return answer.raise_for_status().content

    async def do(self, what: str, form: dict[str, Any] | None = None) -> dict[str, Any]:
        return _told(await self.http.post(self._url(f"/{what}"), json=form, headers=self._headers))

    def _url(self, part: str) -> str:
        return f"{self.apis.intake}/applications/{self.reference}{part}"

    @property
    def _headers(self) -> Headers:
        return {"X-Application-Secret": self.receipt["secret"]}


async def send_in(
    http: httpx.AsyncClient,
    apis: Apis,
    eservice: str,
    answers: dict[str, Any],
    headers: Headers | None = None,
    language: str = "sv",
) -> Applicant:
    form = {"eservice": eservice, "language": language, "answers": answers}
    answer = await http.post(f"{apis.intake}/applications", json=form, headers=headers or {})
    return Applicant(http, apis, _told(answer))


def restaurant(recipient: str) -> dict[str, Any]:
    """Answers of somebody who opens a restaurant."""
    return {
        "orgnr": "556016-0680",
        "company_name": "Älgen AB",
        "contact_name": "Kerstin Krog",
        "contact_email": recipient,
        "contact_phone": "070-174 06 05",
        "company_address": {"street": "Storgatan 12", "postal_code": "831 30", "city": "Östersund"},
        "property_designation": "Odensala 1:23",
        "invoice_same_as_applicant": True,
        "decision_by_email": True,
        "declaration": True,
        "matter": "ny_anlaggning",
        "facility_name": "Älgens kök",
        "mobile_facility": False,
        "start_date": (datetime.now(SWEDEN) + timedelta(days=60)).date().isoformat(),
        "main_orientation": "servering_restaurang",
        "activities": ["tillagning_varmebehandling", "servering"],
        "product_groups": ["kott", "fisk"],
        "production_size": "d",
        "own_water": False,
        "seasonal": False,
    }


async def pass_time(clock: Clock, by: timedelta) -> None:
    """Let the clock do what will be due then, also what somebody else works with at first.

    Raises TimeoutError when it does not come to an end, as when something of it fails: the log says why.
    """
    at = datetime.now(UTC) + by
    async with asyncio.timeout(LONGEST_SECONDS):
        while await clock.is_behind(at):
            await clock.do_due(at)


def _told(answer: httpx.Response) -> dict[str, Any]:
    told: dict[str, Any] = answer.raise_for_status().json()
    return told


@dataclass(frozen=True)
class Taken:
    """A step of the demonstration: who did what, and where the case stood then."""

    who: str
    what: str
    status: str


class Restaurant:
    """Somebody opens a restaurant: from what they send in to a decision that holds."""

    def __init__(self, clerk: Clerk, chief: Clerk, applicant: Applicant) -> None:
        self.clerk, self.chief, self.applicant = clerk, chief, applicant
        self.taken: list[Taken] = []

    async def is_handled(self) -> None:
        """Take the case to a decision that is served. Raises httpx.HTTPStatusError when a step is refused."""
        reference, soon = self.applicant.reference, (datetime.now(SWEDEN) + timedelta(days=14)).date().isoformat()
        await self._note("applicant", "sends in the registration, signed in")
        wanted = {"wanted": "En planritning av köket.", "due_on": soon}
        await self.clerk.take(reference, "supplement-requests", wanted)
        await self._note("clerk", "asks for a floor plan")
        await self.applicant.do("supplements", {"text": "Köket är 20 kvadratmeter, ritningen kommer med posten."})
        await self._note("applicant", "answers")
        await self.clerk.take(reference, "completion", {})
        await self._note("clerk", "declares it complete")
        await self.clerk.take(reference, "proposals", APPROVAL)
        await self._note("clerk", "proposes a decision")
        await self.chief.take(reference, "decisions", {})
        await self._note("head of the unit", "decides")
        await self.applicant.look("/decision")
        await self.applicant.do("decision/receipt")
        await self._note("applicant", "reads the decision and confirms receipt")

    async def becomes_final(self) -> None:
        await self._note("clock, four weeks later", "finds no appeal")

    async def _note(self, who: str, what: str) -> None:
        self.taken.append(Taken(who, what, (await self.clerk.read(self.applicant.reference))["status"]))
