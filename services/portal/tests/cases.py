"""Cases that are in a state, for pages that show them: sent in, and handled by staff over the services' APIs."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlmodel import select

from deploy.casework import APPROVAL, Applicant, Clerk, restaurant, send_in
from eservice_intake.attachments.models import Attachment, AttachmentUse, Scan, StoredFile
from eservice_intake.cases.models import Case, SupplementRequest
from shared.clock import SWEDEN
from shared.database import Database, Session
from tests.system import System

from .visitors import Visitor

KARIN = "198112189876"
"""Whom the local issuer calls `karin ek`."""
WANTED = "Skicka en planritning av köket, där det syns var ni diskar.\n\nSkriv också hur stort köket är."
CONDITIONED = {
    **APPROVAL,
    "outcome": "approved_with_conditions",
    "conditions": ["Kylrummet ska hålla högst 8 grader.", "Egenkontrollen ska finnas på plats."],
    "fee": 7150,
}


class Casework:
    """What a clerk and an applicant do before a page is looked at."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.http = httpx.AsyncClient(timeout=30, verify=False, headers={"Connection": "close"})

    @property
    def clerk(self) -> Clerk:
        return Clerk(self.http, self.system.apis, self.system.token("caseworker", "unit-head", subject="maja berg"))

    async def sent_in(self, number: str | None = KARIN) -> Applicant:
        """A restaurant's registration, by who has signed in."""
        headers = self.system.resident(number, "karin ek") if number else None
        return await send_in(
            self.http, self.system.apis, "livsmedel-registrering", restaurant("karin@example.com"), headers
        )

    async def asked(self, days: int = 14) -> Applicant:
        """One that something is asked for."""
        applicant = await self.sent_in()
        due_on = (datetime.now(SWEDEN) + timedelta(days=days)).date().isoformat()
        form = {"wanted": WANTED, "due_on": due_on}
        await self.clerk.take(applicant.reference, "supplement-requests", form)
        return applicant

    async def late(self) -> Applicant:
        """One whose supplement should have come a week ago."""
        applicant = await self.asked()
        async with self._database() as tx:
            for request in await tx.exec(select(SupplementRequest).where(_of(SupplementRequest, applicant))):
                request.due_on -= timedelta(weeks=3)
                tx.add(request)
            case = await tx.get_one(Case, UUID(applicant.receipt["id"]))
            case.supplement_due_on = request.due_on
            tx.add(case)
        return applicant

    async def supplemented(self) -> Applicant:
        """One that a file was sent to."""
        applicant = await self.asked()
        file = ("planritning.pdf", b"%PDF-1.7 a plan of " + applicant.reference.encode(), "application/pdf")
        sent = await self.http.post(f"{self.system.apis.intake}/attachments", files={"file": file})
        form = {"text": "Här är ritningen.", "attachments": [sent.raise_for_status().json()["id"]]}
        await applicant.do("supplements", form)
        return applicant

    async def infected(self) -> tuple[Applicant, str]:
        """One whose file has malware, and the file's id."""
        applicant = await self.supplemented()
        async with self._database() as tx:
            used = select(Attachment, StoredFile).join(StoredFile).join(AttachmentUse)
            [(attachment, file)] = await tx.exec(used.where(_of(AttachmentUse, applicant)))
            file.settle(Scan.INFECTED, datetime.now(UTC), "Eicar-Test-Signature")
            tx.add(file)
            id_ = str(attachment.id)
        return applicant, id_

    async def decided(self, decision: dict[str, Any] = CONDITIONED) -> Applicant:
        applicant = await self.sent_in()
        await self.clerk.take(applicant.reference, "decisions", {"decision": decision})
        return applicant

    async def served(self) -> Applicant:
        applicant = await self.decided()
        await applicant.do("decision/receipt")
        return applicant

    async def written_to(self) -> Applicant:
        applicant = await self.sent_in()
        await applicant.do("messages", {"text": "Hej! När kan jag räkna med ett besked?"})
        text = "Hej Karin!\n\nJag räknar med att bli klar i nästa vecka. Hur många platser har ni?"
        await self.clerk.take(applicant.reference, "messages", {"text": text})
        return applicant

    async def referred(self) -> str:
        """The path of the link that another party gets by mail."""
        applicant = await self.sent_in()
        form = {
            "name": "Räddningstjänsten Jämtland",
            "email": "raddning@example.com",
            "question": "Finns det hinder mot gasol i köket?",
            "due_on": (datetime.now(SWEDEN) + timedelta(days=21)).date().isoformat(),
        }
        await self.clerk.take(applicant.reference, "referrals", form)
        timeline = (await self.clerk.read(applicant.reference))["timeline"]
        [referral] = [line["details"]["referral"] for line in timeline if line["step"] == "request_opinion"]
        return await self._link(referral)

    async def served_on_a_neighbour(self) -> str:
        """The path of the link that a neighbour gets by mail."""
        applicant = await self.decided()
        form = {"name": "Grannen Gren", "email": "granne@example.com", "language": "sv"}
        party = await self.clerk.take(applicant.reference, "decisions/1/parties", form)
        return await self._link(party["id"])

    @asynccontextmanager
    async def _database(self) -> AsyncIterator[Session]:
        database = Database(self.system.settings("eservice-intake"))
        async with database.transaction() as tx:
            yield tx
        await database.close()

    async def _link(self, id_: str) -> str:
        """What notifications looks up when it writes the mail."""
        internal = f"http://127.0.0.1:{self.system.internal['eservice-intake-api']}"
        headers = self.system.token("contact-reader", subject="mailer")
        asked = await self.http.post(f"{internal}/contacts/lookup", json={"texts": [id_]}, headers=headers)
        link: str = asked.raise_for_status().json()["texts"][id_]["link"]
        return link.removeprefix(self.system.environment["RESIDENT_PAGES"])


def _of(model: Any, applicant: Applicant) -> Any:
    return model.case_id == UUID(applicant.receipt["id"])


def hidden(text: str, name: str) -> str:
    """What a hidden box of the page has."""
    return re.findall(rf'name="{name}" value="([^"]*)"', text)[-1]


async def opened(visitor: Visitor, applicant: Applicant) -> None:
    await visitor.get(f"/arenden/{applicant.reference}/kod/{applicant.receipt['secret']}")
