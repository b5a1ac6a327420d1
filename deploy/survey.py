"""A round of the business survey in a running system: opened, answered by made-up companies, and closed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from stdnum import luhn

from deploy.casework import Applicant, Headers, send_in
from deploy.submissions import Apis
from shared.clock import day_in_sweden, now

SURVEY = "naringslivsundersokning"
SECTORS = (*["restaurang"] * 6, *["vard"] * 6, "it", "it", "yrkeschauffor", "yrkeschauffor", "ovriga")
"""Of each company. They are so many that those of two sectors are shown."""
NEEDS = {"restaurang": ("5120", "9412"), "vard": ("5321", "annat")}
DAYS = 60


@dataclass(frozen=True)
class BusinessOffice:
    """Those who ask, with a terminal."""

    http: httpx.AsyncClient
    apis: Apis
    headers: Headers

    async def open(self, name: str) -> str:
        """The id of a round. Raises httpx.HTTPStatusError when another is open."""
        answer_by = day_in_sweden(now()) + timedelta(days=DAYS)
        return str((await self._post("", {"name": name, "answer_by": answer_by.isoformat()}))["id"])

    async def invite(self, round_id: str, number: int, email: str) -> None:
        company = {"orgnr": orgnr(number), "name": name_of(number), "email": email}
        await self._post(f"/{round_id}/invitations", {"companies": [company]})

    async def close(self, round_id: str) -> None:
        await self._post(f"/{round_id}/closure", None)

    async def close_the_open_one(self) -> None:
        surveys = (await self.http.get(f"{self.apis.intake}/surveys")).raise_for_status().json()
        if surveys["open"]:
            await self.close(surveys["open"]["id"])

    async def result(self, round_id: str) -> dict[str, Any]:
        answer = await self.http.get(f"{self.apis.intake}/surveys/{round_id}")
        result: dict[str, Any] = answer.raise_for_status().json()
        return result

    async def _post(self, path: str, form: dict[str, Any] | None) -> dict[str, Any]:
        answer = await self.http.post(f"{self.apis.intake}/survey-rounds{path}", json=form, headers=self.headers)
        made: dict[str, Any] = answer.raise_for_status().json()
        return made


async def answer(http: httpx.AsyncClient, apis: Apis, number: int, email: str = "") -> Applicant:
    """What the company of that number says."""
    return await send_in(http, apis, SURVEY, answers(number, email))


def answers(number: int, email: str = "") -> dict[str, Any]:
    """What the company of that number needs. The first of a sector needs one occupation and the others two."""
    occupations = NEEDS.get(SECTORS[number], ("annat",))
    wanted = occupations[: 1 if number % 6 == 0 else 2]
    return {
        "orgnr": orgnr(number),
        "company_name": name_of(number),
        "contact_email": email or f"bolag{number}@example.com",
        "sector": SECTORS[number],
        "has_needs": True,
        "needs": [_need(occupation) for occupation in wanted],
    }


def _need(occupation: str) -> dict[str, Any]:
    other = {"occupation_other": "Vaktmästare"} if occupation == "annat" else {}
    hard = {"hard_to_recruit": True, "hard_because": ["fa_sokande"]}
    return {"occupation": occupation, **other, "needed_now": 2, "needed_within_12_months": 1, **hard}


def name_of(number: int) -> str:
    return f"Bolag {number} AB"


def orgnr(number: int) -> str:
    """An organisation number with its check digit."""
    first = f"5560{number:05}"
    return first + str(luhn.calc_check_digit(first))
