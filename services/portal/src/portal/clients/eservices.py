"""eservice-intake, for those who fill something in and send it in."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from portal.clients.base import Client, Read, Refused

Json = Mapping[str, Any]
ATTEMPTS = 5
MOST_SECONDS = 2


class Brief(Read):
    """A line of the list of e-services."""

    id: str
    title: str
    summary: str
    minutes: int
    kind_label: str
    unit: str
    unit_label: str
    login: str
    bookable: bool


class Said(Read):
    """Something that is said of an e-service in words."""

    text: str


class About(Brief):
    """What one needs to know of an e-service before beginning."""

    anonymous_allowed: bool
    login_reason: str | None = None
    legal_basis: Sequence[str]
    notes: Sequence[str]
    fee: Said
    lead_time: Said | None = None
    deadline: Said | None = None
    may_start: str | None = None
    handling_target_days: int | None = None


class Redress(Read):
    """What one can do about a decision. Nothing is said where nothing is decided."""

    how_to_appeal: str | None


class ListOfEServices(Read):
    items: Sequence[Brief]


class ToMend(Read):
    field: str
    code: str
    message: str


class File(Read):
    """A file that was sent in, and which question it answers."""

    id: str
    question: str
    filename: str
    size: int
    scan: str


class Saved(Read):
    id: str
    expires_at: datetime
    violations: Sequence[ToMend]


class Begun(Saved):
    secret: str


class Draft(Saved):
    eservice: str
    definition: str | None
    answers: dict[str, Any]
    attachments: Sequence[File]


class Receipt(Read):
    reference: str
    eservice: str
    status: str
    secret: str


class SignatureState(Read):
    reference: str
    status: str


class Filled(Read):
    """What a form says so far, as it is sent."""

    eservice: str
    language: str
    definition: str | None = Field(None, description="The version that it follows, or today's.")
    answers: dict[str, Any] = Field(default_factory=dict)


async def _wait_for_the_first(error: Refused, left: int) -> None:
    """Raises the error when it is another, or when one has waited enough."""
    if error.code != "StillInProgress" or not left:
        raise error
    await asyncio.sleep(min(error.retry_after or 1, MOST_SECONDS))


class EServices(Client):
    service = "eservice-intake"

    async def all(self) -> Sequence[Brief]:
        return (await self.get("/eservices", ListOfEServices)).items

    async def redress(self, eservice: str) -> Redress:
        return await self.get("/eservices/{eservice_id}/redress", Redress, eservice_id=eservice)

    async def published(self, eservice: str, definition: str | None = None) -> tuple[Json, Json]:
        """What is said of an e-service, now or in an earlier version, and the schema of its answers."""
        params = {"definition": definition}
        shown = self.get("/eservices/{eservice_id}", dict, params, eservice_id=eservice)
        schema = self.get("/eservices/{eservice_id}/schema", dict, params, eservice_id=eservice)
        told: tuple[Json, Json] = await asyncio.gather(shown, schema)
        return told

    async def begin(self, form: Filled) -> Begun:
        return await self.post("/drafts", Begun, form.model_dump())

    async def save(self, draft_id: str, secret: str, form: Filled) -> Saved:
        return await self.put("/drafts/{draft_id}", Saved, form.model_dump(), secret=secret, draft_id=draft_id)

    async def draft(self, draft_id: str, secret: str) -> Draft:
        return await self.opened("/drafts/{draft_id}", Draft, secret, draft_id=draft_id)

    async def forget(self, draft_id: str, secret: str) -> None:
        await self.delete("/drafts/{draft_id}", secret=secret, draft_id=draft_id)

    async def send_in(self, draft_id: str, secret: str) -> Receipt:
        """Once, however often it is asked: the draft is the key. Waits for one that is being sent in just now."""
        left = ATTEMPTS
        while True:
            left -= 1
            try:
                return await self._sent_in(draft_id, secret)
            except Refused as error:
                await _wait_for_the_first(error, left)

    async def _sent_in(self, draft_id: str, secret: str) -> Receipt:
        return await self.post(
            "/drafts/{draft_id}/submission", Receipt, key=f"draft-{draft_id}", secret=secret, draft_id=draft_id
        )

    async def ask_another(self, reference: str, secret: str, name: str, email: str) -> SignatureState:
        form = {"name": name, "email": email}
        return await self.post(
            "/applications/{reference}/signer", SignatureState, form, secret=secret, reference=reference
        )
