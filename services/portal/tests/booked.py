"""Times with the business guide, and who has booked one."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2

from eservice_intake.cases.slots import Slot
from shared.clock import SWEDEN
from shared.database import Database
from tests.system import System

from . import drafts

FOUNDER = {
    "applicant_name": "Karin Ek",
    "applicant_email": "karin@exempel.se",
    "about": ["permits"],
    "question": "Vilka tillstånd behöver jag för ett gårdsmejeri?",
    "contact_by": "visit",
}


async def opened(system: System, count: int = 2) -> list[str]:
    """The ids of times next week, of a member of staff of their own."""
    at = datetime.now(SWEDEN).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=7)
    form = {"unit": "foretagslots", "starts_at": at.isoformat(), "minutes": 30, "count": count, "place": "Rådhuset"}
    headers = system.token("caseworker", subject=f"nora {uuid4().hex[:6]}")
    async with httpx2.AsyncClient(base_url=system.apis.intake) as http:
        answer = await http.post("/slots", json=form, headers=headers)
    return [slot["id"] for slot in answer.raise_for_status().json()["items"]]


async def asked(system: System) -> dict[str, Any]:
    return await drafts.application_of(system, "foretagslots", FOUNDER)


async def booked(system: System, slot_id: str) -> dict[str, Any]:
    receipt = await asked(system)
    async with httpx2.AsyncClient(base_url=system.apis.intake) as http:
        path, secret = f"/applications/{receipt['reference']}/booking", {"X-Application-Secret": receipt["secret"]}
        (await http.post(path, json={"slot_id": slot_id}, headers=secret)).raise_for_status()
    return receipt


async def closed(system: System, slot_id: str) -> None:
    async with httpx2.AsyncClient(base_url=system.apis.intake) as http:
        (await http.post(f"/slots/{slot_id}/closure", headers=system.token("administrator"))).raise_for_status()


async def made_confidential(system: System, receipt: dict[str, Any]) -> None:
    headers, path = system.token("administrator"), f"/cases/{receipt['reference']}"
    async with httpx2.AsyncClient(base_url=system.apis.intake, headers=headers) as http:
        read = {"If-Match": (await http.get(path)).raise_for_status().headers["ETag"]}
        (await http.post(f"{path}/secrecy", json={"confidential": True}, headers=read)).raise_for_status()


async def link_to(system: System, slot_id: str) -> str:
    """The link in the mail."""
    database = Database(system.settings("eservice-intake"))
    async with database.transaction() as tx:
        slot = await tx.get_one(Slot, UUID(slot_id), with_for_update=True)
        link = slot.new_link("/tider")
        tx.add(slot)
    await database.close()
    return link
