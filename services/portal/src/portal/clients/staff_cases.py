"""What the pages of staff ask of eservice-intake about cases."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import httpx2
from pydantic import Field

from portal.clients.base import Client, Read
from portal.clients.delegated import DelegatedDecision
from portal.clients.fees import FeesOfCase
from portal.clients.lists import Listed
from portal.clients.opinions import Referral


class Answer(Read):
    label: str
    answer: str | None
    field: str
    rows: list[list["Answer"]] = Field(default_factory=list)


class Section(Read):
    heading: str
    answers: list[Answer]


class RegisterCheck(Read):
    """What a register said of the answer to a question."""

    label: str
    text: str


class CaseFile(Read):
    id: str
    question: str
    filename: str
    size: int
    scan: str


class CaseClock(Read):
    counted_from: date
    is_provisional: bool
    stopped_by: str | None
    remaining_days: int | None
    waits_for_decision: bool
    earliest_start_on: date | None
    answer_expected_on: date | None


class StepTaken(Read):
    text: str
    by_name: str
    at: datetime


class CaseMessage(Read):
    by_applicant: bool
    by_name: str | None
    text: str
    sent_at: datetime


class Supplement(Read):
    wanted: str
    due_on: date
    requested_at: datetime
    answered_at: datetime | None
    answer: str | None


class DecisionRead(Read):
    """A decision as the applicant reads it."""

    diary_number: str
    number: int | None
    outcome: str
    outcome_text: str
    reasons: str
    legal_basis: list[str]
    conditions: list[str]
    fee: int | None
    fee_lines: list[str]
    decided_at: datetime | None
    decided_by_name: str | None
    delegation: str | None
    how_to_appeal: str
    act: str
    about_number: int | None


class Party(Read):
    """Somebody else who is served a decision."""

    id: str
    party_name: str
    unreached_at: datetime | None
    served_on: date | None
    appeal_until: date | None


class CaseDecision(DecisionRead):
    is_proposal: bool
    is_in_force: bool
    proposed_by_name: str | None
    unreached_at: datetime | None
    served_on: date | None
    appeal_until: date | None
    final_at: datetime | None
    ruling: str | None
    ruled_by: str | None
    ruled_on: date | None
    ruling_number: str | None
    ruling_text: str | None
    parties: list[Party]


class Appeal(Read):
    received_on: date
    in_time: bool
    text: str
    forwarded_at: datetime | None
    dismissed_at: datetime | None
    ruled_at: datetime | None


class Related(Read):
    diary_number: str
    reference: str | None
    why: str


class OutcomeOffered(Read):
    outcome: str
    text: str
    within_delegation: bool


class CaseRow(Read):
    """A case in a list. Of one that the reader may not open there is the diary number alone."""

    diary_number: str
    confidential: bool
    reference: str | None = None
    title: str = ""
    sender: str | None = None
    status: str = ""
    unit: str = ""
    received_at: datetime | None = None
    supplement_due_on: date | None = None
    decision_due_on: date | None = None

    @property
    def due_on(self) -> date | None:
        """What is waited for, or else when it must be decided."""
        return self.supplement_due_on or self.decision_due_on


class Case(CaseRow):
    """A case with all that it takes to handle it."""

    reference: str
    version: int
    eservice: str
    kind: str
    language: str
    is_mailed: bool
    unreached_at: datetime | None
    identified: bool
    handler_id: str | None
    received_at: datetime
    can: list[str]
    outcomes: list[OutcomeOffered]
    services: list[str]
    checks: list[RegisterCheck]
    answers: list[Section]
    attachments: list[CaseFile]
    clock: CaseClock
    timeline: list[StepTaken]
    messages: list[CaseMessage]
    supplements: list[Supplement]
    referrals: list[Referral]
    decisions: list[CaseDecision]
    appeals: list[Appeal]
    fees: FeesOfCase
    related: list[Related]

    def proposed(self, act: str) -> CaseDecision | None:
        """What is proposed to be decided so."""
        return next((one for one in self.decisions if one.is_proposal and one.act == act), None)

    @property
    def in_force(self) -> list[CaseDecision]:
        return [one for one in self.decisions if one.is_in_force]

    @property
    def holding(self) -> CaseDecision | None:
        """The decision about the case that holds."""
        held = (one for one in reversed(self.decisions) if one.is_in_force and one.act != "dismissal")
        return next(held, None)


class EserviceUnit(Read):
    """An e-service, with the unit that handles it."""

    id: str
    title: str
    unit: str
    unit_label: str


class Cases(Client):
    service = "eservice-intake"

    async def case(self, reference: str) -> Case:
        return await self.get("/cases/{reference}", Case, reference=reference)

    async def cases(self, **wanted: Any) -> Listed[CaseRow]:
        return await self.get("/cases", Listed[CaseRow], params=wanted)

    async def search(self, wanted: Mapping[str, Any]) -> Listed[CaseRow]:
        """What is found by a personal identity number, which stands in no address."""
        return await self.post("/cases/search", Listed[CaseRow], dict(wanted))

    async def eservices_of_units(self) -> Listed[EserviceUnit]:
        return await self.get("/eservices", Listed[EserviceUnit])

    async def delegated(self, **wanted: Any) -> Listed[DelegatedDecision]:
        return await self.get("/decisions/delegated", Listed[DelegatedDecision], params=wanted)

    async def delegated_file(self, **wanted: Any) -> httpx2.Response:
        return await self.file("/decisions/delegated", params=wanted)

    async def attachment(self, reference: str, attachment_id: str) -> httpx2.Response:
        return await self.file(
            "/cases/{reference}/attachments/{attachment_id}", reference=reference, attachment_id=attachment_id
        )

    async def decision_pdf(self, reference: str, number: str) -> httpx2.Response:
        return await self.file("/cases/{reference}/decisions/{number}/pdf", reference=reference, number=number)

    async def appeal_package(self, reference: str) -> httpx2.Response:
        return await self.file("/cases/{reference}/appeals/package", reference=reference)
