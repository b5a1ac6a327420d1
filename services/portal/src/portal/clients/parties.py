"""eservice-intake, for those who are served a decision in somebody else's case, by the link in a mail."""

from datetime import date

from portal.clients.base import Client, Read
from portal.clients.cases import Decision


class PartyReceipt(Read):
    """How far a decision has come with somebody else who is served it."""

    appeal_until: date | None


class Parties(Client):
    service = "eservice-intake"

    async def decision(self, id_: str, secret: str) -> Decision:
        return await self.opened("/decision-parties/{party_id}", Decision, secret, party_id=id_)

    async def confirm(self, id_: str, secret: str, key: str) -> PartyReceipt:
        return await self.post(
            "/decision-parties/{party_id}/receipt", PartyReceipt, key=key, secret=secret, party_id=id_
        )

    async def appeal(self, id_: str, secret: str, key: str, text: str) -> PartyReceipt:
        form = {"text": text}
        return await self.post(
            "/decision-parties/{party_id}/appeals", PartyReceipt, form, key=key, secret=secret, party_id=id_
        )
