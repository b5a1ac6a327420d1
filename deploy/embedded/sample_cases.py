"""The cases that an embedded system begins with: residents send them in, and staff handle them, over the APIs."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

from deploy.casework import APPROVAL, Applicant, Clerk, Headers, restaurant, send_in
from deploy.embedded.tokens import bearer, resident_token, staff_token
from deploy.submissions import Apis
from deploy.survey import SECTORS, BusinessOffice, answer
from shared.clock import SWEDEN

DAYS_UNTIL_FINAL = 28
CLERK, CHIEF = ("maja berg", "caseworker"), ("karl åberg", "caseworker unit-head")
NORA = ("nora vik", "caseworker")
ROUND = "Hösten 2026"
KARIN, OMAR = ("karin ek", "198112189876"), ("omar haddad", "199001012385")
CONDITIONS = {
    **APPROVAL,
    "outcome": "approved_with_conditions",
    "conditions": ["Kylrummet ska hålla högst 8 grader.", "Egenkontrollen ska finnas på plats."],
}


async def send_cases(apis: Apis, issuer: str, pass_days: Callable[[int], Awaitable[None]]) -> int:
    """Make them in a running system that has none: how many there are now because of it.

    `pass_days` lets the clock do what is due by then. Raises httpx.HTTPError when a step is refused.
    """
    async with httpx.AsyncClient(timeout=30) as http:
        cases = SampleCases(http, apis, issuer)
        if await cases.there_are_some():
            return 0
        earlier = await cases.earlier()
        await pass_days(DAYS_UNTIL_FINAL)
        return earlier + await cases.current()


NEWCOMER = {
    "applicant_name": "Lena Vik",
    "applicant_email": "lena.vik@example.com",
    "wants": ["housing", "work", "school"],
    "housing_kind": ["rent", "empty_house"],
    "work_sector": ["vard"],
    "children": 2,
    "household_size": 4,
    "when": "within_12_months",
    "message": "Vi kommer gärna och hälsar på innan vi bestämmer oss.",
}
FOUNDER = {
    "applicant_name": "Olof Ström",
    "applicant_email": "olof.strom@example.com",
    "about": ["start", "permits"],
    "question": "Jag vill öppna ett gårdsmejeri. Vilka tillstånd behöver jag, och i vilken ordning?",
    "contact_by": "visit",
}
MAKER = {
    "applicant_name": "Signe Lund",
    "applicant_email": "signe.lund@example.com",
    "role": ["anvanda", "ga_kurs"],
    "equipment": ["tra", "skrivare_3d"],
    "how_often": "varje_vecka",
}
ASKED: dict[str, dict[str, Any]] = {"inflyttarlots": NEWCOMER, "foretagslots": FOUNDER, "makerspace-intresse": MAKER}
"""What people ask of the business office, where nobody signs in."""


class SampleCases:
    """A clerk, a head of unit, the business office and two residents, whom one can sign in as, and what they do."""

    def __init__(self, http: httpx.AsyncClient, apis: Apis, issuer: str) -> None:
        self._http, self._apis = http, apis
        self._clerk, self._chief = (Clerk(http, apis, bearer(staff_token(issuer, *who))) for who in (CLERK, CHIEF))
        self._office = BusinessOffice(http, apis, bearer(staff_token(issuer, *NORA)))
        self._karin, self._omar = (bearer(resident_token(issuer, number, name)) for name, number in (KARIN, OMAR))

    async def there_are_some(self) -> bool:
        answer = await self._http.get(f"{self._apis.intake}/cases", params={"limit": 1}, headers=self._clerk.headers)
        return bool(answer.raise_for_status().json()["items"])

    async def earlier(self) -> int:
        """What is final when four weeks have passed."""
        applicant = await self._decided(self._karin, "Bryggans kafé")
        await applicant.do("decision/receipt")
        return 1

    async def current(self) -> int:
        """A case in each state that a clerk meets, and some that are only received."""
        made = await asyncio.gather(
            self._opens(self._karin, "Älgens kök"),
            self._opens(self._omar, "Fjällbagaren"),
            self._asked(self._karin, "Storsjöns glass"),
            self._asked(self._omar, "Haddads grill"),
            self._supplemented(self._omar, "Haddads saluhall"),
            self._written_to(self._karin, "Tant Eks pannkakor"),
            self._complete(self._karin, "Ostboden"),
            self._proposed(self._omar, "Falafelvagnen"),
            self._decided(self._karin, "Sylt och saft"),
            self._withdrawn(self._omar, "Kiosken vid bron"),
            self._confidential(self._omar, "Lunchlådan"),
            *(send_in(self._http, self._apis, eservice, answers) for eservice, answers in ASKED.items()),
        )
        return len(made) + await self._survey()

    async def _survey(self) -> int:
        """A round of the business survey that is closed: how many companies have answered it."""
        round_id = await self._office.open(ROUND)
        for number in range(len(SECTORS)):
            await answer(self._http, self._apis, number)
        await self._office.close(round_id)
        return len(SECTORS)

    async def _opens(self, resident: Headers, name: str) -> Applicant:
        answers = {**restaurant("nagon@example.com"), "facility_name": name}
        return await send_in(self._http, self._apis, "livsmedel-registrering", answers, resident)

    async def _asked(self, resident: Headers, name: str) -> Applicant:
        applicant = await self._opens(resident, name)
        due_on = (datetime.now(SWEDEN) + timedelta(days=14)).date().isoformat()
        form = {"wanted": "Skicka en planritning av köket, där det syns var ni diskar.", "due_on": due_on}
        await self._clerk.take(applicant.reference, "supplement-requests", form)
        return applicant

    async def _supplemented(self, resident: Headers, name: str) -> Applicant:
        applicant = await self._asked(resident, name)
        await applicant.do("supplements", {"text": "Köket är 20 kvadratmeter, och vi diskar vid den norra väggen."})
        return applicant

    async def _written_to(self, resident: Headers, name: str) -> Applicant:
        applicant = await self._opens(resident, name)
        await applicant.do("messages", {"text": "Hej! När kan jag räkna med ett besked?"})
        text = "Hej! Jag räknar med att bli klar i nästa vecka. Hur många platser har ni?"
        await self._clerk.take(applicant.reference, "messages", {"text": text})
        return applicant

    async def _complete(self, resident: Headers, name: str) -> Applicant:
        applicant = await self._opens(resident, name)
        await self._clerk.take(applicant.reference, "completion", {})
        return applicant

    async def _proposed(self, resident: Headers, name: str) -> Applicant:
        applicant = await self._complete(resident, name)
        await self._clerk.take(applicant.reference, "proposals", CONDITIONS)
        return applicant

    async def _decided(self, resident: Headers, name: str) -> Applicant:
        applicant = await self._proposed(resident, name)
        await self._chief.take(applicant.reference, "decisions", {})
        return applicant

    async def _withdrawn(self, resident: Headers, name: str) -> Applicant:
        applicant = await self._opens(resident, name)
        await applicant.do("withdrawal")
        return applicant

    async def _confidential(self, resident: Headers, name: str) -> Applicant:
        applicant = await self._opens(resident, name)
        await self._clerk.take(applicant.reference, "secrecy", {"confidential": True})
        return applicant
