"""eservice-intake, for those who are asked for an opinion by the link in a mail."""

from collections.abc import Sequence
from datetime import date, datetime

import httpx2

from portal.clients.base import Client, Read
from portal.clients.cases import OwnFile
from portal.clients.signatures import ReadSection


class Asked(Read):
    """A case that somebody else is asked about, or sent a copy of."""

    party_name: str
    question: str | None
    due_on: date | None
    opinion: str | None
    answered_at: datetime | None
    diary_number: str
    title: str
    answers: Sequence[ReadSection]
    attachments: Sequence[OwnFile]


class Given(Read):
    answered_at: datetime


class Referrals(Client):
    service = "eservice-intake"

    async def asked(self, id_: str, secret: str) -> Asked:
        return await self.opened("/referrals/{referral_id}", Asked, secret, referral_id=id_)

    async def attached(self, id_: str, secret: str, attachment_id: str) -> httpx2.Response:
        return await self.file(
            "/referrals/{referral_id}/attachments/{attachment_id}", secret, referral_id=id_, attachment_id=attachment_id
        )

    async def answer(self, id_: str, secret: str, key: str, text: str) -> Given:
        form = {"text": text}
        return await self.post("/referrals/{referral_id}/opinion", Given, form, key=key, secret=secret, referral_id=id_)
