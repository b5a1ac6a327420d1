"""What staff read of cases, and how they find them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from eservice_intake.attachments.models import AttachmentShown
from eservice_intake.cases.forms import CaseBrief, ClockShown
from eservice_intake.cases.statuses import Status
from eservice_intake.cases.steps import Step
from eservice_intake.catalogue.answers import ReadSection
from eservice_intake.decisions.appeal_forms import AppealShown
from eservice_intake.decisions.forms import DecisionShown, OutcomeOfCase
from eservice_intake.decisions.recipients import Service
from eservice_intake.fees.forms import FeesOfCase
from eservice_intake.lookups.models import CheckShown
from eservice_intake.referrals.models import ReferralOfCase
from shared.events import Language
from shared.fields import CompanyNumber, Day, Integer, Line, PropertyDesignation, YesOrNo
from shared.pagination import Paging


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"


class CaseFilter(Paging):
    """Which cases are wanted: those that meet every filter that is given."""

    unit: str | None = Field(None, max_length=100, examples=["avlopp"])
    status: Status | None = None
    kind: str | None = Field(None, max_length=100, examples=["ansokan"])
    eservice: str | None = Field(None, max_length=100, examples=["enskilt-avlopp"])
    handler_id: UUID | None = Field(None, description="As the cases have it. `mine` is shorter for one's own.")
    mine: bool = Field(False, description="Only those that the caller handles.")
    received_from: Day | None = None
    received_to: Day | None = Field(None, description="The last day, in Sweden.")
    due_to: Day | None = Field(None, description="Only what is due that day or before.")
    property_designation: PropertyDesignation | None = Field(None, max_length=100)
    orgnr: CompanyNumber | None = Field(
        None, max_length=80, description="Of a company in another country its country and its number there."
    )
    text: Line | None = Field(
        None,
        max_length=200,
        description="Words that begin words of the reference, diary number, sender, numbers, property or answers.",
        examples=["odensala brunn"],
    )
    sort: Sort | None = Field(
        None,
        description="`due` lists only what is due, the most urgent first, and is how `due_to` sorts unless told "
        "otherwise. Everything else is sorted by `newest` unless told otherwise.",
    )

    @property
    def order(self) -> Sort:
        return self.sort or (Sort.DUE if self.due_to else Sort.NEWEST)

    @property
    def asks_what_it_is(self) -> bool:
        """Whether it would tell something of a case that the list found it."""
        given = self.model_dump(exclude_none=True, exclude_defaults=True).keys()
        return not given <= {"unit", "received_from", "received_to", "limit", "after", "sort"} or self.order is Sort.DUE


class CaseSearch(CaseFilter):
    """As the filters of `GET /cases`, sent in the body, where a personal identity number may stand."""

    limit: Integer = Field(20, ge=1, le=100, description="The longest page to answer with.")
    mine: YesOrNo = Field(False, description="Only those that the caller handles.")
    personal_number: str | None = Field(
        None,
        max_length=40,
        description="Cases with the number in them: of who has sent in, or filled in, and those who are named by it.",
        examples=["19811218-9876"],
    )


class StepShown(BaseModel):
    """A line of the timeline."""

    step: str = Field(examples=["request_supplement"])
    text: str = Field(examples=["Komplettering begärdes"])
    by_name: str = Field(description="The member of staff, or a word for who is not.", examples=["Anna Ek"])
    at: datetime
    details: dict[str, Any] = Field(examples=[{"due_on": "2030-03-15"}])


class MessageShown(BaseModel):
    id: UUID
    by_applicant: bool
    by_name: str | None
    text: str
    sent_at: datetime
    read_at: datetime | None


class SupplementShown(BaseModel):
    wanted: str
    due_on: date
    requested_at: datetime
    answered_at: datetime | None
    answer: str | None


class RelatedCase(BaseModel):
    """A case of the same property or organisation, or one that was linked. Of another unit's, the number alone."""

    diary_number: str
    reference: str | None
    why: str = Field(description="`property`, `organisation`, `linked`, or `merged`.", examples=["property"])


class OutcomeOffered(BaseModel):
    """How a case can be decided, and whether the reader decides so or proposes it."""

    outcome: OutcomeOfCase = Field(examples=["approved"])
    text: str = Field(examples=["Bifall"])
    within_delegation: bool = Field(description="Whether the reader's delegation reaches it.")


class Offered(BaseModel):
    """What the reader can do with a case."""

    can: list[Step] = Field(
        description="What the reader can do now: by the state, by what is proposed and appealed, and by the delegation "
        "order. Other steps would be refused."
    )
    outcomes: list[OutcomeOffered] = Field(description="How it can be decided.")
    services: list[Service] = Field(description="How a decision can be served.")


class CaseShown(CaseBrief, Offered):
    """A case with all that staff need to handle it."""

    language: Language = Field(description="The applicant's: what they are written to in.")
    is_mailed: bool = Field(description="Whether the applicant is written to. Nobody is, who is anonymous.")
    unreached_at: datetime | None = Field(
        description="When it was known that the mail about the last day, for a supplement or the decision, did not "
        "come. None when the applicant was told a day since, or nothing is waited for."
    )
    checks: list[CheckShown] = Field(description="What registers said of the answers when it came in.")
    answers: list[ReadSection] = Field(description="Question by question. One that was not answered has no answer.")
    attachments: list[AttachmentShown]
    clock: ClockShown
    timeline: list[StepShown]
    messages: list[MessageShown]
    supplements: list[SupplementShown]
    referrals: list[ReferralOfCase]
    decisions: list[DecisionShown] = Field(description="What was proposed, replaced and revoked, too.")
    appeals: list[AppealShown]
    fees: FeesOfCase
    related: list[RelatedCase]
