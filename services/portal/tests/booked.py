"""Times with the business guide, and who has booked one."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import yaml

import eservice_intake
from eservice_intake.cases.slots import Slot
from shared.clock import SWEDEN
from shared.database import Database
from testkit.waiting import until
from tests.system import System

from . import drafts
from .definitions import ALMA, OLLE, Editor

FOUNDER = {
    "applicant_name": "Karin Ek",
    "applicant_email": "karin@exempel.se",
    "about": ["permits"],
    "question": "Vilka tillstånd behöver jag för ett gårdsmejeri?",
    "contact_by": "visit",
}


OTHER, OTHER_UNIT = "halsorad", "halsoskydd"
"""An e-service with times, of another unit than the business guide's."""


async def published_another(system: System, *, bookable: bool = True) -> None:
    """By two administrators: what the business guide asks, for another unit."""

    async def noticed() -> bool:
        async with httpx2.AsyncClient(base_url=system.apis.intake) as http:
            listed = (await http.get("/eservices")).raise_for_status().json()["items"]
        return (OTHER, bookable) in [(one["id"], one["bookable"]) for one in listed]

    if await noticed():
        return
    form = yaml.safe_load(
        (Path(eservice_intake.__file__).parent / "data/eservices/foretagslots.yaml").read_text("utf-8")
    )
    named = {"id": OTHER, "sv": "Fråga om hälsoskydd", "en": "Ask about health protection", "unit": OTHER_UNIT}
    source = yaml.safe_dump({**form, **named, "bookable": bookable}, allow_unicode=True)
    alma, olle = (Editor(system, subject, OTHER) for subject in (ALMA, OLLE))
    await olle.publishes(await olle.approves(await alma.uploads(source)))
    await until(noticed)


async def opened(system: System, count: int = 2, unit: str = "foretagslots") -> list[str]:
    """The ids of times next week, of a member of staff of their own."""
    at = datetime.now(SWEDEN).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=7)
    form = {"unit": unit, "starts_at": at.isoformat(), "minutes": 30, "count": count, "place": "Rådhuset"}
    headers = system.token("caseworker", subject=f"nora {uuid4().hex[:6]}")
    async with httpx2.AsyncClient(base_url=system.apis.intake) as http:
        answer = await http.post("/slots", json=form, headers=headers)
    return [slot["id"] for slot in answer.raise_for_status().json()["items"]]


async def asked(system: System, eservice: str = "foretagslots") -> dict[str, Any]:
    return await drafts.application_of(system, eservice, FOUNDER)


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
