"""eservice-intake, for those whose case it is: by the secret on its receipt, or signed in."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import httpx2

from portal.clients.base import Client, Read
from portal.clients.lists import Listed
from portal.clients.signatures import ReadSection


class OwnCase(Read):
    """A line of the list of one's own cases."""

    reference: str
    diary_number: str
    title: str
    status: str
    status_text: str
    received_at: datetime


class Happened(Read):
    what: str
    text: str
    at: datetime


class Clock(Read):
    stopped_by: str | None
    remaining_days: int | None
    waits_for_decision: bool
    earliest_start_on: date | None
    answer_expected_on: date | None


class Missing(Read):
    wanted: str
    due_on: date


class Supplement(Read):
    wanted: str
    answer: str | None
    answered_at: datetime


class Message(Read):
    by_applicant: bool
    by_name: str | None
    text: str
    sent_at: datetime
    read_at: datetime | None


class OwnFile(Read):
    id: str
    question: str
    filename: str
    size: int
    scan: str


class DecisionBrief(Read):
    number: int
    served_on: date | None
    appeal_until: date | None


class Progress(Read):
    diary_number: str
    title: str
    status_text: str
    history: Sequence[Happened]
    service_notice: str | None
    answers: Sequence[ReadSection]
    clock: Clock | None
    missing: Missing | None
    supplements: Sequence[Supplement]
    messages: Sequence[Message]
    attachments: Sequence[OwnFile]
    decision: DecisionBrief | None
    can: Sequence[str]
    feedback_wanted: bool


class AwaitedSignature(Read):
    status: str
    lapses_at: datetime | None
    refusal: str | None


class Status(Read):
    reference: str
    kind: str
    status: str
    register_notices: Sequence[str]
    progress: Progress | None = None
    signature: AwaitedSignature | None = None


class Decision(Read):
    reference: str
    diary_number: str
    number: int
    outcome_text: str
    reasons: str
    legal_basis: Sequence[str]
    conditions: Sequence[str]
    fee: int | None
    fee_lines: Sequence[str]
    decided_at: datetime | None
    decided_by_name: str | None
    delegation: str | None
    is_in_force: bool
    appealable: bool
    how_to_appeal: str
    served_on: date | None
    appeal_until: date | None
    about_number: int | None
    ruling: str | None
    ruled_by: str | None
    ruled_on: date | None
    ruling_number: str | None
    ruling_text: str | None


class Appeal(Read):
    in_time: bool


class Done(Read):
    """Something was done; the page that is shown next tells what came of it."""


class Sent(Read):
    """A file that was sent ahead: what is sent afterwards names its id."""

    id: str
    size: int


class Cases(Client):
    service = "eservice-intake"

    async def mine(self, after: str | None = None) -> Listed[OwnCase]:
        return await self.get("/my/cases", Listed[OwnCase], {"after": after})

    async def send_file(self, name: str, content: bytes) -> Sent:
        return await self.upload("/attachments", Sent, (name, content, "application/octet-stream"))

    async def status(self, reference: str, secret: str | None) -> Status:
        return await self.opened("/applications/{reference}", Status, secret, reference=reference)

    async def copy(self, reference: str, secret: str | None) -> httpx2.Response:
        return await self.file("/applications/{reference}/copy", secret, reference=reference)

    async def own_file(self, reference: str, secret: str | None, id_: str) -> httpx2.Response:
        return await self.file(
            "/applications/{reference}/attachments/{attachment_id}", secret, reference=reference, attachment_id=id_
        )

    async def replace(self, reference: str, secret: str | None, key: str, id_: str, new: str) -> None:
        await self.post(
            "/applications/{reference}/attachments/{attachment_id}/replacement",
            Done,
            {"attachment": new},
            key=key,
            secret=secret,
            reference=reference,
            attachment_id=id_,
        )

    async def supplement(self, reference: str, secret: str | None, key: str, text: str, files: Sequence[str]) -> None:
        form = {"text": text, "attachments": [*files]}
        await self.post(
            "/applications/{reference}/supplements", Done, form, key=key, secret=secret, reference=reference
        )

    async def write(self, reference: str, secret: str | None, key: str, text: str) -> None:
        form = {"text": text}
        await self.post("/applications/{reference}/messages", Done, form, key=key, secret=secret, reference=reference)

    async def withdraw(self, reference: str, secret: str | None, key: str) -> None:
        await self.post("/applications/{reference}/withdrawal", Done, key=key, secret=secret, reference=reference)

    async def give_feedback(self, reference: str, secret: str | None, answers: Mapping[str, Any]) -> None:
        """Without a key: its answer would be kept with what says which case it is about."""
        await self.post("/applications/{reference}/feedback", type(None), answers, secret=secret, reference=reference)

    async def decision(self, reference: str, secret: str | None, number: int | None) -> Decision:
        params = {"number": number}
        return await self.opened("/applications/{reference}/decision", Decision, secret, params, reference=reference)

    async def decision_pdf(self, reference: str, secret: str | None, number: int | None) -> httpx2.Response:
        params = {"number": number}
        return await self.file("/applications/{reference}/decision/pdf", secret, params, reference=reference)

    async def confirm(self, reference: str, secret: str | None, key: str) -> None:
        await self.post("/applications/{reference}/decision/receipt", Done, key=key, secret=secret, reference=reference)

    async def appeal(self, reference: str, secret: str | None, key: str, text: str) -> Appeal:
        form = {"text": text}
        return await self.post(
            "/applications/{reference}/appeals", Appeal, form, key=key, secret=secret, reference=reference
        )
