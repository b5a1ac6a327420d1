"""What staff and applicants send and are shown of appeals, and of what courts ruled on them."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from eservice_intake.cases.forms import Form
from eservice_intake.cases.statuses import Status
from eservice_intake.decisions.appeals import Appeal
from eservice_intake.decisions.forms import LONGEST_REASONS, ServedForm
from shared.events import Ruling
from shared.fields import Day, Line, Prose

LONGEST_APPEAL = 20_000


class AppealForm(Form):
    text: Prose = Field(
        max_length=LONGEST_APPEAL, examples=["Jag överklagar beslutet och vill att anläggningen får byggas."]
    )


class ProposedDismissalForm(Form):
    reasons: Prose | None = Field(
        None, max_length=LONGEST_REASONS, description="The two days are named when it is left out.", examples=[None]
    )


class DismissalForm(ServedForm):
    reasons: Prose | None = Field(
        None,
        max_length=LONGEST_REASONS,
        description="When it is left out, as proposed; or else the two days are named.",
        examples=[None],
    )


class RegisteredAppealForm(AppealForm):
    party_id: UUID | None = Field(
        None, description="Who appeals, when it is somebody else than the applicant who is served.", examples=[None]
    )
    received_on: Day = Field(description="The day it came in, today at the latest.", examples=["2026-11-26"])


class RulingForm(Form):
    """What a court, or the county administrative board, ruled."""

    ruling: Ruling = Field(
        description="`upheld`: the decision stands, also when the appeal was withdrawn or not tried. `changed`: the "
        "court decided otherwise. `annulled`: the decision is undone, and the case comes back."
    )
    ruled_by: Line = Field(max_length=120, examples=["Länsstyrelsen i Jämtlands län"])
    ruled_on: Day = Field(description="The day of the ruling, today at the latest.", examples=["2026-11-26"])
    ruling_number: Line | None = Field(None, max_length=60, description="The court's own.", examples=["505-1234-2026"])
    ruling_text: Prose | None = Field(None, max_length=LONGEST_REASONS, examples=["Överklagandet avslås."])
    number: int | None = Field(
        None,
        ge=1,
        le=1_000,
        description="The decision. The latest that a court has when it is left out.",
        examples=[None],
    )


class AppealState(BaseModel):
    """How far an appeal has come, and the case with it."""

    id: UUID
    received_on: date
    in_time: bool
    by_applicant: bool
    party_id: UUID | None = Field(description="Who appealed, when it is somebody else than the applicant.")
    forwarded_at: datetime | None
    dismissed_at: datetime | None
    ruled_at: datetime | None = Field(description="When a ruling on it was registered.")
    lapsed_at: datetime | None = Field(description="When it had nothing to be about any longer.")
    case_status: Status

    @classmethod
    def of(cls, appeal: Appeal, status: Status) -> Self:
        return cls(**appeal.model_dump(include=set(cls.model_fields)), case_status=status)


class AppealShown(AppealState):
    """An appeal as staff read it."""

    text: str = Field(examples=["Jag överklagar beslutet och vill att anläggningen får byggas."])
