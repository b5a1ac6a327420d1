"""Rounds of the business survey, and what companies answer."""

from datetime import timedelta
from uuid import uuid4

import httpx2
from stdnum import luhn

from shared.clock import day_in_sweden, now
from tests.system import System


def orgnr(number: int) -> str:
    """An organisation number with its check digit."""
    first = f"5560{number:05}"
    return first + luhn.calc_check_digit(first)


ORGNRS = [orgnr(number) for number in range(20)]
SECTORS = [*["restaurang"] * 6, *["vard"] * 6, "it", "it", "yrkeschauffor", "yrkeschauffor", "ovriga"]
"""Of so many companies that those of two sectors are shown."""


async def opened(system: System, name: str) -> str:
    """The id of a round. One that is open is closed before."""
    found = await open_one(system)
    if found:
        await closed(system, found)
    form = {"name": name, "answer_by": (day_in_sweden(now()) + timedelta(days=60)).isoformat()}
    return str((await _sent(system, "/survey-rounds", form))["id"])


async def open_one(system: System) -> str | None:
    async with httpx2.AsyncClient(base_url=system.apis.intake) as http:
        found = (await http.get("/surveys")).raise_for_status().json()["open"]
    return str(found["id"]) if found else None


async def none_is_open(system: System) -> None:
    found = await open_one(system)
    if found:
        await closed(system, found)


async def closed(system: System, round_id: str) -> None:
    await _sent(system, f"/survey-rounds/{round_id}/closure", None)


async def invited(system: System, round_id: str) -> None:
    """The first five companies."""
    companies = [
        {"orgnr": number, "name": f"Krog {at} AB", "email": f"krog{at}@example.com"}
        for at, number in enumerate(ORGNRS[:5])
    ]
    await _sent(system, f"/survey-rounds/{round_id}/invitations", {"companies": companies})


async def answered_by_all(system: System) -> None:
    await answered(system, *range(len(SECTORS)))


async def answered(system: System, *numbers: int) -> None:
    async with httpx2.AsyncClient(base_url=system.apis.intake) as http:
        for number in numbers:
            body = {"eservice": "naringslivsundersokning", "language": "sv", "answers": answers(number)}
            (await http.post("/applications", json=body)).raise_for_status()


def answers(number: int) -> dict[str, object]:
    need = {"occupation": "5120", "needed_now": 2, "needed_within_12_months": 1, "hard_to_recruit": False}
    return {
        "orgnr": ORGNRS[number],
        "company_name": f"Krog {number} AB",
        "contact_email": f"krog-{uuid4().hex[:8]}@example.com",
        "sector": SECTORS[number],
        "has_needs": True,
        "needs": [need, {**need, "occupation": "9412"}] if number else [need],
    }


async def _sent(system: System, path: str, form: object) -> dict[str, object]:
    async with httpx2.AsyncClient(base_url=system.apis.intake) as http:
        answer = await http.post(path, json=form, headers=system.token("administrator"))
    made: dict[str, object] = answer.raise_for_status().json()
    return made
