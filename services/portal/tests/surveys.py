"""Rounds of the business survey, and what companies answer."""

from datetime import timedelta
from uuid import uuid4

import httpx2

from deploy.survey import SECTORS, answers, orgnr
from shared.clock import day_in_sweden, now
from tests.system import System

ORGNRS = [orgnr(number) for number in range(len(SECTORS))]


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
            body = {
                "eservice": "naringslivsundersokning",
                "language": "sv",
                "answers": answers(number, f"krog-{uuid4().hex[:8]}@example.com"),
            }
            (await http.post("/applications", json=body)).raise_for_status()


async def _sent(system: System, path: str, form: object) -> dict[str, object]:
    async with httpx2.AsyncClient(base_url=system.apis.intake) as http:
        answer = await http.post(path, json=form, headers=system.token("administrator"))
    made: dict[str, object] = answer.raise_for_status().json()
    return made
