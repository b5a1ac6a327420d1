"""What staff and applicants send and are shown of decisions."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from eservice_intake.cases.forms import Form
from eservice_intake.cases.statuses import Status
from eservice_intake.decisions.models import Act, DecisionContent
from eservice_intake.decisions.recipients import Service
from eservice_intake.decisions.service_forms import PartyShown
from shared.errors import Invalid, Text, Violation
from shared.events import Outcome, Ruling
from shared.fields import Integer, Line, Prose
from shared.pagination import Paging

LONGEST_REASONS = 20_000
HIGHEST_FEE = 100_000_000
Law = Annotated[Line, Field(max_length=300)]
Condition = Annotated[Prose, Field(max_length=2_000)]
OutcomeOfCase = Literal[
    Outcome.APPROVED,
    Outcome.APPROVED_WITH_CONDITIONS,
    Outcome.REJECTED,
    Outcome.DISMISSED,
    Outcome.NO_ACTION,
    Outcome.WRITTEN_OFF,
]
"""How a case can be decided: to revoke is a step of its own."""
Month = Annotated[str, Field(pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-11"])]


class DecisionForm(Form):
    """What a decision says."""

    outcome: OutcomeOfCase
    reasons: Prose = Field(max_length=LONGEST_REASONS, examples=["Anläggningen uppfyller kraven på hög skyddsnivå."])
    legal_basis: list[Law] = Field(min_length=1, max_length=20, examples=[["9 kap. 6 § miljöbalken (1998:808)"]])
    conditions: list[Condition] = Field(
        [], max_length=50, description="With `approved_with_conditions` at least one, otherwise none.", examples=[[]]
    )
    fee: Integer | None = Field(
        None, ge=0, le=HIGHEST_FEE, description="In kronor. Left out, the fee that is approved.", examples=[7150]
    )


class ServedForm(Form):
    service: Literal[Service.RECEIPT, Service.SIMPLIFIED] = Field(
        Service.RECEIPT,
        description="`receipt`: served when the applicant confirms it. `simplified`: two weeks after it is sent, and a "
        "control message follows on the next working day; needs an applicant who was told of it on the receipt.",
    )


class DecidingForm(ServedForm):
    decision: DecisionForm | None = Field(None, description="Left out when it is as proposed.")


class ChangeForm(DecidingForm):
    """What holds instead."""


class RevocationForm(ServedForm):
    reasons: Prose | None = Field(
        None,
        max_length=LONGEST_REASONS,
        description="Left out when it is as proposed.",
        examples=["Beslutet byggde på en ritning som var fel."],
    )
    legal_basis: list[Law] = Field(
        [], max_length=20, description="37 § förvaltningslagen when it is left out.", examples=[[]]
    )


class ReasonsForm(Form):
    """Why a decision is to be revoked."""

    reasons: Prose = Field(max_length=LONGEST_REASONS, examples=["Beslutet byggde på en ritning som var fel."])
    legal_basis: list[Law] = Field(
        [], max_length=20, description="37 § förvaltningslagen when it is left out.", examples=[[]]
    )


class DecisionReceipt(BaseModel):
    """What an applicant who did something about a decision is told: how far it has come, and never what it says."""

    reference: str = Field(examples=["K7MP-2XWB"])
    number: int | None = Field(
        description="The first decision of a case is 1. None while it is proposed.", ge=1, le=1_000, examples=[1]
    )
    outcome: Outcome
    appealable: bool
    served_on: date | None
    appeal_until: date | None = Field(description="The last day on which an appeal is in time.")


class DecisionState(DecisionReceipt):
    """How far a decision has come, after a step. `GET /cases/{reference}/decisions` tells what it says."""

    diary_number: str = Field(examples=["MH-2026-000123"])
    is_proposal: bool
    is_in_force: bool = Field(description="False when it was replaced, revoked or annulled.")
    act: Act = Field(description="What it does.")
    delegation: str | None = Field(description="The item of the delegation order.", examples=["1.2"])
    decided_at: datetime | None
    case_status: Status
    version: int = Field(description="Of the case. Send it as If-Match with the next step.", examples=[3])


class DecisionRead(BaseModel):
    """A decision as the applicant reads it."""

    reference: str = Field(examples=["K7MP-2XWB"])
    diary_number: str = Field(examples=["MH-2026-000123"])
    number: int | None = Field(
        description="The first decision of a case is 1. None while it is proposed.", examples=[1]
    )
    outcome: Outcome
    outcome_text: str = Field(examples=["Bifall"])
    reasons: str = Field(examples=["Anläggningen uppfyller kraven på hög skyddsnivå."])
    legal_basis: list[str] = Field(examples=[["9 kap. 6 § miljöbalken (1998:808)"]])
    conditions: list[str] = Field(examples=[[]])
    fee: int | None = Field(description="In kronor.", examples=[7150])
    fee_lines: list[str] = Field(description="How the fee was computed, in words.", examples=[[]])
    decided_at: datetime | None
    decided_by_name: str | None = Field(examples=["Anna Ek"])
    delegation: str | None = Field(description="The item of the delegation order.", examples=["1.2"])
    is_in_force: bool = Field(description="False when it was replaced, revoked or annulled.")
    appealable: bool
    how_to_appeal: str
    served_on: date | None
    appeal_until: date | None = Field(description="The last day on which an appeal is in time.")
    final_at: datetime | None
    ruling: Ruling | None = Field(description="What a court did with it, when it was appealed.")
    ruled_by: str | None = Field(examples=["Länsstyrelsen i Jämtlands län"])
    ruled_on: date | None
    ruling_number: str | None = Field(description="The court's own.", examples=["505-1234-2026"])
    ruling_text: str | None = Field(examples=["Överklagandet avslås."])
    act: Act = Field(description="What it does.")
    about_number: int | None = Field(description="The decision that it changes or revokes.", examples=[None])


class DecisionShown(DecisionRead):
    """A decision as staff read it, or what is proposed to be one."""

    is_proposal: bool
    proposed_by_name: str | None = Field(examples=["Bo Berg"])
    service: Service
    service_reason: str | None = Field(description="Why the applicant was not served by a receipt.")
    unreached_at: datetime | None = Field(
        description="When it was known that the mail to the applicant did not come. Serve it anew, or in another way."
    )
    party_id: UUID | None = Field(description="Whose appeal it dismisses: they alone are served it, in `parties`.")
    parties: list[PartyShown] = Field(description="Who else is served it, and how far that has come.")
    replaced_at: datetime | None
    revoked_at: datetime | None


class ListFormat(StrEnum):
    JSON = "json"
    CSV = "csv"
    PDF = "pdf"


class DelegatedFilter(Paging):
    month: Month = Field(description="When they were decided, in Sweden.")
    format: ListFormat = Field(
        ListFormat.JSON,
        description="`csv` (UTF-8, semicolons) and `pdf` have the whole month, whatever `limit` and `after` say.",
    )
    unit: str | None = Field(None, max_length=100, examples=["avlopp"])


class DelegatedDecision(BaseModel):
    """A line of what the board is told. Of a case that the reader may not open, only that it was decided, and when."""

    diary_number: str = Field(examples=["MH-2026-000123"])
    number: int = Field(examples=[1])
    title: str | None = Field(description="The e-service's name.", examples=["Enskilt avlopp"])
    unit: str = Field(examples=["avlopp"])
    outcome: Outcome | None
    outcome_text: str | None = Field(examples=["Bifall"])
    delegation: str | None = Field(examples=["1.2"])
    decided_at: datetime
    decided_by_name: str | None = Field(examples=["Anna Ek"])


def content_of(form: DecisionForm) -> DecisionContent:
    """Raises Invalid when the conditions do not go with the outcome."""
    if bool(form.conditions) is not (form.outcome is Outcome.APPROVED_WITH_CONDITIONS):
        raise Invalid(_CONDITIONS)
    return DecisionContent(**form.model_dump())


_CONDITIONS = Violation(
    "conditions",
    "conditions",
    Text(
        sv="Ange minst ett villkor med utfallet approved_with_conditions, och annars inget.",
        en="Give at least one condition with the outcome approved_with_conditions, and none otherwise.",
    ),
)
