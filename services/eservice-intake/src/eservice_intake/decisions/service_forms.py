"""What staff send and are shown of how decisions are served."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from eservice_intake.cases.forms import Form
from eservice_intake.decisions.recipients import Service
from shared.events import Language
from shared.fields import Day, Email, Line, Prose


class ReceiptForm(Form):
    """How and when somebody was served, when they have not confirmed it themselves."""

    party_id: UUID | None = Field(
        None, description="Who was served, when it is somebody else than the applicant.", examples=[None]
    )
    served_on: Day = Field(description="The day on the receipt, today at the latest.", examples=["2026-11-26"])
    service: Service = Field(
        Service.RECEIPT,
        description="`receipt`: on paper. `simplified`: two weeks after it was sent by letter, with a control message "
        "by another; needs somebody who was told of it. `process_server`: by "
        "stämningsmannadelgivning. `publication`: by kungörelsedelgivning. `other`: in another way that "
        "delgivningslagen has.",
    )
    reason: Prose | None = Field(
        None,
        max_length=2_000,
        description="Why it was not by a receipt, and how it was done. Needed with all but `receipt`.",
        examples=[None],
    )


class SendingForm(Form):
    """Whom a decision is sent to again."""

    party_id: UUID | None = Field(None, description="When it is somebody else than the applicant.", examples=[None])


class PartyForm(Form):
    """Who else is served a decision: a neighbour, or somebody who has objected."""

    name: Line = Field(max_length=120, examples=["Nils Granne"])
    email: Email | None = Field(
        None, description="Left out, nothing is mailed: staff serve the decision in another way, and register that."
    )
    language: Language = Field(Language.SWEDISH, description="What they are written to in, and read the page in.")


class AddressForm(Form):
    """Where somebody else than the applicant is written to from now on."""

    party_id: UUID = Field(description="Whoever is to be served the decision.")
    email: Email


class PartyReceipt(BaseModel):
    """How far a decision has come with somebody else than the applicant."""

    id: UUID
    number: int | None = Field(description="The decision.", ge=1, le=1_000, examples=[1])
    appealable: bool
    served_on: date | None
    appeal_until: date | None = Field(description="Their own last day on which an appeal is in time.")


class PartyShown(PartyReceipt):
    """Somebody else who is served a decision, as staff read it."""

    party_name: str = Field(examples=["Nils Granne"])
    sent_at: datetime
    opened_at: datetime | None
    told_of_service: bool = Field(description="Whether they know that simplified service may be used.")
    service: Service
    service_reason: str | None
    unreached_at: datetime | None = Field(description="When it was known that the mail to them did not come.")
