"""Drafts, applications and links in mails, as others have made them, for pages to show."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx2
from sqlmodel import select

from eservice_intake.applications.signatures import Signature
from eservice_intake.cases.models import Case
from eservice_intake.lookups.models import RegisterCheck, Verdict
from eservice_intake.referrals.models import Referral
from shared.clock import now
from shared.database import Database, Session
from shared.events import Language
from tests.system import System

from .applying import PDF

COMPLAINT = {
    "nuisance": "buller",
    "place": "Storgatan 12",
    "description": "Fläkten på gården brummar varje natt mellan tio och sex.",
    "frequency": "standigt",
    "contacted_responsible": True,
    "anonymous": True,
}
HOLE = {
    "name": "Norra",
    "length_m": 120,
    "angle_to_vertical": 0,
    "compass_direction": 0,
    "e": 487_000,
    "n": 7_000_000,
    "measured": True,
}
HEAT_PUMP = {
    "protected_identity": False,
    "applicant_name": "Karin Ek",
    "applicant_email": "borrare@example.com",
    "applicant_phone": "070-174 06 05",
    "applicant_address": {"street": "Storgatan 12", "postal_code": "831 30", "city": "Östersund"},
    "property_designation": "Odensala 1:23",
    "invoice_same_as_applicant": True,
    "filled_by": "contractor",
    "signer_name": "Aino Lindqvist",
    "signer_email": "aino@example.com",
    "heat_source": "berg",
    "water_protection_area": False,
    "manufacturer": "Nibe",
    "model": "F1345",
    "power_output_kw": 8.5,
    "heat_transfer_fluid": "etanol",
    "boreholes": [HOLE, {**HOLE, "name": "Södra", "length_m": 100}],
    "distance_boundary_m": 12,
    "driller_certificate": "77",
}


async def file_of(system: System, name: str = "ritning.pdf") -> str:
    """The id of a file that was sent ahead."""
    async with httpx2.AsyncClient(base_url=system.apis.intake) as http:
        answer = await http.post("/attachments", files={"file": (name, PDF, "application/pdf")})
    return str(answer.raise_for_status().json()["id"])


async def draft_of(system: System, eservice: str, answers: dict[str, Any]) -> str:
    """The address of a draft's pages."""
    draft = await _sent(system, "/drafts", eservice, answers)
    return f"/e-tjanster/{eservice}/utkast/{UUID(draft['id']).hex}{draft['secret']}"


async def heat_pump(system: System) -> dict[str, Any]:
    return {**HEAT_PUMP, "site_plan": await file_of(system, "situationsplan.pdf")}


async def own_heat_pump(system: System) -> dict[str, Any]:
    """Filled in by its owner, who signs nothing more."""
    filled = {**await heat_pump(system), "filled_by": "owner", "declaration": True}
    return {name: answer for name, answer in filled.items() if not name.startswith("signer_")}


async def within_area(system: System, receipt: dict[str, Any]) -> None:
    """A register has said that its place is in a water protection area."""
    async with _written_to(system) as tx:
        case = (await tx.exec(select(Case).where(Case.reference == receipt["reference"]))).one()
        case.kind = "ansokan"
        tx.add(case)
        said = {"verdict": Verdict.WITHIN_AREA, "told": {"names": "Lockne vattenskyddsområde"}}
        tx.add(RegisterCheck(case_id=case.id, field="water_protection_area", checked_at=now(), **said))


async def application_of(system: System, eservice: str, answers: dict[str, Any]) -> dict[str, Any]:
    """The receipt of what somebody sent in who has signed in."""
    return await _sent(system, "/applications", eservice, answers, system.resident())


async def awaited(system: System) -> dict[str, Any]:
    """The receipt of a contractor who has filled in for somebody."""
    return await application_of(system, "varmepump", {**await heat_pump(system), "declaration": True})


def sent_path(receipt: dict[str, Any]) -> str:
    return f"/e-tjanster/{receipt['eservice']}/inskickad/{receipt['reference']}/{receipt['secret']}"


async def link_to_sign(system: System, receipt: dict[str, Any]) -> str:
    """The link in the owner's mail."""
    async with _written_to(system) as tx:
        found = await tx.exec(select(Signature).where(Signature.reference == receipt["reference"]))
        signature = found.one()
        link = signature.new_link("/underskrifter")
        tx.add(signature)
    return link


async def link_to_copy(system: System, receipt: dict[str, Any]) -> str:
    """The link in the mail of somebody who is sent a copy of the case."""
    async with _written_to(system) as tx:
        case = (await tx.exec(select(Case).where(Case.reference == receipt["reference"]))).one()
        asked = Referral(
            case_id=case.id,
            party_name="Räddningstjänsten Jämtland",
            asked_at=now(),
            language=Language.SWEDISH,
        )
        link = asked.new_link("/remisser")
        tx.add(asked)
    return link


@asynccontextmanager
async def _written_to(system: System) -> AsyncIterator[Session]:
    database = Database(system.settings("eservice-intake"))
    try:
        async with database.transaction() as tx:
            yield tx
    finally:
        await database.close()


async def _sent(
    system: System, path: str, eservice: str, answers: dict[str, Any], headers: dict[str, str] | None = None
) -> dict[str, Any]:
    form = {"eservice": eservice, "language": "sv", "answers": answers}
    async with httpx2.AsyncClient(base_url=system.apis.intake) as http:
        answer = await http.post(path, json=form, headers=headers or {})
    receipt: dict[str, Any] = answer.raise_for_status().json()
    return receipt
