"""What staff send and are shown of a case."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from eservice_intake.cases.states import Status, Step
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


class CaseBrief(BaseModel):
    """A case as lists show it. Of one that the reader may not open, all but the diary number is left out."""

    diary_number: str = Field(examples=["MH-2026-000123"])
    reference: str | None = Field(None, examples=["K7MP-2XWB"])
    eservice: str | None = Field(None, examples=["enskilt-avlopp"])
    title: str | None = Field(None, description="The e-service's name.", examples=["Enskilt avlopp"])
    kind: str | None = Field(None, examples=["ansokan"])
    unit: str | None = Field(None, examples=["avlopp"])
    status: Status | None = None
    sender: str | None = Field(None, examples=["Karin Ek"])
    identified: bool | None = None
    confidential: bool
    received_at: datetime | None = None
    handler_id: UUID | None = None
    completed_on: date | None = None
    supplement_due_on: date | None = None
    decision_due_on: date | None = None
    version: int | None = Field(None, description="Send it as If-Match with the next step.", examples=[3])
    steps: list[Step] = Field(default_factory=list, description="What can be done with it now.")
