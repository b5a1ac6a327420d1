"""eservice-intake, for owners who are to sign what somebody has filled in for them."""

from collections.abc import Sequence
from datetime import datetime

import httpx2

from portal.clients.base import Client, Read
from portal.clients.eservices import File, Receipt, SignatureState


class ReadAnswer(Read):
    """A question, and what was answered in words. `rows` when the answer is several of a kind."""

    field: str
    label: str
    answer: str | None
    rows: Sequence[Sequence["ReadAnswer"]] = ()


class ReadSection(Read):
    heading: str
    answers: Sequence[ReadAnswer]


class ToSign(Read):
    """What a contractor has filled in, for its owner."""

    reference: str
    title: str
    status: str
    lapses_at: datetime | None
    answers: Sequence[ReadSection]
    attachments: Sequence[File]


class Signatures(Client):
    service = "eservice-intake"

    async def to_sign(self, id_: str, secret: str) -> ToSign:
        return await self.opened("/signatures/{signature_id}", ToSign, secret, signature_id=id_)

    async def file_to_sign(self, id_: str, secret: str, attachment_id: str) -> httpx2.Response:
        return await self.file(
            "/signatures/{signature_id}/attachments/{attachment_id}",
            secret,
            signature_id=id_,
            attachment_id=attachment_id,
        )

    async def sign(self, id_: str, secret: str) -> Receipt:
        return await self.post(
            "/signatures/{signature_id}/signature", Receipt, key=f"signature-{id_}", secret=secret, signature_id=id_
        )

    async def decline(self, id_: str, secret: str, reason: str) -> SignatureState:
        return await self.post(
            "/signatures/{signature_id}/refusal", SignatureState, {"reason": reason}, secret=secret, signature_id=id_
        )
