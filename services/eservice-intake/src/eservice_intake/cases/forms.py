"""What staff send and are shown of a case."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from eservice_intake.cases.endings import EndMail
from eservice_intake.cases.statuses import Status
from eservice_intake.cases.steps import Step
from eservice_intake.clock.rules import Stop
from shared.fields import Day, Line, Prose, YesOrNo

LONGEST_TEXT = 10_000


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SupplementForm(Form):
    wanted: Prose = Field(
        max_length=LONGEST_TEXT,
        description="What the applicant is asked for, as they will read it.",
        examples=["Skicka en situationsplan där avståndet till närmaste brunn är utsatt."],
    )
    due_on: Day = Field(description="The last day to answer, after today.", examples=["2030-03-15"])


class ExtensionForm(Form):
    due_on: Day = Field(description="The new day, after the one that it had.", examples=["2030-03-29"])


class CompletionForm(Form):
    on: Day | None = Field(
        None, description="The day when nothing was missing any longer. Today when it is left out.", examples=[None]
    )


class MoveForm(Form):
    unit: Line = Field(max_length=100, description="The unit that takes over.", examples=["miljoskydd"])


class OtherCaseForm(Form):
    reference: Line = Field(max_length=40, description="The other case.", examples=["A2B3-C4D5"])


class SecrecyForm(Form):
    confidential: YesOrNo


class MessageForm(Form):
    text: Prose = Field(max_length=LONGEST_TEXT, examples=["Hej! När kan jag räkna med ett besked?"])


class CaseState(BaseModel):
    """Where a case stands."""

    diary_number: str = Field(examples=["MH-2026-000123"])
    reference: str = Field(examples=["K7MP-2XWB"])
    eservice: str = Field(examples=["enskilt-avlopp"])
    kind: str = Field(examples=["ansokan"])
    unit: str = Field(examples=["avlopp"])
    status: Status
    identified: bool
    confidential: bool
    received_at: datetime
    handler_id: UUID | None
    completed_on: date | None
    supplement_due_on: date | None
    decision_due_on: date | None
    version: int = Field(description="Send it as If-Match with the next step.", examples=[3])
    steps: list[Step] = Field(description="What can be done with it now.")


class CaseBrief(CaseState):
    """A case as lists show it."""

    title: str = Field(description="The e-service's name.", examples=["Enskilt avlopp"])
    sender: str | None = Field(description="None when the sender is anonymous.", examples=["Karin Ek"])
    end_mail: EndMail | None = Field(
        description="What became of the mail that tells the applicant that the case has ended. None until that is "
        "known, and where there is none."
    )


class HiddenCase(BaseModel):
    """A confidential case that the reader may not open: its diary number alone."""

    diary_number: str = Field(examples=["MH-2026-000124"])
    confidential: Literal[True] = True


class ClockShown(BaseModel):
    """Where a case stands in the law's time, in days in Sweden."""

    model_config = ConfigDict(from_attributes=True)

    counted_from: date = Field(description="When it was complete, or else came in.")
    is_provisional: bool = Field(description="Nobody has said that it is complete.")
    stopped_by: Stop | None = Field(description="What the time waits for.")
    remaining_days: int | None = Field(description="What is left of the waiting period while it is stopped.")
    waits_for_decision: bool = Field(description="Work may not begin without a decision.")
    earliest_start_on: date | None = Field(
        description="When work may begin, unless something else is decided. None while the time is stopped, and where "
        "nothing is to begin."
    )
    answer_expected_on: date | None = Field(description="None while the time is stopped, and where there is no answer.")
